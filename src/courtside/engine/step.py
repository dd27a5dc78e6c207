"""One step of one game: what was known and what was seen give what is known and what is told."""

import msgspec

from courtside.engine import lines, plays, prediction
from courtside.engine.narrator import Narrator
from courtside.engine.settings import EngineSettings
from courtside.events import (
    AnyObservation,
    BoxScore,
    Context,
    ExternalForecast,
    Play,
    PlayByPlay,
    PlayChanges,
    ScoreLine,
    Status,
    apply_changes,
)
from courtside.forecast.forecast import Forecaster
from courtside.game.live import Info, LiveGame, fold_from
from courtside.game.state import stage
from courtside.game.status import move, reopens
from courtside.messages import ExternalPrediction, Message

_replace = msgspec.structs.replace
_INFO_FIELDS = Info.__struct_fields__


class Step(msgspec.Struct, frozen=True):
    """What one observation came to."""

    live: LiveGame
    messages: list[Message]
    kept: AnyObservation | None
    """What the journal keeps of it: play-by-play as its difference; None where it said nothing new."""


def advance(
    live: LiveGame | None, seen: AnyObservation, forecaster: Forecaster, settings: EngineSettings
) -> Step:
    """Fold one observation of a game into what is known of it (None: the game is new)."""
    known = live or LiveGame(
        game_id=seen.game_id, epoch=f"{seen.received_ms:x}", source=seen.source, info=Info()
    )
    if isinstance(seen, PlayByPlay | PlayChanges):
        after, kept = _plays_after(known, seen)
        if kept is None:
            return Step(known, [], None)
        base = _replace(known, source=seen.source, plays_ms=seen.received_ms)
        narrator = Narrator(base, seen.received_ms, settings, forecaster)
        following = _play_by_play(base, after, narrator)
        return _finish(known, following, narrator, seen, kept, forecaster, settings)
    if isinstance(seen, ScoreLine):
        base = _replace(
            known, source=seen.source, line=_with_status(known, seen), info=_informed(known, seen)
        )
        narrator = Narrator(base, seen.received_ms, settings, forecaster)
        following = _score_line(base, narrator)
        if not _is_news(known, following):
            return Step(known, [], None)
        return _finish(known, following, narrator, seen, seen, forecaster, settings)
    if isinstance(seen, BoxScore):
        base = _replace(known, info=_informed(known, seen))
        if seen.players != known.roster:
            base = fold_from(_replace(base, roster=seen.players, checkpoints=()), 0)
        elif base.info == known.info:
            return Step(known, [], None)
        narrator = Narrator(base, seen.received_ms, settings, forecaster)
        narrator.refolded = True
        return _finish(known, base, narrator, seen, seen, forecaster, settings)
    narrator = Narrator(known, seen.received_ms, settings, forecaster)
    if isinstance(seen, Context):
        prior = known.prior.after(seen)
        if prior is known.prior:
            return Step(known, [], None)
        return _finish(known, _replace(known, prior=prior), narrator, seen, seen, forecaster, settings)
    _external(seen, narrator)
    return _finish(known, known, narrator, seen, seen, forecaster, settings)


def _plays_after(
    known: LiveGame, seen: PlayByPlay | PlayChanges
) -> tuple[tuple[Play, ...], PlayChanges | None]:
    """The plays as they stand now, and their difference to those before (None: there is none)."""
    before = known.plays
    after = apply_changes(before, seen).plays if isinstance(seen, PlayChanges) else seen.plays
    count = len(before)
    if after[:count] == before:
        if len(after) == count:
            return after, None
        return after, _changes(seen, (), after[count:])
    after = plays.keep_known(before, after)
    same = set(map(id, before))
    upserted = tuple(play for play in after if id(play) not in same)
    left = {play.play_id for play in after}
    removed = tuple(play.play_id for play in before if play.play_id not in left)
    if not upserted and not removed:
        return before, None
    return after, _changes(seen, removed, upserted)


def _changes(
    seen: PlayByPlay | PlayChanges, removed: tuple[int, ...], upserted: tuple[Play, ...]
) -> PlayChanges:
    return PlayChanges(
        game_id=seen.game_id,
        received_ms=seen.received_ms,
        source=seen.source,
        removed=removed,
        upserted=upserted,
    )


def _play_by_play(live: LiveGame, after: tuple[Play, ...], narrator: Narrator) -> LiveGame:
    following = _replace(
        live,
        plays=after,
        rows=lines.beyond(live, after),
        has_play_by_play=live.has_play_by_play or bool(after),
    )
    if live.rows or (not live.has_play_by_play and plays.is_history(after)):
        return plays.catch_up(live, following, narrator)
    return plays.advance(live, following, narrator)


