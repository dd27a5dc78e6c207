"""Ratings while games are played: what they say of each game, and what each game teaches them.

What they say enters the engine as a `Context`, right after the observation that made it possible, so that
the journal has it and a replay says the same. Only games of the league count: simulated teams bear real
names, and scrapers may send anything.
"""

import asyncio
import logging
import os
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

import msgspec

from courtside.app.forecasting import Forecasting
from courtside.clock import PATTERN_TENTHS, PERIOD_TENTHS
from courtside.errors import ModelError
from courtside.events import Context, PlayerPrior, RosterEntry, SourceName
from courtside.forecast.adaptive import AdaptiveLevels
from courtside.forecast.elo import is_neutral
from courtside.forecast.rating_book import RatingBook
from courtside.formats.stats_times import EASTERN
from courtside.game.finished import FinishedGame, finished_game
from courtside.game.live import LiveGame
from courtside.settings import Settings

log = logging.getLogger("courtside.ratings")

RATED_SOURCES: frozenset[SourceName] = frozenset({"nba", "replay"})
KEPT_JUDGED = 600
"""Games whose intervals have been judged; as many as the rating book remembers."""

_replace = msgspec.structs.replace


def ratings_file(settings: Settings, model: str) -> Path | None:
    """Where the ratings of a model are kept. A replay keeps none: shown again, a game must not have been
    learned from; and beside a journal in memory nothing stays."""
    kept = settings.source != "replay" and not settings.database_url.endswith(":memory:")
    return settings.data_dir / f"ratings-{model}.bin" if kept else None


class _Kept(msgspec.Struct, frozen=True):
    """The file: everything that has changed since the model was trained."""

    model: str
    levels: AdaptiveLevels
    judged: list[str]
    book: dict[str, bytes]


class Lesson(msgspec.Struct, frozen=True):
    """What one game teaches: whether its intervals held at halftime, and how it ended."""

    game_id: str
    inside: tuple[bool, bool] | None
    finished: FinishedGame | None


