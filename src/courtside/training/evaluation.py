"""`courtside evaluate`: which games, which model, and the report of both."""

import csv
import math
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Literal

import msgspec
import numpy as np

from courtside.errors import BadHistory
from courtside.forecast.bundle import Bundle
from courtside.forecast.model import Model
from courtside.forecast.rating_book import RatingBook
from courtside.training import evaluate
from courtside.training.baselines import Baselines
from courtside.training.dataset import Dataset, build
from courtside.training.evaluate import Judged
from courtside.training.evaluate_runs import run_table
from courtside.training.fit_halftime import WalkForward
from courtside.training.report import Report

Progress = Callable[[str], None]
OTHERS = ("dejavu", "lstm", "ensemble", "forecast", "prediction")
"""Columns of a list of games that hold somebody else's forecasts of the halftime differential."""


class GameList(msgspec.Struct, frozen=True):
    """Games to judge: their ids, others' forecasts by name and game id, and groups to tell apart."""

    ids: frozenset[str]
    others: dict[str, dict[str, float]] = {}
    apart: dict[str, frozenset[str]] = {}


class Evaluation(msgspec.Struct, frozen=True, kw_only=True):
    """What to judge. Days are ISO dates, both inclusive; exactly one of `model` and `train_until` is used,
    unless `rolling` refits at each season's start."""

    store: Path
    first: str
    last: str
    train_until: str | None = None
    rolling: Literal["season"] | None = None
    model: Path | None = None
    games: GameList | None = None
    spreads: Mapping[str, float] | None = None
    jobs: int = 2
    command: str = "courtside evaluate"


def evaluation(asked: Evaluation, progress: Progress) -> Report:
    """Forecast every game asked for, as it would have been at its time, and judge the forecasts.

    Raises `BadHistory` where there are no games, or none to learn from.
    """
    bundle = None if asked.model is None else Bundle.open(asked.model)
    model = None if bundle is None else Model.of(bundle)
    book = RatingBook() if model is None else model.book()
    if bundle is not None and asked.first <= bundle.manifest.data.last_date:
        raise BadHistory(
            "seen",
            f"the model has learned from games until {bundle.manifest.data.last_date}; "
            "evaluate it from a later day on, or train another with --train-until",
        )
    progress("reading games")
    games = build(
        asked.store,
        book,
        spreads=asked.spreads,
        until=_day_after(asked.last),
        after=None if model is None else asked.first,
        jobs=asked.jobs,
        progress=lambda done, total: progress(f"{done:,} of {total:,} games read"),
    )
    others: Mapping[str, Mapping[str, float]] = {}
    apart: Mapping[str, frozenset[str]] = {}
    wanted = frozenset(facts.game_id for facts in games.games)
    if asked.games is not None:
        others, apart = asked.games.others, asked.games.apart
        wanted &= asked.games.ids
    chosen = np.array([facts.game_id in wanted for facts in games.games], dtype=np.bool_)
    tables, spans = [], []
    for judged in _judged(asked, games, bundle, model, progress):
        kept = msgspec.structs.replace(judged, test=judged.test & chosen)
        if kept.test.any():
            tables.append(evaluate.judge(games, kept, others, progress))
            spans.append(evaluate.span(games, kept))
    if not tables:
        raise BadHistory("no_games", f"no games from {asked.first} to {asked.last} to judge; see the dates")
    progress("scoring runs")
    runs = run_table(
        asked.store,
        games.expected_margins(),
        asked.train_until or asked.first,
        asked.first,
        asked.last,
        wanted,
        None if model is None else model.runs,
    )
    progress("report")
    return evaluate.report_of(tables, spans, asked.command, runs, apart)


def _judged(
    asked: Evaluation, games: Dataset, bundle: Bundle | None, model: Model | None, progress: Progress
) -> Iterator[Judged]:
    if bundle is not None and model is not None:
        baselines = Baselines.from_parts(bundle.parts)
        yield evaluate.with_model(model, baselines, bundle.manifest.data, games, asked.first, asked.last)
        return
    walk = WalkForward(games, progress)
    if asked.rolling is not None:
        yield from evaluate.rolling(walk, asked.first, asked.last, progress)
    else:
        until = asked.train_until or asked.first
        yield from evaluate.trained_until(walk, until, asked.first, asked.last, progress)


def _day_after(day: str) -> str:
    return str(np.datetime64(day, "D") + np.timedelta64(1, "D"))


def read_games(path: Path) -> GameList:
    """A CSV with a column `game_id`; columns of `OTHERS` are others' forecasts, and where a column
    `candidates` says how many games a line may mean, those that mean one are told apart as `unique`."""
    try:
        with path.open(newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise BadHistory("games", f"{path} cannot be read ({error})") from error
    if not rows or "game_id" not in rows[0]:
        raise BadHistory("games", f"{path} has no column game_id; give a CSV with one line a game")
    for row in rows:
        row["game_id"] = row["game_id"].zfill(10)
    others: dict[str, dict[str, float]] = {}
    for column in (name for name in OTHERS if name in rows[0]):
        try:
            said = {row["game_id"]: _finite(row[column]) for row in rows if row[column]}
        except ValueError as error:
            raise BadHistory("games", f"{path}: column {column} is not all numbers ({error})") from error
        others[f"given_{column}"] = said
    apart = {}
    if "candidates" in rows[0]:
        apart["unique"] = frozenset(row["game_id"] for row in rows if row["candidates"] == "1")
    return GameList(frozenset(row["game_id"] for row in rows), others, apart)


def _finite(said: str) -> float:
    value = float(said)
    if not math.isfinite(value):
        raise ValueError(f"{said!r} is no differential")
    return value
