"""`courtside predict`: one forecast, without a server."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from courtside.cli.settings_options import SettingsCommand, settings_of
from courtside.cli.training import Day

if TYPE_CHECKING:
    from courtside.app.oracle import Oracle
    from courtside.forecast.forecast import Forecast, Situation
    from courtside.messages import MarginForecast
    from courtside.replies import PredictReply, StateReply

LARGEST_SPREAD = 60
SETTINGS = ("model", "ensemble", "data_dir", "database", "config")


class PredictCommand(click.Command):
    """A command that takes those settings which say what forecasts."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        every = SettingsCommand(name=None)
        self.params += [
            param
            for param in every.params
            if param.name in ("model", "ensemble", "data_dir", "database", "config")
        ]


def _numbers(ctx: click.Context, param: click.Parameter, text: str | None) -> list[float] | None:
    if text is None:
        return None
    values = []
    for minute, part in enumerate(text.split(","), start=1):
        try:
            values.append(float(part))
        except ValueError as error:
            raise click.BadParameter(
                f"minute {minute} is {part.strip()!r}; give 18 numbers with commas between them"
            ) from error
    return values


@click.command(cls=PredictCommand)
@click.option(
    "--pattern",
    callback=_numbers,
    metavar="N,N,...",
    help="Differential (home minus away) at the end of each of the first 18 minutes.",
)
@click.option(
    "--state",
    "state_file",
    type=click.Path(path_type=Path, dir_okay=False, exists=True, allow_dash=True),
    metavar="FILE",
    help="Instead: a game at any moment, as the body of POST /predict/state (- is standard input).",
)
@click.option(
    "--game",
    "game_id",
    metavar="GAME_ID",
    help="Instead: a game in the journal of --data-dir as it stood at 18:00, with all that was known then.",
)
@click.option(
    "--alpha",
    default=0.05,
    show_default=True,
    type=click.FloatRange(0.0, 1.0, min_open=True, max_open=True),
    metavar="X",
    help="Share of outcomes that may lie outside the interval.",
)
@click.option("--home", metavar="TEAM", help="Home team, as BOS: the ratings of both teams count.")
@click.option("--away", metavar="TEAM", help="Away team.")
@click.option("--date", type=Day(), metavar="DATE", help="Day of the game; without it, today.")
@click.option(
    "--market-spread",
    type=click.FloatRange(-LARGEST_SPREAD, LARGEST_SPREAD),
    metavar="POINTS",
    help="Closing spread of home: -4.5 where home gives four and a half.",
)
@click.option("--json", "as_json", is_flag=True, help="Print what POST /predict answers.")
def predict(
    pattern: list[float] | None,
    state_file: Path | None,
    game_id: str | None,
    alpha: float,
    home: str | None,
    away: str | None,
    date: str | None,
    market_spread: float | None,
    as_json: bool,
    **options: object,
) -> None:
    """Forecast the halftime differential from 18 minutes, or a whole game from its state at any moment.

    \b
    Examples:
      courtside predict --pattern "0,2,3,1,-1,0,2,4,4,5,7,6,6,8,9,7,8,10"
      courtside predict --pattern "0,2,3,1,-1,0,2,4,4,5,7,6,6,8,9,7,8,10" --alpha 0.2 --json
      courtside predict --pattern "0,2,3,1,-1,0,2,4,4,5,7,6,6,8,9,7,8,10" --home BOS --away LAL
      courtside predict --pattern "0,2,3,1,-1,0,2,4,4,5,7,6,6,8,9,7,8,10" --ensemble classic
      courtside predict --state - < state.json
      courtside predict --game 0022400695 --ensemble classic
    """
    if sum(given is not None for given in (pattern, state_file, game_id)) != 1:
        raise click.UsageError("give one of --pattern, --state and --game")
    if pattern is None and (home, away, market_spread) != (None, None, None):
        where = "the state itself has" if game_id is None else "the journal knows"
        raise click.UsageError(f"{where} the teams and the market; leave out --home, --away, --market-spread")

    import msgspec

    from courtside.errors import BadInput

    oracle = _oracle(options, date)
    try:
        if state_file is None:
            from courtside.serve.schemas_forecast import PredictRequest

            if game_id is not None:
                import asyncio

                situation = asyncio.run(_situation(oracle, options, game_id))
                asked = PredictRequest(list(situation.pattern), alpha)
                forecast = oracle.forecaster.forecast(situation)
            else:
                asked = PredictRequest(pattern or [], alpha, True, home, away, market_spread)
                forecast = oracle.forecast(asked)
            reply = oracle.reply(asked, forecast)
            lines = _pattern_lines(reply, forecast)
            answer: PredictReply | StateReply = reply
        else:
            answer = _of_state(oracle, state_file)
            lines = _state_lines(answer)
    except BadInput as error:
        raise click.BadParameter(str(error), param_hint=_hint(state_file, game_id)) from error
    click.echo(msgspec.json.encode(answer) if as_json else "\n".join(lines))


