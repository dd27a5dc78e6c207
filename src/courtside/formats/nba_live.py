"""The NBA's live JSON files, parsed: bytes in, observations out, `BadFeed` for anything else.

Facts about the files are in docs/live-feed.md; what is not needed of them is never decoded.
"""

from collections.abc import Sequence
from functools import lru_cache
from sys import intern
from typing import Annotated, Literal, TypeVar

import msgspec

from courtside.clock import parse_clock, parse_utc
from courtside.errors import BadClock, BadFeed
from courtside.events import BoxScore, Play, PlayByPlay, RosterEntry, ScoreLine, Side, SourceName, Status
from courtside.formats.stamp import Stamp, read_stamp

# The feed quotes some numbers ("scoreHome": "12", "starter": "1"), hence the lax decoders below;
# the bounds keep out what no later format could carry.
Id = Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]
Points = Annotated[int, msgspec.Meta(ge=0, le=999)]
Period = Annotated[int, msgspec.Meta(ge=1, le=30)]
PeriodOrNone = Annotated[int, msgspec.Meta(ge=0, le=30)]
Timeouts = Annotated[int, msgspec.Meta(ge=0, le=99)]
Name = Annotated[str, msgspec.Meta(min_length=1)]
GameCode = Literal[1, 2, 3]

STATUS_OF_CODE: dict[int, Status] = {1: "scheduled", 2: "live", 3: "final"}
POSTPONED_TEXT = "PPD"


class ParsedPlayByPlay(msgspec.Struct, frozen=True):
    game_id: str
    stamp: Stamp
    observation: PlayByPlay


class ParsedBoxScore(msgspec.Struct, frozen=True):
    game_id: str
    stamp: Stamp
    observation: BoxScore
    line: ScoreLine
    home_team_id: int
    away_team_id: int


class ScoreboardGame(msgspec.Struct, frozen=True):
    line: ScoreLine
    home_team_id: int
    away_team_id: int
    game_status: GameCode
    period: int
    """0 before the tip."""


class ParsedScoreboard(msgspec.Struct, frozen=True):
    stamp: Stamp
    game_date: str
    games: list[ScoreboardGame]


class _Meta(msgspec.Struct):
    time: str | None = None


class _Action(msgspec.Struct, rename="camel"):
    action_number: Id
    order_number: Id
    period: Period
    clock: str
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
    time_actual: str | None = None


class _PlayByPlayGame(msgspec.Struct, rename="camel"):
    game_id: Name
    actions: list[_Action]


class _PlayByPlayFile(msgspec.Struct):
    meta: _Meta | None = None
    game: _PlayByPlayGame | None = None


class _Team(msgspec.Struct, rename="camel"):
    team_id: Id
    score: Points
    team_tricode: str | None = None
    team_city: str | None = None
    team_name: str | None = None
    timeouts_remaining: Timeouts | None = None
    in_bonus: bool | None = None


class _Player(msgspec.Struct, rename="camel"):
    person_id: Id
    name_i: Name
    starter: bool
    status: str
    position: str | None = None
    jersey_num: str | None = None


class _BoxTeam(_Team, rename="camel", kw_only=True):
    players: list[_Player]


class _ScoreboardGame(msgspec.Struct, rename="camel"):
    game_id: Name
    game_status: GameCode
    period: PeriodOrNone
    home_team: _Team
    away_team: _Team
    game_status_text: str = ""
    game_clock: str = ""
    game_time_utc: str | None = msgspec.field(default=None, name="gameTimeUTC")


class _BoxGame(msgspec.Struct, rename="camel"):
    game_id: Name
    game_status: GameCode
    period: PeriodOrNone
    home_team: _BoxTeam
    away_team: _BoxTeam
    game_status_text: str = ""
    game_clock: str = ""
    game_time_utc: str | None = msgspec.field(default=None, name="gameTimeUTC")


class _BoxFile(msgspec.Struct):
    meta: _Meta | None = None
    game: _BoxGame | None = None


class _Scoreboard(msgspec.Struct, rename="camel"):
    game_date: str
    games: list[_ScoreboardGame]


class _ScoreboardFile(msgspec.Struct):
    meta: _Meta | None = None
    scoreboard: _Scoreboard | None = None


