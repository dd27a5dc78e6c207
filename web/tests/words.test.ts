import { describe, expect, it } from "vitest";
import { href, parse } from "../src/app/router";
import { clockSeconds, clockWords, momentWords, periodWords, ticking } from "../src/state/clock";
import { excitement, ranked } from "../src/state/excitement";
import { article, chances, eventWords, interval, margin, percent } from "../src/state/words";
import { Pace } from "../src/stream/pace";
import { begin, type Game } from "../src/stream/reducer";
import { contrast, distance } from "../src/style/colour";
import { GROUNDS, teamColours } from "../src/style/teams";
import { CLEARLY, settled } from "../src/views/tonight/order";
import { wormPaths } from "../src/charts/wormPaths";
import { message, play, recorded } from "./support";

const game = (changes: Partial<Game> = {}): Game => ({
  ...begin(message("play", play(1, 10, 2, 2, 0), 1)),
  home_team: "BOS",
  away_team: "NYK",
  ...changes,
});
const TRICODES = "ATL BOS BKN CHA CHI CLE DAL DEN DET GSW HOU IND LAC LAL MEM MIA MIL MIN NOP NYK OKC ORL PHI PHX POR SAC SAS TOR UTA WAS".split(" ");

describe("numbers in words", () => {
  it("says who is ahead, by how much", () => {
    expect([margin(3.52, game()), margin(-2, game()), margin(0.04, game())]).toEqual(["BOS +3.5", "NYK +2", "level"]);
    expect(interval(-17, 4, game(), -6)).toBe("NYK −4 to +17");
  });

  it("makes no certainty of what is none, and chances that add up", () => {
    expect([percent(0.997), percent(1), percent(0.003), percent(0)]).toEqual([">99%", "100%", "<1%", "0%"]);
    expect(chances(0.525)).toEqual({ home: "53%", away: "47%" });
    expect(chances(0.999)).toEqual({ home: ">99%", away: "<1%" });
  });

  it("has clocks in the forms of the league", () => {
    expect([clockSeconds("07:05.3"), clockSeconds(null)]).toEqual([425.3, null]);
    expect([clockWords(425.3), clockWords(41.3), clockWords(5), clockWords(720)]).toEqual(["7:05", "0:41.3", "0:05", "12:00"]);
    expect([periodWords(4), periodWords(5), periodWords(7)]).toEqual(["Q4", "OT", "3OT"]);
    expect([momentWords(0), momentWords(1440), momentWords(2880), momentWords(2940)]).toEqual(["Q1 12:00", "Q3 12:00", "Q4 0:00", "OT 4:00"]);
  });

  it("has words for every event of a game", () => {
    const { messages } = recorded();
    let told = 0;
    for (const each of messages) {
      if (each.type === "play" || each.type === "score_update" || each.type === "pattern_progress") continue;
      if (each.type === "forecast" || each.type === "win_probability" || each.type === "player_stats") continue;
      const words = eventWords(each, game());
      expect(words.text).not.toMatch(/undefined|null|NaN/);
      told += 1;
    }
    expect(told).toBeGreaterThan(30);
    expect([8, 11, 12].map(article)).toEqual(["an", "an", "a"]);
  });
});

describe("a clock between messages", () => {
  const pace = new Pace();
  pace.seen(100, 1_000);
  const live = (changes: Partial<Game>) => game({ source: "nba", status: "live", game_clock: "10:20", ...changes });

  it("ticks while play goes on, and no longer than a shot may take", () => {
    expect(ticking(live({}), pace, 4_000)).toBe(617);
    expect(ticking(live({}), pace, 100_000)).toBe(620 - 24);
    expect(ticking(live({ game_clock: "00:02" }), pace, 100_000)).toBe(0);
  });

  it("stands after a foul, at a break, and where the speed is not known", () => {
    expect(ticking(live({ last_plays: [{ ...play(1, 10, 0, 2, 0), action: "foul" }] }), pace, 4_000)).toBe(620);
    expect(ticking(live({ status: "halftime" }), pace, 4_000)).toBe(620);
    expect(ticking(live({ source: "simulated" }), pace, 4_000)).toBe(620);
  });
});

describe("addresses", () => {
  it("lead back to the place that they were made from", () => {
    for (const place of [
      { view: "tonight" as const, gameId: null, params: { show: "live" } },
      { view: "game" as const, gameId: "a/b ?c", params: { tab: "plays", t: "1080" } },
      { view: "system" as const, gameId: null, params: {} },
    ]) {
      expect(parse(href(place))).toEqual(place);
    }
    expect(href({ view: "tonight" })).toBe("#/");
  });

  it("that name nothing are told from the first view", () => {
    expect([parse("").view, parse("#/").view, parse("#/nowhere").view, parse("#/system/deep").view]).toEqual([
      "tonight", "tonight", null, null,
    ]);
    expect(parse("#/game/%E0%A4%A").gameId).toBe("%E0%A4%A");
  });
});

