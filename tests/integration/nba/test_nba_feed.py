"""Whole games from the local feed, through real HTTP, to their true end: well served and badly."""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import groupby
from pathlib import Path
from random import Random

import msgspec
import pytest

from courtside.clock import parse_utc
from courtside.events import AnyObservation, Play, PlayByPlay, ScoreLine
from courtside.feed.faults import FAULTS
from courtside.feed.server import FeedServer
from courtside.feed.settings import FeedSettings
from courtside.formats.captures import RecordingWriter
from courtside.formats.recordings import Recordings
from courtside.sources.nba_answer import Wire
from courtside.sources.nba_book import Book
from courtside.sources.nba_live import NbaSource
from courtside.sources.nba_settings import NbaSettings
from courtside.sources.nba_stats import NbaStats
from courtside.sources.simulator_game import simulate_game
from courtside.sources.simulator_recording import write_recording
from tests.integration.nba.conftest import START_MS, JumpingClock, Watch

ALL_FAULTS = tuple(fault.name for fault in FAULTS)
SLOW = {"hang", "drip"}
"""What the poller gives up on in real time."""


class FeedClock:
    """The poller's time, but hanging and dripping take real time: the poller waits for them in real time."""

    def __init__(self, clock: JumpingClock) -> None:
        self.now_ms = clock.now_ms

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


@pytest.fixture(scope="module")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("simulated")
    for number, (home, away) in enumerate([("DEN", "MIA"), ("NYK", "BOS")]):
        game_id = f"900000000{number}"
        write_recording(folder, simulate_game(number, home, away, game_id=game_id, start_ms=START_MS))
    return folder


@asynccontextmanager
async def watching(
    recordings: Path,
    *,
    poll_seconds: float,
    faults: tuple[str, ...] = (),
    writer: RecordingWriter | None = None,
    **feed: object,
) -> AsyncIterator[tuple[Watch, FeedServer]]:
    clock = JumpingClock(START_MS)
    values: dict[str, object] = {"port": 0, "hang_seconds": 0.8, "faults": faults, **feed}
    settings = FeedSettings(recordings=recordings, **values)  # type: ignore[arg-type]
    async with FeedServer(settings, clock=FeedClock(clock)) as server:
        source = NbaSource(
            NbaSettings(
                url=server.url,
                poll_seconds=poll_seconds,
                answer_seconds=0.3 if SLOW & set(faults) else 10,
                jitter=0,
            ),
            clock=clock,
            on_response=None if writer is None else writer.write,
        )
        async with Watch(source, clock) as watch:
            yield watch, server


async def run_to_the_end(watch: Watch, server: FeedServer, polls: float = 40) -> None:
    """Until the feed's files are all true, and some polls more."""
    left_ms = server.slate.settled_ms - server.now_ms()
    await watch.run(left_ms / 1000 + polls * watch.source.settings.poll_seconds)


def same_plays(one: tuple[Play, ...], other: tuple[Play, ...]) -> bool:
    """Equal but for the wall times, which the feed moves to its own day."""
    return [msgspec.structs.replace(play, at_ms=None) for play in one] == [
        msgspec.structs.replace(play, at_ms=None) for play in other
    ]


def assert_true_end(watch: Watch, recordings: Recordings, game_id: str) -> None:
    last = watch.of(PlayByPlay, game_id)[-1]
    assert same_plays(last.plays, recordings.plays(game_id))
    statuses = [line.status for line in watch.of(ScoreLine, game_id) if line.status]
    assert statuses[-1] == "final"
    lines: list[ScoreLine] = watch.of(ScoreLine, game_id)
    score = [(line.score_home, line.score_away) for line in lines if line.score_home is not None][-1]
    assert score == (last.plays[-1].score_home, last.plays[-1].score_away)


