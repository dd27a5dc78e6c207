"""Moments of past games as the run model sees them, and whether a run followed.

A game is looked at every 30 seconds of its clock, and after every score but the last of regulation or an
overtime. Whose ball it is and which run is under way come from the folds that live games go through.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

import msgspec
import numpy as np
from numpy.typing import NDArray

from courtside.clock import (
    OVERTIME_TENTHS,
    REGULATION_PERIODS,
    REGULATION_TENTHS,
    elapsed_tenths,
    period_start_tenths,
    period_tenths,
)
from courtside.errors import BadHistory
from courtside.events import Play, Side
from courtside.forecast.runs import RUN_POINTS, WINDOW_SECONDS, Floats
from courtside.game import momentum, possession
from courtside.game.momentum import Momentum
from courtside.game.possession import Possession
from courtside.training.history_store import StoredGame

EVERY_TENTHS = 300
KINDS = ("clock", "score")
"""Every 30 seconds, and after every score."""

_COLUMNS = ("kind", "elapsed", "period", "left", "run", "since", "ball", "lead", "total", "index")
_SIGN: dict[Side | None, int] = {"home": 1, "away": -1, None: 0}
_Row = tuple[int, ...]


class Scores(msgspec.Struct, frozen=True):
    """Scores in the order of games; points that one side makes at one time are one score.

    `gap_seconds` is the time since the game's score before, `again` whether the same side made it.
    Both are of scores after a game's first, which only `points` counts.
    """

    points: NDArray[np.int64]
    gap_seconds: NDArray[np.int64]
    again: NDArray[np.bool_]
    points_day: NDArray[np.int64]
    gap_day: NDArray[np.int64]


class Moments(msgspec.Struct, frozen=True):
    """N moments, each column of length N. Sides are signed, home positive; `ball` is 0 where unknown.

    `left_seconds` is until the window has to close, `remaining_seconds` what is left of the period,
    `edge` the margin expected before the game (NaN where unknown), `day` the proleptic day of the game.
    """

    day: NDArray[np.int64]
    kind: NDArray[np.int64]
    period: Floats
    remaining_seconds: Floats
    left_seconds: Floats
    run: Floats
    since_seconds: Floats
    ball: Floats
    lead: Floats
    total: Floats
    edge: Floats
    followed: Floats
    """1 where a run followed within the window, 0 elsewhere."""
    scores: Scores
    games: int


def moments(games: Iterable[StoredGame], edges: Mapping[str, float]) -> Moments:
    """Look at every dated game; `edges` are expected margins, home minus away, by game id.

    Raises `BadHistory` where there is none.
    """
    parts: list[NDArray[np.int64]] = []
    days: list[int] = []
    edge: list[float] = []
    for game in games:
        if game.facts.date is None:
            continue
        parts.append(_look(game.plays))
        days.append(date.fromisoformat(game.facts.date).toordinal())
        edge.append(edges.get(game.facts.game_id, float("nan")))
    if not parts:
        raise BadHistory("no_games", "no dated game to fit scoring runs on; import history first")
    sizes = [len(part) for part in parts]
    table = np.concatenate(parts)
    column = {name: table[:, place] for place, name in enumerate(_COLUMNS)}
    game_day = np.array(days, dtype=np.int64)
    which = np.repeat(np.arange(len(parts)), sizes)
    remaining = _remaining(column["period"], column["elapsed"])
    return Moments(
        day=game_day[which],
        kind=column["kind"],
        period=column["period"].astype(np.float64),
        remaining_seconds=remaining / 10,
        left_seconds=column["left"] / 10,
        run=np.clip(column["run"], -RUN_POINTS, RUN_POINTS).astype(np.float64),
        since_seconds=column["since"] / 10,
        ball=column["ball"].astype(np.float64),
        lead=column["lead"].astype(np.float64),
        total=column["total"].astype(np.float64),
        edge=np.array(edge)[which],
        followed=table[:, -1].astype(np.float64),
        scores=_scores(column, which, game_day),
        games=len(parts),
    )


def _look(plays: Sequence[Play]) -> NDArray[np.int64]:
    """Rows of `_COLUMNS` and whether a run followed."""
    ball = Possession()
    tide = Momentum()
    home = away = elapsed = last_score = upcoming = 0
    rows: list[_Row] = []
    crossings: list[tuple[int, int]] = []

    def look(kind: int, at: int, index: int) -> None:
        run = tide.run
        period, end = _frame(at)
        signed = 0 if run is None else _SIGN[run.side] * run.points
        since = at - last_score
        rows.append(
            (kind, at, period, end - at, signed, since, _SIGN[ball.holder], home - away, home + away, index)
        )

    for index, play in enumerate(plays):
        now = max(elapsed, elapsed_tenths(play.period, play.remaining_tenths))
        while upcoming < now:
            look(0, upcoming, index)
            upcoming += EVERY_TENTHS
        elapsed = now
        ball = possession.after(ball, play)
        made_home, made_away = play.score_home - home, play.score_away - away
        if not made_home and not made_away:
            continue
        before = tide.run
        home, away, last_score = play.score_home, play.score_away, now
        tide = momentum.score(tide, now, made_home, made_away, home, away)
        run = tide.run
        if run is not None and run.points >= RUN_POINTS:
            grew = before is not None and before.side == run.side
            if before is None or not grew or before.points < RUN_POINTS:
                crossings.append((index, now))
        if now < _end_of(play.period):
            look(1, now, index + 1)

    table = np.array(rows, dtype=np.int64).reshape(-1, len(_COLUMNS))
    index_of = np.array([index for index, _ in crossings], dtype=np.int64)
    time_of = np.array([time for _, time in crossings] + [np.iinfo(np.int64).max], dtype=np.int64)
    following = time_of[np.searchsorted(index_of, table[:, _COLUMNS.index("index")])]
    closes = table[:, 1] + np.minimum(table[:, 3], WINDOW_SECONDS * 10)
    return np.column_stack([table, following <= closes])


def _end_of(period: int) -> int:
    """When a window that begins in `period` has to close, in tenths elapsed."""
    return REGULATION_TENTHS + max(period - REGULATION_PERIODS, 0) * OVERTIME_TENTHS


def _frame(at: int) -> tuple[int, int]:
    """Period that a time belongs to, its end being the next one's start, and when its window closes."""
    if at < REGULATION_TENTHS:
        return at // period_tenths(1) + 1, REGULATION_TENTHS
    period = REGULATION_PERIODS + 1 + (at - REGULATION_TENTHS) // OVERTIME_TENTHS
    return period, _end_of(period)


