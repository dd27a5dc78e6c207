"""Games and messages in words, as a line of a terminal has room for them."""

from courtside.messages import (
    Alert,
    Correction,
    ExternalPrediction,
    GameSnapshot,
    GameStatus,
    LeadChange,
    Message,
    MlPrediction,
    PlayData,
    Result,
    ScoringRun,
    Tie,
)

STATUS_WORDS = {
    "scheduled": "scheduled",
    "break": "end of the period",
    "halftime": "halftime",
    "final": "final",
    "postponed": "postponed",
}


def home_of(game: GameSnapshot) -> str:
    return game.home_team or "home"


def away_of(game: GameSnapshot) -> str:
    return game.away_team or "away"


def margin_words(margin: float, game: GameSnapshot) -> str:
    """Home minus away as `BOS by 5`; halves are kept."""
    if margin == 0:
        return "even"
    return f"{home_of(game) if margin > 0 else away_of(game)} by {abs(margin):g}"


def chance_words(home: float, game: GameSnapshot) -> str:
    """Who wins more probably than not, as `BOS 83%`; what is not over is never 100%."""
    team, chance = (home_of(game), home) if home >= 0.5 else (away_of(game), 1.0 - home)
    return f"{team} {chance:.0%}" if chance <= 0.99 or chance == 1.0 else f"{team} >99%"


def interval_words(lower: float, upper: float, game: GameSnapshot) -> str:
    """Two margins, home minus away, as `NYK 8 to BOS 17`."""
    ends = ("even" if end == 0 else margin_words(end, game).replace(" by", "") for end in (lower, upper))
    return " to ".join(ends)


def period_words(period: int | None) -> str:
    if period is None:
        return ""
    return f"Q{period}" if period <= 4 else "OT" if period == 5 else f"{period - 4}OT"


def clock_words(game: GameSnapshot) -> str:
    """Where the game stands in time: `Q2 06:00`, `Half`, `Final/OT`, `19:30` for a tip-off (UTC)."""
    match game.status:
        case "scheduled":
            return f"{game.start_time[11:16]} UTC" if game.start_time else "not yet"
        case "halftime":
            return "Half"
        case "break":
            return f"End {period_words(game.period)}"
        case "final":
            overtime = game.period is not None and game.period > 4
            return f"Final/{period_words(game.period)}" if overtime else "Final"
        case "postponed":
            return "Postponed"
        case _:
            return f"{period_words(game.period)} {game.game_clock or ''}".strip()


def score_words(game: GameSnapshot) -> str:
    """`NYK 40, BOS 44`: the visitors first."""
    if game.score_home is None or game.score_away is None:
        return f"{away_of(game)} at {home_of(game)}"
    return f"{away_of(game)} {game.score_away}, {home_of(game)} {game.score_home}"


def where_words(message: Message, game: GameSnapshot) -> str:
    """Clock and score of a message: its own where it has them, which is ahead of the game's."""
    data = message.data
    match data:
        case PlayData() | LeadChange() | Tie():
            clock = f"{period_words(data.period)} {data.game_clock}"
            score = f"{away_of(game)} {data.score_away}, {home_of(game)} {data.score_home}"
        case ScoringRun():
            clock = f"{period_words(data.period)} {data.game_clock}"
            score = score_words(game)
        case _:
            clock, score = clock_words(game), score_words(game)
    return f"{clock:<10} {score:<16}"


def event_words(message: Message, game: GameSnapshot) -> str | None:
    """What happened, in words; None for messages that only say how things stand."""
    data = message.data
    match data:
        case GameStatus():
            return _status_words(data)
        case LeadChange():
            return f"{data.team or data.side} takes the lead (change {data.lead_changes})"
        case Tie():
            return f"tied at {data.score_home}"
        case ScoringRun():
            return _run_words(data)
        case Alert():
            return data.text
        case MlPrediction():
            return _forecast_words(data, game)
        case ExternalPrediction():
            return f"{data.model} forecasts {margin_words(data.point_forecast, game)} at {data.horizon}"
        case Result(actual=int(actual), point_forecast=float(point), absolute_error=float(error)):
            inside = {True: ", inside the interval", False: ", outside the interval", None: ""}
            return (
                f"{data.horizon} is {margin_words(actual, game)}; forecast was "
                f"{margin_words(point, game)}, off by {error:g}"
                f"{inside[data.inside_interval]}"
            )
        case Correction():
            return _correction_words(data)
        case _:
            return None


def scoring_play_words(message: Message) -> str | None:
    """A play that brought points, as the feed describes it."""
    data = message.data
    if not isinstance(data, PlayData) or data.points == 0:
        return None
    return data.description or f"{data.team or data.side or 'somebody'} scores {data.points}"


def _status_words(status: GameStatus) -> str:
    if status.status != "live":
        return STATUS_WORDS[status.status]
    if status.reopened:
        return "reopened: not over after all"
    return "tip-off" if status.previous in (None, "scheduled") else "play goes on"


def _run_words(run: ScoringRun) -> str:
    team = run.team or run.side
    if run.phase == "ended":
        return f"the {run.points}-0 run of {team} is over"
    return f"{team} on a {run.points}-0 run"


def _forecast_words(forecast: MlPrediction, game: GameSnapshot) -> str:
    revised = "revised " if forecast.revises is not None else ""
    return (
        f"{revised}forecast for {forecast.horizon}: {margin_words(forecast.point_forecast, game)}, "
        f"{forecast.coverage:.0%} {interval_words(forecast.interval_lower, forecast.interval_upper, game)}"
    )


def _correction_words(correction: Correction) -> str:
    counts = [
        f"{len(plays)} {word}"
        for plays, word in (
            (correction.revised, "revised"),
            (correction.inserted, "inserted"),
            (correction.retracted, "retracted"),
        )
        if plays
    ]
    before, after = correction.score_before, correction.score_after
    said = ", ".join(counts) or correction.reason.replace("_", " ")
    if before == after:
        return f"correction: {said}"
    return f"correction: {said}; {before.away}-{before.home} is now {after.away}-{after.home}"
