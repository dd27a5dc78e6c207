"""New plays against the plays before: what was appended is told, what was changed is corrected."""

from collections.abc import Sequence

import msgspec

from courtside.clock import elapsed_tenths
from courtside.engine.narrator import Narrator
from courtside.events import Play
from courtside.game import state as game_state
from courtside.game import view
from courtside.game.live import CHECKPOINT_EVERY, LiveGame, fold_from
from courtside.messages import Correction, CorrectionReason, Score

JOINED_LATE_TENTHS = 600
"""A first play-by-play that spans more game time than this is history: told as one correction."""

_replace = msgspec.structs.replace


class Changes(msgspec.Struct, frozen=True):
    """How a sequence of plays differs from the one before, by index."""

    revised: list[int]
    unknown: list[int]
    gone: list[int]
    """Indexes in the sequence before."""
    settled: int
    """So many of the new sequence are no later than what was known."""


def changes(before: Sequence[Play], after: Sequence[Play]) -> Changes:
    gone = {play.play_id: index for index, play in enumerate(before)}
    revised: list[int] = []
    unknown: list[int] = []
    settled = 0
    for index, play in enumerate(after):
        old = gone.pop(play.play_id, None)
        if old is None:
            unknown.append(index)
            continue
        settled = index + 1
        if before[old] is not play and before[old] != play:
            revised.append(index)
    return Changes(revised, unknown, sorted(gone.values()), settled)


def keep_known(before: Sequence[Play], after: tuple[Play, ...]) -> tuple[Play, ...]:
    """`after` with the very objects of `before` where a play says the same but for its wall time."""
    known = {play.play_id: play for play in before}
    kept = []
    for play in after:
        old = known.get(play.play_id)
        if old is not None and (old == play or old == _replace(play, at_ms=old.at_ms)):
            kept.append(old)
        else:
            kept.append(play)
    return tuple(kept)


def advance(
    live: LiveGame, following: LiveGame, narrator: Narrator, reason: CorrectionReason = "plays_edited"
) -> LiveGame:
    """`following` is `live` with other plays or rows, not folded yet; they share the objects that are
    the same."""
    before, after = live.folded, following.folded
    count = len(before)
    if after[:count] == before:
        settled, appended = count, after[count:]
    else:
        live, settled = _correct(live, following, narrator, reason)
        appended = after[settled:]
    state = live.state
    fresh = []
    for index, play in enumerate(appended, settled + 1):
        next_state = game_state.fold(state, play)
        narrator.play(live, state, next_state)
        state = next_state
        if index % CHECKPOINT_EVERY == 0:
            fresh.append(state)
    return _replace(following, state=state, checkpoints=(*live.checkpoints, *fresh))


def catch_up(live: LiveGame, following: LiveGame, narrator: Narrator) -> LiveGame:
    """A play-by-play comes to a game that went on without it: joined late, or known by its score so far.

    The game is set right at once: one correction with the totals, the plays as history, no old lead
    changes and alerts as if they were news.
    """
    found = changes(live.plays, following.plays)
    joined = fold_from(following, _same_prefix(live.plays, following.plays))
    narrator.correction(
        _correction(
            live, joined, "play_by_play_took_over", revised=found.revised, inserted=[], gone=found.gone
        )
    )
    narrator.history(joined, found.unknown)
    narrator.pattern_progress(joined.state, only_last=True)
    return joined


def is_history(plays: Sequence[Play]) -> bool:
    """A first play-by-play that spans too much to be told as news."""
    return bool(plays) and game_time(plays[-1]) > JOINED_LATE_TENTHS


def game_time(play: Play) -> int:
    """Game time elapsed, in tenths."""
    return elapsed_tenths(play.period, play.remaining_tenths)


def _correct(
    live: LiveGame, following: LiveGame, narrator: Narrator, reason: CorrectionReason
) -> tuple[LiveGame, int]:
    """Fold the changed past again and tell the difference; returns how much of `following` is past."""
    before, after = live.folded, following.folded
    found = changes(before, after)
    past = after[: found.settled]
    on_plays = min(found.settled, len(following.plays))
    until = _replace(following, plays=past[:on_plays], rows=past[on_plays:])
    corrected = fold_from(until, _same_prefix(before, past))
    inserted = [index for index in found.unknown if index < found.settled]
    narrator.correction(
        _correction(live, corrected, reason, revised=found.revised, inserted=inserted, gone=found.gone)
    )
    narrator.pattern_progress(corrected.state)
    if found.settled < len(after):
        # What the correction changed must not pass for the next play's doing.
        narrator.outlook.standing(corrected, again=True)
    return corrected, found.settled


def _same_prefix(before: Sequence[Play], after: Sequence[Play]) -> int:
    prefix = 0
    for old_play, new_play in zip(before, after, strict=False):
        if old_play is not new_play and old_play != new_play:
            break
        prefix += 1
    return prefix


def _correction(
    before: LiveGame,
    after: LiveGame,
    reason: CorrectionReason,
    *,
    revised: list[int],
    inserted: list[int],
    gone: list[int],
) -> Correction:
    return Correction(
        reason=reason,
        revised=view.listed_plays(after.info, after.folded, revised),
        inserted=view.listed_plays(after.info, after.folded, inserted),
        retracted=view.listed_plays(before.info, before.folded, gone),
        score_before=Score(before.state.score_home, before.state.score_away),
        score_after=Score(after.state.score_home, after.state.score_away),
        totals=view.totals(after.info, after.state),
    )
