"""The games that a feed plays, each in its place in virtual time."""

from collections.abc import Callable
from datetime import date, timedelta
from random import Random

import msgspec

from courtside.errors import BadConfig, BadInput
from courtside.feed import game_faults, play_faults
from courtside.feed.action import ActionMaker
from courtside.feed.faults import chosen
from courtside.feed.game import PlayedGame, end_of
from courtside.feed.recording import RecordedGame, read_game, shifted_actions
from courtside.feed.settings import FeedSettings
from courtside.feed.stamps import board_turns_ms, eastern_day
from courtside.formats.captures import SCOREBOARD
from courtside.formats.recordings import Recordings

SECOND_MS = 1000
LEAD_AS_RECORDED_MS = 60_000


class Slate(msgspec.Struct, frozen=True):
    """All games, by tip-off; `days` is when the scoreboard turns to which day's games."""

    games: tuple[PlayedGame, ...]
    start_ms: int
    """Where virtual time starts."""
    days: tuple[tuple[int, date, tuple[PlayedGame, ...]], ...]
    skipped: dict[str, str]
    """Why a recording is not played, by game id."""
    shuffled: bool = False
    yesterday_until_ms: int = 0

    @property
    def settled_ms(self) -> int:
        """From this virtual time on every file is the true one."""
        return max(game.settled_ms for game in self.games)


def make_slate(recordings: Recordings, settings: FeedSettings, now_ms: int) -> Slate:
    """Raises `BadConfig` where no recording can be played."""
    recorded, skipped = _read(recordings, settings.games)
    if settings.as_recorded:
        start_ms = _recorded_start(recordings, recorded)
        tips = [game.tip_ms for game in recorded]
    else:
        start_ms = now_ms // SECOND_MS * SECOND_MS
        first_ms = start_ms + round(settings.lead_seconds * 1000)
        step_ms = settings.stagger_seconds * 1000
        tips = [first_ms + round(place * step_ms) for place in range(len(recorded))]
    hits = _game_hits(settings, [game.game_id for game in recorded])
    games = tuple(_place(game, tip_ms, settings, hits) for game, tip_ms in zip(recorded, tips, strict=True))
    names = chosen(settings.faults, "game") if settings.fault_rate else ()
    return Slate(
        games=games,
        start_ms=start_ms,
        days=_days(games) if settings.as_recorded else ((start_ms, eastern_day(start_ms), games),),
        skipped=skipped,
        shuffled="shuffled" in names,
        yesterday_until_ms=games[0].tip_ms + 60_000 if "yesterday" in names else 0,
    )


def _recorded_start(recordings: Recordings, games: list[RecordedGame]) -> int:
    """A minute before the first tip-off, or where the recorder came later than that."""
    endpoints = [SCOREBOARD, *(f"playbyplay_{game.game_id}" for game in games)]
    first_seen = [captures[0].received_ms for name in endpoints if (captures := recordings.captures(name))]
    announced = min(game.scheduled_ms for game in games) - LEAD_AS_RECORDED_MS
    return max(announced, min(first_seen)) if len(first_seen) == len(endpoints) else announced


def _read(recordings: Recordings, most: int | None) -> tuple[list[RecordedGame], dict[str, str]]:
    games: list[RecordedGame] = []
    skipped = dict(recordings.skipped)
    for game_id in recordings.game_ids:
        if most is not None and len(games) == most:
            break
        try:
            games.append(read_game(recordings, game_id))
        except BadInput as error:
            skipped[game_id] = str(error)
    if not games:
        reason = next(iter(skipped.values()), "the folder has no games")
        raise BadConfig(f"nothing to play in {recordings.folder}: {reason}")
    return sorted(games, key=lambda game: (game.tip_ms, game.game_id)), skipped


def _game_hits(settings: FeedSettings, game_ids: list[str]) -> Callable[[str], list[str]]:
    hit = {
        name: game_faults.games_hit(name, game_ids, settings.fault_rate, settings.seed)
        for name in chosen(settings.faults, "game")
    }
    return lambda game_id: [name for name, games in hit.items() if game_id in games]


def _place(
    game: RecordedGame, tip_ms: int, settings: FeedSettings, hits: Callable[[str], list[str]]
) -> PlayedGame:
    # Whole seconds, so that every recorded fraction of a second stays as it is.
    shift_ms = 0 if settings.as_recorded else -(-(tip_ms - game.tip_ms) // SECOND_MS) * SECOND_MS
    maker = ActionMaker(game.game_id, game.home.team_id, game.away.team_id)
    actions = shifted_actions(game, shift_ms, maker)
    end_ms = end_of(actions)
    rng = Random(f"{settings.seed}/{game.game_id}")
    scene = play_faults.Scene(actions, maker, (game.home, game.away), end_ms, rng)
    names = hits(game.game_id)
    layers = game_faults.game_layers(scene, names)
    layers += play_faults.play_layers(scene, chosen(settings.faults, "play"), settings.fault_rate)
    first_ms = min(action.at_ms for action in actions)
    overlays = game_faults.overlays(names, first_ms, end_ms, rng)
    return PlayedGame(game, shift_ms, actions, maker, layers, overlays)


def _days(games: tuple[PlayedGame, ...]) -> tuple[tuple[int, date, tuple[PlayedGame, ...]], ...]:
    by_day: dict[date, list[PlayedGame]] = {}
    for game in games:
        by_day.setdefault(eastern_day(game.scheduled_ms), []).append(game)
    days = []
    for day, members in sorted(by_day.items()):
        # Games before noon are on the scoreboard in time, too.
        turn_ms = min(board_turns_ms(day), min(game.scheduled_ms for game in members) - 3_600_000)
        days.append((turn_ms, day, tuple(members)))
    return tuple(days)


def day_before(day: date) -> date:
    return day - timedelta(days=1)
