from collections.abc import AsyncIterator, Iterable
from pathlib import Path
from typing import Any

import pytest

from courtside.app import sources
from courtside.app.sources import AutoSource, make_source, nba_settings
from courtside.clock import Clock, ManualClock
from courtside.errors import BadInput
from courtside.events import AnyObservation, ScoreLine, SourceName
from courtside.settings import Settings
from courtside.sources.nba_auto import NbaAnswer
from courtside.sources.nba_live import NbaSource
from courtside.sources.replay import ReplaySource
from courtside.sources.simulator import SimulatorSource
from courtside.sources.simulator_game import SimulatedGame
from courtside.sources.simulator_recording import write_recording

START_MS = 1_700_000_000_000


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(START_MS)


def made(clock: ManualClock, **changes: Any) -> object:
    return make_source(Settings(**changes), clock, ())


async def test_each_word_for_a_source_makes_that_source(
    clock: ManualClock, tmp_path: Path, game: SimulatedGame
) -> None:
    write_recording(tmp_path, game)
    assert made(clock, source="push") is None
    assert isinstance(made(clock, source="nba"), NbaSource)
    assert isinstance(made(clock, source="simulate", games=2, seed=4), SimulatorSource)
    assert isinstance(made(clock, source="replay", recordings=tmp_path, speed=None), ReplaySource)
    assert isinstance(made(clock, source="auto"), AutoSource)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"source": "replay"}, "--recordings"),
        ({"source": "simulate", "speed": None}, "--speed 10"),
        ({"source": "auto", "speed": None}, "--speed 10"),
        ({"source": "simulate", "games": 16}, "30 teams"),
        ({"source": "replay", "recordings": Path("no-such-folder")}, "no-such-folder"),
    ],
)
async def test_what_cannot_be_shown_is_refused_in_one_line(
    clock: ManualClock, changes: dict[str, Any], said: str
) -> None:
    with pytest.raises(BadInput, match=said) as refused:
        made(clock, **changes)
    assert "\n" not in str(refused.value)


def test_the_poller_gets_its_settings_with_and_without_its_prefix() -> None:
    asked = nba_settings(Settings(nba_url="http://127.0.0.1:1", poll_seconds=3.5, nba_retries=4))
    assert (asked.url, asked.poll_seconds, asked.retries) == ("http://127.0.0.1:1", 3.5, 4)


class Feed:
    """What the NBA's feed answers, in turn; the last answer stays."""

    def __init__(self, *answers: bool) -> None:
        self.answers = list(answers)
        self.asked_at: list[int] = []

    async def is_on(self, _: object, *, clock: Clock) -> NbaAnswer:
        self.asked_at.append(clock.now_ms())
        on = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return NbaAnswer(on, "a game is on" if on else "no game is on")


class League:
    """In place of the poller: one game, and a note of what it was to go on with."""

    name: SourceName = "nba"

    def __init__(self, _: object, *, clock: Clock, games: Iterable[str], **__: object) -> None:
        self.games = tuple(games)
        self._clock = clock
        self.closed = False

    async def __aiter__(self) -> AsyncIterator[AnyObservation]:
        yield ScoreLine(game_id="0022500776", received_ms=self._clock.now_ms(), source="nba", status="live")

    async def aclose(self) -> None:
        self.closed = True


@pytest.fixture
def feed(monkeypatch: pytest.MonkeyPatch) -> Feed:
    feed = Feed(False)
    monkeypatch.setattr(sources, "nba_is_on", feed.is_on)
    monkeypatch.setattr(sources, "NbaSource", League)
    return feed


def auto(clock: ManualClock) -> AutoSource:
    # So many times as fast that games end between two questions to the feed.
    return AutoSource(Settings(games=2, speed=200.0), clock, ("0022500111",))


async def test_a_game_that_is_on_is_followed_at_once(clock: ManualClock, feed: Feed) -> None:
    feed.answers = [True]
    source = auto(clock)
    assert source.name == "simulated", "until something is known"
    seen = [observation async for observation in source]
    assert [observation.game_id for observation in seen] == ["0022500776"]
    assert isinstance(source.current, League)
    assert source.current.games == ("0022500111",), "the games that were still on go on"
    assert (source.name, source.reason) == ("nba", "a game is on")


async def test_simulated_games_are_called_off_when_a_real_one_begins(clock: ManualClock, feed: Feed) -> None:
    feed.answers = [False, False, True]
    source = auto(clock)
    seen = [observation async for observation in source]
    assert seen[0].source == "simulated"
    assert seen[-1].source == "nba"
    called_off = {each.game_id for each in seen if isinstance(each, ScoreLine) and each.status == "postponed"}
    final = {each.game_id for each in seen if isinstance(each, ScoreLine) and each.status == "final"}
    simulated = {each.game_id for each in seen if each.source == "simulated"}
    assert called_off and called_off == simulated - final
    assert isinstance(seen[-2], ScoreLine) and seen[-2].status == "postponed"
    assert feed.asked_at[1] - feed.asked_at[0] >= 60_000


async def test_a_source_that_is_closed_calls_nothing_off_and_asks_no_more(
    clock: ManualClock, feed: Feed
) -> None:
    source = auto(clock)
    seen: list[AnyObservation] = []
    async for observation in source:
        seen.append(observation)
        if len(seen) == 50:
            await source.aclose()
    assert len(seen) == 50
    assert {each.source for each in seen} == {"simulated"}
    assert isinstance(source.current, SimulatorSource)


async def test_closing_before_anything_was_seen_is_no_trouble(clock: ManualClock, feed: Feed) -> None:
    feed.answers = [True]
    source = auto(clock)
    await source.aclose()
    assert [observation async for observation in source] == []
