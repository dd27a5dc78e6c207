"""`courtside consume`."""

from pathlib import Path

import click

from courtside.cli.broker import broker_of, kafka_option, topic_option


@click.command(short_help="Games, counted again from the Kafka topic.")
@kafka_option
@topic_option
@click.option("--game", "games", multiple=True, metavar="ID", help="Only this game; may be given again.")
@click.option("--alerts", "show_alerts", is_flag=True, help="Only runs, lead changes and comebacks.")
@click.option(
    "--run-points", default=10, show_default=True, metavar="N", help="Unanswered points that are an alert."
)
@click.option(
    "--comeback-points", default=15, show_default=True, metavar="N", help="Deficit made good, an alert."
)
@click.option("--once", is_flag=True, help="Say how everything stands at the end of the topic, and stop.")
@click.option("--json", "as_json", is_flag=True, help="JSON: one object with --once, else one a line.")
@click.option(
    "--chart",
    "chart_to",
    is_flag=False,
    flag_value="window",
    metavar="[FILE]",
    help="Draw the game (that of --game, or the newest) while it goes on: a window, or a PNG, GIF or MP4.",
)
@click.option(
    "--log-dir",
    type=click.Path(path_type=Path),
    default=Path("logs"),
    show_default=True,
    metavar="PATH",
    help="Folder of the log files.",
)
def consume(
    kafka_url: str | None,
    topic: str,
    games: tuple[str, ...],
    show_alerts: bool,
    run_points: int,
    comeback_points: int,
    once: bool,
    as_json: bool,
    chart_to: str | None,
    log_dir: Path,
) -> None:
    """Read the scoring events of a topic, and show every game: score, lead changes, ties, runs, alerts.

    Everything is counted from the topic alone, from its start each time; events that come twice count
    once. Ctrl-C ends it. While the broker is away it waits, and says so.

    \b
    Examples:
      courtside consume
      courtside consume --alerts
      courtside consume --once --json | jq '.games[].standing'
      courtside consume --game 0022500776 --chart game.png
    """
    config = broker_of(kafka_url)

    import os

    from courtside.cli.consuming import Wanted, read_topic
    from courtside.logs import set_up_logs
    from courtside.momentum.alerts import Thresholds

    wanted = Wanted(
        games=frozenset(games) or None,
        thresholds=Thresholds(run=run_points, comeback=comeback_points),
        alerts_only=show_alerts,
        once=once,
        as_json=as_json,
        chart=chart_to,
    )
    # What is read is shown; the log has every record of it.
    with open(os.devnull, "w", encoding="utf-8") as nowhere:
        logs = set_up_logs(level="debug", folder=log_dir, terminal=nowhere)
        try:
            read_topic(config, topic, wanted)
        finally:
            logs.close()
