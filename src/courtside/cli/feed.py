"""`courtside feed`."""

from pathlib import Path

import click
from click.core import ParameterSource


def _list_faults(ctx: click.Context, param: click.Parameter, wanted: bool) -> None:
    if not wanted or ctx.resilient_parsing:
        return
    from courtside.feed.faults import FAULTS

    for fault in FAULTS:
        click.echo(f"{fault.name:<20}{fault.sentence}")
    ctx.exit()


@click.command()
@click.option(
    "--recordings",
    required=True,
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Folder of recorded games, as courtside record writes it.",
)
@click.option("--speed", default=1.0, show_default=True, metavar="X", help="Virtual seconds a real one.")
@click.option("--host", default="127.0.0.1", show_default=True, metavar="TEXT", help="Address to listen on.")
@click.option("--port", default=8090, show_default=True, metavar="N", help="Port; 0 takes a free one.")
@click.option("--games", type=int, metavar="N", help="Play only the first N games.")
@click.option(
    "--stagger",
    "stagger_seconds",
    default=30.0,
    show_default=True,
    metavar="SECONDS",
    help="Virtual time between two tip-offs.",
)
@click.option(
    "--lead",
    "lead_seconds",
    default=10.0,
    show_default=True,
    metavar="SECONDS",
    help="Virtual time before the first tip-off.",
)
@click.option("--as-recorded", is_flag=True, help="Keep the recorded tip-off times instead of --stagger.")
@click.option(
    "--faults",
    default="",
    metavar="all|NAME,...",
    help="Play these faults of the real feed.",
)
@click.option(
    "--list-faults",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_list_faults,
    help="Say what each fault does, and exit.",
)
@click.option(
    "--fault-rate", default=0.1, show_default=True, metavar="P", help="How often a fault strikes, 0 to 1."
)
@click.option(
    "--seed", default=0, show_default=True, metavar="N", help="The same seed plays the same faults."
)
@click.pass_context
def feed(
    ctx: click.Context,
    recordings: Path,
    speed: float,
    host: str,
    port: int,
    games: int | None,
    stagger_seconds: float,
    lead_seconds: float,
    as_recorded: bool,
    faults: str,
    fault_rate: float,
    seed: int,
) -> None:
    """Serve recorded games as the NBA's live site would.

    Play-by-play, box scores, scoreboard and odds at a virtual time; with --faults, everything that
    the real feed does wrong, always ending in the true state.

    \b
    Examples:
      courtside feed --recordings games --speed 20
      courtside run --source nba --nba-url http://127.0.0.1:8090 --poll-seconds 0.5
      courtside feed --recordings games --speed 400 --faults all --fault-rate 0.3 --seed 7
      courtside feed --list-faults
    """
    if as_recorded and ctx.get_parameter_source("stagger_seconds") is ParameterSource.COMMANDLINE:
        raise click.UsageError("--stagger and --as-recorded exclude each other; give one of them", ctx)

    from courtside.cli.loop import run_async, until_stopped
    from courtside.feed.faults import parse_faults
    from courtside.feed.server import FeedServer, serve_feed
    from courtside.feed.settings import FeedSettings
    from courtside.logs import set_up_logs

    settings = FeedSettings(
        recordings=recordings,
        speed=speed,
        games=games,
        stagger_seconds=stagger_seconds,
        lead_seconds=lead_seconds,
        as_recorded=as_recorded,
        host=host,
        port=port,
        seed=seed,
        faults=parse_faults(faults),
        fault_rate=fault_rate,
    )

    def ready(server: FeedServer) -> None:
        count = len(server.slate.games)
        games_word = "game" if count == 1 else "games"
        click.echo(f"{count} recorded {games_word} at {speed:g} times the speed: {server.url}")
        click.echo(f"  watch them: courtside run --source nba --nba-url {server.url} --poll-seconds 0.5")
        click.echo(f"  status:     {server.url}/_feed/status; stop with Ctrl-C")

    logs = set_up_logs(level="info")
    try:
        run_async(until_stopped(serve_feed(settings, ready=ready)))
    finally:
        logs.close()
