"""A small `Service` that keeps scores in memory: the real server's stand-in for tests and benchmarks.

It knows score lines only. Its forecast is persistence with a fixed spread of 10 points.
"""

from collections.abc import Sequence
from statistics import NormalDist

import msgspec

from courtside.app.pipeline import Deliver
from courtside.clock import elapsed_tenths, format_clock, format_utc, parse_clock
from courtside.errors import BadInput, JournalFull, UnknownGame
from courtside.events import AnyObservation, Context, ExternalForecast, ScoreLine, Status
from courtside.messages import (
    EncodedMessage,
    Explanation,
    ExternalPrediction,
    GameSnapshot,
    GameStatus,
    MarginForecast,
    Message,
    MessageData,
    PlayData,
    ScoreUpdate,
    encode_message,
    encode_snapshot,
)
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
from courtside.serve.examples import new_snapshot
from courtside.serve.schemas_forecast import PredictRequest, StateRequest

SPREAD = NormalDist(0.0, 10.0)


class MemoryService:
    """Scores in, messages and snapshots out; `now` is its clock, `full` makes it refuse new data."""

    def __init__(self, epoch: str = "e1", now: int = 1_770_863_700_000) -> None:
        self.epoch = epoch
        self.now = now
        self._subscribers: list[Deliver] = []
        self.clear()

    def clear(self) -> None:
        """Forget all but the subscribers."""
        self.full = False
        self.reasons: list[str] = []
        self._games: dict[str, GameSnapshot] = {}
        self._log: dict[str, list[EncodedMessage]] = {}
        self._plays: dict[str, list[PlayData]] = {}
        self._predictions: list[PredictionRecord] = []
        self._keys: dict[str, Receipt] = {}

    def subscribe(self, subscriber: Deliver) -> None:
        self._subscribers.append(subscriber)

    def say(self, game_id: str, *data: MessageData | tuple[str, MessageData]) -> list[EncodedMessage]:
        """Messages of a game, committed and published together; a play is also kept as one."""
        game = self._games[game_id]
        encoded: list[EncodedMessage] = []
        for each in data:
            kind, body = each if isinstance(each, tuple) else (_NAMES[type(each)], each)
            game = msgspec.structs.replace(game, seq=game.seq + 1, updated=format_utc(self.now))
            message = Message(kind, game.updated, game_id, game.epoch, game.seq, game.source, body)
            encoded.append(encode_message(message))
            if isinstance(body, PlayData):
                self._plays[game_id].append(body)
        self._games[game_id] = game
        self._log[game_id].extend(encoded)
        for subscriber in self._subscribers:
            subscriber(encoded)
        return encoded

    def renew(self, game_id: str, epoch: str) -> None:
        """Begin a new epoch, as a server does whose journal was lost."""
        self._games[game_id] = msgspec.structs.replace(self._games[game_id], epoch=epoch, seq=0)
        self._log[game_id] = []

    def forget(self, game_id: str, before_seq: int) -> None:
        """Prune the log."""
        self._log[game_id] = [message for message in self._log[game_id] if message.seq >= before_seq]

    def snapshots(self) -> Sequence[bytes]:
        return [encode_snapshot(game) for game in self._games.values()]

    async def reach(self, game_id: str, epoch: str, seq: int) -> None:
        """Nobody else tells of these games."""

    async def load(self, game_id: str) -> None:
        self._known(game_id)

    def snapshot(self, game_id: str) -> bytes:
        return encode_snapshot(self._known(game_id))

    def position(self, game_id: str) -> tuple[str, int] | None:
        game = self._games.get(game_id)
        return None if game is None else (game.epoch, game.seq)

    async def plays(self, game_id: str) -> list[PlayData]:
        self._known(game_id)
        return list(self._plays[game_id])

    async def timeline(self, game_id: str) -> Timeline:
        game = self._known(game_id)
        return Timeline(game_id, [], [], game.score_path, game.biggest_run)

    async def messages(
        self, game_id: str, *, epoch: str | None = None, after_seq: int = 0, limit: int | None = None
    ) -> list[EncodedMessage]:
        game = self._known(game_id)
        if epoch is not None and epoch != game.epoch:
            return []
        return [message for message in self._log[game_id] if message.seq > after_seq][:limit]

    async def submit(
        self, observation: AnyObservation, idempotency_key: str | None = None, digest: str = ""
    ) -> Receipt:
        if self.full:
            raise JournalFull("the journal's disk is full: free some space, then send again")
        if idempotency_key is not None and idempotency_key in self._keys:
            return msgspec.structs.replace(self._keys[idempotency_key], accepted=False)
        if isinstance(observation, ScoreLine):
            accepted = self._score(observation)
        elif isinstance(observation, ExternalForecast):
            self._forecast(observation)
            accepted = True
        elif isinstance(observation, Context):
            self._known(observation.game_id)
            accepted = True
        else:
            raise BadInput(f"a {type(observation).__name__} is more than this small service can keep")
        game = self._games[observation.game_id]
        receipt = Receipt(game.game_id, accepted, game.epoch, game.seq)
        if idempotency_key is not None:
            self._keys[idempotency_key] = receipt
        return receipt

    def predict(self, asked: PredictRequest) -> PredictReply:
        point = asked.pattern[-1]
        half = SPREAD.inv_cdf(1 - asked.alpha / 2)
        explanation = Explanation({"persistence": 1.0}, {"persistence": point})
        shown = explanation if asked.return_explanation else None
        return PredictReply(
            point, point - half, point + half, 1 - asked.alpha, shown, "persistence-0", "score"
        )

    def predict_state(self, asked: StateRequest) -> StateReply:
        margin = asked.score_home - asked.score_away
        half80, half95 = SPREAD.inv_cdf(0.9), SPREAD.inv_cdf(0.975)
        final = MarginForecast(margin, margin - half80, margin + half80, margin - half95, margin + half95)
        home = round(1.0 - SPREAD.cdf(-margin), 3)
        return StateReply(
            elapsed_tenths(asked.period, parse_clock(asked.game_clock, asked.period)) / 10,
            margin,
            home,
            round(1.0 - home, 3),
            "home" if home >= 0.5 else "away",
            None,
            final,
            "score",
            "persistence-0",
        )

    async def predictions(self, game_id: str | None = None) -> list[PredictionRecord]:
        return [record for record in self._predictions if game_id in (None, record.game_id)]

    async def accuracy(self) -> list[Accuracy]:
        count = len(self._predictions)
        return [Accuracy("persistence-0", "halftime", count, 0, None, None, None, None)]

    def models(self) -> list[ModelInfo]:
        return [ModelInfo("persistence-0", "active", "default", None, None, None, [], {})]

    def health(self) -> Health:
        live = sum(game.status == "live" for game in self._games.values())
        return Health(
            ready=not self.reasons,
            reasons=self.reasons,
            version="0",
            source="push",
            uptime_seconds=1.0,
            games=len(self._games),
            live_games=live,
            clients=0,
            journal="memory",
            model_version="persistence-0",
            feed={},
        )

    def now_ms(self) -> int:
        return self.now

    def _known(self, game_id: str) -> GameSnapshot:
        game = self._games.get(game_id)
        if game is None:
            raise UnknownGame(f"game {game_id!r} is not known; register it with POST /games")
        return game

    def _score(self, line: ScoreLine) -> bool:
        game_id = line.game_id
        if game_id not in self._games:
            self._games[game_id] = new_snapshot(game_id, line.source, self.epoch, format_utc(self.now))
            self._log[game_id] = []
            self._plays[game_id] = []
            before: Status | None = None
        else:
            before = self._games[game_id].status
        old = self._games[game_id]
        new = _folded(old, line)
        self._games[game_id] = new
        said: list[MessageData] = []
        if new.status != before:
            said.append(
                GameStatus(
                    status=new.status,
                    previous=before,
                    reopened=False,
                    home_team=new.home_team,
                    away_team=new.away_team,
                    home_name=new.home_name,
                    away_name=new.away_name,
                    start_time=new.start_time,
                )
            )
        if _score_of(new) != _score_of(old):
            said.append(_score_update(new))
        if said:
            self.say(game_id, *said)
        return bool(said)

    def _forecast(self, forecast: ExternalForecast) -> None:
        game = self._known(forecast.game_id)
        lower, upper = forecast.interval_lower, forecast.interval_upper
        horizon, point, coverage = forecast.horizon, forecast.point_forecast, forecast.coverage
        self._predictions.append(
            PredictionRecord(
                game_id=game.game_id,
                made_at=format_utc(forecast.received_ms),
                horizon=horizon,
                model_version=forecast.model,
                point_forecast=point,
                interval_lower=lower,
                interval_upper=upper,
                coverage=coverage,
                pattern=game.pattern,
                home_team=game.home_team,
                away_team=game.away_team,
                actual=None,
                absolute_error=None,
                inside_interval=None,
                ours=False,
            )
        )
        self.say(game.game_id, ExternalPrediction(forecast.model, horizon, point, lower, upper, coverage))


