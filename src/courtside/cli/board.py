"""The live board: games as they stand, what just happened, and whether the connection is up. Pure."""

from collections.abc import Iterable, Sequence

import msgspec
from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from courtside.cli.words import away_of, chance_words, clock_words, home_of, interval_words, margin_words
from courtside.clock import PATTERN_MINUTES
from courtside.messages import GameSnapshot, PlayData

ORDER = {"live": 0, "break": 0, "halftime": 0, "scheduled": 1, "final": 2, "postponed": 3}
ROWS_A_GAME = 2
FRAME_ROWS = 6
"""Lines of title, banner, column heads and their rules."""
LARGE_CHANGE = 0.01
"""A play that moved the chance to win by less is not worth a line."""
WIDE = 100
"""Columns from which there is room for everything."""
STRONG_MOMENTUM = 2.0
"""Below this many points of weighted margin nobody has the upper hand."""


class Link(msgspec.Struct, frozen=True):
    """The connection as a person wants to know of it."""

    url: str
    connected: bool
    reason: str | None = None
    retry_in_seconds: float | None = None


def banner(games: Iterable[GameSnapshot]) -> str | None:
    """What must not be mistaken for a game that is being played now."""
    sources = {game.source for game in games}
    said = []
    if "simulated" in sources:
        said.append("SIMULATED GAMES: invented players, no real results")
    if "replay" in sources:
        said.append("REPLAY of recorded games: not live")
    return "; ".join(said) or None


def ordered(games: Iterable[GameSnapshot]) -> list[GameSnapshot]:
    """Games under way first, then those to come, then those that are over."""
    return sorted(games, key=lambda game: (ORDER[game.status], game.start_time or "", game.game_id))


def render(
    games: Sequence[GameSnapshot], events: Sequence[str], link: Link, width: int, height: int
) -> RenderableType:
    """The whole screen, `height` lines at most; a narrow one goes without the progress of the pattern."""
    parts: list[RenderableType] = [_title(games, link)]
    warning = banner(games)
    if warning is not None:
        parts.append(Text(warning, style="bold black on yellow"))
    if not link.connected:
        parts.append(_lost(link))
    shown_events = min(len(events), max(3, height // 4))
    room = max(1, (height - FRAME_ROWS - shown_events - 2) // ROWS_A_GAME)
    shown = ordered(games)[:room]
    parts.append(_table(shown, wide=width >= WIDE) if shown else Text("\nno games yet\n", style="dim"))
    if len(games) > len(shown):
        parts.append(Text(f"and {len(games) - len(shown)} more", style="dim"))
    if events:
        lines = Text("\n".join(events[-shown_events:]), no_wrap=True, overflow="ellipsis")
        parts.append(Panel(lines, title="just now", title_align="left", border_style="dim"))
    return Group(*parts)


def _title(games: Sequence[GameSnapshot], link: Link) -> Text:
    live = sum(ORDER[game.status] == 0 for game in games)
    title = Text("Courtside", style="bold")
    title.append(f"  {live} under way, {len(games)} in all  ", style="not bold")
    title.append("● " if link.connected else "○ ", style="green" if link.connected else "red")
    title.append(link.url, style="dim")
    return title


def _lost(link: Link) -> Text:
    again = "" if link.retry_in_seconds is None else f"; next try in {link.retry_in_seconds:.0f} s"
    text = f"connection lost ({link.reason or 'not connected yet'}); the board is as of then{again}"
    return Text(text, style="bold white on red")


def _table(games: Sequence[GameSnapshot], *, wide: bool) -> Table:
    table = Table(box=None, padding=(0, 1), expand=True, header_style="dim")
    table.add_column("time", no_wrap=True, min_width=9)
    table.add_column("game", no_wrap=True, min_width=10)
    table.add_column("run, momentum", no_wrap=True, min_width=12)
    if wide:
        table.add_column("pattern", no_wrap=True, min_width=11)
    table.add_column("wins", no_wrap=True, min_width=8)
    table.add_column("forecast", no_wrap=True, min_width=16)
    table.add_column("last play", no_wrap=True, overflow="ellipsis", ratio=1)
    for game in games:
        over = ORDER[game.status] > 1
        table.add_row(
            Text(clock_words(game)),
            _sides(game),
            _upper_hand(game),
            *([_pattern(game)] if wide else []),
            _chance(game),
            _forecast(game),
            _last_play(game),
            style="dim" if over else "",
        )
    return table


def _sides(game: GameSnapshot) -> Text:
    home, away = game.score_home, game.score_away
    text = Text()
    for side, team, own, theirs in (
        ("away", away_of(game), away, home),
        ("home", home_of(game), home, away),
    ):
        leads = own is not None and theirs is not None and own > theirs
        has_ball = game.possession == side and game.status == "live"
        score = "" if own is None else str(own)
        text.append(f"{'▸' if has_ball else ' '}{team:<4}{score:>4}", style="bold" if leads else "")
        text.append("\n" if side == "away" else "")
    return text


def _upper_hand(game: GameSnapshot) -> Text:
    run, momentum = game.current_run, game.momentum
    text = Text()
    if ORDER[game.status] == 0 and run is not None and run.points > 3:
        text.append(f"{run.team} {run.points}-0", style="bold red" if run.points >= 8 else "")
    text.append("\n")
    if ORDER[game.status] == 0 and momentum is not None and abs(momentum) >= STRONG_MOMENTUM:
        team = home_of(game) if momentum > 0 else away_of(game)
        text.append(f"{team} {'▲' * min(5, 1 + int(abs(momentum) / 3))}", style="cyan")
    return text


def _pattern(game: GameSnapshot) -> Text:
    """Minutes of the pattern that have passed; those that nobody saw are marked."""
    passed = len(game.pattern)
    unknown = sum(value is None for value in game.pattern)
    filled = round(passed / PATTERN_MINUTES * 9)
    text = Text("█" * filled, style="green")
    text.append("░" * (9 - filled), style="dim")
    text.append(f"\n{passed}/{PATTERN_MINUTES} min", style="dim")
    if unknown:
        text.append(f", {unknown} unseen", style="yellow")
    return text


def _chance(game: GameSnapshot) -> Text:
    """Who wins more probably than not, and what the last play made of it."""
    home = game.win_probability_home
    if home is None or ORDER[game.status] > 1:
        return Text("")
    text = Text(chance_words(home, game), style="bold")
    change = game.last_plays[-1].win_probability_change if game.last_plays else None
    if change is not None and abs(change) >= LARGE_CHANGE:
        text.append(f"\n{home_of(game) if change > 0 else away_of(game)} +{abs(change):.0%}", style="cyan")
    return text


def _forecast(game: GameSnapshot) -> Text:
    """The next thing to come first: halftime while it is ahead (the forecast at 18:00 once there is one),
    then the end."""
    running, prediction = game.forecast, game.prediction
    if running is None or ORDER[game.status] > 1:
        return Text("")
    text = Text()
    if running.halftime is not None:
        point = running.halftime.median if prediction is None else prediction.point_forecast
        text.append(f"half  {margin_words(round(point, 1), game)}\n", style="bold")
    final = running.final
    text.append(f"final {margin_words(final.median, game)}", style="bold")
    if running.halftime is None:
        text.append(f"\n80% {interval_words(final.lower80, final.upper80, game)}", style="dim not bold")
    return text


def _last_play(game: GameSnapshot) -> Text:
    if not game.last_plays:
        return Text("")
    return Text("\n".join(_play_words(play) for play in reversed(game.last_plays[-2:])))


def _play_words(play: PlayData) -> str:
    return f"{play.game_clock} {play.description or play.action}"
