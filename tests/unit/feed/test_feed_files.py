"""The pieces that files are made of: parts, stamps, tallies, layers, settings."""

import gzip
import re
from datetime import date
from pathlib import Path

import msgspec
import pytest

from courtside.clock import parse_utc
from courtside.errors import BadConfig
from courtside.feed import FAULTS, FeedSettings, fault_names, parse_faults
from courtside.feed.action import ActionMaker
from courtside.feed.body import Body, Part
from courtside.feed.box_score import BoxScoreFile
from courtside.feed.game import PlayedGame
from courtside.feed.layers import Changer, Layer, ScoreShift
from courtside.feed.line import FINAL, Overlay, feed_clock, line_of, scheduled_line
from courtside.feed.recording import RecordedGame, read_game, shifted_actions
from courtside.feed.slate import make_slate
from courtside.feed.stamps import (
    board_turns_ms,
    file_time,
    http_date,
    parse_http_date,
    scoreboard_time,
)
from courtside.feed.tally import Tallier
from courtside.formats.recordings import Recordings
from tests.unit.feed.playback import GAMES, NOW_MS, Playback, parse


def test_a_body_of_parts_is_one_gzip_stream() -> None:
    parts = [Part(b"abc" * 9000), Part(b""), Part(b"tail"), Part(bytes(range(256)) * 40)]
    body = Body(parts)
    assert gzip.decompress(body.gzip) == body.plain == b"".join(part.raw for part in parts)


@pytest.mark.data
def test_the_scoreboards_stamp_is_written_like_the_real_ones(data_dir: Path) -> None:
    captures = sorted((data_dir / "cdn" / "scoreboards").glob("*.json"))
    assert len(captures) == 30
    for capture in captures:
        time = str(parse(capture.read_bytes()).meta["time"])
        match = re.fullmatch(r"(\d{4}-\d\d-\d\d) (\d\d):(\d\d):(\d\d)\.(\d+)", time)
        assert match is not None
        morning_ms = parse_utc(f"{match[1]}T{match[2]}:{match[3]}:{match[4]}-05:00")
        assert scoreboard_time(morning_ms) == time
        assert scoreboard_time(morning_ms + 12 * 3_600_000)[10:] == time[10:]


def test_stamps_are_eastern_in_summer_and_winter() -> None:
    assert file_time(parse_utc("2026-07-01T00:30:00Z")).startswith("2026-06-30 20:30:00")
    assert file_time(parse_utc("2026-01-01T00:30:00Z")).startswith("2025-12-31 19:30:00")


def test_the_scoreboard_keeps_yesterday_until_noon() -> None:
    assert board_turns_ms(date(2026, 2, 12)) == parse_utc("2026-02-12T17:00:00Z")
    assert board_turns_ms(date(2026, 7, 12)) == parse_utc("2026-07-12T16:00:00Z")


@pytest.mark.parametrize("text", ["", "yesterday", "0", "Thu, 99 Feb 2026 00:12:42 GMT"])
def test_what_is_no_http_date_is_none(text: str) -> None:
    assert parse_http_date(text) is None
    assert parse_http_date(http_date(NOW_MS)) == NOW_MS // 1000 * 1000


def games(folder: Path) -> list[RecordedGame]:
    recordings = Recordings.open(folder)
    return [read_game(recordings, game_id) for game_id in recordings.game_ids]


def derived_box(game: RecordedGame) -> dict[str, dict[str, object]]:
    """The two teams of the final box score as the plays alone give it."""
    maker = ActionMaker(game.game_id, game.home.team_id, game.away.team_id)
    actions = shifted_actions(game, 0, maker)
    tallier = Tallier(game.roster, game.home.team_id, game.away.team_id)
    tally = tallier.tally(actions)
    file = BoxScoreFile("", game.box, game.home, game.away, tallier)
    line = line_of(tally, tallier, over=True)
    assert line.status == FINAL
    served = parse(file.body(tally, line, actions[-1].at_ms, actions[0].at_ms).plain).game
    assert list(served) == list(game.box)
    return {side: msgspec.convert(served[side], dict[str, object]) for side in ("homeTeam", "awayTeam")}


class Oracle(msgspec.Struct, rename="camel"):
    """A recorded team, as far as it is compared."""

    team_id: int
    score: int
    in_bonus: str
    timeouts_remaining: int
    periods: list[dict[str, object]]
    players: list[dict[str, object]]
    statistics: dict[str, object]


