"""Reading settings: flag before environment before TOML file before default.

Whatever cannot be used is refused in one line that names the setting, where its value came from,
the value, and what is allowed.
"""

import difflib
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NoReturn, get_args
from urllib.parse import urlsplit

import msgspec
from msgspec import inspect

from courtside.errors import BadConfig
from courtside.redact import MASK, hide_secrets
from courtside.settings import ABOUT, GROUPS, HINTS, Settings, show

__all__ = ["CONFIG_VARIABLE", "SettingInfo", "Settings", "describe_settings", "load_settings"]

PREFIX = "COURTSIDE_"
CONFIG_VARIABLE = "COURTSIDE_CONFIG"
OTHER_VARIABLES = {
    CONFIG_VARIABLE: "path of the TOML file",
    "COURTSIDE_DATA": "folder of recorded and historical games for tests and benchmarks",
    "COURTSIDE_URL": "server whose games `make web-dev` shows",
    "COURTSIDE_CHROMIUM": "browser for tests, pictures and measurements of the dashboard",
}
"""Variables of the environment that begin like ours and are no settings."""


class SettingInfo(msgspec.Struct, frozen=True):
    """One setting as it is shown to people."""

    name: str
    group: str
    flag: str | None
    """Option of the command line; None where only environment and TOML have it."""
    env: str
    kind: str
    allowed: str
    """What may be written, in words: `a whole number from 0 to 65535`."""
    choices: tuple[str, ...]
    default: str
    unit: str
    help: str
    secret: bool


def describe_settings() -> list[SettingInfo]:
    """Every setting, group by group."""
    groups = {name: group for group in reversed(GROUPS) for name in group.__struct_fields__}
    return [_info(name, groups[name]) for name in ABOUT]


def load_settings(
    flags: Mapping[str, object], environ: Mapping[str, str], toml_path: Path | None = None
) -> Settings:
    """Settings from the command line's `flags` (None is not given), the environment and a TOML file.

    `COURTSIDE_CONFIG` names the file where `toml_path` does not. A value of the environment that is
    empty is not given. Raises `BadConfig`.
    """
    if toml_path is None and environ.get(CONFIG_VARIABLE):
        toml_path = Path(environ[CONFIG_VARIABLE])
    values: dict[str, object] = {}
    for name, origin, value in (*_from_toml(toml_path), *_from_environ(environ), *_from_flags(flags)):
        values[name] = _convert(name, origin, value)
    settings = msgspec.convert(values, Settings, strict=False, dec_hook=_custom)
    _check_together(settings)
    return settings


def _from_flags(flags: Mapping[str, object]) -> Iterator[tuple[str, str, object]]:
    for name, value in flags.items():
        if name not in ABOUT:
            _unknown(_flag(name), map(_flag, ABOUT), "option")
        if value is not None:
            yield name, _flag(name), value


def _from_environ(environ: Mapping[str, str]) -> Iterator[tuple[str, str, object]]:
    names = {_variable(name): name for name in ABOUT}
    for variable, value in environ.items():
        if not variable.startswith(PREFIX) or variable in OTHER_VARIABLES:
            continue
        if variable not in names:
            _unknown(variable, (*names, *OTHER_VARIABLES), "variable")
        if value:
            yield names[variable], variable, value


def _from_toml(path: Path | None) -> Iterator[tuple[str, str, object]]:
    if path is None:
        return
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadConfig(f"config file {path} cannot be read ({error.strerror}); check --config") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadConfig(f"config file {path} is not TOML: {error}") from error
    for name, value in _flat(table):
        if name not in ABOUT:
            _unknown(name, ABOUT, f"key in {path}")
        yield name, f"{name} in {path}", value


