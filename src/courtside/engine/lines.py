"""Score lines: all that is known of some games, and a second opinion on the others."""

from collections.abc import Sequence

import msgspec

from courtside.clock import elapsed_tenths
from courtside.events import Play, ScoreLine
from courtside.game.live import LiveGame
from courtside.messages import CorrectionReason

AHEAD_TENTHS = 1200
SILENT_MS = 30_000
"""A play-by-play this far behind a score line, and silent for so long, has lost touch."""


class Placed(msgspec.Struct, frozen=True):
    """The score lines of a game with one more in its place; `plays` is None where it says nothing new."""

    plays: tuple[Play, ...] | None
    reason: CorrectionReason = "score_corrected"


def game_time(line: ScoreLine, live: LiveGame) -> tuple[int, int] | None:
    """Period and remaining tenths that a line speaks of; None where it does not say."""
    period = line.period or None
    if line.status == "final" and line.remaining_tenths is None:
        if period is None and live.state.started:
            period = live.state.period
        return None if period is None else (period, 0)
    if period is None or line.remaining_tenths is None or line.status in ("scheduled", "postponed"):
        return None
    return period, line.remaining_tenths


def place(live: LiveGame, line: ScoreLine) -> Placed:
    """Put a score line among those of a score-only game.

    A line that arrives out of order fills the path at its own game time and leaves the present alone.
    One that says less than an earlier one did (a lower score, or the clock set back by somebody who
    looked later) corrects it: what it contradicts is retracted.
    """
    when = game_time(line, live)
    if when is None or line.score_home is None or line.score_away is None:
        return Placed(None)
    before = live.plays
    period, remaining = when
    elapsed = elapsed_tenths(period, remaining)
    last = before[-1] if before else None
    play = Play(
        order=elapsed * 1000,
        play_id=max((known.play_id for known in before), default=0) + 1,
        period=period,
        remaining_tenths=remaining,
        action="score",
        score_home=line.score_home,
        score_away=line.score_away,
        at_ms=line.observed_ms,
    )
    if last is None:
        return Placed((play,))
    if _same(last, play):
        return Placed(None)
    if _is_late(before, play):
        if any(_same(known, play) for known in before) or not _fits(before, play):
            return Placed(None)
        return Placed(_sorted(before, play), "late_score")
    kept = tuple(
        known
        for known in before
        if known.score_home <= play.score_home
        and known.score_away <= play.score_away
        and known.order // 1000 <= elapsed
    )
    return Placed(_sorted(kept, play))


def _same(known: Play, play: Play) -> bool:
    return (known.order // 1000, known.score_home, known.score_away) == (
        play.order // 1000,
        play.score_home,
        play.score_away,
    )


def _is_late(before: Sequence[Play], play: Play) -> bool:
    """Seen before something that is already known: by its own time stamp, or, without one, by a clock
    and a score that both lie behind."""
    last = before[-1]
    if play.at_ms is not None and last.at_ms is not None:
        newest = max((known.at_ms for known in before if known.at_ms is not None), default=last.at_ms)
        return play.at_ms < newest
    earlier = play.order // 1000 < last.order // 1000
    return earlier and play.score_home <= last.score_home and play.score_away <= last.score_away


def _fits(before: Sequence[Play], play: Play) -> bool:
    """A late line must lie between its neighbours; otherwise a correction has overtaken it."""
    for known in before:
        earlier = known.order // 1000 <= play.order // 1000
        low, high = (known, play) if earlier else (play, known)
        if low.score_home > high.score_home or low.score_away > high.score_away:
            return False
    return play.order // 1000 <= before[-1].order // 1000


def _sorted(plays: Sequence[Play], play: Play) -> tuple[Play, ...]:
    """`plays` with `play` after all of the same game time."""
    elapsed = play.order // 1000
    same = [known.order for known in plays if known.order // 1000 == elapsed]
    placed = msgspec.structs.replace(play, order=max(same, default=elapsed * 1000 - 1) + 1)
    return tuple(sorted((*plays, placed), key=lambda known: known.order))


def ahead_of_plays(live: LiveGame, line: ScoreLine) -> ScoreLine | None:
    """The line to show instead of a play-by-play that has fallen silent; None while the plays hold."""
    when = game_time(line, live)
    if when is None or line.score_home is None or line.score_away is None:
        return live.ahead
    lead = elapsed_tenths(*when) - live.state.elapsed
    if lead <= 0:
        return None
    if live.ahead is not None:
        return msgspec.structs.replace(line, period=when[0], remaining_tenths=when[1])
    if lead > AHEAD_TENTHS and line.received_ms - live.plays_ms > SILENT_MS:
        return msgspec.structs.replace(line, period=when[0], remaining_tenths=when[1])
    return None