describe("excitement", () => {
  it("is more for a close end than for a close start, and least for what is decided", () => {
    const at = (elapsed_seconds: number, win_probability_home: number, rest: Partial<Game> = {}) =>
      excitement(game({ status: "live", elapsed_seconds, win_probability_home, ...rest }), undefined);
    expect(at(2_800, 0.5)).toBeGreaterThan(at(300, 0.5));
    expect(at(300, 0.5)).toBeGreaterThan(at(2_800, 0.98));
    expect(at(1_400, 0.5, { current_run: { team: "BOS", points: 12, side: "home" } })).toBeGreaterThan(at(1_400, 0.5));
    expect(excitement(game({ elapsed_seconds: null }), undefined)).toBe(0);
  });

  it("ranks what is played before what is to come before what is over", () => {
    const games = [
      game({ game_id: "over", status: "final" }),
      game({ game_id: "later", status: "scheduled", start_time: "2026-02-12T02:00:00Z" }),
      game({ game_id: "soon", status: "scheduled", start_time: "2026-02-12T01:00:00Z" }),
      game({ game_id: "dull", status: "live" }),
      game({ game_id: "close", status: "live" }),
    ];
    const order = ranked(games, (each) => (each.game_id === "close" ? 1 : 0));
    expect(order.map((each) => each.game_id)).toEqual(["close", "dull", "soon", "later", "over"]);
  });

  it("moves a card only when it is clearly ahead, or of another kind", () => {
    const now = (scores: Record<string, number>, group = 0) =>
      Object.entries(scores).map(([id, score]) => ({ id, score, group }));
    const first = settled([], now({ a: 0.5, b: 0.8, c: 0.1 }));
    expect(first).toEqual(["b", "a", "c"]);
    expect(settled(first, now({ a: 0.8 + CLEARLY / 2, b: 0.8, c: 0.1 }))).toEqual(["b", "a", "c"]);
    expect(settled(first, now({ a: 0.8 + 2 * CLEARLY, b: 0.8, c: 0.1 }))).toEqual(["a", "b", "c"]);
    expect(settled(first, [...now({ a: 0.5, c: 0.1 }), ...now({ b: 0.9 }, 3)])).toEqual(["a", "c", "b"]);
    expect(settled(first, now({ c: 0.1, d: 0.3, b: 0.8 }))).toEqual(["b", "d", "c"]);
  });
});

describe("colours of teams", () => {
  it("can be read on every ground, in both themes, for every pair of teams", () => {
    for (const theme of ["light", "dark"] as const) {
      for (const home of TRICODES) {
        for (const away of TRICODES) {
          if (home === away) continue;
          const colours = teamColours(home, away, theme);
          for (const ground of GROUNDS[theme]) {
            expect(contrast(colours.home, ground), `${home} ${theme}`).toBeGreaterThanOrEqual(4.5);
            expect(contrast(colours.away, ground), `${away} ${theme}`).toBeGreaterThanOrEqual(4.5);
          }
          expect(distance(colours.home, colours.away), `${home} ${away} ${theme}`).toBeGreaterThanOrEqual(0.14);
        }
      }
    }
  });

  it("exist for names that are no tricode, whatever these are", () => {
    for (const name of ["", "__proto__", "constructor", "<img src=x>", "Zürich 🏀"]) {
      const colours = teamColours(name, "BOS", "dark");
      expect(colours.home).toMatch(/^#[0-9a-f]{6}$/);
      expect(contrast(colours.home, GROUNDS.dark[0]!)).toBeGreaterThanOrEqual(4.5);
    }
  });
});

describe("the worm", () => {
  it("steps at every basket and fills each side with who leads", () => {
    const lead = [[0, 0], [720, 10], [1440, -10]].map(([at, points]) => ({ at: at!, lead: points!, home: null, away: null, playId: null }));
    const paths = wormPaths(lead, 2_880);
    expect(paths.line).toBe("M0 50H150V4H300V96H600");
    expect(paths.home).toBe("M0 50H0V50H150V4H300V50H600V50Z");
    expect(paths.away).toBe("M0 50H0V50H150V50H300V96H600V50Z");
    expect(paths.end).toEqual({ x: 600, y: 96 });
  });

  it("makes room for overtimes and for large leads, and is empty before the tip", () => {
    const lead = [{ at: 3_000, lead: 30, home: null, away: null, playId: null }];
    const paths = wormPaths(lead, 3_100);
    expect(paths.quarters).toHaveLength(4);
    expect(paths.reach).toBe(30);
    expect(wormPaths([], null).end).toBeNull();
  });
});