INEXACT = frozenset(
    (
        # The recorded score strings of runs follow no rule that the plays would tell.
        "biggestScoringRun",
        "biggestScoringRunScore",
        # Tenths come out as hundredths in the recorded file: 41.2 s as 41.02.
        "timeLeading",
        "minutes",
        "minutesCalculated",
    )
)


def seconds(duration: object) -> float:
    match = re.fullmatch(r"PT(\d+)M([\d.]+)S", str(duration))
    assert match is not None
    return int(match[1]) * 60 + float(match[2])


def assert_same_team(served: Oracle, truth: Oracle) -> None:
    for name in ("team_id", "score", "in_bonus", "timeouts_remaining", "periods"):
        assert getattr(served, name) == getattr(truth, name), name
    wrong = {
        name: (served.statistics[name], value)
        for name, value in truth.statistics.items()
        if name not in INEXACT and served.statistics[name] != pytest.approx(value)
    }
    assert not wrong
    assert seconds(served.statistics["timeLeading"]) == pytest.approx(
        seconds(truth.statistics["timeLeading"]), abs=2
    )
    for mine, player in zip(served.players, truth.players, strict=True):
        assert {**mine, "statistics": 0} == {**player, "statistics": 0}
        lines = msgspec.convert(
            (mine["statistics"], player["statistics"]), tuple[dict[str, object], dict[str, object]]
        )
        for name, value in lines[1].items():
            if name not in INEXACT:
                assert lines[0][name] == pytest.approx(value), (player["personId"], name)
        assert seconds(lines[0]["minutes"]) == pytest.approx(seconds(lines[1]["minutes"]), abs=2)


@pytest.mark.data
def test_the_derived_box_score_ends_as_the_recorded_one(data_dir: Path) -> None:
    differing = []
    for game in games(data_dir / "cdn" / "games"):
        for side, served in derived_box(game).items():
            try:
                assert_same_team(msgspec.convert(served, Oracle), msgspec.convert(game.box[side], Oracle))
            except AssertionError as error:
                differing.append((game.game_id, side, str(error).splitlines()[0]))
    # Both sides of one game, over a free throw between substitutions; and a charge that no play tells.
    assert len(differing) <= 3, differing


def test_the_derived_box_score_of_a_simulated_game_agrees_with_the_simulators(recordings_dir: Path) -> None:
    for game in games(recordings_dir):
        for side, served in derived_box(game).items():
            mine, truth = msgspec.convert(served, Oracle), msgspec.convert(game.box[side], Oracle)
            assert (mine.score, mine.periods) == (truth.score, truth.periods)
            for name in (
                "points",
                "assists",
                "reboundsPersonal",
                "foulsPersonal",
                "leadChanges",
                "timesTied",
            ):
                assert mine.statistics[name] == truth.statistics[name], name
            for own, other in zip(mine.players, truth.players, strict=True):
                lines = msgspec.convert(
                    (own["statistics"], other["statistics"]), tuple[dict[str, object], dict[str, object]]
                )
                for name in ("points", "reboundsTotal", "assists", "foulsPersonal", "plusMinusPoints"):
                    assert lines[0][name] == pytest.approx(lines[1][name])


def test_a_tally_is_the_same_whatever_was_tallied_before(recordings_dir: Path) -> None:
    game = games(recordings_dir)[0]
    actions = shifted_actions(game, 0, ActionMaker(game.game_id, game.home.team_id, game.away.team_id))
    used = Tallier(game.roster, game.home.team_id, game.away.team_id)
    for length in (300, 10, 301, 290, len(actions), 0, 37):
        fresh = Tallier(game.roster, game.home.team_id, game.away.team_id)
        assert used.tally(actions[:length]) == fresh.tally(actions[:length])
    without_one = [*actions[:100], *actions[101:200]]
    fresh = Tallier(game.roster, game.home.team_id, game.away.team_id)
    assert used.tally(without_one) == fresh.tally(without_one)


def test_a_changed_action_is_the_same_object_each_time_and_shifts_add_up(recordings_dir: Path) -> None:
    game = games(recordings_dir)[0]
    maker = ActionMaker(game.game_id, game.home.team_id, game.away.team_id)
    actions = shifted_actions(game, 0, maker)
    changer = Changer(maker)
    later = actions[200]
    layers = [
        Layer(fault="late_edit", start_ms=0, end_ms=1, changes={later.number: {"description": "other"}}),
        Layer(fault="deletion", start_ms=0, end_ms=1, shift=ScoreShift(actions[50].order, "home", 2)),
        Layer(fault="score_review", start_ms=0, end_ms=1, shift=ScoreShift(actions[100].order, "home", -1)),
        Layer(fault="late_insertion", start_ms=0, end_ms=1, missing=(actions[10].number,)),
    ]
    one, two = changer.apply(actions, layers), changer.apply(actions, layers)
    assert all(a is b for a, b in zip(one, two, strict=True))
    assert len(one) == len(actions) - 1
    changed = next(action for action in one if action.number == later.number)
    assert changed.play.description == "other"
    assert changed.play.score_home == later.play.score_home + 1
    assert changed.play.score_away == later.play.score_away
    assert one[0] is actions[0]
    assert changer.apply(actions, []) == actions


