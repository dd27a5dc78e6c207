"""`courtside watch`."""

import sys
from urllib.parse import urlsplit

import click

DEFAULT_URL = "ws://127.0.0.1:8765"


def stream_url(ctx: click.Context, param: click.Parameter, text: str) -> str:
    """A stream's address; that of the HTTP server will do as well."""
    has_scheme = "://" in text
    try:
        parts = urlsplit(text if has_scheme else f"ws://{text}")
        has_port = parts.port is not None
    except ValueError as error:
        raise click.BadParameter(f"{text!r} is not like {DEFAULT_URL}: {error}") from error
    known = parts.scheme in ("ws", "wss", "http", "https") and parts.hostname
    # A bare word is a slip more likely than a host; HOST:PORT is neither.
    if not known or not (has_scheme or has_port):
        raise click.BadParameter(f"{text!r} is not like {DEFAULT_URL} or http://127.0.0.1:8080")
    if parts.scheme in ("ws", "wss"):
        return parts.geturl()
    path = parts.path.rstrip("/") + "/ws/live"
    return parts._replace(scheme=parts.scheme.replace("http", "ws"), path=path).geturl()


@click.command(short_help="Live scoreboard in the terminal.")
@click.argument("url", default=DEFAULT_URL, callback=stream_url)
@click.option(
    "--game", "games", multiple=True, metavar="ID", help="Only this game; may be given more than once."
)
@click.option("--once", is_flag=True, help="Print how things stand, and stop.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON: the snapshot, or each message on a line.")
@click.option(
    "--for",
    "for_seconds",
    type=click.FloatRange(0.0, min_open=True),
    metavar="SECONDS",
    help="Stop after so long; without it, when Ctrl-C is pressed.",
)
def watch(url: str, games: tuple[str, ...], once: bool, as_json: bool, for_seconds: float | None) -> None:
    """Live scoreboard in the terminal; plain lines where the output is no terminal.

    URL is that of the stream or of the server, by default ws://127.0.0.1:8765. A lost connection is
    shown, and taken up again when the server is back, with nothing missed.

    \b
    Examples:
      courtside watch
      courtside watch http://scores.example:8080
      courtside watch --game 0022500776
      courtside watch --once --json | jq '.[].score_home'
      courtside watch | grep lead
    """
    from courtside.cli.loop import run_async
    from courtside.cli.watching import BoardScreen, JsonLines, PlainLines, print_once, watch_stream
    from courtside.client import StreamClient

    only = list(games) or None
    if once:
        run_async(print_once(StreamClient(url, only, give_up_seconds=5.0), as_json))
        return
    screen = JsonLines() if as_json else BoardScreen(url) if sys.stdout.isatty() else PlainLines(sys.stdout)
    run_async(watch_stream(StreamClient(url, only), screen, for_seconds))
