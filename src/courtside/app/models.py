"""Which model forecasts: the one that ships, one that was installed, or one in a folder of its own.

Installed models are folders in `<data_dir>/models`; the file `active` beside them names the one in use,
and where there is no such file it is the shipped one. The setting `model` comes before both.
"""

import os
from pathlib import Path

import msgspec

from courtside.errors import ModelError
from courtside.forecast.bundle import Bundle, Manifest, shipped_folder, write_bundle
from courtside.settings import Settings

SHIPPED, ACTIVE = "shipped", "active"


class Entry(msgspec.Struct, frozen=True):
    """One model that could forecast; `problem` says why one cannot, and then it has no manifest."""

    name: str
    folder: Path
    active: bool
    manifest: Manifest | None
    problem: str | None


def resolve(settings: Settings) -> Path:
    """The folder of the model that `settings` mean, for whoever forecasts. Raises `ModelError`."""
    return _active(settings) if settings.model is None else find(settings, settings.model)


def find(settings: Settings, name: str) -> Path:
    """The folder of the model that people call `name`: `shipped`, `active`, an installed one, or a path."""
    if name == SHIPPED:
        return shipped_folder()
    if name == ACTIVE:
        return resolve(settings)
    if _is_plain(name) and (_home(settings) / name).is_dir():
        return _home(settings) / name
    if name and Path(name).expanduser().is_dir():
        return Path(name).expanduser()
    raise ModelError(
        f"there is no model {name!r}, neither in {_home(settings)} nor as a folder; "
        "'courtside models list' has the models"
    )


def entries(settings: Settings) -> list[Entry]:
    """Every model there is, checked whole: the shipped one, then those installed, by name."""
    home = _home(settings)
    named = {SHIPPED: shipped_folder()}
    if home.is_dir():
        named |= {path.name: path for path in sorted(home.iterdir()) if _is_model(path)}
    try:
        in_use: Path | None = resolve(settings)
    except ModelError:
        in_use = None
    if in_use is not None and in_use not in named.values():
        named[str(in_use)] = in_use
    return [_entry(name, folder, folder == in_use) for name, folder in named.items()]


def use(settings: Settings, name: str) -> Bundle:
    """Make a model the active one; one that is elsewhere is copied to the installed ones first.

    Nothing changes where the model is not whole. Raises `ModelError`.
    """
    folder = find(settings, name)
    bundle = Bundle.open(folder)
    home = _home(settings)
    if folder == shipped_folder():
        (home / ACTIVE).unlink(missing_ok=True)
        return bundle
    if folder.resolve().parent != home.resolve():
        bundle = write_bundle(home / bundle.version, bundle.parts, bundle.manifest)
    fresh = home / f".{ACTIVE}"
    fresh.write_text(f"{bundle.folder.name}\n", encoding="utf-8")
    os.replace(fresh, home / ACTIVE)
    return bundle


def _home(settings: Settings) -> Path:
    return settings.data_dir / "models"


def _active(settings: Settings) -> Path:
    home = _home(settings)
    try:
        name = (home / ACTIVE).read_text(encoding="utf-8").strip()
    except (FileNotFoundError, NotADirectoryError):
        return shipped_folder()
    except (OSError, UnicodeDecodeError) as error:
        raise ModelError(
            f"{home / ACTIVE} cannot be read ({error}); choose a model with 'courtside models use'"
        ) from error
    if not _is_plain(name) or not (home / name).is_dir():
        raise ModelError(
            f"{home / ACTIVE} names {name!r}, which is not there; choose a model with 'courtside models use'"
        )
    return home / name


def _is_plain(name: str) -> bool:
    return Path(name).name == name and name.strip(".") != ""


def _is_model(path: Path) -> bool:
    """Folders that begin with a dot are being written."""
    return path.is_dir() and not path.name.startswith(".")


def _entry(name: str, folder: Path, active: bool) -> Entry:
    try:
        return Entry(name, folder, active, Bundle.open(folder).manifest, None)
    except ModelError as error:
        return Entry(name, folder, active, None, str(error))