class Ratings:
    """Keeps the book and the adaptive levels. `file` is where they are kept; None keeps nothing."""

    def __init__(self, forecasting: Forecasting, file: Path | None = None) -> None:
        self._model = forecasting.forecaster.version
        self._file = file
        self._changed = asyncio.Event()
        self._sent: dict[str, tuple[object, ...]] = {}
        self._settled: set[str] = set()
        self._revision = 0
        kept = None if file is None else _read(file, self._model)
        if kept is None:
            self.book, self.levels = forecasting.book(), forecasting.levels
            self._judged: dict[str, None] = {}
        else:
            self.book, self.levels = RatingBook.from_parts(kept.book), kept.levels
            self._judged = dict.fromkeys(kept.judged)

    def context(self, live: LiveGame, now_ms: int) -> Context | None:
        """What is known of a game and has not been said yet; None where there is nothing.

        Ratings are said once the teams are known and again, until the tip, as they change; rosters as
        long as somebody who has not played yet counts; levels until 18:00.
        """
        if live.source not in RATED_SOURCES or live.status in ("final", "postponed"):
            return None
        state, info = live.state, live.info
        if state.elapsed >= PATTERN_TENTHS and "elo" in live.prior.values:
            return None
        started = state.started
        key = (
            info.home_team,
            info.away_team,
            info.start_ms,
            started,
            live.roster,
            self.levels,
            0 if started else self._revision,
        )
        if self._sent.get(live.game_id) == key:
            return None
        self._sent[live.game_id] = key
        home, away = info.home_team, info.away_team
        if home is None or away is None or not {home, away} <= self.teams:
            return None
        return self._context(live, home, away, now_ms)

    @property
    def teams(self) -> set[str]:
        """Tricodes of all teams that are rated."""
        return set(self.book.teams.teams)

    def prior(self, home: str, away: str, day: str) -> tuple[dict[str, float], tuple[PlayerPrior, ...]]:
        """What is known of two teams on an Eastern day, with the levels of now."""
        values, players = self.book.prior(home, away, day, ())
        return values | self.levels.values, players

    def learn(self, live: LiveGame) -> None:
        """Take over what a game teaches, once each: its intervals at halftime, its ratings at the end."""
        lesson = self.lesson(live)
        if lesson is not None:
            self.take(lesson)

    def lesson(self, live: LiveGame) -> Lesson | None:
        """What a game teaches that has not been taken over; None where there is nothing."""
        if live.source not in RATED_SOURCES or live.game_id in self._settled:
            return None
        inside, finished = self._inside(live), None
        if live.status == "final" and live.has_play_by_play and not live.rows:
            self._settled.add(live.game_id)
            finished = self._finished(live)
        return None if inside is None and finished is None else Lesson(live.game_id, inside, finished)

    def take(self, lesson: Lesson) -> None:
        """Take over a lesson; one that was taken before changes nothing."""
        if lesson.inside is not None and lesson.game_id not in self._judged:
            self._judged[lesson.game_id] = None
            if len(self._judged) > KEPT_JUDGED:
                del self._judged[next(iter(self._judged))]
            self.levels = self.levels.after(*lesson.inside)
            self._changed.set()
        if lesson.finished is not None and self.book.after(lesson.finished):
            self._revision += 1
            self._changed.set()
            game = lesson.finished
            log.info("%s at %s is rated", game.away, game.home, extra={"game_id": game.game_id})

    def catch_up(self, games: Iterable[LiveGame]) -> None:
        """Games that ended, or came to halftime, and were not kept when the program stopped."""
        for live in sorted(games, key=lambda live: live.updated_ms):
            self.learn(live)

    def forget(self, game_id: str) -> None:
        """A game has left the memory, or what was said of it has not been kept."""
        self._sent.pop(game_id, None)
        self._settled.discard(game_id)

    async def run(self) -> None:
        """Write the file after each change, until cancelled. What is lost with the process is learned
        again from the games in the journal."""
        while self._file is not None:
            await self._changed.wait()
            self._changed.clear()
            kept = _Kept(self._model, self.levels, list(self._judged), self.book.to_parts())
            try:
                await asyncio.to_thread(_write, self._file, kept)
            except OSError as error:
                log.warning(
                    "%s is not written now (%s); the next game tries again", self._file, error.strerror
                )

    def _context(self, live: LiveGame, home: str, away: str, now_ms: int) -> Context | None:
        """Only what is different from what the game knows already."""
        values = dict(self.levels.values) if live.state.elapsed < PATTERN_TENTHS else {}
        players: tuple[PlayerPrior, ...] = ()
        if not live.state.started or "elo" not in live.prior.values:
            ids = [entry.person_id for entry in live.roster]
            ratings, players = self._rated(live, home, away, ids, now_ms)
            values |= ratings
        elif live.state.elapsed < PERIOD_TENTHS:
            # The ratings are those of the tip; only who is there may still become known.
            known = live.prior.players
            new = [entry.person_id for entry in live.roster if entry.person_id not in known]
            players = tuple(known.values())
            if new:
                _, rated = self._rated(live, home, away, new, now_ms)
                players += tuple(player for player in rated if player.person_id in new)
        players = with_roster(players, live.roster)
        before = live.prior
        news = {name: value for name, value in values.items() if before.values.get(name) != value}
        if {player.person_id: player for player in players} == before.players:
            players = ()
        if not news and not players:
            return None
        return Context(
            game_id=live.game_id, received_ms=now_ms, source=live.source, values=news, players=players
        )

    def _rated(
        self, live: LiveGame, home: str, away: str, ids: list[int], now_ms: int
    ) -> tuple[dict[str, float], tuple[PlayerPrior, ...]]:
        day = eastern_day(live.info.start_ms or now_ms)
        return self.book.prior(home, away, day, ids, neutral=is_neutral(live.game_id, day))

    def _inside(self, live: LiveGame) -> tuple[bool, bool] | None:
        """Whether halftime fell into the 80% and the 95% interval; None where that is not to be judged."""
        prediction, half = live.said.prediction, live.state.half
        if prediction is None or half is None or live.game_id in self._judged:
            return None
        lower80, upper80 = prediction.lower80, prediction.upper80
        lower95, upper95 = prediction.lower95, prediction.upper95
        if lower80 is None or upper80 is None or lower95 is None or upper95 is None:
            return None
        actual = half[0] - half[1]
        return lower80 <= actual <= upper80, lower95 <= actual <= upper95

    def _finished(self, live: LiveGame) -> FinishedGame | None:
        info = live.info
        if info.home_team is None or info.away_team is None or live.game_id in self.book.rated:
            return None
        day = eastern_day(live.info.start_ms or live.updated_ms)
        return finished_game(
            live.game_id, day, info.home_team, info.away_team, live.plays, live.roster, live.state
        )


def with_roster(players: tuple[PlayerPrior, ...], roster: tuple[RosterEntry, ...]) -> tuple[PlayerPrior, ...]:
    """Who plays tonight and for whom, once a box score says so; before that nothing changes."""
    if not roster:
        return players
    entries = {entry.person_id: entry for entry in roster}
    said = []
    for player in players:
        entry = entries.get(player.person_id)
        if entry is None or not entry.active:
            said.append(_replace(player, side=None if entry is None else entry.side, tonight=0.0))
        elif entry.side != player.side:
            said.append(_replace(player, side=entry.side, tonight=player.minutes))
        else:
            said.append(player)
    return tuple(said)


@lru_cache(maxsize=256)
def eastern_day(milliseconds: int) -> str:
    """The day in New York, by which the league dates its games."""
    return f"{datetime.fromtimestamp(milliseconds / 1000, UTC).astimezone(EASTERN):%Y-%m-%d}"


def _read(file: Path, model: str) -> _Kept | None:
    try:
        data = file.read_bytes()
    except FileNotFoundError:
        return None
    try:
        kept = msgspec.msgpack.decode(data, type=_Kept)
    except msgspec.DecodeError as error:
        raise ModelError(
            f"{file} cannot be read ({error}); remove it: ratings then start as trained"
        ) from error
    return kept if kept.model == model else None


def _write(file: Path, kept: _Kept) -> None:
    """All of it or nothing, whenever the process dies."""
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_name(f".{file.name}")
    with fresh.open("wb") as out:
        out.write(msgspec.msgpack.encode(kept))
        out.flush()
        os.fsync(out.fileno())
    os.replace(fresh, file)