async def test_two_simulated_games_are_followed_from_before_the_tip_to_the_true_end(simulated: Path) -> None:
    async with watching(simulated, poll_seconds=40, lead_seconds=1800, stagger_seconds=600) as (
        watch,
        server,
    ):
        await run_to_the_end(watch, server)
    recordings = Recordings.open(simulated)
    for game_id in recordings.game_ids:
        assert_true_end(watch, recordings, game_id)
        statuses = [line.status for line in watch.of(ScoreLine, game_id) if line.status]
        assert [status for status, _ in groupby(statuses)] == ["scheduled", "live", "final"]
        assert len(watch.of(PlayByPlay, game_id)) > 60
    assert not watch.stats.faults
    assert {said.source for said in watch.seen} == {"simulated"}


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_with_every_fault_of_the_feed_the_end_is_still_the_true_one(simulated: Path, seed: int) -> None:
    async with watching(
        simulated, poll_seconds=90, stagger_seconds=600, faults=ALL_FAULTS, fault_rate=0.3, seed=seed
    ) as (watch, server):
        await run_to_the_end(watch, server)
        assert len(server.report().faults) > 15
    recordings = Recordings.open(simulated)
    for game_id in recordings.game_ids:
        assert_true_end(watch, recordings, game_id)
    assert len(watch.stats.faults) > 9
    assert "unexpected" not in watch.stats.faults


COUNTED = {
    "stale": "stale",
    "truncated": "truncated",
    "empty": "empty_body",
    "html": "html",
    "error_envelope": "error_envelope",
    "access_denied": "file_missing",
    "blocked": "blocked",
    "rate_limited": "rate_limited",
    "server_error": "server_error",
    "unavailable": "server_error",
    "hang": "timeout",
    "drip": "timeout",
    "reset": "connection_lost",
    "frozen_status": "status_conflict",
}


@pytest.mark.parametrize("fault", ALL_FAULTS)
async def test_each_fault_of_the_feed_alone_is_counted_by_its_name_or_is_none(
    simulated: Path, fault: str
) -> None:
    async with watching(simulated, games=1, poll_seconds=180, faults=(fault,), fault_rate=0.3, seed=4) as (
        watch,
        server,
    ):
        await run_to_the_end(watch, server)
    recordings = Recordings.open(simulated)
    assert_true_end(watch, recordings, recordings.game_ids[0])
    counted = Counter(watch.stats.faults)
    if fault in COUNTED:
        assert counted[COUNTED[fault]] > 0
        del counted[COUNTED[fault]]
    assert counted.keys() <= {"status_conflict"}


async def test_what_was_recorded_from_the_feed_replays_to_the_same_plays(
    simulated: Path, tmp_path: Path
) -> None:
    writer = RecordingWriter(tmp_path / "kept")
    async with watching(simulated, games=1, poll_seconds=60, writer=writer) as (watch, server):
        await run_to_the_end(watch, server)
    kept = Recordings.open(tmp_path / "kept")
    [game_id] = kept.game_ids
    assert same_plays(kept.plays(game_id), watch.of(PlayByPlay, game_id)[-1].plays)
    assert len(kept.captures(f"playbyplay_{game_id}")) == watch.stats.files["playbyplay"].changed


@pytest.mark.data
@pytest.mark.parametrize("faults", [(), ALL_FAULTS], ids=["well", "badly"])
async def test_a_recorded_game_is_followed_to_its_true_final_plays(
    data_dir: Path, faults: tuple[str, ...]
) -> None:
    folder = data_dir / "cdn" / "games"
    async with watching(folder, games=1, poll_seconds=45, faults=faults, fault_rate=0.3) as (watch, server):
        await run_to_the_end(watch, server)
        [game] = server.slate.games
    assert_true_end(watch, Recordings.open(folder), game.game_id)
    assert bool(watch.stats.faults) == bool(faults)


@pytest.mark.data
def test_the_recorded_scoreboards_of_two_months_are_followed_without_a_fault(data_dir: Path) -> None:
    files = sorted((data_dir / "cdn" / "scoreboards").glob("*.json"))
    stats = NbaStats()
    book = Book(NbaSettings(), Random(1), stats, now_ms=0)
    said: list[AnyObservation] = []
    for file in files:
        # 2026-01-05_2026-01-06T100839.json: the day of the games, and when it was fetched, in UTC.
        fetched_ms = parse_utc(f"{file.stem.split('_')[1]}Z")
        book.ask(book.scoreboard, fetched_ms)
        said += book.take(book.scoreboard, Wire(file.read_bytes()), fetched_ms)
    assert len(files) == 30
    assert stats.files["scoreboard"].changed + stats.files["scoreboard"].same_bytes == 30
    assert not stats.faults
    finals = {line.game_id for line in said if isinstance(line, ScoreLine) and line.status == "final"}
    rows = [row for file in files for row in json.loads(file.read_bytes())["scoreboard"]["games"]]
    assert finals == {row["gameId"] for row in rows if row["gameStatus"] == 3}
