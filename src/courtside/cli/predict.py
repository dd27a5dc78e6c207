"""`courtside predict`: one forecast from the model in the package, without a server."""

import click


def _numbers(ctx: click.Context, param: click.Parameter, text: str) -> list[float]:
    values = []
    for minute, part in enumerate(text.split(","), start=1):
        try:
            values.append(float(part))
        except ValueError as error:
            raise click.BadParameter(
                f"minute {minute} is {part.strip()!r}; give 18 numbers with commas between them"
            ) from error
    return values


@click.command()
@click.option(
    "--pattern",
    required=True,
    callback=_numbers,
    metavar="N,N,...",
    help="Differential (home minus away) at the end of each of the first 18 minutes.",
)
@click.option(
    "--alpha",
    default=0.05,
    show_default=True,
    type=click.FloatRange(0.0, 1.0, min_open=True, max_open=True),
    metavar="X",
    help="Share of outcomes that may lie outside the interval.",
)
@click.option("--json", "as_json", is_flag=True, help="Print what POST /predict answers.")
def predict(pattern: list[float], alpha: float, as_json: bool) -> None:
    """Forecast the halftime differential from 18 minutes.

    \b
    Examples:
      courtside predict --pattern "0,2,3,1,-1,0,2,4,4,5,7,6,6,8,9,7,8,10"
      courtside predict --pattern "0,2,3,1,-1,0,2,4,4,5,7,6,6,8,9,7,8,10" --alpha 0.2 --json
    """
    from courtside.errors import BadInput
    from courtside.forecast.forecast import Situation, checked_pattern
    from courtside.forecast.persistence import Persistence

    try:
        situation = Situation(pattern=checked_pattern(pattern))
    except BadInput as error:
        raise click.BadParameter(str(error), param_hint="--pattern") from error
    forecaster = Persistence.shipped()
    forecast = forecaster.forecast(situation)
    lower, upper = forecast.distribution.interval(1.0 - alpha)
    if as_json:
        import msgspec

        from courtside.messages import Explanation
        from courtside.replies import PredictReply

        explanation = Explanation(weights=dict(forecast.weights), members=dict(forecast.members))
        reply = PredictReply(forecast.point, lower, upper, 1.0 - alpha, explanation, forecaster.version)
        click.echo(msgspec.json.encode(reply))
        return
    ahead = 1.0 - forecast.distribution.cdf(0.0)
    behind = forecast.distribution.cdf(-1.0)
    click.echo(f"halftime, home minus away: {forecast.point:+g}")
    click.echo(f"{1.0 - alpha:.0%} interval:            {lower:+g} to {upper:+g}")
    click.echo(f"home leads at halftime:    {ahead:.0%}, away leads: {behind:.0%}")
    click.echo(f"model:                     {forecaster.version}")