_NAMES: dict[type, str] = {
    GameStatus: "game_status",
    ScoreUpdate: "score_update",
    ExternalPrediction: "external_prediction",
    PlayData: "play",
}


def _folded(game: GameSnapshot, line: ScoreLine) -> GameSnapshot:
    begins = game.status == "scheduled" and line.period is not None
    said: dict[str, object] = {
        "home_team": line.home_team,
        "away_team": line.away_team,
        "status": line.status or ("live" if begins else None),
        "score_home": line.score_home,
        "score_away": line.score_away,
        "period": line.period,
        "start_time": None if line.start_ms is None else format_utc(line.start_ms),
    }
    if line.period is not None and line.remaining_tenths is not None:
        said["game_clock"] = format_clock(line.remaining_tenths)
        said["elapsed_seconds"] = elapsed_tenths(line.period, line.remaining_tenths) / 10
    known = {name: value for name, value in said.items() if value is not None}
    return msgspec.structs.replace(game, **known)


def _score_of(game: GameSnapshot) -> tuple[int | None, int | None, int | None, str | None]:
    return game.score_home, game.score_away, game.period, game.game_clock


def _score_update(game: GameSnapshot) -> ScoreUpdate:
    home, away = game.score_home, game.score_away
    return ScoreUpdate(
        home_team=game.home_team,
        away_team=game.away_team,
        score_home=home,
        score_away=away,
        period=game.period,
        game_clock=game.game_clock,
        current_differential=None if home is None or away is None else home - away,
        pattern_length=len(game.pattern),
        ready_for_prediction=False,
        elapsed_seconds=game.elapsed_seconds,
        possession=None,
        momentum=None,
    )
