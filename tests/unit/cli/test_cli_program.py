"""The command line as a user meets it: exit status, one-line errors, help."""

import asyncio
import errno
import subprocess
import sys
import time
from collections.abc import Iterator

import click
import pytest

from courtside import __version__
from courtside.cli import cli, execute
from courtside.cli.settings_options import SettingOption
from courtside.config import describe_settings
from courtside.errors import BadConfig, JournalFull


def every_command(group: click.Group = cli, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for name, command in group.commands.items():
        yield (*path, name)
        if isinstance(command, click.Group):
            yield from every_command(command, (*path, name))


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> list[BaseException]:
    """A command `fail` that raises what the test puts here."""
    errors: list[BaseException] = []

    @click.command()
    def fail() -> None:
        raise errors[0]

    monkeypatch.setitem(cli.commands, "fail", fail)
    return errors


def said(capsys: pytest.CaptureFixture[str]) -> str:
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    return captured.err


@pytest.mark.parametrize("path", [(), *every_command()])
def test_every_level_has_help_with_examples(
    path: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert execute([*path, "--help"]) == 0
    text = capsys.readouterr().out
    assert "Examples:" in text
    assert "courtside " + " ".join(path) in text.partition("Examples:")[2]
    assert "`" not in text


def test_the_version_is_that_of_the_package(capsys: pytest.CaptureFixture[str]) -> None:
    assert execute(["--version"]) == 0
    assert capsys.readouterr().out == f"courtside {__version__}\n"


@pytest.mark.parametrize(
    ("line", "part"),
    [
        (["runn"], "Did you mean 'run'"),
        (["run", "--sped", "3"], "--speed"),
        (["run", "--http-port", "eighty"], "--http-port is 'eighty'; it must be a whole number"),
        (["run", "--source", "replay"], "give --recordings DIR"),
        (["run", "--config", "/nowhere/at.toml"], "cannot be read"),
        (["feed"], "Missing option '--recordings'"),
        (["feed", "--recordings", "x", "--stagger", "3", "--as-recorded"], "exclude each other"),
        (["feed", "--recordings", "x", "--faults", "stael"], "did you mean 'stale'"),
        (["feed", "--recordings", "x", "--port", "http"], "'http' is not a valid integer"),
        (["predict", "--pattern", "1,2"], "pattern has 2 numbers; send 18"),
        (["predict", "--pattern", "1,two"], "minute 2 is 'two'"),
        (["predict", "--pattern", ",".join("0" * 18), "--alpha", "1"], "--alpha"),
        (["watch", "ftp://x"], "is not like ws://127.0.0.1:8765"),
        (["watch", "foo"], "'foo' is not like ws://127.0.0.1:8765"),
        (["watch", "foo:bar"], "'foo:bar' is not like ws://127.0.0.1:8765"),
        (["watch", "ws://foo:99999"], "is not like ws://127.0.0.1:8765"),
        (["record", "--out", "x", "--nba-url", "cdn"], "an HTTP address"),
    ],
)
def test_wrong_usage_is_one_line_and_status_2(
    line: list[str], part: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert execute(line) == 2
    assert part in said(capsys)


def test_no_arguments_show_what_there_is(capsys: pytest.CaptureFixture[str]) -> None:
    for line in ([], ["models"]):
        assert execute(line) == 2
        assert "Examples:" in capsys.readouterr().err


def test_what_fails_is_one_line_and_status_1(
    failing: list[BaseException], capsys: pytest.CaptureFixture[str]
) -> None:
    failing.append(JournalFull("the disk is\nfull; free some space"))
    assert execute(["fail"]) == 1
    assert said(capsys) == "courtside: the disk is full; free some space\n"


def test_a_wrong_setting_is_wrong_usage(
    failing: list[BaseException], capsys: pytest.CaptureFixture[str]
) -> None:
    failing.append(BadConfig("port 99999 does not exist"))
    assert execute(["fail"]) == 2
    assert "99999" in said(capsys)


def test_of_errors_that_tasks_raised_together_the_one_for_people_is_told(
    failing: list[BaseException], capsys: pytest.CaptureFixture[str]
) -> None:
    failing.append(ExceptionGroup("tasks", [KeyError("x"), ExceptionGroup("more", [JournalFull("full")])]))
    assert execute(["fail"]) == 1
    assert said(capsys) == "courtside: full\n"


def test_what_the_system_refuses_is_named(
    failing: list[BaseException], capsys: pytest.CaptureFixture[str]
) -> None:
    failing.append(PermissionError(errno.EACCES, "Permission denied", "/srv/x"))
    assert execute(["fail"]) == 1
    assert "/srv/x: Permission denied" in said(capsys)


def test_a_defect_is_one_line_too_and_a_traceback_with_debug(
    failing: list[BaseException], capsys: pytest.CaptureFixture[str]
) -> None:
    failing.append(ZeroDivisionError("division by zero"))
    assert execute(["fail"]) == 1
    assert "unexpected ZeroDivisionError: division by zero; this is a defect" in said(capsys)
    with pytest.raises(ZeroDivisionError):
        execute(["--debug", "fail"])


def test_an_interrupted_prompt_is_a_failure_without_words(
    failing: list[BaseException], capsys: pytest.CaptureFixture[str]
) -> None:
    failing.append(click.Abort())
    assert execute(["fail"]) == 1
    assert capsys.readouterr().err == ""


def test_run_and_doctor_take_every_setting_that_has_a_flag() -> None:
    flags = {info.flag for info in describe_settings() if info.flag is not None}
    for name in ("run", "doctor"):
        options = {param.opts[0] for param in cli.commands[name].params if isinstance(param, SettingOption)}
        assert options == flags


def test_help_is_there_at_once() -> None:
    best = min(_help_seconds() for _ in range(3))
    assert best < 0.6, f"courtside --help took {best:.2f} s; a heavy import has crept out of its command"


def _help_seconds() -> float:
    began = time.perf_counter()
    subprocess.run([sys.executable, "-m", "courtside", "--help"], check=True, capture_output=True)
    return time.perf_counter() - began


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys; from courtside.cli import execute; execute(['--help']);"
        "print([name for name in ('numpy', 'httpx', 'fastapi', 'websockets', 'rich', 'asyncio') "
        "if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.rstrip().endswith("[]")


def test_a_reader_that_goes_away_ends_the_command_quietly() -> None:
    line = f"{sys.executable} -m courtside run --help | head -1"
    done = subprocess.run(line, shell=True, check=True, capture_output=True, text=True)
    assert done.stdout == "Usage: courtside run [OPTIONS]\n"
    assert done.stderr == ""


async def test_work_that_fails_ends_the_others() -> None:
    from courtside.cli.loop import until_stopped

    ended: list[str] = []

    async def goes_on() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("the other")

    async def fails() -> None:
        raise JournalFull("full")

    with pytest.raises(JournalFull):
        await until_stopped(goes_on(), fails())
    assert ended == ["the other"]
