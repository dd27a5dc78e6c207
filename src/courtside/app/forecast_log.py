"""The log of forecasts and how they did, read from the messages in the journal."""

from collections.abc import Iterable

import msgspec

from courtside.messages import (
    EncodedMessage,
    ExternalPrediction,
    Message,
    MlPrediction,
    Result,
    decode_message,
)
from courtside.replies import Accuracy, PredictionRecord


def records(
    messages: Iterable[EncodedMessage], teams: dict[str, tuple[str | None, str | None]]
) -> list[PredictionRecord]:
    """Every forecast that holds, newest last; a revised one stands in place of what it revises.

    `teams` gives home and away of each game that is known.
    """
    forecasts: dict[tuple[str, str, str], tuple[Message, MlPrediction | ExternalPrediction]] = {}
    actual: dict[tuple[str, str], int | None] = {}
    for encoded in messages:
        message = decode_message(encoded.frame)
        data = message.data
        if isinstance(data, MlPrediction):
            forecasts[message.game_id, data.horizon, data.model_version] = (message, data)
        elif isinstance(data, ExternalPrediction):
            forecasts[message.game_id, data.horizon, f"external:{data.model}"] = (message, data)
        elif isinstance(data, Result):
            actual[message.game_id, data.horizon] = data.actual
    return [
        _record(message, data, actual.get((message.game_id, data.horizon)), teams)
        for message, data in forecasts.values()
    ]


def _record(
    message: Message,
    data: MlPrediction | ExternalPrediction,
    actual: int | None,
    teams: dict[str, tuple[str | None, str | None]],
) -> PredictionRecord:
    home, away = teams.get(message.game_id, (None, None))
    lower, upper = data.interval_lower, data.interval_upper
    inside = None
    if actual is not None and lower is not None and upper is not None:
        inside = lower <= actual <= upper
    ours = isinstance(data, MlPrediction)
    return PredictionRecord(
        game_id=message.game_id,
        made_at=message.timestamp,
        horizon=data.horizon,
        model_version=data.model_version if isinstance(data, MlPrediction) else data.model,
        point_forecast=data.point_forecast,
        interval_lower=lower,
        interval_upper=upper,
        coverage=data.coverage,
        pattern=data.pattern if isinstance(data, MlPrediction) else [],
        home_team=home,
        away_team=away,
        actual=actual,
        absolute_error=None if actual is None else abs(actual - data.point_forecast),
        inside_interval=inside,
        ours=ours,
    )


class _Tally(msgspec.Struct):
    forecasts: int = 0
    settled: int = 0
    error: float = 0.0
    judged: int = 0
    inside: int = 0
    nominal: float = 0.0


def accuracy(log: Iterable[PredictionRecord]) -> list[Accuracy]:
    """Mean absolute error and coverage by model version and horizon, over what is settled."""
    tallies: dict[tuple[str, str], _Tally] = {}
    for record in log:
        tally = tallies.setdefault((record.model_version, record.horizon), _Tally())
        tally.forecasts += 1
        if record.absolute_error is None:
            continue
        tally.settled += 1
        tally.error += record.absolute_error
        if record.inside_interval is not None:
            tally.judged += 1
            tally.inside += record.inside_interval
            tally.nominal += record.coverage or 0.0
    return [
        Accuracy(
            model_version=version,
            horizon=horizon,
            forecasts=tally.forecasts,
            settled=tally.settled,
            mae=tally.error / tally.settled if tally.settled else None,
            coverage=tally.inside / tally.judged if tally.judged else None,
            nominal_coverage=tally.nominal / tally.judged if tally.judged else None,
            brier=None,
        )
        for (version, horizon), tally in tallies.items()
    ]
