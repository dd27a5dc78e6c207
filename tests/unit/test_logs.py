import io
import json
import logging
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from courtside import logs as courtside_logs
from courtside.errors import BadConfig
from courtside.logs import Logs, set_up_logs

log = logging.getLogger("courtside.app")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def lines() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def opened() -> Iterator[list[Logs]]:
    """Logs to close after the test."""
    logs: list[Logs] = []
    yield logs
    for each in logs:
        each.close()


def test_a_line_for_people_has_time_level_words_and_fields(lines: io.StringIO) -> None:
    logs = set_up_logs(terminal=lines)
    log.info("game %s is on", "ATL", extra={"game_id": "0022500776", "poll_ms": 81.23456, "why": 'a "b"'})
    logs.close()

    time, level, *rest = lines.getvalue().rstrip("\n").split("  ")
    assert len(time) == len("12:42:01.300")
    assert level == "info"
    assert [part.strip() for part in rest if part.strip()] == [
        "courtside.app",
        "game ATL is on",
        'game_id=0022500776 poll_ms=81.235 why="a \\"b\\""',
    ]


def test_a_line_for_programs_is_one_object_with_fields(lines: io.StringIO) -> None:
    logs = set_up_logs(style="json", terminal=lines)
    log.warning("slow", extra={"step_ms": 12.3456, "games": 3, "none": None, "where": Path("a")})
    logs.close()

    [line] = lines.getvalue().splitlines()
    fields = json.loads(line)
    assert list(fields)[:4] == ["time", "level", "logger", "message"]
    assert fields.pop("time").endswith("Z")
    assert fields == {
        "level": "warning",
        "logger": "courtside.app",
        "message": "slow",
        "step_ms": 12.346,
        "games": 3,
        "none": None,
        "where": "a",
    }


@pytest.mark.parametrize("style", ["text", "json"])
def test_a_traceback_comes_along(lines: io.StringIO, style: str) -> None:
    logs = set_up_logs(style="json" if style == "json" else "text", terminal=lines)
    try:
        raise ValueError("password is in postgresql://ann:sesame@db/x")
    except ValueError:
        log.exception("broken")
    logs.close()

    text = lines.getvalue()
    assert "Traceback" in text and "ValueError: password is in postgresql://ann:****@db/x" in text
    if style == "json":
        assert "raise ValueError" in json.loads(text)["traceback"]


@pytest.mark.parametrize("style", ["text", "json"])
def test_secrets_are_masked_in_words_and_fields(lines: io.StringIO, style: str) -> None:
    logs = set_up_logs(style="json" if style == "json" else "text", secrets=("sesame",), terminal=lines)
    log.info(
        "key sesame, Bearer abcdef", extra={"url": "redis://:sesame2@h", "token": "xyz", "note": "sesame"}
    )
    logs.close()

    for secret in ("sesame", "abcdef", "xyz"):
        assert secret not in lines.getvalue()


def test_colour_is_for_terminals_only(lines: io.StringIO) -> None:
    terminal = Terminal()
    for stream in (terminal, lines):
        logs = set_up_logs(terminal=stream)
        log.error("bad")
        logs.close()

    assert "\x1b[31m" in terminal.getvalue()
    assert "\x1b" not in lines.getvalue()


def test_a_message_stays_on_its_line(lines: io.StringIO) -> None:
    logs = set_up_logs(terminal=lines)
    log.info("one\ntwo", extra={"team": "a\nb"})
    logs.close()

    assert len(lines.getvalue().splitlines()) == 1


def test_the_level_is_for_our_own_loggers_others_speak_from_warning_up(lines: io.StringIO) -> None:
    logs = set_up_logs(level="debug", terminal=lines)
    log.debug("ours")
    logging.getLogger("httpx").info("theirs, quiet")
    logging.getLogger("httpx").warning("theirs, loud")
    logs.close()
    log.warning("after the end")

    assert [line.split("  ")[-1] for line in lines.getvalue().splitlines()] == ["ours", "theirs, loud"]


def test_files_take_the_same_lines_and_rotate(
    lines: io.StringIO, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(courtside_logs, "FILE_BYTES", 2_000)
    logs = set_up_logs(folder=tmp_path / "logs", terminal=lines)
    for number in range(100):
        log.info("line", extra={"number": number})
    logs.close()

    files = sorted(path.name for path in (tmp_path / "logs").iterdir())
    assert (
        files == ["courtside.log", *(f"courtside.log.{number}" for number in range(1, 5 + 1))][: len(files)]
    )
    assert len(files) > 2
    newest = (tmp_path / "logs" / "courtside.log").read_text(encoding="utf-8").splitlines()
    assert newest[-1].endswith("number=99")
    assert newest[-1][:2] == "20" and newest[-1].split()[0].endswith("Z")


def test_a_folder_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(BadConfig, match=r"log_dir .*file cannot be written"):
        set_up_logs(folder=tmp_path / "file")


def test_a_file_that_can_no_longer_be_written_is_said_once(
    lines: io.StringIO, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(*_: object) -> bool:
        raise OSError(28, "No space left on device")

    logs = set_up_logs(folder=tmp_path, terminal=lines)
    monkeypatch.setattr("logging.handlers.RotatingFileHandler.shouldRollover", full)
    log.info("one")
    log.info("two")
    logs.close()

    assert capsys.readouterr().err.count("No space left on device") == 1
    assert len(lines.getvalue().splitlines()) == 2


def test_a_stuck_terminal_holds_nothing_up_and_what_was_lost_is_counted(
    opened: list[Logs], monkeypatch: pytest.MonkeyPatch
) -> None:
    stuck, go_on = threading.Event(), threading.Event()

    class Stuck(io.StringIO):
        def write(self, text: str) -> int:
            stuck.set()
            assert go_on.wait(10)
            return super().write(text)

    monkeypatch.setattr(courtside_logs, "QUEUE_RECORDS", 5)
    terminal = Stuck()
    opened.append(set_up_logs(terminal=terminal))
    log.info("first")
    assert stuck.wait(10)
    for number in range(20):
        log.info("number %d", number)
    go_on.set()
    opened[0].close()

    words = [line.split("  ")[-1] for line in terminal.getvalue().splitlines()]
    assert words[:6] == ["first", *(f"number {number}" for number in range(5))]
    assert words[6].startswith("15 log lines were lost")


def test_everything_is_written_when_a_program_ends_without_closing() -> None:
    program = (
        "import logging; from courtside.logs import set_up_logs; set_up_logs()\n"
        "for n in range(500): logging.getLogger('courtside').info('line', extra={'n': n})"
    )

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    lines = done.stderr.splitlines()
    assert len(lines) == 500
    assert lines[-1].endswith("n=499")