def _score_line(live: LiveGame, narrator: Narrator) -> LiveGame:
    line = live.line
    assert line is not None
    placed = lines.follow(live, line) if live.has_play_by_play else lines.place(live, line)
    if placed.rows is None:
        return live
    following = plays.advance(live, _replace(live, rows=placed.rows), narrator, placed.reason)
    goes_on = following.state.elapsed > live.state.elapsed and stage(following.state) == "live"
    if line.status == "final" and line.remaining_tenths is not None and goes_on:
        return _replace(following, line=_replace(line, status="live"))
    return following


def _with_status(known: LiveGame, seen: ScoreLine) -> ScoreLine:
    """A line that says no status leaves it; nothing that was on is announced again."""
    before = None if known.line is None else known.line.status
    if seen.status is None or (seen.status == "scheduled" and before in ("live", "final")):
        return _replace(seen, status=before)
    return seen


def _is_news(known: LiveGame, following: LiveGame) -> bool:
    """Whether a score line changed anything that is told, or that a later one is judged by."""
    before, line = known.line, following.line
    if before is None or line is None or line.status != before.status:
        return True
    if line.status == "final" and known.has_play_by_play and _says(line) != _says(before):
        return True
    return following.rows != known.rows or following.info != known.info or following.source != known.source


def _external(seen: ExternalForecast, narrator: Narrator) -> None:
    narrator.say(
        "external_prediction",
        ExternalPrediction(
            seen.model,
            seen.horizon,
            seen.point_forecast,
            seen.interval_lower,
            seen.interval_upper,
            seen.coverage,
        ),
    )


def _finish(
    before: LiveGame,
    live: LiveGame,
    narrator: Narrator,
    seen: AnyObservation,
    kept: AnyObservation,
    forecaster: Forecaster,
    settings: EngineSettings,
) -> Step:
    """What follows from any observation: status, standing, forecasts, results, players."""
    status = move(live.status, _evidence(live))
    live = _replace(live, status=status)
    first = before.seq == 0 and not narrator.messages
    named = (live.info.home_team, live.info.away_team) != (before.info.home_team, before.info.away_team)
    if status != before.status or first or _heading(live.info) != _heading(before.info):
        previous = None if before.seq == 0 else before.status
        narrator.status(live, status, previous, reopens(before.status, status), named=named)
    narrator.standing(live)
    moved = live.prior is not before.prior or reopens(before.status, status)
    narrator.outlook.standing(live, again=narrator.refolded or moved)
    said = prediction.predict(narrator.say, live, forecaster, live.said, settings.coverage)
    said = prediction.results(narrator.say, live, said)
    said = narrator.players(live, said)
    said = _replace(
        said,
        forecast=narrator.outlook.forecast,
        win_probability_home=narrator.outlook.home,
        changes=narrator.outlook.changes,
        score=narrator.score,
        pattern=narrator.pattern,
        run=narrator.streaks.run,
        run_alerted=narrator.streaks.run_alerted,
        drought_home=narrator.streaks.droughts["home"],
        drought_away=narrator.streaks.droughts["away"],
    )
    updated_ms = seen.received_ms if narrator.messages else before.updated_ms
    live = _replace(live, said=said, seq=narrator.seq, updated_ms=updated_ms)
    return Step(live, narrator.messages, kept)


def _evidence(live: LiveGame) -> Status:
    """The status that everything known of a game points to."""
    line = live.line
    said = None if line is None else line.status
    by_plays = stage(live.state)
    if by_plays == "final":
        return "final"
    if said == "postponed":
        return "postponed"
    if said == "final" and (not live.has_play_by_play or _agrees(live, line)):
        return "final"
    if by_plays is not None:
        return by_plays
    if said in (None, "final"):
        return live.status
    return said


def _agrees(live: LiveGame, line: ScoreLine | None) -> bool:
    """A final score line counts once the plays have come as far."""
    state = live.state
    return (
        line is not None
        and state.period_over
        and (line.score_home, line.score_away) == (state.score_home, state.score_away)
    )


def _says(line: ScoreLine) -> tuple[object, ...]:
    """A line without the times at which it was seen."""
    return msgspec.structs.astuple(_replace(line, received_ms=0, observed_ms=None))


def _heading(info: Info) -> tuple[object, ...]:
    return info.home_team, info.away_team, info.home_name, info.away_name, info.start_ms


def _informed(known: LiveGame, seen: ScoreLine | BoxScore) -> Info:
    """What a line or a box score says of teams, tip-off, time-outs and bonus; silence changes nothing.

    Once a game is on its announced tip-off stays: files disagree about it, and nobody waits for it.
    """
    info = known.info
    news = {
        name: value
        for name in _INFO_FIELDS
        if (value := getattr(seen, name, None)) is not None and value != getattr(info, name)
    }
    if info.start_ms is not None and known.status not in ("scheduled", "postponed"):
        news.pop("start_ms", None)
    return _replace(info, **news) if news else info
