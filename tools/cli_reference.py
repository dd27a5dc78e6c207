"""Writes docs/cli.md from the commands themselves.

python tools/cli_reference.py            writes it
python tools/cli_reference.py --check    exit status 1 where the page is not up to date
"""

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from courtside.cli import cli
from courtside.cli.settings_options import SettingOption, SettingsCommand

PAGE = Path(__file__).parents[1] / "docs" / "cli.md"
WIDTH = 96
HELP = ["-h", "--help"]
FULL = "courtside run"
"""Where the settings are listed; other commands that take them refer to it."""

HEAD = """# Command line

Exit status 0 is done, 1 failed, 2 wrong usage. What goes wrong is one line on standard error that says
what, why and what to do; `courtside --debug COMMAND` shows a traceback instead. Settings can also come
from the environment and from a file: see [configuration](configuration.md).

This page is made by `python tools/cli_reference.py`.
"""


def page() -> str:
    parts = [HEAD]
    for path, command, context in walk(
        cli, click.Context(cli, info_name="courtside", terminal_width=WIDTH, help_option_names=HELP)
    ):
        level = "#" * (1 + len(path.split()))
        parts.append(f"{level} {path}\n\n```text\n{help_of(path, command, context)}\n```\n")
    return "\n".join(parts)


def walk(
    command: click.Command, context: click.Context
) -> Iterator[tuple[str, click.Command, click.Context]]:
    """Every command with its path, the group's own first."""
    yield context.command_path, command, context
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            inner = command.commands[name]
            yield from walk(
                inner,
                click.Context(
                    inner,
                    info_name=name,
                    parent=context,
                    terminal_width=WIDTH,
                    help_option_names=HELP,
                ),
            )


def help_of(path: str, command: click.Command, context: click.Context) -> str:
    if not isinstance(command, SettingsCommand) or path == FULL:
        return command.get_help(context).rstrip()
    own = [
        record
        for param in command.get_params(context)
        if not isinstance(param, SettingOption)
        if (record := param.get_help_record(context)) is not None
    ]
    formatter = context.make_formatter()
    command.format_usage(context, formatter)
    command.format_help_text(context, formatter)
    with formatter.section("Options"):
        formatter.write_dl(own)
    formatter.write_text(f"Beside these, every setting of {FULL}.")
    return formatter.getvalue().rstrip()


def main() -> None:
    fresh = page()
    if "--check" in sys.argv:
        sys.exit(PAGE.read_text(encoding="utf-8") != fresh)
    PAGE.write_text(fresh, encoding="utf-8")


if __name__ == "__main__":
    main()
