"""What leaves the memory and when, by the clock of the machine."""

from typing import Any

import msgspec
import pytest

from courtside.app.housekeeping import Housekeeping
from courtside.events import ScoreLine
from courtside.messages import decode_snapshot
from courtside.settings import Settings

Parts = Any
HOUR_SECONDS = 3_600


def line(game_id: str, received_ms: int, **changes: Any) -> ScoreLine:
    base = ScoreLine(game_id=game_id, received_ms=received_ms, source="push", home_team="H", away_team="A")
    return msgspec.structs.replace(base, **changes)


@pytest.fixture
def left() -> list[str]:
    return []


@pytest.fixture
def house(parts: Parts, left: list[str]) -> Housekeeping:
    return Housekeeping(parts.journal, parts.pipeline, left.append, Settings(source="push"), parts.clock)


async def test_a_pushed_game_that_nobody_goes_on_with_leaves_as_it_stands(
    parts: Parts, house: Housekeeping, left: list[str]
) -> None:
    now_ms = parts.clock.now_ms()
    score = {"status": "live", "period": 2, "remaining_tenths": 100, "score_home": 40, "score_away": 38}
    await parts.pipeline.submit(line("forsaken", now_ms, **score))
    await parts.pipeline.submit(
        line("tomorrow", now_ms, status="scheduled", start_ms=now_ms + 30 * 3_600_000)
    )
    parts.clock.advance(5.9 * HOUR_SECONDS)
    await house.tidy()
    assert left == []
    parts.clock.advance(0.2 * HOUR_SECONDS)
    await house.tidy()
    assert left == ["forsaken"]
    assert set(parts.pipeline.committed) == {"tomorrow"}
    await parts.program.load("forsaken")
    assert decode_snapshot(parts.program.snapshot("forsaken")).status == "live"
    await house.tidy()
    assert set(parts.pipeline.committed) == {"tomorrow"}, "being looked at is no word"
    receipt = await parts.pipeline.submit(
        line("forsaken", parts.clock.now_ms(), **score | {"score_home": 42})
    )
    assert receipt.accepted
    await house.tidy()
    assert set(parts.pipeline.committed) == {"tomorrow", "forsaken"}
    assert not any(position.final for position in await parts.journal.positions())


async def test_a_forsaken_game_is_pruned_in_the_end(parts: Parts, house: Housekeeping) -> None:
    await parts.pipeline.submit(line("forsaken", parts.clock.now_ms(), status="live"))
    parts.clock.advance(7 * HOUR_SECONDS)
    await house.tidy()
    parts.clock.advance(31 * 24 * HOUR_SECONDS)
    await house.tidy()
    assert await parts.journal.positions() == []
    assert not parts.pipeline.asleep


async def test_a_limit_of_zero_waits_for_ever(parts: Parts, left: list[str]) -> None:
    settings = Settings(source="push", push_idle_hours=0)
    house = Housekeeping(parts.journal, parts.pipeline, left.append, settings, parts.clock)
    await parts.pipeline.submit(line("patient", parts.clock.now_ms(), status="live"))
    parts.clock.advance(1_000 * HOUR_SECONDS)
    await house.tidy()
    assert left == []


async def test_a_final_game_leaves_a_day_after_this_machine_heard_of_it_whatever_it_says_of_itself(
    parts: Parts, house: Housekeeping, left: list[str]
) -> None:
    score = {"period": 4, "remaining_tenths": 0, "score_home": 101, "score_away": 99}
    long_ago_ms = parts.clock.now_ms() - 20 * 24 * 3_600_000
    await parts.pipeline.submit(line("over", long_ago_ms, status="final", **score))
    parts.clock.advance(23 * HOUR_SECONDS)
    await house.tidy()
    assert left == []
    parts.clock.advance(2 * HOUR_SECONDS)
    await house.tidy()
    assert left == ["over"]
