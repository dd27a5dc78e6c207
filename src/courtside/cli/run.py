"""`courtside run`."""

from typing import TYPE_CHECKING

import click

from courtside import __version__
from courtside.cli.settings_options import SettingsCommand, settings_of

if TYPE_CHECKING:
    from courtside.app.run import Listening

SOURCES = {
    "auto": "the NBA's live feed while a game is on, simulated games (labelled so) until then",
    "nba": "the live feed at {nba_url}",
    "replay": "recorded games from {recordings}, at {speed} times their speed",
    "simulate": "SIMULATED games: invented players, no real results",
    "push": "games that scrapers push to POST /games",
}


@click.command(cls=SettingsCommand)
def run(**options: object) -> None:
    """Watch games: source, engine, journal and servers in one process.

    Stops with Ctrl-C; started again it goes on where it was.

    \b
    Examples:
      courtside run                                    the NBA's games, or simulated ones until there are any
      courtside run --source simulate --games 10 --speed 20
      courtside run --source replay --recordings games --speed max
      courtside run --source nba --poll-seconds 5 --data-dir /srv/courtside
      COURTSIDE_API_KEYS=secret courtside run --source push --host 0.0.0.0
    """
    settings = settings_of(options)

    from courtside.app.run import run_app
    from courtside.cli.loop import run_async
    from courtside.logs import set_up_logs

    def ready(app: "Listening") -> None:
        if settings.log_format == "text":
            shown = settings.shown()
            click.echo(f"Courtside {__version__}: {SOURCES[settings.source].format(**shown)}")
            click.echo(f"  {'games ' if app.ws_url else 'health'}  {app.http_url}")
            if app.ws_url is not None:
                click.echo(f"  stream  {app.ws_url}")
            click.echo(f"  logs    {shown['log_dir']}")
            watch = (
                "" if app.ws_url is None else f"in another terminal: courtside watch{_address(app.ws_url)}; "
            )
            click.echo(f"  {watch}stop with Ctrl-C")

    logs = set_up_logs(
        level=settings.log_level,
        style=settings.log_format,
        folder=settings.log_dir,
        secrets=settings.api_keys,
    )
    try:
        run_async(run_app(settings, ready))
    finally:
        logs.close()


def _address(ws_url: str) -> str:
    """The argument that `courtside watch` needs to find it."""
    from courtside.cli.watch import DEFAULT_URL

    return "" if ws_url.rstrip("/") == DEFAULT_URL else f" {ws_url}"
