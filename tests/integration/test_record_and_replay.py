"""What was recorded from a feed over HTTP, faults and all, replays to what the live source said."""

import asyncio
from pathlib import Path
from random import Random

import pytest

from courtside.clock import ManualClock, WallClock
from courtside.events import AnyObservation, PlayByPlay, encode_observation
from courtside.feed.server import FeedServer
from courtside.feed.settings import FeedSettings
from courtside.formats.recordings import Recordings, RecordingWriter
from courtside.sources.nba_live import NbaSource
from courtside.sources.nba_settings import NbaSettings
from courtside.sources.replay import ReplaySource
from courtside.sources.simulator_game import simulate_game
from courtside.sources.simulator_recording import write_recording

GAMES = {"9000000001": ("BOS", "LAL"), "9000000002": ("DEN", "MIA")}

BODY_FAULTS = {"stale", "truncated", "html", "empty_body", "error_envelope"}


EVENING_MS = 1_770_854_400_000
"""2026-02-12 00:00 UTC, seven in the evening in New York: the games end before midnight there."""


class Evening(WallClock):
    """The machine's clock, set to the evening: recordings keep no headers, so a scoreboard's twelve-hour
    stamp can be told from its receipt time only while the feed stays on one side of noon and midnight."""

    def __init__(self) -> None:
        self._ahead_ms = EVENING_MS - super().now_ms()

    def now_ms(self) -> int:
        return super().now_ms() + self._ahead_ms


async def observe(source: NbaSource, until_over: set[str]) -> list[AnyObservation]:
    """What the source says until each of the games has ended."""
    seen: list[AnyObservation] = []
    async for observation in source:
        seen.append(observation)
        if isinstance(observation, PlayByPlay) and observation.plays[-1:]:
            if observation.plays[-1].action == "game":
                until_over.discard(observation.game_id)
            if not until_over:
                break
    await source.aclose()
    return seen


@pytest.mark.parametrize(
    "faults", [(), ("stale", "truncated", "html", "empty", "error_envelope", "late_edit", "score_review")]
)
async def test_a_recorded_feed_replays_to_what_the_live_source_said(
    tmp_path: Path, faults: tuple[str, ...]
) -> None:
    for number, (game_id, (home, away)) in enumerate(GAMES.items()):
        write_recording(tmp_path / "games", simulate_game(number, home, away, game_id=game_id))
    settings = FeedSettings(
        recordings=tmp_path / "games", speed=4_000, port=0, seed=3, faults=faults, fault_rate=0.2
    )
    writer = RecordingWriter(tmp_path / "captured")
    clock = Evening()
    async with FeedServer(settings, clock=clock) as feed:
        source = NbaSource(
            NbaSettings(url=feed.url, poll_seconds=0.05),
            clock=clock,
            on_response=writer.write,
            random=Random(1),
        )
        live = await asyncio.wait_for(observe(source, set(GAMES)), timeout=60)

    recordings = Recordings.open(tmp_path / "captured")
    assert set(recordings.game_ids) == set(GAMES)
    replay = ReplaySource(recordings, clock=ManualClock())
    replayed = [observation async for observation in replay]
    for game_id in GAMES:
        said = [one for one in live if one.game_id == game_id]
        again = [one for one in replayed if one.game_id == game_id]
        assert len(said) > 20
        # Two files that come within one millisecond have no order between them in a recording.
        for kind in {type(one) for one in said}:
            before = [encode_observation(one) for one in said if type(one) is kind]
            after = [encode_observation(one) for one in again if type(one) is kind]
            assert after[: len(before)] == before
            assert len(after) - len(before) <= 2  # answers that came while the source was being closed
        assert {one.source for one in again} == {"simulated"}
    refused = BODY_FAULTS & source.stats.faults.keys()
    assert bool(refused) == bool(faults)
    assert refused <= replay.faults.keys()
