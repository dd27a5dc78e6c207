"""Recordings folders: what is found in them, what is kept, and what a kill leaves behind."""

import gzip
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from courtside.errors import BadFeed, BadInput, CourtsideError
from courtside.formats.captures import endpoint_of_file
from courtside.formats.recordings import Recordings, RecordingWriter

HOME, AWAY = 10, 20
FIRST, SECOND = "0029900001", "0029900002"


def box_body(game_id: str, start: str | None = "2025-01-01T00:00:00Z", score: int = 2) -> bytes:
    def team(team_id: int, points: int) -> dict[str, object]:
        return {"teamId": team_id, "teamTricode": f"T{team_id}", "score": points, "players": []}

    game: dict[str, object] = {
        "gameId": game_id,
        "gameStatus": 3,
        "period": 4,
        "gameTimeUTC": start,
        "homeTeam": team(HOME, score),
        "awayTeam": team(AWAY, 0),
    }
    return json.dumps({"meta": {"time": "2025-01-01 22:00:00.000001"}, "game": game}).encode()


def plays_body(game_id: str, count: int = 1) -> bytes:
    actions = [
        {
            "actionNumber": number,
            "orderNumber": number,
            "clock": "PT11M00.00S",
            "period": 1,
            "actionType": "2pt",
            "scoreHome": "2",
            "scoreAway": "0",
        }
        for number in range(1, count + 1)
    ]
    meta = {"time": f"2025-01-01 21:00:00.{count:06d}"}
    return json.dumps({"meta": meta, "game": {"gameId": game_id, "actions": actions}}).encode()


def write_final(folder: Path, game_id: str, start: str = "2025-01-01T00:00:00Z", packed: bool = True) -> None:
    for name, body in (("playbyplay", plays_body(game_id)), ("boxscore", box_body(game_id, start))):
        if packed:
            (folder / f"{name}_{game_id}.json.gz").write_bytes(gzip.compress(body))
        else:
            (folder / f"{name}_{game_id}.json").write_bytes(body)


def refusal(folder: Path) -> str:
    with pytest.raises(BadInput) as caught:
        Recordings.open(folder)
    message = str(caught.value)
    assert "\n" not in message
    return message


# Reading


def test_final_files_are_found_packed_or_not_and_games_come_in_tip_off_order(tmp_path: Path) -> None:
    write_final(tmp_path, FIRST, "2025-01-02T00:00:00Z")
    write_final(tmp_path, SECOND, "2025-01-01T00:00:00Z", packed=False)
    (tmp_path / "notes.txt").write_text("not of the feed")
    (tmp_path / "pictures").mkdir()
    recordings = Recordings.open(tmp_path)
    assert recordings.game_ids == (SECOND, FIRST)
    assert recordings.play_by_play(FIRST) == plays_body(FIRST)
    assert recordings.play_by_play(SECOND) == plays_body(SECOND)
    assert recordings.box_score(SECOND) == box_body(SECOND)
    assert [play.play_id for play in recordings.plays(FIRST)] == [1]
    game = recordings.game(SECOND)
    assert (game.home_team_id, game.away_team_id, game.captured) == (HOME, AWAY, False)
    assert game.start_ms == 1_735_689_600_000
    assert game.box.line.score_home == 2
    assert recordings.captures(f"playbyplay_{FIRST}") == ()
    assert recordings.skipped == {}


def test_a_folder_without_games_is_refused_in_one_line(tmp_path: Path) -> None:
    assert "neither playbyplay_<id>.json files nor playbyplay_<id>/ folders" in refusal(tmp_path)


@pytest.mark.parametrize("name", ["nowhere", "file.txt"])
def test_what_is_no_folder_is_refused_in_one_line(tmp_path: Path, name: str) -> None:
    (tmp_path / "file.txt").write_text("hello")
    assert "cannot read the recordings folder" in refusal(tmp_path / name)


def test_a_game_that_cannot_be_played_is_skipped_with_its_reason(tmp_path: Path) -> None:
    write_final(tmp_path, FIRST)
    (tmp_path / "playbyplay_1.json").write_bytes(plays_body("1"))
    (tmp_path / "boxscore_2.json").write_bytes(box_body("2"))
    (tmp_path / "playbyplay_3.json").write_bytes(plays_body("3"))
    (tmp_path / "boxscore_3.json").write_bytes(box_body("3")[:-20])
    (tmp_path / "playbyplay_4.json").write_bytes(plays_body("4"))
    (tmp_path / "boxscore_4.json").write_bytes(box_body("4", start=None))
    recordings = Recordings.open(tmp_path)
    assert recordings.game_ids == (FIRST,)
    assert recordings.skipped.keys() == {"1", "2", "3", "4"}
    assert "no boxscore_1" in recordings.skipped["1"]
    assert "no playbyplay_2" in recordings.skipped["2"]
    assert "boxscore_3.json" in recordings.skipped["3"]
    assert "gameTimeUTC" in recordings.skipped["4"]


