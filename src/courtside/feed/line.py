"""Where a game stands in one line: status, period, clock and scores, as scoreboard and box score say it."""

import msgspec

from courtside.clock import REGULATION_PERIODS, period_tenths
from courtside.feed.stamps import tip_text
from courtside.feed.tally import Tallier, Tally

SCHEDULED, LIVE, FINAL = 1, 2, 3


class Line(msgspec.Struct, frozen=True):
    """`gameStatus` and its kin. `clock` is `""` before the tip and after the end."""

    status: int
    text: str
    period: int
    clock: str
    score_home: int
    score_away: int
    periods_home: tuple[int, ...]
    periods_away: tuple[int, ...]


def scheduled_line(scheduled_ms: int) -> Line:
    nothing = (0,) * REGULATION_PERIODS
    return Line(SCHEDULED, tip_text(scheduled_ms), 0, "", 0, 0, nothing, nothing)


def line_of(tally: Tally, tallier: Tallier, *, over: bool) -> Line:
    """The line that follows from the plays; `over` once the game has ended."""
    state = tally.state
    clock = feed_clock(state.remaining_tenths)
    return Line(
        status=FINAL if over else LIVE,
        text=final_text(state.period) if over else live_text(tally),
        period=state.period,
        clock="" if over else clock,
        score_home=state.score_home,
        score_away=state.score_away,
        periods_home=period_scores(tally, tallier.home_team_id),
        periods_away=period_scores(tally, tallier.away_team_id),
    )


def period_scores(tally: Tally, team_id: int) -> tuple[int, ...]:
    """A team's points by period; the four of regulation are always there."""
    periods = max(REGULATION_PERIODS, tally.state.period)
    return tuple(tally.count(team_id, f"period{period}") for period in range(1, periods + 1))


def feed_clock(remaining_tenths: int) -> str:
    """
    >>> feed_clock(6305)
    'PT10M30.50S'
    """
    minutes, tenths = divmod(remaining_tenths, 600)
    return f"PT{minutes:02d}M{tenths // 10:02d}.{tenths % 10}0S"


def live_text(tally: Tally) -> str:
    """`Q2 6:01`, below a minute `Q1 :05.2`, `Half`, `OT 3:21`, `OT2 3:21`."""
    state = tally.state
    if state.period == 2 and state.period_over:
        return "Half"
    minutes, tenths = divmod(state.remaining_tenths, 600)
    seconds = f"{minutes}:{tenths // 10:02d}" if minutes else f":{tenths // 10:02d}.{tenths % 10}"
    return f"{_period_name(state.period)} {seconds}"


def final_text(period: int) -> str:
    return "Final" if period <= REGULATION_PERIODS else f"Final/{_period_name(period)}"


def _period_name(period: int) -> str:
    overtime = period - REGULATION_PERIODS
    if overtime <= 0:
        return f"Q{period}"
    return "OT" if overtime == 1 else f"OT{overtime}"


class Overlay(msgspec.Struct, frozen=True):
    """A game fault: how the scoreboard's line differs from `start_ms` until before `end_ms`."""

    fault: str
    start_ms: int
    end_ms: int
    amount_tenths: int = 0
    """How far a clock steps back."""

    def active(self, at_ms: int) -> bool:
        return self.start_ms <= at_ms < self.end_ms

    def apply(self, line: Line, scheduled_ms: int) -> Line:
        """The line as the scoreboard shows it under this fault."""
        match self.fault:
            case "frozen_status":
                return scheduled_line(scheduled_ms)
            case "postponed":
                return msgspec.structs.replace(scheduled_line(scheduled_ms), text="PPD")
            case "live_final":
                return msgspec.structs.replace(line, status=LIVE)
            case "reopened":
                text = f"{_period_name(line.period)} :00.0"
                return msgspec.structs.replace(line, status=LIVE, text=text, clock=feed_clock(0))
            case "backward_clock":
                return self._step_back(line)
            case _:
                return line

    def _step_back(self, line: Line) -> Line:
        if line.status != LIVE or not line.clock:
            return line
        minutes, seconds = line.clock[2:-1].split("M")
        tenths = int(minutes) * 600 + round(float(seconds) * 10) + self.amount_tenths
        tenths = min(tenths, period_tenths(line.period))
        text = f"{_period_name(line.period)} {tenths // 600}:{tenths % 600 // 10:02d}"
        return msgspec.structs.replace(line, clock=feed_clock(tenths), text=text)
