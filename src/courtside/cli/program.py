"""Running a command line: exit status 0 done, 1 failed, 2 wrong usage; an error is one line."""

import os
import sys
from collections.abc import Sequence
from typing import NoReturn

import click

from courtside.cli.commands import State, cli
from courtside.errors import BadConfig, CourtsideError

DONE, FAILED, WRONG_USAGE = 0, 1, 2


def main() -> NoReturn:
    """The entry point."""
    sys.exit(execute(sys.argv[1:]))


def execute(arguments: Sequence[str]) -> int:
    """Run a command line and return its exit status; what goes wrong is one line on standard error."""
    state = State()
    try:
        status = cli.main(list(arguments), prog_name="courtside", standalone_mode=False, obj=state)
        # What was printed last is written here, where a reader that has gone can still be noticed.
        sys.stdout.flush()
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        return WRONG_USAGE
    except click.UsageError as error:
        return _refuse(error)
    except click.Abort:
        return FAILED
    except BrokenPipeError:
        _forget_stdout()
        return FAILED
    except Exception as error:
        if state.debug:
            raise
        return _fail(error)
    return status if isinstance(status, int) else DONE


def _refuse(error: click.UsageError) -> int:
    command = error.ctx.command_path if error.ctx is not None else "courtside"
    said = " ".join(error.format_message().split()).rstrip(".")
    click.echo(f"{command}: {said}; see '{command} --help'", err=True)
    return WRONG_USAGE


def _fail(error: Exception) -> int:
    cause = _first(error)
    if isinstance(cause, CourtsideError):
        click.echo(f"courtside: {' '.join(str(cause).split())}", err=True)
        return WRONG_USAGE if isinstance(cause, BadConfig) else FAILED
    if isinstance(cause, OSError) and cause.strerror:
        where = f"{cause.filename}: " if cause.filename else ""
        click.echo(f"courtside: {where}{cause.strerror}; --debug shows where", err=True)
        return FAILED
    click.echo(
        f"courtside: unexpected {type(cause).__name__}: {' '.join(str(cause).split())}; "
        "this is a defect: run again with --debug and report what it shows",
        err=True,
    )
    return FAILED


def _first(error: BaseException) -> BaseException:
    """Of errors that tasks raised together, one that is meant for people if there is one."""
    if not isinstance(error, BaseExceptionGroup):
        return error
    causes = [_first(each) for each in error.exceptions]
    return next((cause for cause in causes if isinstance(cause, CourtsideError)), causes[0])


def _forget_stdout() -> None:
    """The reader has gone (`courtside ... | head`): nothing more may be written at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
