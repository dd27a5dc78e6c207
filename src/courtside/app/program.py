"""The program behind the servers: what they ask for, answered from the games and the journal."""

import asyncio
from collections.abc import Callable, Iterable, Sequence

from courtside import __version__
from courtside.app import forecast_log
from courtside.app.games import Games, Teams
from courtside.app.oracle import Oracle
from courtside.clock import Clock
from courtside.engine import EngineSettings
from courtside.engine.timeline import plays, timeline
from courtside.events import AnyObservation, BoxScore, ScoreLine
from courtside.game.live import LiveGame
from courtside.game.status import RUNNING
from courtside.messages import EncodedMessage, PlayData
from courtside.replies import (
    Accuracy,
    Health,
    ModelInfo,
    PredictionRecord,
    PredictReply,
    Receipt,
    StateReply,
    Timeline,
)
from courtside.serve.schemas_forecast import PredictRequest, StateRequest
from courtside.store.journal import Journal
from courtside.store.schema import LOGGED_TYPES

FeedHealth = Callable[[], dict[str, float | int | str | None]]


class Program:
    """The real `courtside.serve.service.Service`."""

    def __init__(
        self,
        games: Games,
        settings: EngineSettings,
        journal: Journal,
        clock: Clock,
        source: str,
        oracle: Oracle,
        model: ModelInfo,
    ) -> None:
        self._games = games
        self._settings = settings
        self._journal = journal
        self._clock = clock
        self._started_ms = clock.now_ms()
        self._courses: dict[str, tuple[LiveGame, Timeline]] = {}
        self._teams: dict[str, Teams] = {}
        self._oracle = oracle
        self._model = model
        self.source = source
        self.clients: Callable[[], int] = lambda: 0
        self.feed_health: FeedHealth = dict

    def now_ms(self) -> int:
        return self._clock.now_ms()

    def snapshots(self) -> Sequence[bytes]:
        return self._games.snapshots()

    def snapshot(self, game_id: str) -> bytes:
        return self._games.snapshot(game_id)

    def position(self, game_id: str) -> tuple[str, int] | None:
        return self._games.position(game_id)

    async def reach(self, game_id: str, epoch: str, seq: int) -> None:
        await self._games.reach(game_id, epoch, seq)

    def forget(self, game_id: str) -> None:
        self._courses.pop(game_id, None)
        self._teams.pop(game_id, None)

    async def load(self, game_id: str) -> None:
        await self._games.load(game_id)

    async def plays(self, game_id: str) -> list[PlayData]:
        live = await self._games.live(game_id)
        return plays(live, (await self._course(live)).chances)

    async def timeline(self, game_id: str) -> Timeline:
        return await self._course(await self._games.live(game_id))

    async def _course(self, live: LiveGame) -> Timeline:
        """Computed in a thread, and once as long as nothing new happens: a whole game is folded for it."""
        known = self._courses.get(live.game_id)
        if known is None or known[0] is not live:
            threshold, forecaster = self._settings.run_threshold, self._oracle.forecaster
            known = live, await asyncio.to_thread(timeline, live, threshold, forecaster)
            self._courses[live.game_id] = known
        return known[1]

    async def messages(
        self, game_id: str, *, epoch: str | None = None, after_seq: int = 0, limit: int | None = None
    ) -> list[EncodedMessage]:
        return await self._journal.messages(game_id, epoch=epoch, after_seq=after_seq, limit=limit)

    async def submit(
        self, observation: AnyObservation, idempotency_key: str | None = None, digest: str = ""
    ) -> Receipt:
        return await self._games.submit(observation, idempotency_key, digest)

    def predict(self, asked: PredictRequest) -> PredictReply:
        return self._oracle.pattern(asked)

    def predict_state(self, asked: StateRequest) -> StateReply:
        return self._oracle.state(asked)

    async def predictions(self, game_id: str | None = None) -> list[PredictionRecord]:
        if game_id is None:
            messages = await self._journal.messages_of_types(LOGGED_TYPES)
        else:
            messages = await self._journal.messages(game_id, types=LOGGED_TYPES)
        teams = await self._teams_of({message.game_id for message in messages})
        return forecast_log.records(messages, teams)

    async def _teams_of(self, game_ids: Iterable[str]) -> dict[str, Teams]:
        """Home and away of these games, also of those that only the journal knows."""
        for game_id in game_ids:
            known = self._games.teams(game_id)
            if known is not None:
                self._teams[game_id] = known
            elif game_id not in self._teams:
                self._teams[game_id] = await self._teams_in_journal(game_id)
        return self._teams

    async def _teams_in_journal(self, game_id: str) -> Teams:
        home: str | None = None
        away: str | None = None
        async for kept in self._journal.observations(game_id):
            seen = kept.observation
            if isinstance(seen, ScoreLine | BoxScore):
                home, away = home or seen.home_team, away or seen.away_team
                if home is not None and away is not None:
                    break
        return home, away

    async def accuracy(self) -> list[Accuracy]:
        return forecast_log.accuracy(await self.predictions())

    def models(self) -> list[ModelInfo]:
        return [self._model]

    def health(self) -> Health:
        trouble = self._games.trouble
        reasons = [] if trouble is None else [trouble]
        statuses = list(self._games.statuses())
        return Health(
            ready=not reasons,
            reasons=reasons,
            version=__version__,
            source=self.source,
            uptime_seconds=(self.now_ms() - self._started_ms) / 1000,
            games=len(statuses),
            live_games=sum(status in RUNNING for status in statuses),
            clients=self.clients(),
            journal=trouble or "ok",
            model_version=self._oracle.forecaster.version,
            feed=self.feed_health(),
        )
