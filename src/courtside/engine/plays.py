"""New plays against the plays before: what was appended is told, what was changed is corrected."""

from collections.abc import Sequence

import msgspec

from courtside.clock import elapsed_tenths
from courtside.engine.narrator import Narrator
from courtside.events import Play
from courtside.game import state as game_state
from courtside.game import view
from courtside.game.live import CHECKPOINT_EVERY, LiveGame, fold_from
from courtside.messages import Correction, CorrectionReason, PlayData, Score

JOINED_LATE_TENTHS = 600
"""A first play-by-play that spans more game time than this is history: told as one correction."""

_replace = msgspec.structs.replace


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
    live: LiveGame, after: tuple[Play, ...], narrator: Narrator, reason: CorrectionReason = "plays_edited"
) -> LiveGame:
    """`live` with the plays `after`, which are in order and share their objects with `live.plays`."""
    before = live.plays
    count = len(before)
    if after[:count] == before:
        settled, appended = count, after[count:]
    else:
        live, settled = _correct(live, after, narrator, reason)
        appended = after[settled:]
    state = live.state
    fresh = []
    for index, play in enumerate(appended, settled + 1):
        following = game_state.fold(state, play)
        narrator.play(live, state, following)
        state = following
        if index % CHECKPOINT_EVERY == 0:
            fresh.append(state)
    return _replace(live, plays=after, state=state, checkpoints=(*live.checkpoints, *fresh))


def take_over(live: LiveGame, after: tuple[Play, ...], narrator: Narrator) -> LiveGame:
    """The first play-by-play of a game.

    A game joined late, or known by its score so far, is set right at once: one correction with the
    totals, the plays as history, no old lead changes and alerts as if they were news.
    """
    blank = _replace(live, plays=(), state=game_state.start(live.roster), checkpoints=())
    last = after[-1]
    span = elapsed_tenths(last.period, last.remaining_tenths)
    if span <= JOINED_LATE_TENTHS:
        return advance(blank, after, narrator)
    joined = fold_from(blank, after, 0)
    narrator.correction(
        _correction(live, joined, "play_by_play_took_over", revised=[], inserted=[], retracted=[])
    )
    narrator.history(joined)
    narrator.pattern_progress(joined.state, only_last=True)
    return joined


def _correct(
    live: LiveGame, after: tuple[Play, ...], narrator: Narrator, reason: CorrectionReason
) -> tuple[LiveGame, int]:
    """Fold the changed past again and tell the difference; returns how many plays of `after` are past."""
    before = live.plays
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
    past = after[:settled]
    prefix = 0
    for old_play, new_play in zip(before, past, strict=False):
        if old_play is not new_play and old_play != new_play:
            break
        prefix += 1
    corrected = fold_from(live, past, prefix)
    narrator.correction(
        _correction(
            live,
            corrected,
            reason,
            revised=view.listed_plays(live.info, past, revised),
            inserted=view.listed_plays(live.info, past, [index for index in unknown if index < settled]),
            retracted=view.listed_plays(live.info, before, sorted(gone.values())),
        )
    )
    narrator.pattern_progress(corrected.state)
    return corrected, settled


def _correction(
    before: LiveGame,
    after: LiveGame,
    reason: CorrectionReason,
    *,
    revised: list[PlayData],
    inserted: list[PlayData],
    retracted: list[PlayData],
) -> Correction:
    return Correction(
        reason=reason,
        revised=revised,
        inserted=inserted,
        retracted=retracted,
        score_before=Score(before.state.score_home, before.state.score_away),
        score_after=Score(after.state.score_home, after.state.score_away),
        totals=view.totals(after.info, after.state),
    )
