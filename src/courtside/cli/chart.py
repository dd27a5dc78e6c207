"""`courtside chart`."""

from pathlib import Path

import click

from courtside.cli.broker import DEFAULT_KAFKA, broker_of, topic_option
from courtside.cli.watch import stream_url

DEFAULT_JOURNAL = "data/courtside.db"
DEFAULT_SERVER = "http://127.0.0.1:8080"


@click.command(short_help="The score of a game over its time, as a picture or an animation.")
@click.argument("game_id", required=False)
@click.option("--latest", is_flag=True, help="The game that is on, or the newest.")
@click.option("--live", is_flag=True, help="Follow the game until it is over.")
@click.option(
    "--save",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="A .png, or an animated .gif or .mp4 (with ffmpeg), instead of a window.",
)
@click.option(
    "--from",
    "origin",
    metavar="URL",
    help="A journal (sqlite:///PATH, postgresql://...), a server (http://...), a stream (ws://..., --live) "
    f"or a broker ({DEFAULT_KAFKA}).  [default: {DEFAULT_JOURNAL} where it is there, else {DEFAULT_SERVER}]",
)
@topic_option
@click.option(
    "--run-points", default=8, show_default=True, metavar="N", help="Unanswered points shown as a run."
)
@click.option("--seconds", default=10.0, show_default=True, metavar="X", help="Length of an animation.")
@click.option("--fps", default=12, show_default=True, metavar="N", help="Frames a second of an animation.")
def chart(
    game_id: str | None,
    latest: bool,
    live: bool,
    save: Path | None,
    origin: str | None,
    topic: str,
    run_points: int,
    seconds: float,
    fps: int,
) -> None:
    """Draw both teams' scores over game time, with lead changes and unanswered runs.

    A window plays the game from its tip; --save makes a file and needs no display. With --live the
    picture follows the game: a window, a PNG that is written anew as the game goes on, or an animation
    made at the end.

    \b
    Examples:
      courtside chart --latest
      courtside chart 0022500776 --save game.gif
      courtside chart --latest --live --save now.png --from http://127.0.0.1:8080
      courtside chart --latest --live --from kafka://127.0.0.1:9092
    """
    if latest == (game_id is not None):
        raise click.UsageError("name one game, or give --latest")
    if origin is None:
        origin = f"sqlite:///{DEFAULT_JOURNAL}" if _is_journal() and not live else DEFAULT_SERVER

    from courtside.cli.chart_work import draw_finished, follow
    from courtside.cli.charting import LiveChart
    from courtside.errors import BadConfig

    scheme = origin.partition("://")[0]
    if scheme not in ("sqlite", "postgresql", "postgres", "http", "https", "ws", "wss", "kafka"):
        raise BadConfig(f"{origin!r} is no address of a journal, a server, a stream or a broker")
    if live and scheme in ("sqlite", "postgresql", "postgres"):
        raise BadConfig("a journal does not say when something new comes; follow the server with --live")
    drawing = LiveChart(save, run_points, seconds, fps)
    try:
        if scheme == "kafka":
            from courtside.cli.chart_feeds import TopicFeed

            follow(TopicFeed(broker_of(origin, ""), topic), game_id, drawing, live=live)
        elif live:
            from courtside.cli.chart_feeds import StreamFeed

            ctx = click.get_current_context()
            url = stream_url(ctx, ctx.command.params[0], origin)
            follow(StreamFeed(url, game_id), game_id, drawing, live=True)
        else:
            from courtside.cli.chart_feeds import from_journal, from_server, server_address

            if scheme.startswith(("sqlite", "postgres")):
                events = from_journal(origin, game_id)
            else:
                events = from_server(server_address(origin), game_id)
            draw_finished(events, drawing)
    finally:
        drawing.close()


def _is_journal() -> bool:
    return Path(DEFAULT_JOURNAL).is_file()
