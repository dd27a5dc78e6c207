"""A game state that somebody describes, as the fold would have come to it."""

from courtside.clock import REGULATION_PERIODS, elapsed_tenths, parse_clock, period_tenths
from courtside.errors import BadClock
from courtside.events import Play, RosterEntry, Side
from courtside.game.score_path import MINUTE_TENTHS
from courtside.game.state import GameState, fold, start
from courtside.serve.decode import BadField
from courtside.serve.schemas_forecast import StateRequest


def state_of(asked: StateRequest) -> GameState:
    """The state after a last play that says score, clock and, where it is known, who has the ball.

    What only plays tell (fouls, windows, runs) is not known and stays so. Raises `BadField`.
    """
    try:
        remaining = parse_clock(asked.game_clock, asked.period)
    except BadClock as error:
        raise BadField("game_clock", str(error)) from error
    elapsed = elapsed_tenths(asked.period, remaining)
    differential = asked.score_home - asked.score_away
    _check_pattern(asked, elapsed, differential)
    state = start(_roster(asked))
    home = away = 0
    for minute, margin in enumerate(asked.pattern, 1):
        # The margins say how far one side came up, not how many points both scored.
        home, away = max(home, away + margin), max(away, home - margin)
        state = fold(state, _score(minute * MINUTE_TENTHS, home, away))
    return fold(state, _last(asked, remaining))


def is_over(asked: StateRequest, state: GameState) -> bool:
    """The clock of the last period is down and somebody leads."""
    return asked.period >= REGULATION_PERIODS and state.remaining_tenths == 0 and state.differential != 0


def _check_pattern(asked: StateRequest, elapsed: int, differential: int) -> None:
    minutes, rest = divmod(elapsed, MINUTE_TENTHS)
    if len(asked.pattern) > minutes:
        raise BadField(
            "pattern", f"has {len(asked.pattern)} minutes, but only {minutes} have passed at this game_clock"
        )
    if rest == 0 and minutes and len(asked.pattern) == minutes and asked.pattern[-1] != differential:
        raise BadField(
            "pattern", f"ends with {asked.pattern[-1]} at this very moment, but the score says {differential}"
        )


def _roster(asked: StateRequest) -> list[RosterEntry]:
    sides: tuple[tuple[Side, list[int] | None], ...] = (
        ("home", asked.on_court_home),
        ("away", asked.on_court_away),
    )
    roster: list[RosterEntry] = []
    for side, ids in sides:
        for person_id in ids or ():
            if any(entry.person_id == person_id for entry in roster):
                raise BadField(f"on_court_{side}", f"names {person_id} twice; a player stands there once")
            roster.append(RosterEntry(person_id, str(person_id), side, starter=True))
    if (asked.on_court_home is None) != (asked.on_court_away is None):
        missing = "on_court_home" if asked.on_court_home is None else "on_court_away"
        raise BadField(missing, "is missing; send the five of both teams or of neither")
    return roster


def _score(elapsed: int, score_home: int, score_away: int) -> Play:
    period = 1
    while elapsed > elapsed_tenths(period, 0):
        period += 1
    remaining = elapsed_tenths(period, 0) - elapsed
    assert 0 <= remaining <= period_tenths(period)
    return Play(
        order=elapsed,
        play_id=elapsed,
        period=period,
        remaining_tenths=remaining,
        action="score",
        score_home=score_home,
        score_away=score_away,
    )


def _last(asked: StateRequest, remaining: int) -> Play:
    """Who has the ball has it by a rebound; where that is not known, only a score is."""
    elapsed = elapsed_tenths(asked.period, remaining)
    return Play(
        order=elapsed + 1,
        play_id=elapsed + 1,
        period=asked.period,
        remaining_tenths=remaining,
        action="score" if asked.possession is None else "rebound",
        side=asked.possession,
        score_home=asked.score_home,
        score_away=asked.score_away,
    )
