"""Score lines: all that is known of some games, and what is left where a play-by-play falls silent."""

from collections.abc import Sequence

import msgspec

from courtside.clock import REGULATION_PERIODS
from courtside.engine.plays import game_time
from courtside.events import Play, ScoreLine
from courtside.game.live import LiveGame
from courtside.messages import CorrectionReason

AHEAD_TENTHS = 1200
SILENT_MS = 30_000
"""A play-by-play this far behind a score line, and silent for so long, has lost touch."""
FIRST_ROW_ID = 1_000_000_000
"""Far from the ids that feeds give their plays."""


class Placed(msgspec.Struct, frozen=True):
    """The rows of a game with one more in its place; `rows` is None where it says nothing new."""

    rows: tuple[Play, ...] | None
    reason: CorrectionReason = "score_corrected"


def place(live: LiveGame, line: ScoreLine) -> Placed:
    """Put a score line among those of a score-only game.

    A line that arrives out of order fills the path at its own game time and leaves the present alone.
    One that says less than an earlier one did (a lower score, or the clock set back by somebody who
    looked later) corrects it: what it contradicts is retracted.
    """
    row = _row(live, line)
    if row is None:
        return Placed(None)
    before = live.rows
    if not before:
        return Placed((row,))
    if _same(before[-1], row):
        return Placed(None)
    if _is_late(before, row):
        if any(_same(known, row) for known in before) or not _fits(before, row):
            return Placed(None)
        return Placed(_sorted(before, row), "late_score")
    return Placed(_sorted(_agreeing(before, row), row))


def follow(live: LiveGame, line: ScoreLine) -> Placed:
    """Go on by score lines where the play-by-play has fallen silent well behind them."""
    row = _row(live, line)
    if row is None or live.state.ended:
        return Placed(None)
    lead = game_time(row) - live.state.elapsed
    if live.rows:
        if lead < 0 or _same(live.rows[-1], row):
            return Placed(None)
        return Placed(_sorted(_agreeing(live.rows, row), row))
    if lead > AHEAD_TENTHS and line.received_ms - live.plays_ms > SILENT_MS:
        return Placed((row,))
    return Placed(None)


def beyond(live: LiveGame, plays: Sequence[Play]) -> tuple[Play, ...]:
    """The rows that `plays` do not reach; a play-by-play that is new may lag a little."""
    reached = game_time(plays[-1]) if plays else 0
    rest = tuple(row for row in live.rows if game_time(row) > reached)
    if rest and not live.has_play_by_play and game_time(rest[-1]) - reached <= AHEAD_TENTHS:
        return ()
    return rest


def _row(live: LiveGame, line: ScoreLine) -> Play | None:
    """A score line as a row to fold; None where it does not say score and game time."""
    when = _when(line, live)
    if when is None or line.score_home is None or line.score_away is None:
        return None
    row = Play(
        order=0,
        play_id=max((known.play_id for known in live.rows), default=FIRST_ROW_ID) + 1,
        period=when[0],
        remaining_tenths=when[1],
        action="score",
        score_home=line.score_home,
        score_away=line.score_away,
        at_ms=line.observed_ms,
    )
    return msgspec.structs.replace(row, order=game_time(row) * 1000)


def _when(line: ScoreLine, live: LiveGame) -> tuple[int, int] | None:
    """Period and remaining tenths that a line speaks of; a game that is over has played its four."""
    if line.status == "final" and line.remaining_tenths is None:
        played = live.state.period if live.state.started else 0
        return max(line.period or played, REGULATION_PERIODS), 0
    if not line.period or line.remaining_tenths is None:
        return None
    return line.period, line.remaining_tenths


def _same(known: Play, row: Play) -> bool:
    return (game_time(known), known.score_home, known.score_away) == (
        game_time(row),
        row.score_home,
        row.score_away,
    )


def _agreeing(rows: Sequence[Play], row: Play) -> tuple[Play, ...]:
    """The rows that `row`, which was seen later, does not contradict."""
    return tuple(
        known
        for known in rows
        if known.score_home <= row.score_home
        and known.score_away <= row.score_away
        and game_time(known) <= game_time(row)
    )


def _is_late(before: Sequence[Play], row: Play) -> bool:
    """Seen before something that is already known: by its own time stamp, or, without one, by a clock
    and a score that both lie behind."""
    last = before[-1]
    if row.at_ms is not None and last.at_ms is not None:
        newest = max((known.at_ms for known in before if known.at_ms is not None), default=last.at_ms)
        return row.at_ms < newest
    earlier = game_time(row) < game_time(last)
    return earlier and row.score_home <= last.score_home and row.score_away <= last.score_away


def _fits(before: Sequence[Play], row: Play) -> bool:
    """A late line must lie between its neighbours; otherwise a correction has overtaken it."""
    for known in before:
        earlier = game_time(known) <= game_time(row)
        low, high = (known, row) if earlier else (row, known)
        if low.score_home > high.score_home or low.score_away > high.score_away:
            return False
    return game_time(row) <= game_time(before[-1])


def _sorted(rows: Sequence[Play], row: Play) -> tuple[Play, ...]:
    """`rows` with `row` after all of the same game time."""
    same = [known.order for known in rows if game_time(known) == game_time(row)]
    placed = msgspec.structs.replace(row, order=max(same, default=row.order - 1) + 1)
    return tuple(sorted((*rows, placed), key=lambda known: known.order))