_play_by_play_decoder = msgspec.json.Decoder(_PlayByPlayFile, strict=False)
_box_score_decoder = msgspec.json.Decoder(_BoxFile, strict=False)
_scoreboard_decoder = msgspec.json.Decoder(_ScoreboardFile, strict=False)

# A live game is parsed again with every poll, so the same few thousand texts come back each time.
_clock_tenths = lru_cache(maxsize=16_384)(parse_clock)
_utc_ms = lru_cache(maxsize=32_768)(parse_utc)

T = TypeVar("T")


def parse_play_by_play(
    body: bytes,
    *,
    home_team_id: int,
    away_team_id: int,
    received_ms: int,
    source: SourceName,
    previous: tuple[Play, ...] = (),
) -> ParsedPlayByPlay:
    """One `playbyplay_<game id>.json`; raises `BadFeed`.

    Plays come in `order`; of several with one `play_id` the last in the file holds. A play that
    equals one of `previous` in all but `at_ms` is that same object, so that callers may compare by
    identity; where all are, so is the tuple.
    """
    file = _decode(_play_by_play_decoder, body, "play-by-play")
    game = _present(file.game, "play-by-play", "game")
    sides: dict[int | None, Side | None] = {None: None, 0: None, home_team_id: "home", away_team_id: "away"}
    known = {play.play_id: play for play in previous}
    plays: dict[int, Play] = {}
    for action in game.actions:
        play = _play(action, game.game_id, sides)
        plays[play.play_id] = _reuse(play, known.get(play.play_id))
    ordered = tuple(sorted(plays.values(), key=_by_order))
    if len(ordered) == len(previous) and all(map(_identical, ordered, previous)):
        ordered = previous
    return ParsedPlayByPlay(
        game_id=game.game_id,
        stamp=_stamp(file.meta, "play-by-play"),
        observation=PlayByPlay(game_id=game.game_id, received_ms=received_ms, source=source, plays=ordered),
    )


def parse_box_score(body: bytes, *, received_ms: int, source: SourceName) -> ParsedBoxScore:
    """One `boxscore_<game id>.json`: the rosters, and the score as it stands; raises `BadFeed`."""
    file = _decode(_box_score_decoder, body, "box score")
    game = _present(file.game, "box score", "game")
    stamp = _stamp(file.meta, "box score")
    home, away = game.home_team, game.away_team
    return ParsedBoxScore(
        game_id=game.game_id,
        stamp=stamp,
        observation=BoxScore(
            game_id=game.game_id,
            received_ms=received_ms,
            source=source,
            players=(*_roster(home.players, "home"), *_roster(away.players, "away")),
            home_team=home.team_tricode or None,
            away_team=away.team_tricode or None,
            home_name=_full_name(home),
            away_name=_full_name(away),
        ),
        line=_score_line(game, stamp, received_ms, source, "box score"),
        home_team_id=home.team_id,
        away_team_id=away.team_id,
    )


def parse_scoreboard(
    body: bytes, *, received_ms: int, source: SourceName, http_date_ms: int | None = None
) -> ParsedScoreboard:
    """`todaysScoreboard_00.json`, games in the file's order; raises `BadFeed`.

    `http_date_ms` is the response's `Last-Modified`, or else its `Date`: it tells morning from
    evening in the file's 12-hour stamp.
    """
    file = _decode(_scoreboard_decoder, body, "scoreboard")
    scoreboard = _present(file.scoreboard, "scoreboard", "scoreboard")
    begun = [
        _start_ms(game, "scoreboard") or 0
        for game in scoreboard.games
        if STATUS_OF_CODE[game.game_status] != "scheduled"
    ]
    stamp = _stamp(
        file.meta,
        "scoreboard",
        twelve_hour=True,
        not_before_ms=max(begun, default=None),
        not_after_ms=http_date_ms,
    )
    return ParsedScoreboard(
        stamp=stamp,
        game_date=scoreboard.game_date,
        games=[
            ScoreboardGame(
                line=_score_line(game, stamp, received_ms, source, "scoreboard"),
                home_team_id=game.home_team.team_id,
                away_team_id=game.away_team.team_id,
                game_status=game.game_status,
                period=game.period,
            )
            for game in scoreboard.games
        ],
    )


def _decode(decoder: msgspec.json.Decoder[T], body: bytes, what: str) -> T:
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


def _present(part: T | None, what: str, name: str) -> T:
    if part is None:
        raise BadFeed(
            "error_envelope",
            f"{what}: JSON without `{name}`, an error message instead of the file; ask again",
        )
    return part


