"""Replay of recordings: what is told, in which order, and when."""

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from courtside.clock import ManualClock, WallClock
from courtside.errors import BadConfig
from courtside.events import AnyObservation, BoxScore, PlayByPlay, ScoreLine, encode_observation
from courtside.formats.recordings import Recordings, RecordingWriter
from courtside.sources.replay import IDLE_MS, YIELD_SECONDS, ReplaySource
from courtside.sources.source import Source

HOME, AWAY = 10, 20
FIRST, SECOND, THIRD = "0029900001", "0029900002", "0029900003"
TIP_OFF_MS = 1_735_689_600_000
"""2025-01-01T00:00:00Z"""


def utc(seconds: int) -> str:
    return f"2025-01-01T{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}Z"


def eastern(seconds: int) -> str:
    """The feed's stamp of a moment of that evening in New York, five hours behind."""
    return f"2024-12-31 {19 + seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}.000000"


def team(team_id: int, score: int, **more: object) -> dict[str, object]:
    return {"teamId": team_id, "teamTricode": f"T{team_id}", "score": score, **more}


def game_row(game_id: str, start: int, status: int, score: int, **more: object) -> dict[str, object]:
    player = {"personId": 7, "nameI": "S. Seven", "starter": "1", "status": "ACTIVE"}
    return {
        "gameId": game_id,
        "gameStatus": status,
        "period": 4 if status == 3 else 1,
        "gameClock": "",
        "gameTimeUTC": utc(start),
        "homeTeam": team(HOME, score, players=[player], **more),
        "awayTeam": team(AWAY, 0, players=[], **more),
    }


def box_body(game_id: str, start: int = 0, status: int = 3, score: int = 2, at: int = 7_200) -> bytes:
    row = game_row(game_id, start, status, score)
    return json.dumps({"meta": {"time": eastern(at)}, "game": row}).encode()


def plays_body(game_id: str, seconds: Sequence[int], at: int = 7_200) -> bytes:
    """Plays at these wall times, in seconds after midnight UTC; the last is the end of the game."""
    actions = [
        {
            "actionNumber": 1_000 - number,
            "orderNumber": number * 10,
            "clock": "PT11M00.00S",
            "timeActual": utc(second),
            "period": 1,
            "actionType": "game" if number == len(seconds) else "2pt",
            "scoreHome": "2",
            "scoreAway": "0",
        }
        for number, second in enumerate(seconds, start=1)
    ]
    return json.dumps(
        {"meta": {"time": eastern(at)}, "game": {"gameId": game_id, "actions": actions}}
    ).encode()


def scoreboard_body(*rows: dict[str, object], at: str) -> bytes:
    board = {"gameDate": "2024-12-31", "games": rows}
    return json.dumps({"meta": {"time": at}, "scoreboard": board}).encode()


def final_game(folder: Path, game_id: str, start: int, seconds: Sequence[int]) -> None:
    (folder / f"boxscore_{game_id}.json").write_bytes(box_body(game_id, start))
    (folder / f"playbyplay_{game_id}.json").write_bytes(plays_body(game_id, seconds))


async def replayed(folder: Path, games: int | None = None) -> list[AnyObservation]:
    source = ReplaySource(Recordings.open(folder), games=games, clock=ManualClock())
    return [observation async for observation in source]


def seconds_in(observation: AnyObservation) -> float:
    return (observation.received_ms - TIP_OFF_MS) / 1000


def play_counts(observations: Sequence[AnyObservation], game_id: str = FIRST) -> list[int]:
    return [len(one.plays) for one in observations if isinstance(one, PlayByPlay) and one.game_id == game_id]


# Final files


async def test_a_game_is_told_from_its_schedule_over_every_play_to_its_end(tmp_path: Path) -> None:
    final_game(tmp_path, FIRST, 0, [600, 620, 640])
    scheduled, box, *plays, end = await replayed(tmp_path)
    assert isinstance(scheduled, ScoreLine)
    assert (scheduled.status, scheduled.home_team, scheduled.start_ms) == ("scheduled", "T10", TIP_OFF_MS)
    assert scheduled.score_home is None
    assert isinstance(box, BoxScore)
    assert [entry.name for entry in box.players if entry.starter] == ["S. Seven"]
    assert play_counts(plays) == [1, 2, 3]
    assert [seconds_in(one) for one in plays] == [600, 620, 640]
    assert isinstance(end, ScoreLine)
    assert (end.status, end.score_home, end.score_away, seconds_in(end)) == ("final", 2, 0, 640)
    assert end.observed_ms is None
    assert {one.source for one in (scheduled, box, *plays, end)} == {"replay"}


