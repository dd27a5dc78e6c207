"""How fast recorded games go through engine and journal, one observation a play, on one core.

    python -m benchmarks.replay [--recordings DIR] [--games N] [--json]

Without recorded games (COURTSIDE_DATA) it simulates some. Each figure is the median of three runs, in
games a second; the shares say where the time of the whole way goes.
"""

import argparse
import asyncio
import cProfile
import json
import os
import pstats
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from courtside.app.forecasting import open_forecasting
from courtside.app.pipeline import Pipeline
from courtside.app.ratings import Ratings
from courtside.clock import ManualClock
from courtside.engine import Engine
from courtside.events import AnyObservation, PlayByPlay
from courtside.forecast.forecast import Forecaster
from courtside.formats.recordings import Recordings
from courtside.game.state import fold, start
from courtside.messages import encode_message
from courtside.monitor.metrics import Metrics
from courtside.settings import Settings
from courtside.sources.replay import ReplaySource
from courtside.sources.simulator_game import simulate_game
from courtside.sources.simulator_recording import write_recording
from courtside.store.sqlite import SqliteJournal

RUNS = 3
SHIPPED = Settings(model="shipped")
GROUPS = {
    "fold the plays": ("game/state.py", "game/momentum.py", "game/possession.py", "game/players.py",
                       "game/score_path.py", "game/windows.py"),
    "forecast": ("forecast/", "features.py", "game/rotation.py", "engine/outlook.py", "onnxruntime", "numpy"),
    "word the messages": ("engine/narrator.py", "game/view.py", "messages/", "Encoder"),
    "step around them": ("engine/", "game/live.py", "game/status.py"),
    "journal": ("store/", "sqlite3"),
    "pipeline, metrics, loop": ("app/", "monitor/", "prometheus", "asyncio", "bus/", "uvloop"),
}  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--recordings", type=Path, help="folder of recorded games")
    parser.add_argument("--games", type=int, default=40)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = arguments.recordings or recorded(Path(scratch), arguments.games)
        model = open_forecasting(SHIPPED).forecaster
        games, observations = asyncio.run(observed(folder, arguments.games))
        observations = _with_contexts(observations, model)
        figures = {
            "fold alone": _rate(lambda: _fold(observations), games),
            "engine": _rate(lambda: _engine(observations, model), games),
            "engine and encoding": _rate(lambda: _engine(observations, model, encode=True), games),
            "engine, encoding and journal": _rate(lambda: asyncio.run(_whole(observations, model)), games),
        }
        shares = _shares(observations, model)
    if arguments.json:
        print(json.dumps({"games": games, "observations": len(observations), "games_a_second": figures,
                          "shares": shares}))  # fmt: skip
        return
    print(f"{games} games, {len(observations)} observations, one a play, on one core\n")
    for name, rate in figures.items():
        per = games / rate / len(observations) * 1e6
        print(f"  {name:<30} {rate:7.1f} games/s {per:7.1f} us an observation")
    print("\n  where the time of the whole way goes")
    for name, share in shares.items():
        print(f"  {name:<30} {share:6.0%}")


def recorded(scratch: Path, games: int) -> Path:
    """A folder of recorded games: those of COURTSIDE_DATA, or simulated ones in `scratch`."""
    default = Path(__file__).parents[1] / ".." / "shared" / "data"
    folder = Path(os.environ.get("COURTSIDE_DATA", default)) / "cdn" / "games"
    if folder.is_dir():
        return folder
    for number in range(games):
        game = simulate_game(number, game_id=f"9{number:09d}", start_ms=1_700_000_000_000 + number * 60_000)
        write_recording(scratch, game)
    return scratch


async def observed(folder: Path, games: int) -> tuple[int, list[AnyObservation]]:
    """How many games, and what a source saw of them, one observation a play."""
    source = ReplaySource(Recordings.open(folder), games=games, clock=ManualClock())
    return len(source.games), [observation async for observation in source]


def _with_contexts(observations: list[AnyObservation], model: Forecaster) -> list[AnyObservation]:
    """What the ratings say of each game in its place, as a program that runs has it."""
    ratings = Ratings(open_forecasting(SHIPPED))
    engine = Engine(model)
    found: list[AnyObservation] = []
    for seen in observations:
        live = engine.step(seen).live
        found.append(seen)
        context = ratings.context(live, seen.received_ms)
        if context is not None:
            engine.step(context)
            found.append(context)
    return found


def _rate(work: Callable[[], None], games: int) -> float:
    seconds = []
    for _ in range(RUNS):
        started = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - started)
    return games / statistics.median(seconds)


def _fold(observations: list[AnyObservation]) -> None:
    """The lower bound: every play folded once, nothing told and nothing kept."""
    states = {seen.game_id: start() for seen in observations}
    for seen in observations:
        if isinstance(seen, PlayByPlay) and seen.plays:
            states[seen.game_id] = fold(states[seen.game_id], seen.plays[-1])


def _engine(observations: list[AnyObservation], model: Forecaster, *, encode: bool = False) -> None:
    engine = Engine(model)
    for seen in observations:
        messages = engine.step(seen).messages
        if encode:
            for message in messages:
                encode_message(message)


async def _whole(observations: list[AnyObservation], model: Forecaster) -> None:
    with tempfile.TemporaryDirectory() as folder:
        journal = SqliteJournal(str(Path(folder) / "journal.db"))
        engine = Engine(model)
        pipeline = Pipeline(engine, journal, lambda messages: None, Metrics(), ManualClock())
        running = asyncio.create_task(pipeline.run())
        for seen in observations:
            await pipeline.put(seen)
        await pipeline.drained()
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await journal.aclose()


def _shares(observations: list[AnyObservation], model: Forecaster) -> dict[str, float]:
    profile = cProfile.Profile()
    profile.runcall(lambda: asyncio.run(_whole(observations, model)))
    totals = dict.fromkeys([*GROUPS, "everything else"], 0.0)
    for (file, _, function), (_, _, own, *_) in pstats.Stats(profile).stats.items():  # type: ignore[attr-defined]
        where = f"{file} {function}"
        group = next(
            (name for name, marks in GROUPS.items() if any(mark in where for mark in marks)),
            "everything else",
        )
        totals[group] += own
    whole = sum(totals.values())
    return {name: value / whole for name, value in totals.items()}


if __name__ == "__main__":
    main()
