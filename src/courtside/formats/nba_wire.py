"""The live files as they lie on the wire: the fields that are needed, and nothing else.

Bodies become these structs or a `BadFeed`; what the fields mean is in `nba_live`.
"""

from typing import Annotated, Literal, TypeVar

import msgspec

from courtside.errors import BadFeed

# The feed quotes some numbers ("scoreHome": "12", "starter": "1"), hence the lax decoders below;
# the bounds keep out what no message or later format could carry.
Id = Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]
Points = Annotated[int, msgspec.Meta(ge=0, le=999)]
Period = Annotated[int, msgspec.Meta(ge=1, le=30)]
PeriodOrNone = Annotated[int, msgspec.Meta(ge=0, le=30)]
Timeouts = Annotated[int, msgspec.Meta(ge=0, le=99)]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
Time = Annotated[str, msgspec.Meta(max_length=100)]
GameCode = Literal[1, 2, 3]

T = TypeVar("T")


class Meta(msgspec.Struct):
    time: Time | None = None
    request: str | None = None


class Action(msgspec.Struct, rename="camel"):
    action_number: Id
    order_number: Id
    period: Period
    clock: Time
    action_type: Name
    score_home: Points
    score_away: Points
    sub_type: str = ""
    team_id: Id | None = None
    person_id: Id | None = None
    player_name_i: str | None = None
    shot_result: str | None = None
    assist_person_id: Id | None = None
    possession: Id | None = None
    qualifiers: tuple[str, ...] = ()
    descriptor: str = ""
    description: str = ""
    time_actual: Time | None = None


class PlayByPlayGame(msgspec.Struct, rename="camel"):
    game_id: Name
    actions: list[Action]


class PlayByPlayFile(msgspec.Struct):
    meta: Meta | None = None
    game: PlayByPlayGame | None = None


class Team(msgspec.Struct, rename="camel"):
    team_id: Id
    score: Points
    team_tricode: str | None = None
    team_city: str | None = None
    team_name: str | None = None
    timeouts_remaining: Timeouts | None = None
    in_bonus: bool | None = None


class Player(msgspec.Struct, rename="camel"):
    person_id: Id
    name_i: Name
    starter: bool
    status: str
    position: str | None = None
    jersey_num: str | None = None


class BoxTeam(Team, rename="camel", kw_only=True):
    players: list[Player]


class Game(msgspec.Struct, rename="camel", kw_only=True):
    game_id: Name
    game_status: GameCode
    period: PeriodOrNone
    home_team: Team
    away_team: Team
    game_status_text: str = ""
    game_clock: Time = ""
    game_time_utc: Time | None = msgspec.field(default=None, name="gameTimeUTC")


class BoxGame(Game, rename="camel", kw_only=True):
    home_team: BoxTeam
    away_team: BoxTeam


class BoxScoreFile(msgspec.Struct):
    meta: Meta | None = None
    game: BoxGame | None = None


class Scoreboard(msgspec.Struct, rename="camel"):
    game_date: str
    games: list[Game]


class ScoreboardFile(msgspec.Struct):
    meta: Meta | None = None
    scoreboard: Scoreboard | None = None


PLAY_BY_PLAY = msgspec.json.Decoder(PlayByPlayFile, strict=False)
BOX_SCORE = msgspec.json.Decoder(BoxScoreFile, strict=False)
SCOREBOARD = msgspec.json.Decoder(ScoreboardFile, strict=False)


def decode(decoder: msgspec.json.Decoder[T], body: bytes, what: str) -> T:
    """The file's struct, or `BadFeed` with the kind of fault; `what` names the file in the message."""
    if not body or body.isspace():
        raise BadFeed("empty_body", f"{what}: the body is empty; ask again")
    if body.lstrip()[:1] == b"<":
        if b"AccessDenied" in body[:1000]:
            raise BadFeed("access_denied", f"{what}: XML 'AccessDenied'; the file does not exist (yet)")
        raise BadFeed("html", f"{what}: HTML instead of JSON; something between us and the feed answered")
    try:
        return decoder.decode(body)
    except msgspec.ValidationError as error:
        text = str(error)
        kind = "missing_field" if "missing required field" in text else "bad_value"
        raise BadFeed(kind, f"{what}: {text}; the response is dropped") from error
    except msgspec.DecodeError as error:
        if "truncated" in str(error):
            raise BadFeed(
                "truncated", f"{what}: the body ends after {len(body)} bytes, inside the JSON; ask again"
            ) from error
        raise BadFeed("not_json", f"{what}: not JSON ({error}); the response is dropped") from error
    except (UnicodeDecodeError, RecursionError) as error:
        raise BadFeed("not_json", f"{what}: not JSON ({error}); the response is dropped") from error


def present(part: T | None, what: str, name: str) -> T:
    """The top-level part that only a real file has."""
    if part is None:
        raise BadFeed(
            "error_envelope",
            f"{what}: JSON without `{name}`, an error message instead of the file; ask again",
        )
    return part
