"""What a forecast costs, on one core: at 18:00 with everything, and at every play.

    python -m benchmarks.forecast [--recordings DIR] [--rounds N] [--json]

The shipped model, on recorded games (COURTSIDE_DATA; simulated ones where there are none) of which teams
and players are rated. "Everything" is features, all members, both intervals and similar games. The peer
is a nearest-neighbour forecast as one writes it down in NumPy: one member of ours, its similar games and
no interval, over the same library. Exit status 1 where a goal is missed.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import msgspec
import numpy as np

from courtside.events import Play, RosterEntry
from courtside.forecast.bundle import shipped_folder
from courtside.forecast.dejavu import Dejavu
from courtside.forecast.forecast import Situation
from courtside.forecast.model import Model
from courtside.formats.recordings import Recordings
from courtside.game.prior import Prior
from courtside.game.state import GameState, fold, start
from courtside.sources.simulator_game import simulate_game

GOAL_P99_MS = 2.0
GOAL_LOAD_SECONDS = 1.0
GOAL_MEGABYTES = 25.0
GAMES = 20
EVERY = 10
"""Plays between two states that the running forecast is asked of."""
LOADS = 5
DAY = "2024-06-18"
"""The day after the last game that the shipped ratings know."""
NEIGHBOURS, SIMILAR = 500, 5
LOADING = """
import time
started = time.perf_counter()
from courtside.forecast.model import Model
imported = time.perf_counter()
Model.shipped()
print(imported - started, time.perf_counter() - imported)
"""


class Spread(msgspec.Struct, frozen=True):
    """Milliseconds."""

    p50: float
    p99: float

    @classmethod
    def of(cls, seconds: Sequence[float]) -> "Spread":
        return cls(*(np.percentile(seconds, [50, 99]) * 1000).tolist())


class Outcome(msgspec.Struct, frozen=True):
    tiers: list[str]
    everything: Spread
    unexplained: Spread
    """Without similar games."""
    pattern: Spread
    """18 numbers, no state."""
    running: Spread
    win: Spread
    peer: Spread
    import_seconds: float
    load_seconds: float
    megabytes: float

    @property
    def ratio(self) -> float:
        return self.everything.p50 / self.peer.p50

    @property
    def met(self) -> bool:
        return (
            self.everything.p99 < GOAL_P99_MS
            and self.load_seconds < GOAL_LOAD_SECONDS
            and self.megabytes <= GOAL_MEGABYTES
        )


class Game(msgspec.Struct, frozen=True):
    at_18: GameState
    others: list[GameState]
    prior: Prior


class Textbook:
    """The mean increment of the nearest past games, and the nearest five."""

    def __init__(self, dejavu: Dejavu) -> None:
        patterns = dejavu.library.patterns.astype(np.float64)
        self.shapes = patterns - patterns[:, -1:]
        self.increments = dejavu.library.halftimes - patterns[:, -1]
        self.games = dejavu.library.games

    def forecast(self, pattern: Sequence[float]) -> tuple[float, list[str]]:
        query = np.array(pattern) - pattern[-1]
        distances = np.sqrt(((self.shapes - query) ** 2).sum(axis=1))
        order = np.argsort(distances)
        return (
            pattern[-1] + float(self.increments[order[:NEIGHBOURS]].mean()),
            [self.games[place].game_id for place in order[:SIMILAR]],
        )


def recorded(folder: Path | None, model: Model) -> list[Game]:
    if folder is None:
        default = Path(__file__).parents[1] / ".." / "shared" / "data"
        folder = Path(os.environ.get("COURTSIDE_DATA", default)) / "cdn" / "games"
    book = model.book()
    games = []
    for home, away, roster, plays in _read(folder) if folder.is_dir() else _simulated():
        ids = [entry.person_id for entry in roster]
        prior = Prior.of(*book.prior(home, away, DAY, ids))
        state, others = start(roster), []
        for number, play in enumerate(plays):
            state = fold(state, play)
            if number % EVERY == 0:
                others.append(state)
        games.append(Game(state.pattern_state, others, prior))
    return games


Played = tuple[str, str, Sequence[RosterEntry], Sequence[Play]]


def _read(folder: Path) -> list[Played]:
    recordings = Recordings.open(folder)
    found: list[Played] = []
    for game in recordings.games[:GAMES]:
        box = game.box.observation
        found.append((box.home_team or "", box.away_team or "", box.players, recordings.plays(game.game_id)))
    return found


def _simulated() -> list[Played]:
    games = [simulate_game(number) for number in range(GAMES)]
    return [(game.home.tricode, game.away.tricode, game.roster, game.plays) for game in games]


def _timed(rounds: int, calls: Sequence[Callable[[], object]]) -> Spread:
    """Every call `rounds` times, in turn, so that none finds its own data warm; a round first for nothing."""
    for call in calls:
        call()
    seconds = []
    for _ in range(rounds):
        for call in calls:
            started = time.perf_counter()
            call()
            seconds.append(time.perf_counter() - started)
    return Spread.of(seconds)


def measure(games: Sequence[Game], model: Model, rounds: int) -> Outcome:
    dejavu = model.halftime.members["dejavu"]
    assert isinstance(dejavu, Dejavu)
    textbook = Textbook(dejavu)
    situations = [
        Situation(tuple(float(value or 0) for value in game.at_18.path[:18]), game.at_18, game.prior)
        for game in games
    ]
    moments = [(state, game.prior) for game in games for state in game.others]

    def everything(situation: Situation, *, explain: bool = True) -> object:
        forecast = model.forecast(situation, explain=explain)
        return forecast.point, forecast.interval(0.2), forecast.interval(0.05)

    imports, loads = zip(*(_load() for _ in range(LOADS)), strict=True)
    few = max(1, rounds // 20)
    return Outcome(
        tiers=sorted({model.forecast(situation).known for situation in situations}),
        everything=_timed(rounds, [partial(everything, each) for each in situations]),
        unexplained=_timed(rounds, [partial(everything, each, explain=False) for each in situations]),
        pattern=_timed(rounds, [partial(everything, Situation(each.pattern)) for each in situations]),
        running=_timed(few, [partial(model.running, *each) for each in moments]),
        win=_timed(few, [partial(model.win, *each) for each in moments]),
        peer=_timed(rounds, [partial(textbook.forecast, each.pattern) for each in situations]),
        import_seconds=float(np.median(imports)),
        load_seconds=float(np.median(loads)),
        megabytes=sum(path.stat().st_size for path in shipped_folder().iterdir()) / 1e6,
    )


def _load() -> tuple[float, float]:
    """Seconds of importing and of opening, in a process of its own."""
    done = subprocess.run([sys.executable, "-c", LOADING], capture_output=True, text=True, check=True)
    imported, loaded = done.stdout.split()
    return float(imported), float(loaded)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--recordings", type=Path, help="folder of recorded games")
    parser.add_argument("--rounds", type=int, default=100, help="forecasts of each game")
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args(arguments)
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    model = Model.shipped()
    outcome = measure(recorded(options.recordings, model), model, options.rounds)
    if options.json:
        print(json.dumps({**msgspec.to_builtins(outcome), "ratio": outcome.ratio, "met": outcome.met}))
        return 0 if outcome.met else 1
    print(f"model {model.version}, tier {', '.join(outcome.tiers)}, on one core; milliseconds")
    for name, spread in (
        ("forecast at 18:00, everything", outcome.everything),
        ("  without similar games", outcome.unexplained),
        ("  of 18 numbers alone", outcome.pattern),
        ("running forecast", outcome.running),
        ("win probability", outcome.win),
        ("peer: textbook neighbours", outcome.peer),
    ):
        print(f"  {name:<32} p50 {spread.p50:6.3f}   p99 {spread.p99:6.3f}")
    print(f"  everything takes {outcome.ratio:.2f} times as long as the peer")
    print(f"  import {outcome.import_seconds:.2f} s, opening {outcome.load_seconds:.3f} s, "
          f"{outcome.megabytes:.1f} MB")  # fmt: skip
    goals = f"p99 {GOAL_P99_MS:g} ms, opening {GOAL_LOAD_SECONDS:g} s, {GOAL_MEGABYTES:g} MB"
    print(f"  goals {goals}: {'met' if outcome.met else 'MISSED'}")
    return 0 if outcome.met else 1


if __name__ == "__main__":
    sys.exit(main())
