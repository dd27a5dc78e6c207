"""`courtside models`: what forecasts, what else could, and choosing between them."""

from typing import TYPE_CHECKING

import click

from courtside.cli.settings_options import SettingsCommand, settings_of

if TYPE_CHECKING:
    from courtside.app.models import Entry
    from courtside.forecast.bundle import Manifest


class ModelsCommand(click.Command):
    """A command that takes those settings which say where models are kept."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        every = SettingsCommand(name=None)
        self.params += [param for param in every.params if param.name in ("data_dir", "config")]


json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.group()
def models() -> None:
    """The forecasting models: what there is, and which one courtside run takes.

    \b
    Examples:
      courtside models list
      courtside models use 2024-06-17-3fa9c1d2
    """


@models.command("list", cls=ModelsCommand)
@json_option
def list_models(as_json: bool, **options: object) -> None:
    """List the models: the shipped one and those installed in the data folder.

    The active one, which courtside run takes, is marked with a star. Every file of every model is
    checked.

    \b
    Examples:
      courtside models list
      courtside models list --json
    """
    settings = settings_of(options)

    from courtside.app.models import entries, resolve

    found = entries(settings)
    if as_json:
        _print_json([_row(entry) for entry in found])
    else:
        for line in _table(found):
            click.echo(line)
    # Where none is marked, this says why.
    resolve(settings)


@models.command("show", cls=ModelsCommand)
@click.argument("name", default="active")
@json_option
def show_model(name: str, as_json: bool, **options: object) -> None:
    """Show what a model learned from, how good it was and what it is made of.

    NAME is a name that courtside models list shows, or the folder of a model; without it the active
    one is shown.

    \b
    Examples:
      courtside models show
      courtside models show shipped
      courtside models show 2024-06-17-3fa9c1d2 --json
    """
    settings = settings_of(options)

    from courtside.app.models import find
    from courtside.forecast.bundle import Bundle

    bundle = Bundle.open(find(settings, name))
    if as_json:
        import msgspec

        _print_json({"folder": str(bundle.folder)} | msgspec.structs.asdict(bundle.manifest))
        return
    click.echo(f"{'folder':<16}{bundle.folder}")
    for line in _described(bundle.manifest):
        click.echo(line)


@models.command("use", cls=ModelsCommand)
@click.argument("name")
def use_model(name: str, **options: object) -> None:
    """Make a model the active one, from the next start of courtside run on.

    NAME is a name that courtside models list shows, or the folder of a model, which is checked and
    copied into the data folder. The name shipped goes back to the model that came with Courtside.

    \b
    Examples:
      courtside models use trained/halftime
      courtside models use 2024-06-17-3fa9c1d2
      courtside models use shipped
    """
    settings = settings_of(options)

    from courtside.app.models import use

    bundle = use(settings, name)
    click.echo(f"{bundle.version} in {bundle.folder} is the active model, from the next start on")
    if settings.model is not None:
        click.echo(
            f"but the setting model is {settings.model!r}, and it comes first: take it away (COURTSIDE_MODEL "
            "or the config file)",
            err=True,
        )


def _row(entry: "Entry") -> dict[str, object]:
    manifest = entry.manifest
    row: dict[str, object] = {"name": entry.name, "folder": str(entry.folder), "active": entry.active}
    if manifest is None:
        return row | {"problem": entry.problem}
    return row | {
        "version": manifest.version,
        "courtside": manifest.courtside,
        "data": manifest.data,
        "metrics": manifest.metrics,
    }


def _table(entries: "list[Entry]") -> list[str]:
    width = max(len(entry.name) for entry in entries) + 2
    lines = [f"  {'name':<{width}}{'version':<21}{'games':>6}  learned from"]
    for entry in entries:
        begin = f"{'*' if entry.active else ' '} {entry.name:<{width}}"
        if entry.manifest is None:
            lines.append(f"{begin}cannot be used: {entry.problem}")
            continue
        manifest, data = entry.manifest, entry.manifest.data
        lines.append(
            f"{begin}{manifest.version:<21}{data.games:>6}  {data.first_date} to {data.last_date}"
            f" ({_seasons(manifest)})"
        )
        told = [f"{name} {value:.4g}" for name, value in manifest.metrics.items()]
        lines += [f"      {', '.join(told[first : first + 4])}" for first in range(0, len(told), 4)]
    return lines


def _described(manifest: "Manifest") -> list[str]:
    data = manifest.data
    lines = [
        f"{'version':<16}{manifest.version}",
        f"{'trained by':<16}courtside {manifest.courtside}, format {manifest.format}",
        f"{'learned from':<16}{data.games} games, {data.first_date} to {data.last_date}",
        f"{'':<16}{_seasons(manifest)}",
        "",
        "measured on games that it had not seen",
    ]
    lines += [f"  {name:<30} {value:.6g}" for name, value in sorted(manifest.metrics.items())]
    lines += ["", "files"]
    lines += [
        f"  {name:<30} {file.bytes:>9} bytes  sha256 {file.sha256[:16]}..."
        for name, file in sorted(manifest.files.items())
    ]
    for part, settings in sorted(manifest.settings.items()):
        lines += ["", f"settings of {part}"]
        lines += [f"  {name:<30} {_plain(value)}" for name, value in sorted(settings.items())]
    return lines


def _seasons(manifest: "Manifest") -> str:
    seasons = manifest.data.seasons
    first, last = min(seasons), max(seasons)
    return f"season {first}" if first == last else f"seasons {first} to {last}"


def _plain(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _print_json(value: object) -> None:
    import msgspec

    click.echo(msgspec.json.encode(value))
