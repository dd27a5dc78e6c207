"""The log of forecasts and how they did, read from the messages in the journal."""

from collections.abc import Iterable

import msgspec

from courtside.engine.prediction import FINAL_COVERAGE
from courtside.messages import (
    EncodedMessage,
    ExternalPrediction,
    Horizon,
    MarginForecast,
    Message,
    MlPrediction,
    Result,
    decode_message,
)
from courtside.replies import Accuracy, PredictionRecord

_replace = msgspec.structs.replace
Teams = dict[str, tuple[str | None, str | None]]


def records(messages: Iterable[EncodedMessage], teams: Teams) -> list[PredictionRecord]:
    """Every forecast that holds, newest last; a revised one stands in place of what it revises.

    `teams` gives home and away of each game that is known. What was forecast at 18:00 of the end of the
    game is a record of its own.
    """
    forecasts: dict[tuple[str, str, str], PredictionRecord] = {}
    actual: dict[tuple[str, str], int | None] = {}
    for encoded in messages:
        message = decode_message(encoded.frame)
        data = message.data
        if isinstance(data, MlPrediction):
            game_id, version = message.game_id, data.model_version
            forecasts[game_id, data.horizon, version] = _at_halftime(message, data)
            if data.final is not None:
                forecasts[game_id, "final", version] = _at_the_end(message, data, data.final)
        elif isinstance(data, ExternalPrediction):
            forecasts[message.game_id, data.horizon, f"external:{data.model}"] = _external(message, data)
        elif isinstance(data, Result):
            actual[message.game_id, data.horizon] = data.actual
    return [
        _settled(record, actual.get((record.game_id, record.horizon)), teams) for record in forecasts.values()
    ]


def _open(message: Message, horizon: Horizon, version: str, point: float, *, ours: bool) -> PredictionRecord:
    """A forecast whose outcome nobody knows yet."""
    nothing: dict[str, object] = dict.fromkeys(PredictionRecord.__struct_fields__)
    known = {
        "game_id": message.game_id,
        "made_at": message.timestamp,
        "horizon": horizon,
        "model_version": version,
        "point_forecast": point,
        "pattern": [],
        "ours": ours,
    }
    return msgspec.convert(nothing | known, PredictionRecord)


def _at_halftime(message: Message, data: MlPrediction) -> PredictionRecord:
    return _replace(
        _open(message, data.horizon, data.model_version, data.point_forecast, ours=True),
        interval_lower=data.interval_lower,
        interval_upper=data.interval_upper,
        coverage=data.coverage,
        pattern=data.pattern,
        lower80=data.lower80,
        upper80=data.upper80,
        lower95=data.lower95,
        upper95=data.upper95,
    )


def _at_the_end(message: Message, data: MlPrediction, final: MarginForecast) -> PredictionRecord:
    return _replace(
        _open(message, "final", data.model_version, final.median, ours=True),
        interval_lower=final.lower95,
        interval_upper=final.upper95,
        coverage=FINAL_COVERAGE,
        pattern=data.pattern,
        lower80=final.lower80,
        upper80=final.upper80,
        lower95=final.lower95,
        upper95=final.upper95,
        win_probability_home=data.win_probability_home,
    )


def _external(message: Message, data: ExternalPrediction) -> PredictionRecord:
    return _replace(
        _open(message, data.horizon, data.model, data.point_forecast, ours=False),
        interval_lower=data.interval_lower,
        interval_upper=data.interval_upper,
        coverage=data.coverage,
    )


def _settled(record: PredictionRecord, actual: int | None, teams: Teams) -> PredictionRecord:
    home, away = teams.get(record.game_id, (None, None))
    record = _replace(record, home_team=home, away_team=away)
    if actual is None:
        return record
    home_wins = record.win_probability_home
    brier = None if home_wins is None or actual == 0 else round((home_wins - (actual > 0)) ** 2, 6)
    return _replace(
        record,
        actual=actual,
        absolute_error=round(abs(actual - record.point_forecast), 2),
        inside_interval=_inside(actual, record.interval_lower, record.interval_upper),
        inside80=_inside(actual, record.lower80, record.upper80),
        inside95=_inside(actual, record.lower95, record.upper95),
        brier=brier,
    )


def _inside(actual: int, lower: float | None, upper: float | None) -> bool | None:
    return None if lower is None or upper is None else lower <= actual <= upper


class _Mean(msgspec.Struct):
    total: float = 0.0
    count: int = 0

    def add(self, value: float | None) -> None:
        if value is not None:
            self.total += value
            self.count += 1

    @property
    def value(self) -> float | None:
        return round(self.total / self.count, 6) if self.count else None


class _Tally:
    def __init__(self) -> None:
        self.forecasts = 0
        self.error, self.brier = _Mean(), _Mean()
        self.inside, self.nominal = _Mean(), _Mean()
        self.inside80, self.inside95 = _Mean(), _Mean()

    def add(self, record: PredictionRecord) -> None:
        self.forecasts += 1
        self.error.add(record.absolute_error)
        self.brier.add(record.brier)
        self.inside.add(record.inside_interval)
        self.nominal.add(None if record.inside_interval is None else record.coverage)
        self.inside80.add(record.inside80)
        self.inside95.add(record.inside95)


def accuracy(log: Iterable[PredictionRecord]) -> list[Accuracy]:
    """Error, coverage and Brier score by model version and horizon, over what is settled."""
    tallies: dict[tuple[str, str], _Tally] = {}
    for record in log:
        tallies.setdefault((record.model_version, record.horizon), _Tally()).add(record)
    return [
        Accuracy(
            model_version=version,
            horizon=horizon,
            forecasts=tally.forecasts,
            settled=tally.error.count,
            mae=tally.error.value,
            coverage=tally.inside.value,
            nominal_coverage=tally.nominal.value,
            brier=tally.brier.value,
            coverage80=tally.inside80.value,
            coverage95=tally.inside95.value,
        )
        for (version, horizon), tally in tallies.items()
    ]
