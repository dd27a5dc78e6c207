"""`courtside record`: every raw response of the live feed, kept with its receipt time."""

from pathlib import Path

import click

from courtside.cli.settings_options import setting_help


@click.command()
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Folder to write to; made if missing, added to if not.",
)
@click.option("--nba-url", metavar="URL", help=setting_help("nba_url"))
@click.option("--poll-seconds", metavar="X", help=setting_help("poll_seconds"))
@click.option(
    "--for",
    "for_seconds",
    type=click.FloatRange(0.0, min_open=True),
    metavar="SECONDS",
    help="Stop after so long; without it, when Ctrl-C is pressed.",
)
def record(out: Path, nba_url: str | None, poll_seconds: str | None, for_seconds: float | None) -> None:
    """Keep every response of the live feed, byte for byte, replayable.

    Changed responses only, one folder a file of the feed. The folder can be replayed (courtside run
    --source replay) and served again (courtside feed).

    \b
    Examples:
      courtside record --out games                          tonight's games, until Ctrl-C
      courtside record --out games --poll-seconds 5 --for 14400
      courtside run --source replay --recordings games      what was recorded, once more
    """
    from courtside.cli.loop import run_async
    from courtside.cli.recorder import record_feed
    from courtside.cli.settings_options import settings_of
    from courtside.logs import set_up_logs
    from courtside.sources.nba_settings import NbaSettings

    settings = settings_of({"nba_url": nba_url, "poll_seconds": poll_seconds})
    logs = set_up_logs(level="info")
    try:
        kept = run_async(record_feed(settings.part(NbaSettings, "nba_"), out, for_seconds, click.echo))
    finally:
        logs.close()
    click.echo(kept)