def test_a_file_of_another_game_than_its_name_says_is_not_played(tmp_path: Path) -> None:
    write_final(tmp_path, FIRST)
    write_final(tmp_path, SECOND)
    (tmp_path / f"boxscore_{SECOND}.json.gz").write_bytes(gzip.compress(box_body(FIRST)))
    (tmp_path / f"playbyplay_{FIRST}.json.gz").write_bytes(gzip.compress(plays_body(SECOND)))
    recordings = Recordings.open(tmp_path)
    assert f"a file of game '{FIRST}'" in recordings.skipped[SECOND]
    with pytest.raises(BadFeed, match="expected") as caught:
        recordings.play_by_play(FIRST)
    assert caught.value.kind == "wrong_game"


def test_where_every_game_is_skipped_the_first_reason_is_given(tmp_path: Path) -> None:
    (tmp_path / "playbyplay_1.json").write_bytes(plays_body("1"))
    assert "no boxscore_1" in refusal(tmp_path)


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    write_final(tmp_path, FIRST)
    file = tmp_path / f"playbyplay_{FIRST}.json.gz"
    file.write_bytes(file.read_bytes()[:-12])
    with pytest.raises(BadFeed, match=file.name) as caught:
        Recordings.open(tmp_path).play_by_play(FIRST)
    assert caught.value.kind == "damaged_file"


def test_a_game_that_is_not_there_is_named(tmp_path: Path) -> None:
    write_final(tmp_path, FIRST)
    with pytest.raises(BadInput, match="no recorded game 42 .*" + FIRST):
        Recordings.open(tmp_path).box_score("42")


def test_captures_come_back_byte_for_byte_with_their_receipt_times(tmp_path: Path) -> None:
    writer = RecordingWriter(tmp_path / "deep" / "out")
    writer.write(f"boxscore_{FIRST}.json", box_body(FIRST), 900)
    for at_ms, count in ((1_000, 1), (20_000, 2), (3_000, 3)):
        assert writer.write(f"playbyplay_{FIRST}.json", plays_body(FIRST, count), at_ms)
    writer.write("todaysScoreboard_00.json", b"{}", 2_000)
    writer.write("odds_todaysGames.json", b"<html>", 30_000)
    recordings = Recordings.open(tmp_path / "deep" / "out")
    assert recordings.game(FIRST).captured
    kept = recordings.captures(f"playbyplay_{FIRST}")
    assert [(one.received_ms, one.body()) for one in kept] == [
        (1_000, plays_body(FIRST, 1)),
        (20_000, plays_body(FIRST, 2)),
        (20_001, plays_body(FIRST, 3)),
    ]
    assert recordings.captures("odds")[0].body() == b"<html>"
    merged = recordings.timeline([f"playbyplay_{FIRST}", "scoreboard", "nothing"])
    assert [one.endpoint[:10] for one in merged] == ["playbyplay", "scoreboard", "playbyplay", "playbyplay"]
    assert recordings.play_by_play(FIRST) == plays_body(FIRST, 3)


def test_the_final_body_of_a_captured_game_is_its_last_good_one(tmp_path: Path) -> None:
    writer = RecordingWriter(tmp_path)
    for name, body in (("boxscore", box_body(FIRST)), ("playbyplay", plays_body(FIRST, 2))):
        writer.write(f"{name}_{FIRST}", body, 1)
        writer.write(f"{name}_{FIRST}", body[:-5], 2)
        writer.write(f"{name}_{FIRST}", b"", 3)
    recordings = Recordings.open(tmp_path)
    assert recordings.play_by_play(FIRST) == plays_body(FIRST, 2)
    assert recordings.box_score(FIRST) == box_body(FIRST)


def test_both_layouts_live_side_by_side(tmp_path: Path) -> None:
    write_final(tmp_path, FIRST, "2025-01-02T00:00:00Z")
    writer = RecordingWriter(tmp_path)
    writer.write(f"boxscore_{SECOND}", box_body(SECOND), 1)
    writer.write(f"playbyplay_{SECOND}", plays_body(SECOND), 1)
    recordings = Recordings.open(tmp_path)
    assert [(game.game_id, game.captured) for game in recordings.games] == [(SECOND, True), (FIRST, False)]


