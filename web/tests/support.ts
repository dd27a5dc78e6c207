import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { GameData, GameMessage, GameSnapshot, PlayData, Timeline } from "../src/stream/contract";
import type { Socket } from "../src/stream/connection";

export interface Recording {
  kept: (keyof GameSnapshot)[];
  messages: GameMessage[];
  checkpoints: { seq: number; reduced: GameSnapshot; snapshot: GameSnapshot }[];
  timeline: Timeline;
}

/** The golden game; `make web-test` writes it. */
export function recorded(): Recording {
  const file = resolve(import.meta.dirname, "../.recorded/game.json");
  if (!existsSync(file)) throw new Error("the recorded game is missing; run `make web-test`, which writes it");
  return JSON.parse(readFileSync(file, "utf8")) as Recording;
}

let counter = 0;

export function message<Type extends keyof GameData>(
  type: Type,
  data: GameData[Type],
  seq: number = (counter += 1),
  rest: Partial<GameMessage> = {},
): GameMessage {
  const envelope = { type, timestamp: "2026-02-12T00:00:00.000Z", game_id: "g1", epoch: "e1", seq, source: "simulated", data };
  return { ...envelope, ...rest } as GameMessage;
}

export function play(id: number, at: number, points: number, home: number, away: number): PlayData {
  return {
    play_id: id,
    order: id * 10,
    period: 1,
    game_clock: "10:00",
    elapsed_seconds: at,
    action: "2pt",
    sub_type: "",
    side: "home",
    team: "BOS",
    player_id: 7,
    player: "A. Player",
    description: `play ${id}`,
    points,
    score_home: home,
    score_away: away,
    possession: null,
    win_probability_change: null,
  };
}

export const TOTALS = {
  lead_changes: 0,
  ties: 0,
  biggest_lead_home: 0,
  biggest_lead_away: 0,
  biggest_run: null,
  current_run: null,
};

/** The server's end of a socket. */
export class FakeSocket implements Socket {
  onopen: ((event: Event) => void) | null = null;
  onmessage: ((event: MessageEvent) => void) | null = null;
  onclose: ((event: CloseEvent) => void) | null = null;
  readonly sent: string[] = [];
  closed = false;

  send(data: string): void {
    this.sent.push(data);
  }

  close(): void {
    this.closed = true;
  }

  accept(): void {
    this.onopen?.({} as Event);
  }

  say(frame: object): void {
    this.onmessage?.({ data: JSON.stringify(frame) } as MessageEvent);
  }

  breaks(code = 1006): void {
    this.onclose?.({ code } as CloseEvent);
  }
}
