"""A recorded game, and the same game moved to another time."""

import msgspec

from courtside.clock import parse_utc
from courtside.errors import BadFeed
from courtside.events import RosterEntry
from courtside.feed.action import Action, ActionMaker, Fields
from courtside.feed.stamps import shift_time
from courtside.formats.nba_live import SIMULATED_REQUEST
from courtside.formats.recordings import Recordings

SLOT = 32
"""Actions that are encoded and compressed together."""


class Team(msgspec.Struct, frozen=True, rename="camel"):
    """One team of the final box score."""

    team_id: int
    team_name: str
    team_city: str
    team_tricode: str
    players: list[dict[str, object]]


class _Time(msgspec.Struct, rename="camel"):
    time_actual: str


class _Actions(msgspec.Struct):
    actions: list[dict[str, object]]


class _Meta(msgspec.Struct):
    request: str


class _PlayByPlay(msgspec.Struct):
    game: _Actions
    meta: _Meta


class _Teams(msgspec.Struct, rename="camel"):
    home_team: Team
    away_team: Team
    game_status: int
    game_code: str = ""


class _BoxTeams(msgspec.Struct):
    game: _Teams
    meta: _Meta


class _BoxFields(msgspec.Struct):
    game: dict[str, object]


class RecordedGame(msgspec.Struct, frozen=True):
    """The final files of one game."""

    game_id: str
    rows: list[dict[str, object]]
    """Actions, as recorded."""
    box: dict[str, object]
    """`game` of the final box score, as recorded."""
    play_by_play_request: str
    """`meta.request`, which says where a file comes from: a simulated game's keeps saying so."""
    box_score_request: str
    home: Team
    away: Team
    roster: tuple[RosterEntry, ...]
    game_code: str
    scheduled_ms: int
    tip_ms: int
    """`timeActual` of the earliest action."""
    over: bool
    """The recording goes to the end of the game."""

    @property
    def simulated(self) -> bool:
        return self.box_score_request.startswith(SIMULATED_REQUEST)


def read_game(recordings: Recordings, game_id: str) -> RecordedGame:
    """Raises `BadFeed` where the final files cannot be played."""
    known = recordings.game(game_id)
    box_score = recordings.box_score(game_id)
    try:
        play_by_play = msgspec.json.decode(recordings.play_by_play(game_id), type=_PlayByPlay)
        rows = play_by_play.game.actions
        box = msgspec.json.decode(box_score, type=_BoxTeams)
        teams = box.game
        fields = msgspec.json.decode(box_score, type=_BoxFields).game
        times = [parse_utc(msgspec.convert(row, _Time).time_actual) for row in rows]
    except msgspec.ValidationError as error:
        raise BadFeed("missing_field", f"recording of {game_id}: {error}; record it again") from error
    if not times:
        raise BadFeed("no_actions", f"recording of {game_id}: no actions, so there is nothing to play")
    return RecordedGame(
        game_id=game_id,
        rows=rows,
        box=fields,
        play_by_play_request=play_by_play.meta.request,
        box_score_request=box.meta.request,
        home=teams.home_team,
        away=teams.away_team,
        roster=known.box.observation.players,
        game_code=teams.game_code,
        scheduled_ms=known.start_ms,
        tip_ms=min(times),
        over=teams.game_status == 3,
    )


def shifted_actions(game: RecordedGame, shift_ms: int, maker: ActionMaker) -> list[Action]:
    """The actions as if the game were played `shift_ms` later (whole seconds)."""
    rows = [_shifted(row, ("timeActual", "edited"), shift_ms) for row in game.rows]
    return maker.make(rows, [place // SLOT for place in range(len(rows))])


def shifted_box(game: RecordedGame, shift_ms: int) -> dict[str, object]:
    """The final box score's `game` as if it were played `shift_ms` later."""
    names = ("gameTimeUTC", "gameTimeLocal", "gameTimeHome", "gameTimeAway", "gameEt")
    return _shifted(game.box, names, shift_ms)


def _shifted(fields: Fields, names: tuple[str, ...], shift_ms: int) -> dict[str, object]:
    moved = dict(fields)
    if shift_ms:
        for name in names:
            text = moved.get(name)
            if isinstance(text, str) and text:
                moved[name] = shift_time(text, shift_ms)
    return moved
