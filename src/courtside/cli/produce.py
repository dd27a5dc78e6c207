"""`courtside produce`."""

from pathlib import Path

import click

from courtside.cli.broker import broker_of, kafka_option, topic_option
from courtside.cli.settings_options import SettingsCommand, settings_of
from courtside.cli.watch import stream_url


def _server(ctx: click.Context, param: click.Parameter, text: str | None) -> str | None:
    return None if text is None else stream_url(ctx, param, text)


@click.command(cls=SettingsCommand, short_help="Scoring events to a Kafka topic.")
@kafka_option
@topic_option
@click.option(
    "--from",
    "server",
    callback=_server,
    metavar="URL",
    help="Follow a Courtside that is running, instead of a source of its own.",
)
@click.option(
    "--team-stats", is_flag=True, help="Send how teams did in a season to nba_team_stats instead, and stop."
)
@click.option("--season", type=int, metavar="YEAR", help="Year in which the season began (--team-stats).")
@click.option(
    "--season-type",
    type=click.Choice(["regular", "playoffs", "play-in"]),
    default="regular",
    show_default=True,
    help="Part of the season (--team-stats).",
)
@click.option(
    "--response",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="A saved answer of leaguedashteamstats, instead of asking for one (--team-stats).",
)
def produce(
    kafka_url: str | None,
    topic: str,
    server: str | None,
    team_stats: bool,
    season: int | None,
    season_type: str,
    response: Path | None,
    **options: object,
) -> None:
    """Send every scoring event of every game to a Kafka topic, as JSON, keyed by the game.

    With --from it follows a running Courtside and sends what that one says; without, it watches the games
    itself, as courtside run does, but without servers. Stopped or killed it goes on where it was: the
    topic says what it holds already, and an event that is sent again has the same id. While the broker is
    away everything waits for it.

    \b
    Examples:
      courtside produce --from ws://127.0.0.1:8765
      courtside produce --source simulate --games 3 --speed 60
      courtside produce --source replay --recordings games --speed max --kafka kafka://broker:9092
      courtside produce --team-stats --season 2025
    """
    settings = settings_of(options)
    config = broker_of(kafka_url, settings.bus)

    from courtside.cli.loop import run_async
    from courtside.cli.producing import produce_games, produce_team_stats
    from courtside.logs import set_up_logs
    from courtside.momentum.event import TOPIC
    from courtside.momentum.team_stats import TEAM_TOPIC

    logs = set_up_logs(
        level=settings.log_level,
        style=settings.log_format,
        folder=settings.log_dir,
        secrets=(*settings.api_keys, *filter(None, [config.get("sasl.password")])),
    )
    try:
        if team_stats:
            produce_team_stats(config, topic if topic != TOPIC else TEAM_TOPIC, season, season_type, response)
        else:
            run_async(produce_games(settings, config, topic, server))
    finally:
        logs.close()
