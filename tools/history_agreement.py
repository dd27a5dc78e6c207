"""How well imported history agrees with what is known to be true.

python tools/history_agreement.py --history STORE --data DIR

Two comparisons, each listing every exception: all games of a store with `history/games.csv`, and games
that exist in both forms (`cdn/nbastats_same_games.parquet` and the live files in `cdn/games`), folded
from either.
"""

import argparse
import csv
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from courtside.events import Side
from courtside.formats.recordings import Recordings
from courtside.formats.stats_layout import find_teams, parse_game
from courtside.game.players import PlayerState
from courtside.game.state import GameState, fold_all, start
from courtside.training.history_files import read_games
from courtside.training.history_game import GameFacts
from courtside.training.history_store import HistoryStore

LINE = ("points", "rebounds", "rebounds_offensive", "assists", "fouls", "steals", "blocks", "turnovers")
TOTALS = ("lead_changes", "ties", "biggest_lead_home", "biggest_lead_away")
SIDES: tuple[Side, Side] = ("home", "away")


class Agreement(msgspec.Struct):
    """What was compared, what differed (each exception in words), and how far minutes are off."""

    games: int = 0
    compared: Counter[str] = msgspec.field(default_factory=Counter)
    differing: Counter[str] = msgspec.field(default_factory=Counter)
    exceptions: list[str] = []
    minutes_off: list[float] = []
    """Seconds, one a player who played."""

    def compare(self, game_id: str, what: str, history: object, truth: object, who: str = "") -> None:
        self.compared[what] += 1
        if history != truth:
            self.differing[what] += 1
            self.exceptions.append(f"{game_id} {who or what}: {what} {history}, truly {truth}")


def with_index(games: Sequence[GameFacts], index: Path) -> Agreement:
    """The facts of a store against `games.csv`."""
    with index.open(encoding="utf-8", newline="") as file:
        truth = {row["game_id"]: row for row in csv.DictReader(file)}
    found = Agreement(len(games))
    for facts in games:
        row = truth.pop(facts.game_id)
        final = (int(row["home_score"]), int(row["away_score"]))
        half = (int(row["home_half"]), int(row["away_half"]))
        found.compare(facts.game_id, "final score", (facts.home_score, facts.away_score), final)
        found.compare(facts.game_id, "halftime score", (facts.home_half, facts.away_half), half)
        found.compare(facts.game_id, "periods", facts.periods, int(row["periods"]))
        teams = (int(row["home_id"]), int(row["away_id"]))
        found.compare(facts.game_id, "teams", (facts.home_id, facts.away_id), teams)
        found.compare(facts.game_id, "path's end", facts.path[-1], final[0] - final[1])
    found.exceptions.extend(f"{game_id}: not in the store" for game_id in truth)
    return found


def both_ways(folder: Path) -> Iterator[tuple[str, GameState, GameState]]:
    """Games folded from history and from the live files."""
    recordings = Recordings.open(folder / "games")
    for game_id, rows in read_games(folder / "nbastats_same_games.parquet"):
        roster = recordings.game(game_id).box.observation.players
        history = fold_all(start(), parse_game(rows, find_teams(rows)))
        yield game_id, history, fold_all(start(roster), recordings.plays(game_id))


def with_live(folder: Path) -> Agreement:
    """History against the live feed, in everything that both know."""
    found = Agreement()
    for game_id, history, live in both_ways(folder):
        found.games += 1
        _compare_scores(found, game_id, history, live)
        _compare_players(found, game_id, history, live)
        then, truly = history.pattern_state, live.pattern_state
        found.compare(game_id, "possession at 18:00", then.possession.holder, truly.possession.holder)
        for side in SIDES:
            found.compare(game_id, "five at 18:00", _five(then, side), _five(truly, side), who=f"{side}")
    return found


def _compare_scores(found: Agreement, game_id: str, history: GameState, live: GameState) -> None:
    found.compare(game_id, "score path", history.path, live.path)
    found.compare(game_id, "halftime score", history.half, live.half)
    for name in TOTALS:
        found.compare(game_id, name, getattr(history.momentum, name), getattr(live.momentum, name))
    found.compare(game_id, "biggest run", _run(history), _run(live))
    for name in ("tip_winner", "count_home", "count_away"):
        found.compare(game_id, name, getattr(history.possession, name), getattr(live.possession, name))


def _run(state: GameState) -> tuple[Side, int] | None:
    run = state.momentum.biggest_run
    return None if run is None else (run.side, run.points)


def _compare_players(found: Agreement, game_id: str, history: GameState, live: GameState) -> None:
    for person_id, truly in live.players.items():
        played = truly.played(live.elapsed)
        then = history.players.get(person_id, PlayerState(person_id, truly.name, truly.side))
        for name in LINE:
            found.compare(game_id, name, getattr(then, name), getattr(truly, name), who=truly.name or "")
        if played:
            found.minutes_off.append(abs(then.played(history.elapsed) - played) / 10)
            found.compare(game_id, "starter", bool(then.starter), bool(truly.starter), who=truly.name or "")


def _five(state: GameState, side: Side) -> list[str]:
    return sorted(
        player.name or "?" for player in state.players.values() if player.on_court and player.side == side
    )


def report(title: str, found: Agreement) -> Iterator[str]:
    yield f"{title}: {found.games:,} games"
    for what, compared in found.compared.items():
        yield f"  {what:<20}{compared - found.differing[what]:>7,} of {compared:>7,} equal"
    if found.minutes_off:
        off = sorted(found.minutes_off)
        mean, most = sum(off) / len(off), off[-1]
        within = sum(each <= 2 for each in off)
        yield f"  {'time played':<20}{within:>7,} of {len(off):>7,} within 2 s"
        yield f"  {'':<20}mean {mean:.1f} s, most {most:.0f} s off"
    yield from (f"  - {line}" for line in found.exceptions)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--history", type=Path, required=True, help="store that 'history import' wrote")
    parser.add_argument("--data", type=Path, required=True, help="folder with history/ and cdn/")
    options = parser.parse_args()
    games = HistoryStore(options.history).games()
    for line in report("with games.csv", with_index(games, options.data / "history" / "games.csv")):
        print(line)
    for line in report("with the live files", with_live(options.data / "cdn")):
        print(line)
    return 0


if __name__ == "__main__":
    sys.exit(main())