def _hint(state_file: Path | None, game_id: str | None) -> str | None:
    return "--state" if state_file is not None else "--game" if game_id is not None else None


async def _situation(oracle: "Oracle", options: dict[str, object], game_id: str) -> "Situation":
    from courtside.app.again import situation_at_18
    from courtside.engine import EngineSettings
    from courtside.store.open import open_journal

    settings = settings_of(options)
    journal = open_journal(settings.database_url, read_only=True)
    try:
        return await situation_at_18(journal, game_id, oracle.forecaster, settings.part(EngineSettings))
    finally:
        await journal.aclose()


def _oracle(options: dict[str, object], date: str | None) -> "Oracle":
    """The model and the ratings that `courtside run` would take."""
    from courtside.app.forecasting import open_forecasting
    from courtside.app.oracle import Oracle
    from courtside.app.ratings import Ratings, eastern_day, ratings_file
    from courtside.clock import WallClock

    settings = settings_of(options)
    forecasting = open_forecasting(settings)
    ratings = Ratings(forecasting, ratings_file(settings, forecasting.forecaster.version))
    day = date or eastern_day(WallClock().now_ms())
    last = ratings.book.last_date
    if last is not None and day < last:
        raise click.BadParameter(
            f"{day} is before {last}, the last game that the ratings know; give that day or a later one",
            param_hint="--date",
        )
    return Oracle(forecasting.forecaster, ratings, lambda: day)


def _of_state(oracle: "Oracle", file: Path) -> "StateReply":
    from courtside.serve.answers import decode_body
    from courtside.serve.schemas_forecast import StateRequest

    body = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    return oracle.state(decode_body(body, StateRequest))


def _pattern_lines(reply: "PredictReply", forecast: "Forecast") -> list[str]:
    ahead = 1.0 - forecast.distribution.cdf(0.0)
    behind = forecast.distribution.cdf(-1.0)
    lines = [
        f"halftime, home minus away: {reply.point_forecast:+g}",
        f"{reply.coverage_probability:.0%} interval:            "
        f"{reply.interval_lower:+g} to {reply.interval_upper:+g}",
        f"home leads at halftime:    {ahead:.0%}, away leads: {behind:.0%}",
    ]
    explanation = reply.explanation
    if explanation is not None:
        said = (
            f"{name} {value:+g} ({explanation.weights[name]:.0%})"
            for name, value in explanation.members.items()
        )
        lines.append(f"members:                   {', '.join(said)}")
        for number, game in enumerate(explanation.similar_games):
            label = "similar games:" if number == 0 else ""
            lines.append(
                f"{label:<26} {game.date} {game.away_team} at {game.home_team}, "
                f"{game.halftime_differential:+d} at halftime"
            )
    return [*lines, *_model_lines(reply.known or "score", reply.model_version)]


def _state_lines(reply: "StateReply") -> list[str]:
    home, away = reply.win_probability_home, reply.win_probability_away
    lines = [
        f"home wins:                 {home:.1%}, away wins: {away:.1%}",
        f"now, home minus away:      {reply.current_differential:+d}",
    ]
    if reply.halftime is not None:
        lines.append(f"at halftime:               {_margin(reply.halftime)}")
    lines.append(f"at the end:                {_margin(reply.final)}")
    return [*lines, *_model_lines(reply.known, reply.model_version)]


def _margin(margin: "MarginForecast") -> str:
    return (
        f"{margin.median:+g}, 80% {margin.lower80:+g} to {margin.upper80:+g}, "
        f"95% {margin.lower95:+g} to {margin.upper95:+g}"
    )


def _model_lines(known: str, version: str) -> list[str]:
    return [f"known:                     {known}", f"model:                     {version}"]
