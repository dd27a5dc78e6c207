"""What `courtside record` does: the live source with a tap on its responses."""

from collections.abc import Callable
from pathlib import Path

from courtside.cli.loop import until_stopped
from courtside.clock import Clock, WallClock
from courtside.formats.captures import RecordingWriter
from courtside.sources.nba_live import NbaSource
from courtside.sources.nba_settings import NbaSettings

PROGRESS_SECONDS = 60.0


async def record_feed(
    settings: NbaSettings,
    out: Path,
    for_seconds: float | None,
    say: Callable[[str], None],
    clock: Clock | None = None,
) -> str:
    """Record until SIGINT, SIGTERM or the time is over; returns what was kept, in words."""
    clock = clock if clock is not None else WallClock()
    writer = RecordingWriter(out)
    files: set[str] = set()

    def keep(name: str, body: bytes, received_ms: int) -> None:
        writer.write(f"{name}.json", body, received_ms)
        if name not in files:
            files.add(name)
            say(f"{name}: first response kept")

    source = NbaSource(settings, clock=clock, on_response=keep)
    say(f"recording {settings.url} to {out}; stop with Ctrl-C")
    try:
        await until_stopped(_drain(source), _tell(writer, source, clock, say), for_seconds=for_seconds)
    finally:
        await source.aclose()
    return _kept(writer, source) + f" in {out}"


async def _drain(source: NbaSource) -> None:
    """The observations are not wanted here, but a source that nobody reads stops polling."""
    async for _ in source:
        pass


async def _tell(writer: RecordingWriter, source: NbaSource, clock: Clock, say: Callable[[str], None]) -> None:
    while True:
        await clock.sleep(PROGRESS_SECONDS)
        say(_kept(writer, source))


def _kept(writer: RecordingWriter, source: NbaSource) -> str:
    faults = source.stats.faults.total()
    said = f"{writer.files_written} responses kept, {writer.bytes_written / 1e6:.1f} MB"
    return said + (f"; {faults} answers refused" if faults else "")
