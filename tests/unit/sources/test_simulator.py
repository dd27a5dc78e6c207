"""The source of simulated games: labelled, staggered, endless, and the same again for a seed."""

import asyncio
from collections import defaultdict
from itertools import pairwise

import pytest

from courtside.clock import ManualClock, WallClock
from courtside.errors import BadConfig
from courtside.events import AnyObservation, BoxScore, PlayByPlay, ScoreLine
from courtside.sources.simulator import SimulatorSource
from courtside.sources.simulator_game import simulate_game

START_MS = 1_740_000_000_000


async def watch(source: SimulatorSource, observations: int) -> list[AnyObservation]:
    seen: list[AnyObservation] = []
    async for observation in source:
        seen.append(observation)
        if len(seen) >= observations:
            await source.aclose()
    return seen


def source(clock: ManualClock | None = None, **settings: float) -> SimulatorSource:
    chosen: dict[str, float] = {"seed": 4, "games": 10, "speed": 10.0, "edits_a_game": 1.0} | settings
    return SimulatorSource(
        clock=clock or ManualClock(START_MS),
        seed=int(chosen["seed"]),
        games=int(chosen["games"]),
        speed=chosen["speed"],
        edits_a_game=chosen["edits_a_game"],
        first_number=int(chosen.get("first_number", 1)),
    )


def by_game(seen: list[AnyObservation]) -> dict[str, list[AnyObservation]]:
    games: dict[str, list[AnyObservation]] = defaultdict(list)
    for observation in seen:
        games[observation.game_id].append(observation)
    return games


async def test_ten_games_are_under_way_at_once_each_at_another_stage() -> None:
    seen = await watch(source(), 40)
    assert {observation.received_ms for observation in seen} == {START_MS}
    plays = {o.game_id: o.plays for o in seen if isinstance(o, PlayByPlay)}
    assert len(plays) == 10
    assert len({len(game) for game in plays.values()}) == 10
    assert {game[-1].period for game in plays.values()} >= {1, 2, 3, 4}
    assert all((play.at_ms or 0) <= START_MS for game in plays.values() for play in game)


async def test_everything_says_that_it_is_simulated() -> None:
    seen = await watch(source(), 500)
    assert {observation.source for observation in seen} == {"simulated"}
    assert SimulatorSource.name == "simulated"
    assert all(o.game_id.startswith("9") and len(o.game_id) == 10 for o in seen)


async def test_a_game_is_announced_with_its_rosters_before_any_play() -> None:
    for game in by_game(await watch(source(), 3000)).values():
        line, box = game[0], game[1]
        assert isinstance(line, ScoreLine) and line.status == "scheduled"
        assert line.start_ms is not None and line.home_team and line.away_team
        assert isinstance(box, BoxScore)
        assert sum(entry.starter for entry in box.players) == 10
        assert (box.home_team, box.away_team) == (line.home_team, line.away_team)


async def test_a_game_goes_from_its_first_play_to_a_final_score_line() -> None:
    games = by_game(await watch(source(games=2), 2500))
    whole = [
        game for game in games.values() if isinstance(game[-1], ScoreLine) and game[-1].status == "final"
    ]
    assert len(whole) >= 2
    last = whole[-1]
    shown = [o.plays for o in last if isinstance(o, PlayByPlay)]
    assert len(shown[0]) == 1
    assert shown[-1][-1].action == "game"
    final = last[-1]
    assert isinstance(final, ScoreLine)
    assert (final.score_home, final.score_away) == (shown[-1][-1].score_home, shown[-1][-1].score_away)
    number = int(final.game_id[5:])
    again = simulate_game(f"4/{number}", final.home_team or "", final.away_team or "")
    assert [play.description for play in again.plays] == [play.description for play in shown[-1]]
    statuses = [o.status for o in last if isinstance(o, ScoreLine)]
    assert [s for s, t in pairwise([*statuses, None]) if s != t][:4] == ["scheduled", "live", "break", "live"]
    assert "halftime" in statuses