def test_a_clock_that_steps_back_stays_within_its_period() -> None:
    line = scheduled_line(NOW_MS)
    live = msgspec.structs.replace(line, status=2, clock="PT11M58.00S", period=1)
    overlay = Overlay("backward_clock", 0, 1, amount_tenths=300)
    assert overlay.apply(live, NOW_MS).clock == feed_clock(7200)
    assert overlay.apply(line, NOW_MS) == line
    assert Overlay("dropped_game", 0, 1).apply(live, NOW_MS) == live


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"speed": 0.0}, "speed"),
        ({"speed": float("nan")}, "speed"),
        ({"games": 0}, "games"),
        ({"stagger_seconds": -1.0}, "stagger"),
        ({"port": 70_000}, "port"),
        ({"fault_rate": 1.5}, "rate"),
        ({"hang_seconds": 0.0}, "hanging"),
        ({"faults": ("hang", "lat_edit")}, "'late_edit'"),
    ],
)
def test_a_setting_that_cannot_be_meant_is_refused_in_one_line(change: dict[str, object], word: str) -> None:
    with pytest.raises(BadConfig, match=word) as caught:
        msgspec.structs.replace(FeedSettings(recordings=Path("games")), **change)
    assert "\n" not in str(caught.value)


def test_faults_are_named_by_all_or_one_by_one() -> None:
    assert parse_faults("all") == fault_names() == tuple(fault.name for fault in FAULTS)
    assert parse_faults("") == ()
    assert parse_faults("hang,late-edit,hang") == ("hang", "late_edit")
    with pytest.raises(BadConfig, match="no fault is called 'nonsense'"):
        parse_faults("nonsense")


def test_a_folder_without_a_playable_game_is_refused(tmp_path: Path, recordings_dir: Path) -> None:
    for game_id, *_ in GAMES:
        (tmp_path / f"boxscore_{game_id}.json.gz").write_bytes(
            (recordings_dir / f"boxscore_{game_id}.json.gz").read_bytes()
        )
        body = b'{"meta":{"time":"2025-02-02 19:21:52.287703"},"game":{"gameId":"%s","actions":[]}}'
        (tmp_path / f"playbyplay_{game_id}.json").write_bytes(body % game_id.encode())
    settings = FeedSettings(recordings=tmp_path)
    with pytest.raises(BadConfig, match="nothing to play"):
        make_slate(Recordings.open(tmp_path), settings, NOW_MS)


@pytest.mark.data
def test_as_recorded_the_scoreboard_turns_from_day_to_day(data_dir: Path) -> None:
    playback = Playback(data_dir / "cdn" / "games", as_recorded=True)
    days = playback.slate.days
    assert days[0][1].isoformat() == "2025-02-02"
    for turn_ms, day, members in days[1:]:
        before = playback.scoreboard(turn_ms - 1)
        after = playback.scoreboard(turn_ms)
        assert {row["gameStatus"] for row in before.games} == {3}
        assert after.scoreboard["gameDate"] == day.isoformat()
        assert {row["gameId"] for row in after.games} == {game.game_id for game in members}
        assert {row["gameStatus"] for row in after.games} == {1}


def test_yesterdays_scoreboard_is_yesterdays(recordings_dir: Path) -> None:
    playback = Playback(recordings_dir, faults=("yesterday",))
    early = playback.scoreboard(playback.slate.start_ms)
    assert (early.scoreboard["gameDate"], early.games) == ("2026-02-10", [])
    later = playback.scoreboard(playback.slate.yesterday_until_ms)
    assert (later.scoreboard["gameDate"], len(later.games)) == ("2026-02-11", 3)


def test_a_played_game_knows_when_it_is_over(faultless: Playback) -> None:
    game: PlayedGame = faultless.game
    assert game.end_ms == game.settled_ms
    assert game.version(game.tip_ms - 1) is None and game.version(game.tip_ms) == 0
