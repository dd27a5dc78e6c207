"""What the site answers, at a virtual time, without sockets."""

import gzip
import json
import logging
from itertools import pairwise
from pathlib import Path

import msgspec
import pytest

from courtside.clock import format_utc
from courtside.feed import FeedSettings, fault_names
from courtside.feed.faults import FAULTS
from courtside.feed.pages import ODDS_PATH, SCOREBOARD_PATH, STATUS_PATH, Report, game_path
from courtside.feed.request_faults import MOST_IN_A_ROW
from courtside.feed.response import Request
from courtside.feed.site import Site
from courtside.feed.slate import make_slate
from courtside.feed.stamps import http_date
from courtside.formats.captures import RecordingWriter
from courtside.formats.nba_live import parse_box_score, parse_play_by_play, parse_scoreboard
from courtside.formats.recordings import Recordings
from tests.unit.feed.playback import GAMES, NOW_MS, Playback, header, parse, recorded, write_games

GZIP = {"accept-encoding": "gzip, deflate"}
BROWSER = {"user-agent": "Mozilla/5.0", "referer": "https://www.nba.com/"}


@pytest.fixture
def path(faultless: Playback) -> str:
    return game_path("playbyplay", faultless.game.game_id)


def test_an_action_is_visible_from_its_time(faultless: Playback, path: str) -> None:
    game = faultless.game
    for at_ms in game.timeline.times[::50]:
        visible = parse(faultless.ask(path, at_ms).body).actions
        assert visible == [action.fields for action in game.timeline.true_actions(at_ms)]
        orders = [msgspec.convert(action["orderNumber"], int) for action in visible]
        assert orders == sorted(orders)
        before = parse(faultless.ask(path, at_ms - 1).body) if at_ms > game.tip_ms else None
        assert before is None or len(before.actions) < len(visible)


def test_before_the_tip_a_game_is_on_the_scoreboard_and_its_files_are_denied(faultless: Playback) -> None:
    at_ms = faultless.game.tip_ms - 1
    row = faultless.scoreboard(at_ms).games[0]
    assert (row["gameStatus"], row["gameClock"], row["period"]) == (1, "", 0)
    assert str(row["gameStatusText"]).endswith(" pm ET") or str(row["gameStatusText"]).endswith(" am ET")
    for kind in ("playbyplay", "boxscore"):
        denied = faultless.ask(game_path(kind, faultless.game.game_id), at_ms)
        assert denied.status == 403
        assert header(denied, "content-type") == "application/xml"
        assert b"<Code>AccessDenied</Code>" in denied.body


def test_status_and_clock_follow_the_game(faultless: Playback) -> None:
    game = faultless.game
    assert game.end_ms is not None
    live = faultless.scoreboard(game.end_ms - 1).games[0]
    assert live["gameStatus"] == 2
    over = next(row for row in faultless.scoreboard(game.end_ms).games if row["gameId"] == game.game_id)
    assert (over["gameStatus"], over["gameStatusText"], over["gameClock"]) == (3, "Final/OT", "")
    assert over["period"] == 5


def test_the_texts_of_a_game_are_those_of_the_real_scoreboard(faultless: Playback) -> None:
    game = faultless.game
    texts = [game.line(version).text for version in range(len(game.timeline.times))]
    assert "Half" in texts and "Q1 :00.0" in texts
    assert any(text.startswith("OT ") for text in texts)
    assert all(text.split(" ")[0] in ("Q1", "Q2", "Q3", "Q4", "OT", "Half", "Final/OT") for text in texts)


def test_the_files_parse_at_every_moment_and_agree(faultless: Playback) -> None:
    home_id, away_id = 0, 0
    for at_ms in range(faultless.slate.start_ms, faultless.slate.settled_ms, 400_000):
        board = parse_scoreboard(
            faultless.ask(SCOREBOARD_PATH, at_ms).body, received_ms=at_ms, source="nba", http_date_ms=at_ms
        )
        assert board.stamp.utc_ms is not None and 0 <= at_ms - board.stamp.utc_ms < 600_000
        for row in board.games:
            game = next(game for game in faultless.slate.games if game.game_id == row.line.game_id)
            home_id, away_id = row.home_team_id, row.away_team_id
            if at_ms < game.tip_ms:
                continue
            box = parse_box_score(
                faultless.ask(game_path("boxscore", game.game_id), at_ms).body,
                received_ms=at_ms,
                source="nba",
            )
            plays = parse_play_by_play(
                faultless.ask(game_path("playbyplay", game.game_id), at_ms).body,
                home_team_id=home_id,
                away_team_id=away_id,
                received_ms=at_ms,
                source="nba",
            )
            last = plays.observation.plays[-1]
            scores = {(line.score_home, line.score_away) for line in (row.line, box.line)}
            assert scores == {(last.score_home, last.score_away)}
            assert box.line.period == row.line.period == last.period