# Writing


def test_a_response_equal_to_the_last_one_is_not_kept_again(tmp_path: Path) -> None:
    writer = RecordingWriter(tmp_path)
    kept = [writer.write("odds", body, at) for at, body in enumerate([b"a", b"a", b"b", b"a", b"a"])]
    assert kept == [True, False, True, True, False]
    assert writer.files_written == 3
    sizes = [file.stat().st_size for file in (tmp_path / "odds").iterdir()]
    assert writer.bytes_written == sum(sizes)


def test_a_restarted_writer_goes_on_where_the_last_one_stopped(tmp_path: Path) -> None:
    RecordingWriter(tmp_path).write("odds", b"a", 5_000)
    again = RecordingWriter(tmp_path)
    assert not again.write("odds", b"a", 6_000)
    assert again.write("odds", b"b", 4_000)
    assert sorted(file.name for file in (tmp_path / "odds").iterdir()) == ["5000.json.gz", "5001.json.gz"]


def test_a_restarted_writer_bears_a_damaged_last_file_and_clears_half_written_ones(tmp_path: Path) -> None:
    folder = tmp_path / "odds"
    folder.mkdir()
    (folder / "7.json.gz").write_bytes(b"\x1f\x8b damaged")
    (folder / ".8.tmp").write_bytes(b"\x1f")
    assert RecordingWriter(tmp_path).write("odds", b"a", 9)
    assert sorted(file.name for file in folder.iterdir()) == ["7.json.gz", "9.json.gz"]


def test_the_same_response_gives_the_same_file(tmp_path: Path) -> None:
    for name in ("one", "two"):
        RecordingWriter(tmp_path / name).write("odds", b"body" * 100, 1)
    files = [(tmp_path / name / "odds" / "1.json.gz").read_bytes() for name in ("one", "two")]
    assert files[0] == files[1]


@pytest.mark.parametrize("name", ["", "../boxscore_1.json", "a/b.json", ".hidden", "boxscore_1.json/../x"])
def test_a_name_that_leads_elsewhere_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(BadInput, match="no name of a feed file"):
        RecordingWriter(tmp_path).write(name, b"{}", 1)


def test_the_feeds_own_names_map_to_folders() -> None:
    assert endpoint_of_file("todaysScoreboard_00.json") == "scoreboard"
    assert endpoint_of_file("odds_todaysGames.json.gz") == "odds"
    assert endpoint_of_file("playbyplay_0029900001") == "playbyplay_0029900001"


def test_a_folder_that_cannot_be_written_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(CourtsideError, match=r"cannot record to .*taken: "):
        RecordingWriter(tmp_path / "taken")
    (tmp_path / "odds").write_text("a file")
    with pytest.raises(CourtsideError, match="cannot record to "):
        RecordingWriter(tmp_path).write("odds", b"{}", 1)


KEEP_WRITING = """
import os, sys
from courtside.formats.captures import endpoint_of_file
from courtside.formats.recordings import RecordingWriter
writer = RecordingWriter(sys.argv[1])
for number in range(10**9):
    writer.write("odds", os.urandom(20_000) + str(number).encode(), number)
    if number == 20:
        print("under way", flush=True)
"""


def test_a_killed_writer_leaves_whole_files_only(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", KEEP_WRITING, str(tmp_path)], stdout=subprocess.PIPE, env=os.environ.copy()
    )
    assert process.stdout is not None
    with process.stdout as said:
        assert said.readline() == b"under way\n"
        process.send_signal(signal.SIGKILL)
        process.wait(timeout=10)
    files = sorted((tmp_path / "odds").glob("*.json.gz"), key=lambda file: int(file.name.split(".")[0]))
    assert len(files) > 20
    for number, file in enumerate(files):
        assert gzip.decompress(file.read_bytes())[20_000:] == str(number).encode()


# The recorded games


@pytest.mark.data
def test_the_recorded_games_open_in_tip_off_order(data_dir: Path) -> None:
    recordings = Recordings.open(data_dir / "cdn" / "games")
    assert len(recordings.games) == 40
    starts = [game.start_ms for game in recordings.games]
    assert starts == sorted(starts)
    assert recordings.skipped == {}
    for game in recordings.games:
        last = recordings.plays(game.game_id)[-1]
        assert (last.score_home, last.score_away) == (game.box.line.score_home, game.box.line.score_away)
