"""A scoring event as a line for people and logs."""

from courtside.momentum.book import Book
from courtside.momentum.event import ScoringEvent

STATUS = {"live": "play is on", "break": "end of the period", "halftime": "halftime", "final": "final"}


def clock_words(period: int | None, game_clock: str | None) -> str:
    """`Q4 02:31`, `2OT 05:00`; nothing before the tip."""
    return "" if period is None else f"{period_words(period)} {game_clock or ''}".strip()


def period_words(period: int) -> str:
    return f"Q{period}" if period <= 4 else "OT" if period == 5 else f"{period - 4}OT"


def score_words(event: ScoringEvent) -> str:
    """`NYK 40, BOS 44`, the visitors first, as the whole game stands."""
    standing = event.standing
    away, home = event.away_team or "away", event.home_team or "home"
    return f"{away} {standing.score_away}, {home} {standing.score_home}"


def event_words(event: ScoringEvent) -> str:
    """What has happened, with the score of the game after it."""
    who = event.player or event.team or event.side or "the score"
    clock = clock_words(event.period, event.game_clock)
    match event.kind:
        case "status":
            return f"{STATUS.get(event.status or '', event.status)}: {score_words(event)}"
        case "retracted":
            told = event.previous
            name = who if told is None else told.player or told.team or told.side or "a score"
            return f"{clock} {name} did not score: {score_words(event)}"
        case "corrected":
            return f"{clock} corrected, {who} {event.points:+d}: {score_words(event)}"
        case "score":
            return f"{clock} {score_words(event)}"
        case _:
            return f"{clock} {who} {event.points:+d}: {score_words(event)}"


def book_words(book: Book) -> str:
    """One line of how a game stands."""
    standing = book.standing
    if standing is None:
        return f"{book.away} at {book.home}"
    run = standing.biggest_run
    when = "final" if book.status == "final" else clock_words(book.period, book.game_clock)
    biggest = "none" if run is None else f"{run.team or run.side} {run.points}-0"
    return (
        f"{when:<9} {book.away} {standing.score_away}, {book.home} {standing.score_home}; "
        f"lead changes {standing.lead_changes}, ties {standing.ties}, biggest run {biggest}"
    )
