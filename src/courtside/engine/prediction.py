"""The forecast at 18:00, once a game, and what became of it."""

from collections.abc import Callable

import msgspec

from courtside.clock import PATTERN_TENTHS
from courtside.engine.outlook import margin_forecast, told
from courtside.forecast.adaptive import NOMINAL_80, NOMINAL_95
from courtside.forecast.forecast import Forecast, Forecaster, Situation
from courtside.game import score_path
from courtside.game.live import LiveGame, Said
from courtside.messages import Explanation, Horizon, MessageData, MlPrediction, Result

FINAL_COVERAGE = 0.95

Say = Callable[[str, MessageData], int]
_replace = msgspec.structs.replace


def predict(say: Say, live: LiveGame, forecaster: Forecaster, said: Said, coverage: float) -> Said:
    """The forecast, once 18:00 have been played; again where its pattern changed."""
    if live.state.elapsed < PATTERN_TENTHS:
        return _replace(said, prediction=None) if said.prediction is not None else said
    state = live.state.pattern_state
    pattern = score_path.pattern(state.path)
    if not score_path.is_complete(pattern):
        return _replace(said, prediction=None)
    known = [value for value in pattern if value is not None]
    before = said.prediction
    if before is not None and before.pattern == known:
        return said
    forecast = forecaster.forecast(
        Situation(pattern=tuple(map(float, known)), state=state, prior=live.prior, game_id=live.game_id)
    )
    running = forecaster.running(state, live.prior)
    lower, upper = forecast.interval(1.0 - coverage)
    lower80, upper80 = forecast.interval(NOMINAL_80)
    lower95, upper95 = forecast.interval(NOMINAL_95)
    data = MlPrediction(
        horizon="halftime",
        point_forecast=forecast.point,
        interval_lower=lower,
        interval_upper=upper,
        coverage=coverage,
        pattern=list(pattern),
        explanation=explanation(forecast),
        model_version=forecaster.version,
        revises=said.prediction_seq,
        lower80=lower80,
        upper80=upper80,
        lower95=lower95,
        upper95=upper95,
        final=margin_forecast(running.final),
        win_probability_home=told(running.win_home),
        known=forecast.known,
    )
    seq = say("ml_prediction", data)
    return _replace(said, prediction=data, prediction_seq=seq)


def explanation(forecast: Forecast) -> Explanation:
    """What the members said, and games that went much the same way."""
    members = {name: round(value, 2) for name, value in forecast.members.items()}
    return Explanation(
        weights={name: round(value, 4) for name, value in forecast.weights.items()},
        members=members,
        dejavu_prediction=members.get("dejavu"),
        lstm_prediction=members.get("lstm"),
        ensemble_forecast=forecast.point if len(members) > 1 else None,
        similar_games=[_replace(game, distance=round(game.distance, 2)) for game in forecast.similar],
    )


def results(say: Say, live: LiveGame, said: Said) -> Said:
    """Forecast against outcome; again where a correction changed either of the two."""
    half = live.state.half
    if half is not None or said.half_result is not None:
        actual = None if half is None else half[0] - half[1]
        result = _at_halftime(actual, said.prediction, said.half_result_seq)
        if _is_news(result, said.half_result):
            seq = say("result", result)
            said = _replace(said, half_result=result, half_result_seq=seq)
    if live.status == "final" and live.state.started:
        result = _at_the_end(live.state.differential, said.prediction, said.final_result_seq)
        if _is_news(result, said.final_result):
            seq = say("result", result)
            said = _replace(said, final_result=result, final_result_seq=seq)
    return said


def _is_news(result: Result, before: Result | None) -> bool:
    return before is None or _replace(result, revises=before.revises) != before


def _at_halftime(actual: int | None, forecast: MlPrediction | None, revises: int | None) -> Result:
    if forecast is None:
        return _nothing("halftime", actual, revises)
    return Result(
        "halftime",
        actual,
        forecast.point_forecast,
        forecast.interval_lower,
        forecast.interval_upper,
        forecast.coverage,
        _error(actual, forecast.point_forecast),
        _inside(actual, forecast.interval_lower, forecast.interval_upper),
        forecast.model_version,
        revises,
        forecast.lower80,
        forecast.upper80,
        _inside(actual, forecast.lower80, forecast.upper80),
    )


def _at_the_end(actual: int, forecast: MlPrediction | None, revises: int | None) -> Result:
    if forecast is None or forecast.final is None:
        return _nothing("final", actual, revises)
    final = forecast.final
    return Result(
        "final",
        actual,
        final.median,
        final.lower95,
        final.upper95,
        FINAL_COVERAGE,
        _error(actual, final.median),
        _inside(actual, final.lower95, final.upper95),
        forecast.model_version,
        revises,
        final.lower80,
        final.upper80,
        _inside(actual, final.lower80, final.upper80),
        forecast.win_probability_home,
    )


def _nothing(horizon: Horizon, actual: int | None, revises: int | None) -> Result:
    """An outcome of which nothing was forecast."""
    return Result(horizon, actual, None, None, None, None, None, None, None, revises)


def _error(actual: int | None, forecast: float) -> float | None:
    return None if actual is None else round(abs(actual - forecast), 2)


def _inside(actual: int | None, lower: float | None, upper: float | None) -> bool | None:
    return None if actual is None or lower is None or upper is None else lower <= actual <= upper
