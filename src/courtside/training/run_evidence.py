"""How the run model did on games it had not seen, beside everything that could explain it away."""

from datetime import date

import msgspec
import numpy as np

from courtside.forecast.runs import Floats, Renewal
from courtside.training.run_moments import Moments
from courtside.training.run_regression import Rows, log_odds, logistic, logistic_fit, walk
from courtside.training.scores_paired import Paired, paired
from courtside.training.scores_win import brier, log_loss, log_losses


class RunScore(msgspec.Struct, frozen=True):
    brier: float
    log_loss: float


class RunEvidence(msgspec.Struct, frozen=True):
    """One tier at one kind of moment, on test games. Differences are model minus baseline.

    `recalibrated` is the baseline with the level and slope of its log odds fitted on the training years,
    so that a mere drift of the league is not taken for knowledge.
    """

    tier: str
    kind: str
    moments: int
    rate: float
    climatology: RunScore
    baseline: RunScore
    recalibrated: RunScore
    model: RunScore
    brier_difference: Paired
    log_loss_difference: Paired
    brier_over_recalibrated: Paired
    log_loss_over_recalibrated: Paired


def judge(
    seen: Moments, baseline: Renewal, trained: Rows, tested: Rows, model: Floats, name: tuple[str, str]
) -> RunEvidence:
    """What `model` says at the moments `tested` against the outcome; `trained` are those it learnt from."""
    happened = seen.followed[tested] > 0
    dates = np.array([date.fromordinal(day).isoformat() for day in seen.day[tested].tolist()])

    def log_odds_and_one(rows: Rows) -> Floats:
        odds = log_odds(walk(baseline, seen, rows))
        return np.column_stack([np.ones(len(rows)), odds])

    line = logistic_fit(
        trained, log_odds_and_one, lambda chunk: np.zeros(len(chunk)), seen.followed, np.array([0.0, 1.0])
    )
    walked = walk(baseline, seen, tested)
    recalibrated = logistic(log_odds_and_one(tested) @ line)
    usual = np.full(len(tested), seen.followed[trained].mean())

    def score(chance: Floats) -> RunScore:
        return RunScore(brier(chance, happened), log_loss(chance, happened))

    def squared(chance: Floats) -> Floats:
        return np.square(chance - happened)

    return RunEvidence(
        tier=name[0],
        kind=name[1],
        moments=len(tested),
        rate=float(happened.mean()),
        climatology=score(usual),
        baseline=score(walked),
        recalibrated=score(recalibrated),
        model=score(model),
        brier_difference=paired(squared(model), squared(walked), dates),
        log_loss_difference=paired(log_losses(model, happened), log_losses(walked, happened), dates),
        brier_over_recalibrated=paired(squared(model), squared(recalibrated), dates),
        log_loss_over_recalibrated=paired(
            log_losses(model, happened), log_losses(recalibrated, happened), dates
        ),
    )
