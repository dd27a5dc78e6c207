"""What people want to read of a night."""

import logging

from courtside.engine import Step
from courtside.events import AnyObservation
from courtside.messages import GameStatus, MlPrediction, Result

log = logging.getLogger("courtside.pipeline")


def log_step(step: Step, kept: AnyObservation, took_ms: float) -> None:
    """Tip-offs, forecasts and results; with `debug` every observation."""
    extra = {"game_id": step.live.game_id, "step_ms": round(took_ms, 3)}
    if log.isEnabledFor(logging.DEBUG):
        log.debug(
            "%s: %d messages",
            type(kept).__struct_config__.tag,
            len(step.messages),
            extra=extra | {"seq": step.live.seq},
        )
    for message in step.messages:
        data = message.data
        if isinstance(data, GameStatus) and data.status != data.previous:
            log.info("%s at %s is %s", data.away_team, data.home_team, data.status, extra=extra)
        elif isinstance(data, MlPrediction):
            log.info(
                "halftime forecast %+g, %g%% from %+g to %+g",
                data.point_forecast,
                100 * data.coverage,
                data.interval_lower,
                data.interval_upper,
                extra=extra,
            )
        elif isinstance(data, Result) and data.actual is not None:
            error = "" if data.absolute_error is None else f", {data.absolute_error:g} off the forecast"
            log.info("%s result %+d%s", data.horizon, data.actual, error, extra=extra)