def _stamp(
    meta: _Meta | None,
    what: str,
    *,
    twelve_hour: bool = False,
    not_before_ms: int | None = None,
    not_after_ms: int | None = None,
) -> Stamp:
    if meta is None or meta.time is None:
        raise BadFeed(
            "missing_field", f"{what}: no `meta.time`, so its age is unknown; the response is dropped"
        )
    try:
        return read_stamp(
            meta.time, twelve_hour=twelve_hour, not_before_ms=not_before_ms, not_after_ms=not_after_ms
        )
    except BadClock as error:
        raise BadFeed("bad_stamp", f"{what}: meta.{error}") from error


def _start_ms(game: _ScoreboardGame | _BoxGame, what: str) -> int | None:
    try:
        return _utc_ms(game.game_time_utc) if game.game_time_utc else None
    except BadClock as error:
        raise BadFeed("bad_clock", f"{what}, game {game.game_id}: {error}") from error


def _play(action: _Action, game_id: str, sides: dict[int | None, Side | None]) -> Play:
    try:
        return Play(
            action.order_number,
            action.action_number,
            action.period,
            _clock_tenths(action.clock, action.period),
            intern(action.action_type),
            intern(action.sub_type),
            sides[action.team_id],
            action.person_id or None,
            action.player_name_i or None,
            _made(action.shot_result),
            action.score_home,
            action.score_away,
            action.assist_person_id or None,
            sides[action.possession],
            action.qualifiers,
            action.description,
            _utc_ms(action.time_actual) if action.time_actual else None,
            action.descriptor,
        )
    except BadClock as error:
        where = f"play-by-play of {game_id}, action {action.action_number}"
        raise BadFeed("bad_clock", f"{where}: {error}") from error
    except KeyError as error:
        where = f"play-by-play of {game_id}, action {action.action_number}"
        raise BadFeed("unknown_team", f"{where}: team {error} is not one of the game's two") from error


def _made(shot_result: str | None) -> bool | None:
    if shot_result == "Made":
        return True
    return False if shot_result == "Missed" else None


def _by_order(play: Play) -> tuple[int, int]:
    return play.order, play.play_id


def _identical(one: Play, other: Play) -> bool:
    return one is other


def _reuse(play: Play, earlier: Play | None) -> Play:
    if earlier is None:
        return play
    if play == earlier:
        return earlier
    if play.at_ms != earlier.at_ms and msgspec.structs.replace(play, at_ms=earlier.at_ms) == earlier:
        return earlier
    return play


def _full_name(team: _Team) -> str | None:
    return " ".join(filter(None, (team.team_city, team.team_name))) or None


def _roster(players: Sequence[_Player], side: Side) -> list[RosterEntry]:
    return [
        RosterEntry(
            person_id=player.person_id,
            name=player.name_i,
            side=side,
            starter=player.starter,
            active=player.status == "ACTIVE",
            position=player.position or None,
            jersey=player.jersey_num or None,
        )
        for player in players
    ]


def _score_line(
    game: _ScoreboardGame | _BoxGame, stamp: Stamp, received_ms: int, source: SourceName, what: str
) -> ScoreLine:
    home, away = game.home_team, game.away_team
    # The text is for people; that a game is postponed is said nowhere else.
    postponed = game.game_status == 1 and game.game_status_text.strip() == POSTPONED_TEXT
    clock = game.game_clock.strip()
    try:
        return ScoreLine(
            game_id=game.game_id,
            received_ms=received_ms,
            source=source,
            home_team=home.team_tricode or None,
            away_team=away.team_tricode or None,
            home_name=_full_name(home),
            away_name=_full_name(away),
            status="postponed" if postponed else STATUS_OF_CODE[game.game_status],
            start_ms=_start_ms(game, what),
            period=game.period or None,
            remaining_tenths=_clock_tenths(clock, game.period or None) if clock else None,
            score_home=home.score,
            score_away=away.score,
            timeouts_home=home.timeouts_remaining,
            timeouts_away=away.timeouts_remaining,
            bonus_home=home.in_bonus,
            bonus_away=away.in_bonus,
            observed_ms=stamp.utc_ms,
        )
    except BadClock as error:
        raise BadFeed("bad_clock", f"{what}, game {game.game_id}: {error}") from error