def _flat(table: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    """Keys of tables with the table's name before them: `[nba] url` is `nba_url`."""
    for key, value in table.items():
        if isinstance(value, dict):
            yield from ((f"{key}_{name}", inner) for name, inner in _flat(value))
        else:
            yield key, value


def _unknown(name: str, known: Iterable[str], what: str) -> NoReturn:
    near = difflib.get_close_matches(name, list(known), n=1, cutoff=0.0)
    raise BadConfig(f"unknown {what} {name}; did you mean {near[0]}?")


def _convert(name: str, origin: str, value: object) -> object:
    hint = inspect.type_info(HINTS[name])
    given = value
    if isinstance(value, str):
        if _optional(hint) and value == ABOUT[name].none:
            return None
        if isinstance(_inner(hint), inspect.VarTupleType):
            given = [part.strip() for part in value.split(",") if part.strip()]
    try:
        converted: object = msgspec.convert(given, HINTS[name], strict=False, dec_hook=_custom)
    except (msgspec.ValidationError, TypeError) as error:
        _refuse(name, origin, value, _allowed(name), error)
    problem = _problem(name, converted)
    if problem:
        _refuse(name, origin, value, problem)
    return converted


def _refuse(name: str, origin: str, value: object, allowed: str, cause: Exception | None = None) -> NoReturn:
    shown = MASK if ABOUT[name].secret else hide_secrets(repr(value))
    raise BadConfig(f"{origin} is {shown}; it must be {allowed}") from cause


def _custom(kind: type, value: object) -> object:
    if kind is Path and isinstance(value, str | Path) and str(value):
        return Path(value).expanduser()
    raise TypeError(f"{value!r} is no path")


def _problem(name: str, value: object) -> str | None:
    """What a value must be that has the right type and range and still cannot be used."""
    if isinstance(value, float) and value == float("inf"):
        return "a number that ends"
    if not isinstance(value, str | tuple):
        return None
    match name:
        case "bus" if value != "memory":
            parts = urlsplit(str(value))
            if parts.scheme not in ("redis", "rediss", "kafka") or not parts.netloc:
                return "memory, redis://host:port, rediss://host:port (TLS) or kafka://host:port,host:port"
        case "bus_prefix":
            if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}", str(value)):
                return "letters, digits, - and _"
        case "database":
            scheme, _, rest = str(value).partition("://")
            if scheme not in ("sqlite", "postgresql") or not rest.removeprefix("/" * (scheme == "sqlite")):
                return _DATABASE
        case "nba_url":
            parts = urlsplit(str(value))
            if parts.scheme not in ("http", "https") or not parts.netloc:
                return "an HTTP address, e.g. https://cdn.nba.com"
        case "allowed_origins":
            for origin in value:
                parts = urlsplit(origin)
                if not parts.netloc or parts.path or parts.query:
                    return "origins as a browser sends them, e.g. https://board.example"
        case "host" if not value:
            return "an address, e.g. 127.0.0.1"
    return None


_DATABASE = "sqlite:///relative.db, sqlite:////absolute.db, sqlite:///:memory: or postgresql://user:password@host/name"


def _check_together(settings: Settings) -> None:
    if settings.source == "replay" and settings.recordings is None:
        raise BadConfig("source is replay but there is nothing to replay; give --recordings DIR")
    if settings.http_port == settings.ws_port != 0:
        raise BadConfig(
            f"http_port and ws_port are both {settings.http_port}; two servers cannot share a port"
        )
    if settings.alert_threshold < settings.run_threshold:
        raise BadConfig(
            f"alert_threshold is {settings.alert_threshold}, below run_threshold {settings.run_threshold}; "
            "an alert is for a run that counts already"
        )


def _info(name: str, group: type[msgspec.Struct]) -> SettingInfo:
    about, hint = ABOUT[name], _inner(inspect.type_info(HINTS[name]))
    return SettingInfo(
        name=name,
        group=(group.__doc__ or "").partition("\n")[0],
        flag=_flag(name) if about.flag else None,
        env=_variable(name),
        kind=_KINDS[type(hint)],
        allowed=_allowed(name),
        choices=_choices(name) if isinstance(hint, inspect.LiteralType) else (),
        default=show(name, getattr(_DEFAULTS, name)),
        unit=about.unit,
        help=about.help,
        secret=about.secret,
    )


_DEFAULTS = Settings()
_KINDS: dict[type[inspect.Type], str] = {
    inspect.IntType: "whole number",
    inspect.FloatType: "number",
    inspect.StrType: "text",
    inspect.LiteralType: "choice",
    inspect.VarTupleType: "list",
    inspect.CustomType: "path",
}


def _allowed(name: str) -> str:
    whole = inspect.type_info(HINTS[name])
    hint = _inner(whole)
    if isinstance(hint, inspect.LiteralType):
        words = " or ".join(", ".join(_choices(name)).rsplit(", ", 1))
    elif isinstance(hint, inspect.IntType | inspect.FloatType):
        words = f"a {_KINDS[type(hint)]}{_range(hint)}"
    else:
        words = {"text": "text", "list": "words separated by commas", "path": "a path"}[_KINDS[type(hint)]]
    return f"{words}, or {ABOUT[name].none}" if _optional(whole) else words


def _choices(name: str) -> tuple[str, ...]:
    """Of a setting that is one of some words, in the order of its definition."""
    return get_args(get_args(HINTS[name])[0])


def _range(hint: inspect.IntType | inspect.FloatType) -> str:
    if hint.ge is not None and hint.le is not None:
        return f" from {hint.ge:g} to {hint.le:g}"
    low = (
        f" from {hint.ge:g}" if hint.ge is not None else f" above {hint.gt:g}" if hint.gt is not None else ""
    )
    if hint.le is not None:
        return f"{low} and up to {hint.le:,.10g}"
    if hint.lt is not None:
        return f"{low} and below {hint.lt:,.10g}"
    return f"{low} up" if hint.ge is not None else low


def _optional(hint: inspect.Type) -> bool:
    return isinstance(hint, inspect.UnionType) and any(
        isinstance(each, inspect.NoneType) for each in hint.types
    )


def _inner(hint: inspect.Type) -> inspect.Type:
    """The type of a setting without its None."""
    if isinstance(hint, inspect.UnionType):
        [hint] = [each for each in hint.types if not isinstance(each, inspect.NoneType)]
    return hint


def _flag(name: str) -> str:
    return "--" + name.replace("_", "-")


def _variable(name: str) -> str:
    return PREFIX + name.upper()
