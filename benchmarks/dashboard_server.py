"""The real program with simulated games, in a process of its own, for whoever measures its page."""

import asyncio
import multiprocessing
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection

import uvloop

from courtside.app.run import started
from courtside.settings import Settings

GAMES = 15
SEED = 1
START_SECONDS = 60.0


def simulated(speed: float, *, kept_minutes: float | None = None) -> Settings:
    """A full slate; with `kept_minutes` a game that is over leaves that soon."""
    settings = {
        "source": "simulate",
        "games": GAMES,
        "seed": SEED,
        "speed": speed,
        "http_port": 0,
        "ws_port": 0,
        "database": "sqlite:///:memory:",
        "log_dir": None,
        "log_level": "error",
    }
    if kept_minutes is not None:
        settings["retention_days"] = kept_minutes / (24 * 60)
    return Settings(**settings)  # type: ignore[arg-type]


@contextmanager
def serving(settings: Settings) -> Iterator[str]:
    """The address of the dashboard while the program runs."""
    context = multiprocessing.get_context("spawn")
    pipe, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs, settings), daemon=True)
    process.start()
    theirs.close()
    try:
        if not pipe.poll(START_SECONDS):
            raise TimeoutError(
                f"the program was not up after {START_SECONDS:g} s; try on a less busy machine"
            )
        yield pipe.recv()
    finally:
        pipe.close()
        process.join(10)
        if process.is_alive():
            process.terminate()
            process.join()


def _serve(pipe: Connection, settings: Settings) -> None:
    # Ctrl-C is for the process that measures; this one ends when its pipe does.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    uvloop.run(_run(pipe, settings))


async def _run(pipe: Connection, settings: Settings) -> None:
    async with started(settings) as app:
        pipe.send(app.http_url)
        ended = asyncio.Event()
        asyncio.get_running_loop().add_reader(pipe.fileno(), ended.set)
        await ended.wait()
