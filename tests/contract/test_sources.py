"""What every source of observations does, whatever it looks at.

The `nba` source has a suite of its own (tests/integration/nba), over real HTTP with every fault.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from courtside.app.sources import AutoSource
from courtside.clock import ManualClock
from courtside.events import AnyObservation, PlayByPlay, ScoreLine, decode_observation, encode_observation
from courtside.formats.recordings import Recordings
from courtside.settings import Settings
from courtside.sources.replay import ReplaySource
from courtside.sources.simulator import SimulatorSource
from courtside.sources.simulator_game import simulate_game
from courtside.sources.simulator_recording import write_recording
from courtside.sources.source import Source

START_MS = 1_740_000_000_000
ENOUGH = 60


class Subject:
    """A source under test; `make` gives it anew, showing the same."""

    def __init__(self, make: Callable[[], Source]) -> None:
        self.make = make


@pytest.fixture(scope="module")
def recordings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("recordings")
    for number in range(2):
        game_id = f"900000000{number}"
        write_recording(folder, simulate_game(number, game_id=game_id, start_ms=START_MS + number * 600_000))
    return folder


@asynccontextmanager
async def _subject(kind: str, recordings: Path) -> AsyncIterator[Subject]:
    match kind:
        case "replay":
            yield Subject(lambda: ReplaySource(Recordings.open(recordings), clock=ManualClock(START_MS)))
        case "simulator":
            yield Subject(lambda: SimulatorSource(clock=ManualClock(START_MS), games=2, speed=60))
        case _:
            settings = Settings(nba_url="http://127.0.0.1:9", speed=60, games=2)
            yield Subject(lambda: AutoSource(settings, ManualClock(START_MS), ()))


@pytest.fixture(params=["replay", "simulator", "auto"])
async def subject(request: pytest.FixtureRequest, recordings: Path) -> AsyncIterator[Subject]:
    async with _subject(request.param, recordings) as subject:
        yield subject


async def first(source: Source, count: int = ENOUGH) -> list[AnyObservation]:
    seen = []
    async for observation in source:
        seen.append(observation)
        if len(seen) == count:
            break
    await source.aclose()
    return seen


async def test_a_game_is_told_of_in_the_order_of_receipt(subject: Subject) -> None:
    last: dict[str, int] = {}
    for observation in await first(subject.make()):
        assert observation.received_ms >= last.get(observation.game_id, 0)
        last[observation.game_id] = observation.received_ms
    assert last


async def test_teams_are_told_before_plays_and_plays_are_in_order(subject: Subject) -> None:
    named: set[str] = set()
    for observation in await first(subject.make()):
        if isinstance(observation, ScoreLine) and observation.home_team:
            named.add(observation.game_id)
        if isinstance(observation, PlayByPlay):
            assert observation.game_id in named
            orders = [play.order for play in observation.plays]
            assert orders == sorted(set(orders))
            ids = [play.play_id for play in observation.plays]
            assert len(ids) == len(set(ids))


async def test_simulated_games_say_so_whoever_shows_them(subject: Subject) -> None:
    assert {observation.source for observation in await first(subject.make())} == {"simulated"}


async def test_every_observation_survives_its_codec(subject: Subject) -> None:
    for observation in await first(subject.make()):
        assert decode_observation(encode_observation(observation)) == observation


async def test_closing_ends_the_iteration_promptly_and_may_be_repeated(subject: Subject) -> None:
    source = subject.make()
    seen = []
    async with asyncio.timeout(10):
        async for observation in source:
            seen.append(observation)
            if len(seen) == 3:
                await source.aclose()
    await source.aclose()
    assert len(seen) >= 3


async def test_a_source_that_was_closed_has_nothing_to_say(subject: Subject) -> None:
    source = subject.make()
    await source.aclose()
    async with asyncio.timeout(10):
        assert [observation async for observation in source] == []
