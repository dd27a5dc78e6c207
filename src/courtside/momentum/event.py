"""The message of the topic `nba_momentum`: something that changed what is known of a game's score.

The struct is the schema: `docs/schemas/` holds what follows from it. Fields may be added with a default;
nothing is renamed or taken away under one `schema_version`.
"""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from courtside.errors import BadInput
from courtside.events import Side, SourceName, Status

TOPIC = "nba_momentum"
SCHEMA_VERSION = 1

Kind = Literal["basket", "corrected", "retracted", "score", "status"]


class Worth(msgspec.Struct, frozen=True, gc=False):
    """Whose points an entry was said to be, before this event."""

    side: Side | None
    team: str | None
    player_id: int | None
    player: str | None
    points_home: int
    points_away: int


class UnansweredRun(msgspec.Struct, frozen=True, gc=False):
    """Points of one team since the other one scored."""

    side: Side
    team: str | None
    points: int
    since_seconds: Annotated[
        float | None, Meta(description="Game time of its first basket; null where that was not seen")
    ]


class BiggestRun(msgspec.Struct, frozen=True, gc=False):
    """The most unanswered points of the game so far; the earlier one where two are equal."""

    side: Side
    team: str | None
    points: int


class Standing(msgspec.Struct, frozen=True, gc=False):
    """How the whole game stands, with everything that is known when the event is told."""

    score_home: int
    score_away: int
    lead_changes: int
    ties: Annotated[int, Meta(description="Arrivals at an equal score; 0-0 does not count")]
    biggest_lead_home: int
    biggest_lead_away: int
    biggest_run: BiggestRun | None
    current_run: UnansweredRun | None


class ScoringEvent(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One message of the topic."""

    schema_version: Annotated[int, Meta(description="1; another number is another schema")] = SCHEMA_VERSION
    event_id: Annotated[
        str,
        Meta(description="`game_id/epoch/entry/revision`: the same event, told again, has the same id"),
    ]
    kind: Annotated[
        Kind,
        Meta(
            description="`basket` a scoring play; `corrected` the entry is now this; `retracted` it never "
            "happened; `score` the score is known without its play; `status` tip-off, breaks, the end"
        ),
    ]
    game_id: Annotated[str, Meta(description="Also the key of the Kafka record")]
    epoch: Annotated[
        str, Meta(description="A new one begins the game anew: forget what was known of it, and count again")
    ]
    entry: Annotated[str, Meta(description="Names a scoring play (or a score) of the game across its edits")]
    revision: Annotated[int, Meta(description="0, then one more each time that something new is said of it")]
    source: Annotated[SourceName, Meta(description="`simulated` is no real game")]
    timestamp: Annotated[str, Meta(description="When it was seen; ISO 8601, UTC")]
    home_team: str | None
    away_team: str | None
    status: Annotated[Status | None, Meta(description="Of the game, as far as it has been told")]
    play_id: Annotated[int | None, Meta(description="The feed's own number of the play; null without one")]
    order: Annotated[int, Meta(description="Sorts the entries of a game")]
    period: Annotated[int | None, Meta(description="1 to 4, then overtimes")]
    game_clock: Annotated[str | None, Meta(description="Remaining in the period, `MM:SS[.t]`")]
    elapsed_seconds: Annotated[float | None, Meta(description="Game time")]
    side: Annotated[Side | None, Meta(description="Who scored; null where both did, or nobody")]
    team: str | None
    player_id: int | None
    player: str | None
    description: str
    points_home: Annotated[int, Meta(description="What the entry is worth now; 0 once it is retracted")]
    points_away: int
    previous: Annotated[
        Worth | None,
        Meta(description="What the entry was worth before; null where it is new. New minus previous adds up"),
    ]
    score_home: Annotated[int, Meta(description="After the play, at its place in the game")]
    score_away: int
    lead: Annotated[int, Meta(description="Home minus away after it, in points")]
    lead_change: Annotated[bool, Meta(description="Another team leads after it than led last")]
    tie: Annotated[bool, Meta(description="The score is equal after it, and was not before")]
    momentum: Annotated[
        float | None,
        Meta(description="Exponentially weighted margin after it, points, home positive, half-life 120 s"),
    ]
    run: Annotated[UnansweredRun | None, Meta(description="Unanswered points after it")]
    standing: Standing

    @property
    def points(self) -> int:
        return self.points_home + self.points_away


_decoder = msgspec.json.Decoder(ScoringEvent)
_encoder = msgspec.json.Encoder()


class _Versioned(msgspec.Struct):
    schema_version: int


_version = msgspec.json.Decoder(_Versioned)


def encode(event: ScoringEvent) -> bytes:
    return _encoder.encode(event)


def decode(value: bytes) -> ScoringEvent:
    """Raises `BadInput` for another schema, or for what is no scoring event at all."""
    try:
        version = _version.decode(value).schema_version
        if version == SCHEMA_VERSION:
            return _decoder.decode(value)
    except msgspec.DecodeError as error:
        raise BadInput(
            f"a record of the topic is no scoring event ({error}); is it the right topic?"
        ) from error
    raise BadInput(
        f"a record of the topic has schema version {version}, and {SCHEMA_VERSION} is read here; "
        "install the Courtside that wrote it"
    )