def test_simulated_recordings_stay_known_as_simulated(faultless: Playback) -> None:
    at_ms = faultless.game.tip_ms + 600_000
    files = [faultless.scoreboard(at_ms), faultless.play_by_play(at_ms), faultless.box_score(at_ms)]
    assert all(str(file.meta["request"]).startswith("courtside simulator") for file in files)


def test_live_games_come_first(faultless: Playback) -> None:
    first_end_ms = min(game.end_ms or 0 for game in faultless.slate.games)
    statuses = [row["gameStatus"] for row in faultless.scoreboard(first_end_ms).games]
    assert statuses == [2, 2, 3]
    assert [row["gameStatus"] for row in faultless.scoreboard(faultless.game.tip_ms).games] == [2, 1, 1]


def test_games_tip_off_one_after_another(recordings_dir: Path) -> None:
    playback = Playback(recordings_dir, stagger_seconds=45.0)
    tips = [game.tip_ms for game in playback.slate.games]
    after_start = [tip - playback.slate.start_ms for tip in tips]
    # Games move by whole seconds, so that their times keep their fractions.
    assert all(0 <= tip - due < 1000 for tip, due in zip(after_start, (10_000, 55_000, 100_000), strict=True))
    assert playback.slate.start_ms == NOW_MS // 1000 * 1000


def test_only_as_many_games_as_asked_for_are_played(recordings_dir: Path) -> None:
    assert len(Playback(recordings_dir, games=2).slate.games) == 2
    assert len(Playback(recordings_dir, games=20).slate.games) == 3


def test_a_file_is_compressed_where_that_is_accepted(faultless: Playback, path: str) -> None:
    at_ms = faultless.game.tip_ms + 4_000_000
    plain = faultless.ask(path, at_ms)
    assert header(plain, "content-encoding") is None
    for accepted, packed in (
        ("gzip", True),
        ("br, gzip;q=0.5", True),
        ("*", True),
        ("gzip;q=0", False),
        ("br", False),
    ):
        answer = faultless.ask(path, at_ms, {"accept-encoding": accepted})
        assert (header(answer, "content-encoding") == "gzip") is packed
        body = gzip.decompress(answer.body) if packed else answer.body
        assert body == plain.body
    assert len(faultless.ask(path, at_ms, GZIP).body) < len(plain.body) / 4


def test_an_unchanged_file_costs_nothing(faultless: Playback, path: str) -> None:
    at_ms = faultless.game.tip_ms + 4_000_000
    first = faultless.ask(path, at_ms)
    etag, date = header(first, "etag") or "", header(first, "last-modified") or ""
    for known in ({"if-none-match": etag}, {"if-none-match": f'W/{etag}, "x"'}, {"if-none-match": "*"}):
        answer = faultless.ask(path, at_ms, known)
        assert (answer.status, answer.body) == (304, b"")
        assert header(answer, "etag") == etag
    assert faultless.ask(path, at_ms, {"if-none-match": '"other"', "if-modified-since": date}).status == 200
    assert faultless.ask(path, at_ms, {"if-modified-since": "yesterday"}).status == 200
    later = faultless.game.timeline.last_ms
    assert faultless.ask(path, later, {"if-none-match": etag}).status == 200
    assert faultless.ask(path, later, {"if-modified-since": date}).status == 200