async def test_plays_are_shared_and_their_wall_times_never_go_back(tmp_path: Path) -> None:
    final_game(tmp_path, FIRST, 0, [600, 660, 630, 700])
    plays = [one for one in await replayed(tmp_path) if isinstance(one, PlayByPlay)]
    assert [seconds_in(one) for one in plays] == [600, 660, 660, 700]
    assert plays[0].plays[0] is plays[3].plays[0]
    assert [play.order for play in plays[3].plays] == [10, 20, 30, 40]


async def test_a_play_before_the_scheduled_tip_off_waits_for_it(tmp_path: Path) -> None:
    final_game(tmp_path, FIRST, 100, [40, 120])
    assert [seconds_in(one) for one in await replayed(tmp_path)] == [100, 100, 100, 120, 120]


async def test_games_are_interleaved_by_time(tmp_path: Path) -> None:
    final_game(tmp_path, FIRST, 0, [600, 1_200])
    final_game(tmp_path, SECOND, 300, [900, 1_100])
    observations = await replayed(tmp_path)
    assert [one.received_ms for one in observations] == sorted(one.received_ms for one in observations)
    told = [(one.game_id, len(one.plays)) for one in observations if isinstance(one, PlayByPlay)]
    assert told == [(FIRST, 1), (SECOND, 1), (SECOND, 2), (FIRST, 2)]


async def test_only_the_first_games_are_told_where_a_number_is_given(tmp_path: Path) -> None:
    for game_id, start in ((FIRST, 900), (SECOND, 300), (THIRD, 600)):
        final_game(tmp_path, game_id, start, [1_000])
    assert {one.game_id for one in await replayed(tmp_path, games=2)} == {SECOND, THIRD}


async def test_a_whole_game_at_once_is_one_play_by_play(tmp_path: Path) -> None:
    final_game(tmp_path, FIRST, 0, [600, 660, 630])
    source = ReplaySource(Recordings.open(tmp_path), clock=ManualClock(), granularity="game")
    observations = [one async for one in source]
    assert play_counts(observations) == [3]
    assert [seconds_in(one) for one in observations] == [0, 0, 660, 660]


async def test_a_game_whose_plays_cannot_be_read_is_counted_and_the_others_go_on(tmp_path: Path) -> None:
    final_game(tmp_path, FIRST, 0, [600])
    final_game(tmp_path, SECOND, 0, [600])
    (tmp_path / f"playbyplay_{FIRST}.json").write_bytes(b"<html>")
    source = ReplaySource(Recordings.open(tmp_path), clock=ManualClock())
    observations = [one async for one in source]
    assert play_counts(observations, SECOND) == [1]
    assert play_counts(observations, FIRST) == []
    assert source.faults == {"html": 1}
    assert source.observations == len(observations)


async def test_two_replays_are_the_same_to_the_byte_at_any_speed(tmp_path: Path) -> None:
    final_game(tmp_path, FIRST, 0, [600, 660, 630])
    final_game(tmp_path, SECOND, 60, [700, 720])
    recordings = Recordings.open(tmp_path)
    outcomes = []
    for speed in (None, 1.0, 250.0):
        source = ReplaySource(recordings, speed=speed, clock=ManualClock(5))
        outcomes.append([encode_observation(one) async for one in source])
    assert outcomes[0] == outcomes[1] == outcomes[2]
    again = ReplaySource(recordings, clock=ManualClock())
    assert [encode_observation(one) async for one in again] == [
        encode_observation(one) async for one in again
    ]


