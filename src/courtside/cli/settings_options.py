"""Options made from the settings, so that the command line can never lag behind them."""

import os
from collections.abc import Mapping
from pathlib import Path

import click

from courtside.config import SettingInfo, Settings, describe_settings, load_settings

_METAVARS = {"whole number": "N", "number": "X", "path": "PATH", "list": "A,B,...", "text": "TEXT"}


def setting_help(name: str) -> str:
    """What help says of a setting."""
    return _help(next(info for info in describe_settings() if info.name == name))


def _help(info: SettingInfo) -> str:
    default = f"default: {info.default or 'none'}" + (f" {info.unit}" if info.unit else "")
    return f"{info.help}. [{default}; env: {info.env}]".replace("`", "")


class SettingOption(click.Option):
    """One setting. Its text is checked by `load_settings`, as the environment's and the file's is."""

    def __init__(self, info: SettingInfo) -> None:
        self.info = info
        super().__init__(
            [f"--{info.name.replace('_', '-')}", info.name],
            metavar="|".join(info.choices) if info.choices else _METAVARS[info.kind],
            help=_help(info),
        )


class SettingsCommand(click.Command):
    """A command that takes every setting which has a flag; help shows them in their groups."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.params += [SettingOption(info) for info in describe_settings() if info.flag is not None]
        self.params.append(
            click.Option(
                ["--config"],
                type=click.Path(path_type=Path),
                metavar="FILE",
                help="TOML file with settings; flags and environment come before it. [env: COURTSIDE_CONFIG]",
            )
        )

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        groups: dict[str, list[tuple[str, str]]] = {}
        for param in self.get_params(ctx):
            record = param.get_help_record(ctx)
            if record is not None:
                group = param.info.group if isinstance(param, SettingOption) else "Options"
                groups.setdefault(group, []).append(record)
        for group in sorted(groups, key=lambda name: name == "Options"):
            with formatter.section(group):
                formatter.write_dl(groups[group])


def settings_of(options: Mapping[str, object]) -> Settings:
    """What flags, environment and file say together. Raises `BadConfig`."""
    flags = dict(options)
    config = flags.pop("config", None)
    return load_settings(flags, os.environ, config if isinstance(config, Path) else None)
