"""What `courtside evaluate` writes: every figure of an evaluation, as JSON.

Points are home minus away. Widths are upper minus lower end. `se` is a standard error. What cannot be
said of these games (an AUC of games that all ended the same way, an error of one date) is null.
"""

import msgspec

from courtside.errors import BadInput
from courtside.training.scores_paired import Paired
from courtside.training.scores_win import Bin

REPORT_FORMAT = 1
_DIGITS = 7
"""Significant digits in the file: more would only differ between machines."""


class ModelSpan(msgspec.Struct, frozen=True, kw_only=True):
    """A model that was judged: the games it learned from, and those it was then tested on. ISO dates."""

    version: str
    trained_from: str
    trained_until: str
    trained_games: int
    tested_from: str
    tested_until: str


class PointScores(msgspec.Struct, frozen=True):
    """Errors of point forecasts on the `n` games that have one."""

    mae: float
    rmse: float
    n: int


class MemberScores(msgspec.Struct, frozen=True):
    """A member of the halftime ensemble alone: error on its `n` games, mean weight over all games."""

    mae: float
    weight: float
    n: int


class HalftimeSlice(msgspec.Struct, frozen=True, kw_only=True):
    """Halftime forecasts of some of the games. `se80`: of `coverage80` if 80% is true."""

    n: int
    mae: float
    rmse: float
    crps: float
    coverage80: float
    se80: float
    coverage95: float
    se95: float
    width80: float
    width95: float
    baselines: dict[str, PointScores]
    paired: dict[str, Paired]


class HalftimeReport(HalftimeSlice, frozen=True, kw_only=True):
    """All halftime forecasts. `pit` is the density of the PIT in ten bins: 1 everywhere is calibrated."""

    pit: list[float]


class BaselineProbability(msgspec.Struct, frozen=True, kw_only=True):
    """A baseline's scores, and ours minus its Brier score on the same games (negative: ours is better)."""

    brier: float
    log_loss: float
    paired: Paired


class WinScores(msgspec.Struct, frozen=True, kw_only=True):
    """Win probabilities at one moment.

    `ece_floor` is the mean calibration error if every probability were right; 95% of perfect forecasters
    stay under `ece_floor95`.
    """

    brier: float
    log_loss: float
    auc: float | None
    ece: float
    ece_floor: float
    ece_floor95: float
    baselines: dict[str, BaselineProbability]


class WinSlice(WinScores, frozen=True, kw_only=True):
    """Some of the games: the scores on top are the mean of those at minutes 0 to 47."""

    n: int
    by_moment: dict[str, WinScores]


class WinMinute(msgspec.Struct, frozen=True):
    """One minute of the game: Brier scores, ours and the baselines'."""

    minute: int
    brier: float
    baselines: dict[str, float]


class WinReport(WinSlice, frozen=True, kw_only=True):
    by_minute: list[WinMinute]
    reliability: dict[str, list[Bin]]
    """By moment; `average` has the forecasts of all minutes, so a game is in it 48 times."""
    playoffs: WinSlice | None


class MarginScores(msgspec.Struct, frozen=True, kw_only=True):
    mae: float
    rmse: float
    coverage80: float
    coverage95: float
    width80: float
    width95: float


class MarginReport(msgspec.Struct, frozen=True, kw_only=True):
    n: int
    by_moment: dict[str, MarginScores]
    by_minute: list[MarginScores]


class RunScores(msgspec.Struct, frozen=True):
    brier: float
    log_loss: float


class RunReport(msgspec.Struct, frozen=True, kw_only=True):
    """Chance of an unanswered run of `points` within `seconds`; `n` snapshots. `shown`: users see it."""

    points: int
    seconds: int
    n: int
    happened: float
    shown: bool
    brier: float
    log_loss: float
    baselines: dict[str, RunScores]
    paired: dict[str, Paired]


class GameForecast(msgspec.Struct, frozen=True, kw_only=True):
    """One game. `lead` is the margin at 18:00, from which `forecast` was made; `actual` that at halftime."""

    game_id: str
    date: str
    season_type: str
    home: str
    away: str
    lead: float
    forecast: float
    lower80: float
    upper80: float
    lower95: float
    upper95: float
    actual: float


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """An evaluation. `seasons` by the year in which they began; `season_types` has the playoffs apart,
    `groups` what somebody asked to see apart."""

    format: int = REPORT_FORMAT
    command: str
    models: list[ModelSpan]
    first_date: str
    last_date: str
    n: int
    halftime: HalftimeReport
    seasons: dict[str, HalftimeSlice]
    season_types: dict[str, HalftimeSlice]
    groups: dict[str, HalftimeSlice] = {}
    members: dict[str, MemberScores]
    win_probability: WinReport
    final_margin: MarginReport
    runs: RunReport | None
    games: list[GameForecast]


def encode_report(report: Report) -> bytes:
    """JSON, two spaces of indentation; equal reports give equal bytes."""
    return msgspec.json.format(msgspec.json.encode(_rounded(msgspec.to_builtins(report))), indent=2) + b"\n"


def decode_report(data: bytes) -> Report:
    """Raises `BadInput` if this is not such a report."""
    try:
        report = msgspec.json.decode(data, type=Report)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadInput(f"not a report: {error}; make one with courtside evaluate") from error
    if report.format != REPORT_FORMAT:
        raise BadInput(
            f"a report of format {report.format}, and this Courtside reads {REPORT_FORMAT}; "
            "make it again with courtside evaluate"
        )
    return report


def _rounded(value: object) -> object:
    if isinstance(value, float):
        return float(f"{value:.{_DIGITS}g}")
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_rounded(item) for item in value]
    return value