@given(games=st.lists(st.lists(st.integers(0, 10_000), max_size=6), min_size=1, max_size=4))
@settings(deadline=None, max_examples=40)
def test_whatever_the_wall_times_time_never_goes_back_and_no_play_is_lost_or_doubled(
    games: list[list[int]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("games")
    for number, seconds in enumerate(games):
        final_game(folder, f"002990000{number}", 100 * number, seconds)
    observations = asyncio.run(replayed(folder))
    times = [one.received_ms for one in observations]
    assert times == sorted(times)
    for number, seconds in enumerate(games):
        told = [one for one in observations if one.game_id == f"002990000{number}"]
        assert play_counts(told, f"002990000{number}") == list(range(1, len(seconds) + 1))
        assert isinstance(told[0], ScoreLine)
        assert isinstance(told[-1], ScoreLine)
        assert (told[0].status, told[-1].status) == ("scheduled", "final")


# Pace


async def paced(folder: Path, speed: float) -> list[tuple[float, float]]:
    """Seconds of the wall clock and of the recording at which each observation came."""
    clock = ManualClock(1_000_000)
    source = ReplaySource(Recordings.open(folder), speed=speed, clock=clock)
    return [((clock.now_ms() - 1_000_000) / 1000, seconds_in(one)) async for one in source]


async def test_a_paced_replay_starts_at_once_and_keeps_the_recorded_gaps(tmp_path: Path) -> None:
    final_game(tmp_path, FIRST, 0, [30, 90, 1_000])
    assert await paced(tmp_path, 10) == [(0, 0), (0, 0), (3, 30), (9, 90), (100, 1_000), (100, 1_000)]


async def test_the_hours_between_games_are_cut_short(tmp_path: Path) -> None:
    final_game(tmp_path, FIRST, 0, [30, 90])
    final_game(tmp_path, SECOND, 80_000, [80_500, 80_600])
    wall = [at for at, _ in await paced(tmp_path, 1)]
    idle = IDLE_MS / 1000
    assert wall == [0, 0, 30, 90, 90, 90 + idle, 90 + idle, 90 + 2 * idle, 190 + 2 * idle, 190 + 2 * idle]


async def test_a_recording_that_breaks_off_in_a_game_does_not_hold_up_the_next_one(tmp_path: Path) -> None:
    final_game(tmp_path, FIRST, 0, [30, 3_000, 3_010])
    wall = [at for at, _ in await paced(tmp_path, 1)]
    assert wall == [0, 0, 30, 90, 100, 100]


async def test_a_slow_consumer_makes_no_later_observation_later(tmp_path: Path) -> None:
    final_game(tmp_path, FIRST, 0, [10, 20, 30, 40])
    clock = ManualClock()
    seen = []
    async for observation in ReplaySource(Recordings.open(tmp_path), speed=1, clock=clock):
        seen.append((clock.now_ms() / 1000, seconds_in(observation)))
        if seconds_in(observation) == 10:
            clock.advance(25)
    assert seen == [(0, 0), (0, 0), (10, 10), (35, 20), (35, 30), (40, 40), (40, 40)]


async def test_closing_ends_a_replay_that_waits_for_the_next_play(tmp_path: Path) -> None:
    final_game(tmp_path, FIRST, 0, [30, 40])
    source = ReplaySource(Recordings.open(tmp_path), speed=0.001, clock=WallClock())
    told = asyncio.Queue[AnyObservation]()

    async def consume() -> None:
        async for observation in source:
            told.put_nowait(observation)

    consumer = asyncio.create_task(consume())
    await told.get()
    await told.get()
    await source.aclose()
    await asyncio.wait_for(consumer, timeout=5)
    assert told.empty()


async def test_closing_ends_a_replay_at_full_speed(tmp_path: Path) -> None:
    final_game(tmp_path, FIRST, 0, [30, 40])
    source = ReplaySource(Recordings.open(tmp_path), clock=ManualClock())
    seen = []
    async for observation in source:
        seen.append(observation)
        await source.aclose()
    assert len(seen) == 1


@pytest.mark.parametrize("speed", [None, 1_000_000.0])
async def test_others_run_however_busy_a_replay_keeps_its_consumer(
    tmp_path: Path, speed: float | None
) -> None:
    final_game(tmp_path, FIRST, 0, range(7))
    loop = asyncio.get_running_loop()
    turns = 0

    async def count_turns() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    counting = asyncio.create_task(count_turns())
    seen = 0
    async for _ in ReplaySource(Recordings.open(tmp_path), speed=speed, clock=ManualClock()):
        seen += 1
        until = loop.time() + YIELD_SECONDS
        while loop.time() < until:
            pass
    counting.cancel()
    assert seen == 10
    assert turns >= 9


class BrokenClock(ManualClock):
    async def sleep(self, seconds: float) -> None:
        raise RuntimeError("no time")


async def test_a_clock_that_fails_is_not_hidden(tmp_path: Path) -> None:
    final_game(tmp_path, FIRST, 0, [30])
    source = ReplaySource(Recordings.open(tmp_path), speed=1, clock=BrokenClock())
    with pytest.raises(RuntimeError, match="no time"):
        _ = [one async for one in source]


@pytest.mark.parametrize("speed", [0.0, -1.0, float("nan"), float("inf")])
def test_a_speed_that_cannot_be_meant_is_refused(tmp_path: Path, speed: float) -> None:
    final_game(tmp_path, FIRST, 0, [30])
    with pytest.raises(BadConfig, match="replay speed"):
        ReplaySource(Recordings.open(tmp_path), speed=speed, clock=ManualClock())


def test_no_games_at_all_is_refused(tmp_path: Path) -> None:
    final_game(tmp_path, FIRST, 0, [30])
    with pytest.raises(BadConfig, match="0 games"):
        ReplaySource(Recordings.open(tmp_path), games=0, clock=ManualClock())


# Captures


def capture(writer: RecordingWriter, name: str, body: bytes, seconds: int) -> None:
    assert writer.write(name, body, TIP_OFF_MS + seconds * 1000)


async def test_captures_are_told_response_by_response_at_their_receipt_times(tmp_path: Path) -> None:
    writer = RecordingWriter(tmp_path)
    capture(writer, f"boxscore_{FIRST}", box_body(FIRST, 0, status=2, at=600), 601)
    capture(writer, f"playbyplay_{FIRST}", plays_body(FIRST, [600, 610], at=611), 612)
    capture(writer, f"playbyplay_{FIRST}", plays_body(FIRST, [600, 610, 650], at=655), 660)
    capture(writer, f"playbyplay_{FIRST}", plays_body(FIRST, [600, 650], at=700), 701)
    capture(writer, f"boxscore_{FIRST}", box_body(FIRST, 0, at=710), 712)
    observations = await replayed(tmp_path)
    assert play_counts(observations) == [2, 3, 2]
    assert sorted({seconds_in(one) for one in observations}) == [601, 612, 660, 701, 712]
    lines = [one for one in observations if isinstance(one, ScoreLine)]
    assert [line.status for line in lines] == ["live", "final"]
    assert lines[0].observed_ms == TIP_OFF_MS + 600_000
    assert sum(isinstance(one, BoxScore) for one in observations) == 1


async def test_bad_captures_are_counted_by_kind_and_left_out(tmp_path: Path) -> None:
    writer = RecordingWriter(tmp_path)
    good = plays_body(FIRST, [600, 610], at=611)
    capture(writer, f"boxscore_{FIRST}", box_body(FIRST), 600)
    capture(writer, f"playbyplay_{FIRST}", b"", 601)
    capture(writer, f"playbyplay_{FIRST}", good[:90], 602)
    capture(writer, f"playbyplay_{FIRST}", good, 612)
    capture(writer, f"playbyplay_{FIRST}", plays_body(FIRST, [600], at=605), 613)
    capture(writer, f"playbyplay_{FIRST}", good, 614)
    capture(writer, "scoreboard", b"<html>", 615)
    capture(writer, f"playbyplay_{FIRST}", plays_body(SECOND, [600]), 616)
    capture(writer, f"boxscore_{FIRST}", box_body(SECOND), 617)
    source = ReplaySource(Recordings.open(tmp_path), clock=ManualClock())
    assert play_counts([one async for one in source]) == [2]
    assert source.faults == {"empty_body": 1, "truncated": 1, "stale": 1, "html": 1, "wrong_game": 2}


async def test_a_response_that_changes_nothing_is_not_told_again(tmp_path: Path) -> None:
    writer = RecordingWriter(tmp_path)
    capture(writer, f"boxscore_{FIRST}", box_body(FIRST, at=600), 601)
    capture(writer, f"boxscore_{FIRST}", box_body(FIRST, at=610), 611)
    capture(writer, f"playbyplay_{FIRST}", plays_body(FIRST, [600], at=600), 602)
    capture(writer, f"playbyplay_{FIRST}", plays_body(FIRST, [600], at=612), 613)
    assert {seconds_in(one) for one in await replayed(tmp_path)} == {601, 602}


async def test_a_captured_scoreboard_tells_of_every_game_or_of_the_chosen_ones(tmp_path: Path) -> None:
    writer = RecordingWriter(tmp_path)
    for game_id, start in ((FIRST, 0), (SECOND, 300)):
        capture(writer, f"boxscore_{game_id}", box_body(game_id, start), 5_000)
        capture(writer, f"playbyplay_{game_id}", plays_body(game_id, [600]), 5_000)
    rows = [game_row(game_id, 0, 2, 2) for game_id in (FIRST, SECOND, THIRD)]
    capture(writer, "todaysScoreboard_00.json", scoreboard_body(*rows, at="2024-12-31 07:20:00.2000"), 1_201)
    final_game(tmp_path, THIRD, 900, [950])

    def board_of(observations: Sequence[AnyObservation]) -> set[str]:
        return {one.game_id for one in observations if seconds_in(one) == 1_201}

    assert board_of(await replayed(tmp_path)) == {FIRST, SECOND}
    assert board_of(await replayed(tmp_path, games=1)) == {FIRST}
    for name in (f"playbyplay_{THIRD}.json", f"boxscore_{THIRD}.json"):
        (tmp_path / name).unlink()
    lines = [one for one in await replayed(tmp_path) if seconds_in(one) == 1_201]
    assert {one.game_id for one in lines} == {FIRST, SECOND, THIRD}
    assert {one.observed_ms for one in lines if isinstance(one, ScoreLine)} == {TIP_OFF_MS + 1_200_000}


async def test_both_layouts_are_interleaved(tmp_path: Path) -> None:
    final_game(tmp_path, FIRST, 0, [600, 900])
    writer = RecordingWriter(tmp_path)
    capture(writer, f"boxscore_{SECOND}", box_body(SECOND), 700)
    capture(writer, f"playbyplay_{SECOND}", plays_body(SECOND, [710, 720]), 730)
    told = [(one.game_id, seconds_in(one)) for one in await replayed(tmp_path) if isinstance(one, PlayByPlay)]
    assert told == [(FIRST, 600), (SECOND, 730), (FIRST, 900)]


async def test_a_paced_replay_of_captures_waits_through_the_game_and_not_before_it(tmp_path: Path) -> None:
    writer = RecordingWriter(tmp_path)
    scheduled = game_row(FIRST, 3_600, 1, 0)
    live = game_row(FIRST, 3_600, 2, 2)
    capture(writer, "scoreboard", scoreboard_body(scheduled, at="2024-12-31 07:00:01.001"), 1)
    capture(writer, "scoreboard", scoreboard_body(live, at="2024-12-31 08:10:00.1000"), 4_201)
    capture(writer, f"boxscore_{FIRST}", box_body(FIRST, 3_600, status=2, at=4_200), 4_301)
    capture(writer, f"playbyplay_{FIRST}", plays_body(FIRST, [4_200]), 4_401)
    wall = [at for at, _ in await paced(tmp_path, 1)]
    assert sorted(set(wall)) == [0, 60, 160, 260]


# The recorded games


@pytest.mark.data
async def test_the_recorded_games_replay_whole_and_in_order(data_dir: Path) -> None:
    recordings = Recordings.open(data_dir / "cdn" / "games")
    source = ReplaySource(recordings, clock=ManualClock())
    protocol: Source = source
    last_ms = 0
    counts: dict[str, int] = {}
    finals: dict[str, ScoreLine] = {}
    async for observation in protocol:
        assert observation.received_ms >= last_ms
        last_ms = observation.received_ms
        if isinstance(observation, PlayByPlay):
            assert len(observation.plays) == counts.get(observation.game_id, 0) + 1
            counts[observation.game_id] = len(observation.plays)
        elif isinstance(observation, ScoreLine) and observation.status == "final":
            finals[observation.game_id] = observation
    assert sum(counts.values()) == 22_094
    assert finals.keys() == counts.keys() == set(recordings.game_ids)
    assert source.faults == {}
    for game_id, line in finals.items():
        last = recordings.plays(game_id)[-1]
        assert (line.score_home, line.score_away) == (last.score_home, last.score_away)