def test_the_date_of_a_version_says_unchanged_only_where_it_is_the_only_one_of_its_second(
    faultless: Playback, path: str
) -> None:
    times = faultless.game.timeline.times
    alone = next(b for a, b in pairwise(times) if a // 1000 != b // 1000)
    shared = next(b for a, b in pairwise(times) if a // 1000 == b // 1000)
    for at_ms, status in ((alone, 304), (shared, 200)):
        assert faultless.ask(path, at_ms, {"if-modified-since": http_date(at_ms)}).status == status


def test_dates_are_virtual(faultless: Playback, path: str) -> None:
    written_ms, next_ms = faultless.game.timeline.times[100:102]
    answer = faultless.ask(path, next_ms - 1)
    assert header(answer, "date") == http_date(next_ms - 1)
    assert header(answer, "last-modified") == http_date(written_ms)


def test_other_methods_and_paths_are_refused(faultless: Playback, path: str) -> None:
    refused = faultless.ask(path, NOW_MS, method="POST")
    assert (refused.status, header(refused, "allow")) == (405, "GET, HEAD")
    assert faultless.ask("/nothing", NOW_MS).status == 404
    unknown = faultless.ask(game_path("playbyplay", "0029900001"), NOW_MS)
    assert unknown.status == 403 and b"AccessDenied" in unknown.body


def test_odds_are_served_where_they_were_recorded(recordings_dir: Path, tmp_path: Path) -> None:
    assert Playback(recordings_dir).ask(ODDS_PATH, NOW_MS).status == 403
    folder = write_games(tmp_path)
    (folder / "odds_todaysGames.json").write_bytes(b'{"games":[]}')
    assert Playback(folder).ask(ODDS_PATH, NOW_MS).body == b'{"games":[]}'
    RecordingWriter(folder).write("odds_todaysGames.json", b'{"games":[1]}', 1)
    assert Playback(folder).ask(ODDS_PATH, NOW_MS).body == b'{"games":[1]}'


def test_a_stale_answer_is_older_than_one_already_served(recordings_dir: Path) -> None:
    playback = Playback(recordings_dir, faults=("stale",), fault_rate=0.5, games=1)
    path = game_path("playbyplay", playback.game.game_id)
    newest, stale = "", 0
    for at_ms in playback.game.timeline.times[:300]:
        answer = playback.ask(path, at_ms)
        stamp = str(parse(answer.body).meta["time"])
        if answer.fault == "stale":
            stale += 1
            assert stamp < newest
            assert header(answer, "last-modified") != header(answer, "date")
        newest = max(newest, stamp)
    assert stale > 50


EXPECTED = {
    "truncated": (200, "whole"),
    "empty": (200, "whole"),
    "html": (200, "whole"),
    "error_envelope": (200, "whole"),
    "access_denied": (403, "whole"),
    "blocked": (403, "whole"),
    "picky": (403, "whole"),
    "rate_limited": (429, "whole"),
    "server_error": (500, "whole"),
    "unavailable": (503, "whole"),
    "hang": (200, "hang"),
    "drip": (200, "drip"),
    "reset": (200, "reset"),
}


def test_every_request_fault_has_its_test() -> None:
    assert {*EXPECTED, "stale"} == {fault.name for fault in FAULTS if fault.hits == "request"}


@pytest.mark.parametrize("fault", EXPECTED)
@pytest.mark.parametrize("headers", [{}, GZIP])
def test_a_request_fault_answers_as_it_says(
    recordings_dir: Path, fault: str, headers: dict[str, str]
) -> None:
    playback = Playback(recordings_dir, faults=(fault,), fault_rate=1.0, games=1)
    at_ms = playback.game.tip_ms + 3_000_000
    answer = playback.ask(game_path("playbyplay", playback.game.game_id), at_ms, headers)
    assert (answer.fault, answer.status, answer.delivery) == (fault, *EXPECTED[fault])
    body = answer.body
    if header(answer, "content-encoding") == "gzip":
        body = gzip.decompress(body)
    match fault:
        case "truncated":
            assert body.startswith(b'{"meta"')
            with pytest.raises(json.JSONDecodeError):
                json.loads(body)
        case "empty":
            assert body == b""
        case "error_envelope":
            assert json.loads(body)["meta"]["code"] == 500 and "game" not in json.loads(body)
        case "access_denied":
            assert b"<Code>AccessDenied</Code>" in body
        case "rate_limited":
            assert header(answer, "retry-after") == "1"
        case "drip" | "hang" | "reset":
            assert json.loads(body)["game"]["gameId"] == playback.game.game_id
        case _:
            assert b"<html" in body


def test_only_a_game_that_has_begun_is_denied_by_fault(recordings_dir: Path) -> None:
    playback = Playback(recordings_dir, faults=("access_denied",), fault_rate=1.0)
    game = playback.game
    before = playback.ask(game_path("boxscore", game.game_id), game.tip_ms - 1)
    assert (before.status, before.fault) == (403, None)
    assert playback.ask(SCOREBOARD_PATH, game.tip_ms).fault is None


def test_clients_that_look_like_a_browser_are_not_picked_on(recordings_dir: Path) -> None:
    playback = Playback(recordings_dir, faults=("picky",), fault_rate=1.0)
    assert all(playback.ask(SCOREBOARD_PATH, NOW_MS, BROWSER).fault is None for _ in range(20))


def test_faults_end_after_a_few_in_a_row_and_after_a_few_seconds(recordings_dir: Path) -> None:
    playback = Playback(recordings_dir, faults=("empty",), fault_rate=1.0)
    faults = [playback.ask(SCOREBOARD_PATH, NOW_MS).fault for _ in range(300)]
    runs = "".join("x" if fault else " " for fault in faults).split()
    assert max(map(len, runs)) == MOST_IN_A_ROW
    playback = Playback(recordings_dir, faults=("empty",), fault_rate=1.0)
    for real_ms in range(0, 300_000, 6_000):
        assert playback.ask(SCOREBOARD_PATH, NOW_MS, real_ms=real_ms).fault == "empty"
        assert playback.ask(SCOREBOARD_PATH, NOW_MS, real_ms=real_ms + 3_000).fault is None


def test_the_same_seed_answers_the_same(recordings_dir: Path) -> None:
    def answers(seed: int) -> list[object]:
        playback = Playback(recordings_dir, faults=fault_names(), fault_rate=0.4, seed=seed)
        moments = range(playback.slate.start_ms, playback.slate.start_ms + 4_000_000, 200_000)
        paths = [SCOREBOARD_PATH, *(game_path("playbyplay", game_id) for game_id, *_ in GAMES)]
        return [playback.ask(path, at_ms) for at_ms in moments for path in paths]

    assert answers(1) == answers(1)
    assert answers(1) != answers(2)


def test_the_status_says_what_was_served_and_which_faults_were_played(recordings_dir: Path) -> None:
    playback = Playback(recordings_dir, faults=fault_names(), fault_rate=0.3)
    at_ms = playback.slate.settled_ms
    for _ in range(50):
        playback.ask(SCOREBOARD_PATH, at_ms)
    report = msgspec.json.decode(playback.ask(STATUS_PATH, at_ms).body, type=Report)
    assert report.virtual_time == format_utc(at_ms)
    assert sum(report.requests.values()) == 50
    assert report.settled and all(game.settled and game.status == 3 for game in report.games)
    played = {fault.name for fault in FAULTS if fault.hits != "request"}
    assert played <= report.faults_played.keys()
    before = msgspec.json.decode(playback.ask(STATUS_PATH, playback.slate.start_ms).body, type=Report)
    assert not before.settled and before.games[0].status == 1


def test_the_page_says_what_this_is_and_links_every_file(recordings_dir: Path) -> None:
    playback = Playback(recordings_dir, faults=("hang", "late_edit"))
    page = playback.ask("/", NOW_MS).body.decode()
    assert "This is not the NBA" in page
    for game_id, *_ in GAMES:
        assert game_path("playbyplay", game_id) in page and game_path("boxscore", game_id) in page
    assert "<code>hang</code>" in page
    assert "Faults" not in Playback(recordings_dir).ask("/", NOW_MS).body.decode()


def test_a_line_is_logged_when_a_game_tips_off_and_ends(
    recordings_dir: Path, caplog: pytest.LogCaptureFixture
) -> None:
    playback = Playback(recordings_dir)
    with caplog.at_level(logging.INFO, logger="courtside.feed"):
        playback.ask("/", playback.game.tip_ms)
        playback.ask("/", playback.slate.settled_ms)
    assert len(caplog.messages) == 6
    assert caplog.messages[0].endswith("has tipped off") and caplog.messages[-1].endswith("has ended")


def captured_folder(folder: Path) -> Path:
    """One game of which every response was kept, on the day of three that have final files only."""
    write_games(folder)
    writer = RecordingWriter(folder)
    playback = Playback(folder, as_recorded=True)
    game = playback.game
    for at_ms in range(game.tip_ms, game.settled_ms + 600_000, 600_000):
        for kind in ("playbyplay", "boxscore"):
            path = game_path(kind, game.game_id)
            writer.write(f"{kind}_{game.game_id}.json", playback.ask(path, at_ms).body, at_ms)
        writer.write("todaysScoreboard_00.json", playback.ask(SCOREBOARD_PATH, at_ms).body, at_ms)
        writer.write("odds_todaysGames.json", b'{"games":[%d]}' % at_ms, at_ms)
    return folder


def test_captures_are_played_back_byte_for_byte_as_recorded(tmp_path: Path) -> None:
    folder = captured_folder(tmp_path)
    playback = Playback(folder, as_recorded=True)
    game_id = playback.game.game_id
    for endpoint, path in (
        (f"playbyplay_{game_id}", game_path("playbyplay", game_id)),
        (f"boxscore_{game_id}", game_path("boxscore", game_id)),
        ("scoreboard", SCOREBOARD_PATH),
        ("odds", ODDS_PATH),
    ):
        captures = Recordings.open(folder).captures(endpoint)
        assert len(captures) > 10
        assert playback.ask(path, captures[0].received_ms - 1).status == 403
        for capture in captures:
            answer = playback.ask(path, capture.received_ms + 5)
            assert answer.body == capture.body()
            assert header(answer, "last-modified") == http_date(capture.received_ms)


def test_a_damaged_capture_is_an_error_of_the_server(tmp_path: Path) -> None:
    folder = captured_folder(tmp_path)
    capture = Recordings.open(folder).captures("scoreboard")[0]
    playback = Playback(folder, as_recorded=True)
    capture.path.write_bytes(b"nothing that unpacks")
    assert playback.ask(SCOREBOARD_PATH, capture.received_ms).status == 500


def test_captured_games_can_be_staggered_from_their_last_files(tmp_path: Path) -> None:
    folder = captured_folder(tmp_path)
    playback = Playback(folder)
    served = playback.play_by_play(playback.slate.settled_ms)
    assert len(served.actions) == len(recorded(folder, f"playbyplay_{GAMES[0][0]}").actions)
    assert playback.game.tip_ms == playback.slate.start_ms + 10_000 + playback.game.tip_ms % 1000


def test_as_recorded_keeps_the_recorded_times(recordings_dir: Path) -> None:
    playback = Playback(recordings_dir, as_recorded=True)
    truth = recorded(recordings_dir, f"playbyplay_{playback.game.game_id}")
    assert playback.play_by_play(playback.slate.settled_ms).actions == truth.actions
    assert playback.slate.start_ms == playback.game.scheduled_ms - 60_000
    assert playback.scoreboard(playback.slate.start_ms).scoreboard["gameDate"] == "2025-02-02"


def test_a_recording_without_an_end_stays_live(tmp_path: Path) -> None:
    folder = write_games(tmp_path)
    for game_id, *_ in GAMES:
        path = folder / f"boxscore_{game_id}.json.gz"
        body = gzip.decompress(path.read_bytes()).replace(b'"gameStatus":3', b'"gameStatus":2')
        path.write_bytes(gzip.compress(body))
    playback = Playback(folder)
    assert playback.game.end_ms is None
    assert {row["gameStatus"] for row in playback.scoreboard(playback.slate.settled_ms).games} == {2}


def test_a_recording_that_cannot_be_played_is_left_out_with_its_reason(tmp_path: Path) -> None:
    folder = write_games(tmp_path)
    broken = folder / f"playbyplay_{GAMES[0][0]}.json.gz"
    whole = parse(gzip.decompress(broken.read_bytes()))
    nothing = {"meta": whole.meta, "game": {"gameId": GAMES[0][0], "actions": []}}
    broken.write_bytes(gzip.compress(json.dumps(nothing).encode()))
    playback = Playback(folder)
    assert [game.game_id for game in playback.slate.games] == [GAMES[1][0], GAMES[2][0]]
    assert "no actions" in playback.slate.skipped[GAMES[0][0]]


def test_a_site_needs_no_more_than_its_settings(recordings_dir: Path) -> None:
    settings = FeedSettings(recordings=recordings_dir)
    recordings = Recordings.open(recordings_dir)
    site = Site(recordings, make_slate(recordings, settings, NOW_MS), settings)
    assert site.respond(Request("GET", SCOREBOARD_PATH), NOW_MS, 0).status == 200
