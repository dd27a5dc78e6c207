"""The NBA's live JSON files, parsed: bytes in, observations out, `BadFeed` for anything else.

What is not needed of a file is never decoded, and a file is used whole or not at all.
"""

from collections.abc import Sequence
from functools import lru_cache
from sys import intern

import msgspec

from courtside.clock import parse_clock, parse_utc
from courtside.errors import BadClock, BadFeed
from courtside.events import BoxScore, Play, PlayByPlay, RosterEntry, ScoreLine, Side, SourceName, Status
from courtside.formats import nba_wire
from courtside.formats.stamp import Stamp, read_stamp

STATUS_OF_CODE: dict[int, Status] = {1: "scheduled", 2: "live", 3: "final"}
POSTPONED_TEXT = "PPD"
SIMULATED_REQUEST = "courtside simulator"
"""How `meta.request` begins in the simulator's files: what they say is labelled so, whoever serves them."""


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
    game_status: nba_wire.GameCode
    period: int
    """0 before the tip."""


class ParsedScoreboard(msgspec.Struct, frozen=True):
    stamp: Stamp
    game_date: str
    games: list[ScoreboardGame]


# A live game is parsed again with every poll, so the same few thousand texts come back each time.
_clock_tenths = lru_cache(maxsize=16_384)(parse_clock)
_utc_ms = lru_cache(maxsize=32_768)(parse_utc)


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
    file = nba_wire.decode(nba_wire.PLAY_BY_PLAY, body, "play-by-play")
    game = nba_wire.present(file.game, "play-by-play", "game")
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
        observation=PlayByPlay(
            game_id=game.game_id,
            received_ms=received_ms,
            source=_true_source(file.meta, source),
            plays=ordered,
        ),
    )


def parse_box_score(body: bytes, *, received_ms: int, source: SourceName) -> ParsedBoxScore:
    """One `boxscore_<game id>.json`: the rosters, and the score as it stands; raises `BadFeed`."""
    file = nba_wire.decode(nba_wire.BOX_SCORE, body, "box score")
    game = nba_wire.present(file.game, "box score", "game")
    stamp = _stamp(file.meta, "box score")
    source = _true_source(file.meta, source)
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
    file = nba_wire.decode(nba_wire.SCOREBOARD, body, "scoreboard")
    scoreboard = nba_wire.present(file.scoreboard, "scoreboard", "scoreboard")
    source = _true_source(file.meta, source)
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


def _stamp(
    meta: nba_wire.Meta | None,
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


def _true_source(meta: nba_wire.Meta | None, source: SourceName) -> SourceName:
    simulated = meta is not None and (meta.request or "").startswith(SIMULATED_REQUEST)
    return "simulated" if simulated else source


def _start_ms(game: nba_wire.Game, what: str) -> int | None:
    try:
        return _utc_ms(game.game_time_utc) if game.game_time_utc else None
    except BadClock as error:
        raise BadFeed("bad_clock", f"{what}, game {game.game_id}: {error}") from error


def _play(action: nba_wire.Action, game_id: str, sides: dict[int | None, Side | None]) -> Play:
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


def _full_name(team: nba_wire.Team) -> str | None:
    return " ".join(filter(None, (team.team_city, team.team_name))) or None


def _roster(players: Sequence[nba_wire.Player], side: Side) -> list[RosterEntry]:
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
    game: nba_wire.Game,
    stamp: Stamp,
    received_ms: int,
    source: SourceName,
    what: str,
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
