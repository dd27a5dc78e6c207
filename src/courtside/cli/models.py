"""`courtside models`: what forecasts."""

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from courtside.forecast.persistence import Persistence

COVERAGES = (0.5, 0.8, 0.95)


@click.group()
def models() -> None:
    """The forecasting models.

    \b
    Examples:
      courtside models list
      courtside models show persistence
    """


@models.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_models(as_json: bool) -> None:
    """List the models that forecast.

    \b
    Examples:
      courtside models list
      courtside models list --json
    """
    model = _shipped()
    if as_json:
        _print_json([_summary(model)])
        return
    for name, value in _summary(model).items():
        click.echo(f"{name:<10}{value}")


@models.command("show")
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def show_model(name: str, as_json: bool) -> None:
    """Show what a model knows; NAME is its name or version.

    \b
    Examples:
      courtside models show persistence
      courtside models show persistence --json
    """
    model = _shipped()
    if name not in (model.name, model.version):
        raise click.BadParameter(
            f"there is no model {name!r}; 'courtside models list' has them", param_hint="NAME"
        )
    details = _summary(model) | _details(model)
    if as_json:
        _print_json(details)
        return
    for key, value in details.items():
        shown = ", ".join(f"{k} {v}" for k, v in value.items()) if isinstance(value, dict) else value
        click.echo(f"{key.replace('_', ' '):<22}{shown}")


def _shipped() -> "Persistence":
    from courtside.forecast.persistence import Persistence

    return Persistence.shipped()


def _summary(model: "Persistence") -> dict[str, object]:
    return {"name": model.name, "version": model.version, "status": "active", "horizon": "halftime"}


def _details(model: "Persistence") -> dict[str, object]:
    from courtside.forecast.forecast import Situation

    level = model.forecast(Situation(pattern=(0.0,) * 18)).distribution
    seasons = model.table.seasons
    return {
        "what": (model.__doc__ or "").partition("\n")[0],
        "seasons": f"{min(seasons)} to {max(seasons)}",
        "games": model.table.games,
        "interval_half_width": {
            f"{coverage:.0%}": f"{level.interval(coverage)[1]:g} points" for coverage in COVERAGES
        },
    }


def _print_json(value: object) -> None:
    import msgspec

    click.echo(msgspec.json.encode(value))