def _remaining(period: NDArray[np.int64], elapsed: NDArray[np.int64]) -> NDArray[np.int64]:
    found, where = np.unique(period, return_inverse=True)
    ends = [period_start_tenths(int(one)) + period_tenths(int(one)) for one in found]
    return np.array(ends, dtype=np.int64)[where] - elapsed


def _scores(
    column: Mapping[str, NDArray[np.int64]], which: NDArray[np.int64], game_day: NDArray[np.int64]
) -> Scores:
    """The scores behind the moments of kind `score`."""
    chosen = column["kind"] == 1
    game, at, total = which[chosen], column["elapsed"][chosen], column["total"][chosen]
    side = np.sign(column["run"][chosen])
    differs = (np.diff(game) != 0) | (np.diff(at) != 0) | (np.diff(side) != 0)
    first = np.flatnonzero(np.concatenate([[len(game) > 0], differs]))
    after = np.append(first[1:], len(game)) - 1
    game, at, side, total = game[first], at[first], side[first], total[after]
    begins = np.concatenate([[True], np.diff(game) != 0])[: len(game)]
    points = total - np.where(begins, 0, np.roll(total, 1))
    gap = at - np.roll(at, 1)
    follows = ~begins & (gap > 0)
    day = game_day[game]
    return Scores(
        points=points,
        gap_seconds=gap[follows] // 10,
        again=(side == np.roll(side, 1))[follows],
        points_day=day,
        gap_day=day[follows],
    )