async def test_each_play_is_seen_as_soon_as_it_happened_on_a_clock_that_runs_faster() -> None:
    seen = await watch(source(edits_a_game=0), 2000)
    live = [o for o in seen if isinstance(o, PlayByPlay) and o.received_ms > START_MS]
    assert live
    for observation in live:
        assert 0 <= observation.received_ms - (observation.plays[-1].at_ms or 0) <= 2
    assert all(a.received_ms <= b.received_ms for a, b in pairwise(seen))


async def test_slates_follow_one_another_without_end_and_no_team_plays_twice_at_once() -> None:
    seen = await watch(source(games=15, edits_a_game=0), 17_000)
    busy: dict[str, tuple[str, str]] = {}
    games = 0
    for o in seen:
        if not isinstance(o, ScoreLine):
            continue
        if o.status == "scheduled":
            games += 1
            teams = o.home_team or "", o.away_team or ""
            assert not {team for pair in busy.values() for team in pair} & set(teams)
            busy[o.game_id] = teams
        elif o.status == "final":
            del busy[o.game_id]
    assert games > 40
    assert len(busy) == 15


async def test_the_same_seed_tells_the_same_and_another_seed_something_else() -> None:
    assert await watch(source(), 1500) == await watch(source(), 1500)
    assert await watch(source(seed=5), 1500) != await watch(source(), 1500)


async def test_late_edits_correct_what_was_shown_before() -> None:
    corrections = 0
    watching = source(games=3, edits_a_game=6)
    for game in by_game(await watch(watching, 3000)).values():
        shown = [o.plays for o in game if isinstance(o, PlayByPlay)]
        for before, after in pairwise(shown):
            corrections += after[: len(before)] != before
    assert corrections >= 10
    assert watching.stats.late_edits >= 10


async def test_without_late_edits_plays_are_only_ever_added() -> None:
    for game in by_game(await watch(source(games=3, edits_a_game=0), 2000)).values():
        shown = [o.plays for o in game if isinstance(o, PlayByPlay)]
        for before, after in pairwise(shown):
            assert after[: len(before)] == before


async def test_plays_are_shared_between_observations_so_that_growing_is_cheap() -> None:
    shown = [o.plays for o in await watch(source(games=1, edits_a_game=0), 200) if isinstance(o, PlayByPlay)]
    assert all(one is other for one, other in zip(shown[-2], shown[-1], strict=False))


async def test_a_program_that_goes_on_chooses_where_the_numbers_start() -> None:
    seen = await watch(source(seed=12_345, first_number=71), 40)
    assert sorted({o.game_id for o in seen})[0] == "9234500071"


async def test_closing_ends_a_source_that_waits_for_its_next_play() -> None:
    slow = SimulatorSource(clock=WallClock(), seed=1, games=1, speed=0.0001)
    first = asyncio.Event()

    async def consume() -> int:
        count = 0
        async for _ in slow:
            count += 1
            if count == 4:
                first.set()
        return count

    consumer = asyncio.create_task(consume())
    await asyncio.wait_for(first.wait(), 5)
    await slow.aclose()
    assert await asyncio.wait_for(consumer, 5) >= 4


async def test_cancelling_the_consumer_cancels_the_wait() -> None:
    slow = SimulatorSource(clock=WallClock(), seed=1, games=1, speed=0.0001)
    consumer = asyncio.create_task(watch(slow, 1_000_000))
    await asyncio.sleep(0)
    consumer.cancel()
    with pytest.raises(asyncio.CancelledError):
        await consumer


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"games": 0}, "0 simulated games"),
        ({"games": 16}, "16 simulated games"),
        ({"speed": 0.0}, "speed 0"),
        ({"speed": float("inf")}, "speed inf"),
        ({"edits_a_game": -1.0}, "-1 late edits"),
        ({"first_number": 0}, "number 0"),
    ],
)
def test_settings_that_cannot_be_meant_are_refused_by_name(settings: dict[str, float], named: str) -> None:
    with pytest.raises(BadConfig, match=named):
        source(None, **settings)
