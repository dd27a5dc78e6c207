"""What comes in: observations of games, the plays in them, and their codec.

An `Observation` is what a source saw of one game at one time. Everything the engine says follows
from observations, so a stored sequence of them gives the same messages again, to the byte.
"""

from collections.abc import Sequence
from operator import attrgetter
from typing import Literal

import msgspec

Side = Literal["home", "away"]
Status = Literal["scheduled", "live", "break", "halftime", "final", "postponed"]
SourceName = Literal["nba", "replay", "simulated", "push"]


def other(side: Side) -> Side:
    return "away" if side == "home" else "home"


LARGEST_MARGIN = 200.0
"""Points, and what a margin is below; no game of the league ended with half of it."""


class Play(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One row of play-by-play, normalised from any feed.

    `order` sorts the plays of a game, `play_id` names one across its edits (the feed's
    `orderNumber` and `actionNumber`). `remaining_tenths` is the period clock in tenths of a
    second. Scores are those after the play. `at_ms` is the wall time of the play itself.
    """

    order: int
    play_id: int
    period: int
    remaining_tenths: int
    action: str
    """`2pt 3pt freethrow rebound turnover foul steal block substitution timeout jumpball violation
    ejection period game`, or `score` for a game of which only the score is known."""
    sub_type: str = ""
    side: Side | None = None
    person_id: int | None = None
    player: str | None = None
    made: bool | None = None
    score_home: int = 0
    score_away: int = 0
    assist_id: int | None = None
    possession: Side | None = None
    """Whose ball it was during the play, as the feed says; None where it does not."""
    qualifiers: tuple[str, ...] = ()
    description: str = ""
    at_ms: int | None = None
    descriptor: str = ""
    """The feed's finer kind: `technical` and `flagrant` free throws, `double` fouls, `shooting` ..."""


class RosterEntry(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One player of a box score, as far as the game state needs it."""

    person_id: int
    name: str
    side: Side
    starter: bool
    active: bool = True
    position: str | None = None
    jersey: str | None = None


class Observation(msgspec.Struct, frozen=True, array_like=True, tag=True, kw_only=True):
    """What a source saw of one game at one time; `received_ms` is when, since the Unix epoch."""

    game_id: str
    received_ms: int
    source: SourceName


class ScoreLine(Observation, frozen=True, array_like=True, tag="score_line", kw_only=True):
    """A line of a scoreboard or a push scraper's score; None is 'not said'.

    `observed_ms` is the time that the source itself gives for what it saw, where it gives one.
    """

    home_team: str | None = None
    away_team: str | None = None
    home_name: str | None = None
    away_name: str | None = None
    status: Status | None = None
    start_ms: int | None = None
    period: int | None = None
    remaining_tenths: int | None = None
    score_home: int | None = None
    score_away: int | None = None
    timeouts_home: int | None = None
    timeouts_away: int | None = None
    bonus_home: bool | None = None
    bonus_away: bool | None = None
    observed_ms: int | None = None


class PlayByPlay(Observation, frozen=True, array_like=True, tag="play_by_play", kw_only=True):
    """The whole play-by-play of the game as it stands now, in `order`."""

    plays: tuple[Play, ...]


class PlayChanges(Observation, frozen=True, array_like=True, tag="play_changes", kw_only=True):
    """A `PlayByPlay` as the difference to the one before: how it is kept and sent onward."""

    removed: tuple[int, ...] = ()
    """`play_id`s that are gone."""
    upserted: tuple[Play, ...] = ()
    """Plays that are new or different."""


class BoxScore(Observation, frozen=True, array_like=True, tag="box_score", kw_only=True):
    """Who plays: both rosters with their starters."""

    players: tuple[RosterEntry, ...]
    home_team: str | None = None
    away_team: str | None = None
    home_name: str | None = None
    away_name: str | None = None


class PlayerPrior(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What earlier games say of one player. `side` is None for somebody who plays for neither team.

    `game_score` is Game Score per 36 minutes and `impact` points per 48 minutes, both above the league's
    average; `minutes` are his usual ones in a game that he plays, `tonight` those expected before anybody
    has been seen.
    """

    person_id: int
    side: Side | None
    game_score: float
    impact: float
    minutes: float
    tonight: float


class Context(Observation, frozen=True, array_like=True, tag="context", kw_only=True):
    """What a forecast needs beyond the plays (ratings, rest, market prior, adaptive level), by name."""

    values: dict[str, float]
    players: tuple[PlayerPrior, ...] = ()
    """Everybody of whom something is known; empty leaves what was said before."""


class ExternalForecast(Observation, frozen=True, array_like=True, tag="external_forecast", kw_only=True):
    """A forecast of somebody else's model, home minus away, in points."""

    model: str
    horizon: Literal["halftime", "final"]
    point_forecast: float
    interval_lower: float | None = None
    interval_upper: float | None = None
    coverage: float | None = None


AnyObservation = ScoreLine | PlayByPlay | PlayChanges | BoxScore | Context | ExternalForecast

_encoder = msgspec.msgpack.Encoder()
_decoder: msgspec.msgpack.Decoder[AnyObservation] = msgspec.msgpack.Decoder(AnyObservation)


def encode_observation(observation: AnyObservation) -> bytes:
    """MessagePack, positional: about 120 bytes a play."""
    return _encoder.encode(observation)


def decode_observation(data: bytes) -> AnyObservation:
    """The inverse of `encode_observation`; raises `msgspec.DecodeError` on anything else."""
    return _decoder.decode(data)


def apply_changes(before: Sequence[Play], changes: PlayChanges) -> PlayByPlay:
    """The whole play-by-play again, out of the one before and what changed."""
    return PlayByPlay(
        game_id=changes.game_id,
        received_ms=changes.received_ms,
        source=changes.source,
        plays=_appended(before, changes) or _merged(before, changes),
    )


def _appended(before: Sequence[Play], changes: PlayChanges) -> tuple[Play, ...]:
    """Where new plays follow those before, as they mostly do; empty where something else changed."""
    new = changes.upserted
    orders = [play.order for play in new]
    follows = not before or (orders and before[-1].order < orders[0])
    if changes.removed or not follows or orders != sorted(orders):
        return ()
    ids = {play.play_id for play in new}
    if len(ids) < len(new) or not ids.isdisjoint(map(_play_id, before)):
        return ()
    return (*before, *new)


def _merged(before: Sequence[Play], changes: PlayChanges) -> tuple[Play, ...]:
    plays = {play.play_id: play for play in before}
    for play_id in changes.removed:
        plays.pop(play_id, None)
    for play in changes.upserted:
        plays[play.play_id] = play
    return tuple(sorted(plays.values(), key=_order))


_play_id = attrgetter("play_id")
_order = attrgetter("order")
