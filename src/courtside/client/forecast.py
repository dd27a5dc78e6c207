"""Ask a server: games, forecasts, and how the forecasts did.

with ForecastClient("http://localhost:8080") as client:
    reply = client.predict([0, 2, 3, 1, -1, 0, 2, 4, 4, 5, 7, 6, 6, 8, 9, 7, 8, 10])
    print(reply.point_forecast, reply.interval_lower, reply.interval_upper)
"""

from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Self, TypeVar

import httpx

from courtside.client import asks
from courtside.client.asks import Ask
from courtside.client.calls import base_url, headers_of
from courtside.errors import ServerUnavailable
from courtside.messages import GameSnapshot, Message, PlayData
from courtside.replies import (
    Accuracy,
    Health,
    ModelInfo,
    PredictionRecord,
    PredictReply,
    StateReply,
    Timeline,
)

T = TypeVar("T")


class ForecastClient:
    """Every method raises `ServerUnavailable`, `BadInput` or `UnknownGame`, each with one clear line."""

    def __init__(
        self, url: str = "http://localhost:8080", api_key: str | None = None, *, timeout_seconds: float = 10.0
    ) -> None:
        self._url = base_url(url)
        self._http = httpx.Client(headers=headers_of(api_key), timeout=timeout_seconds)

    def predict(
        self,
        pattern: Sequence[float],
        alpha: float = 0.05,
        *,
        explain: bool = True,
        home_team: str | None = None,
        away_team: str | None = None,
        market_spread: float | None = None,
    ) -> PredictReply:
        """Halftime forecast, home minus away in points, from the margins at the end of 18 minutes.

        The interval holds the outcome with probability `1 - alpha`. The teams, as `BOS`, count with their
        ratings of today; `market_spread` is the closing spread of home.
        """
        return self._run(asks.predict(pattern, alpha, explain, home_team, away_team, market_spread))

    def predict_state(self, state: Mapping[str, object]) -> StateReply:
        """Who wins and by how much, from a game at any moment: a mapping with `score_home`, `score_away`,
        `period`, `game_clock` and whatever else of `POST /predict/state` is known."""
        return self._run(asks.predict_state(state))

    def games(self) -> list[GameSnapshot]:
        """All games as they stand, live ones first."""
        return self._run(asks.games()).games

    def game(self, game_id: str) -> GameSnapshot:
        return self._run(asks.game(game_id))

    def plays(self, game_id: str) -> list[PlayData]:
        return self._run(asks.plays(game_id)).plays

    def timeline(self, game_id: str) -> Timeline:
        return self._run(asks.timeline(game_id))

    def messages(self, game_id: str, after_seq: int = 0) -> list[Message]:
        """The stream's messages of one game after `after_seq`, oldest first, page by page."""
        found: list[Message] = []
        more = True
        while more:
            page = self._run(asks.messages(game_id, found[-1].seq if found else after_seq))
            found += page.decoded()
            more = page.more
        return found

    def predictions(self, game_id: str | None = None) -> list[PredictionRecord]:
        """The forecast log, with outcomes where they are known."""
        return self._run(asks.predictions(game_id)).predictions

    def accuracy(self) -> list[Accuracy]:
        return self._run(asks.accuracy()).accuracy

    def models(self) -> list[ModelInfo]:
        return self._run(asks.models()).models

    def health(self) -> Health:
        return self._run(asks.health())

    def close(self) -> None:
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _run(self, ask: Ask[T]) -> T:
        try:
            response = self._http.request(
                ask.method, self._url + ask.path, params=ask.params, content=ask.body
            )
        except httpx.HTTPError as error:
            raise _away(self._url, error) from error
        return ask.answer(response.status_code, response.content, self._url)


class AsyncForecastClient:
    """`ForecastClient` for programs on asyncio; the same methods, awaited."""

    def __init__(
        self, url: str = "http://localhost:8080", api_key: str | None = None, *, timeout_seconds: float = 10.0
    ) -> None:
        self._url = base_url(url)
        self._http = httpx.AsyncClient(headers=headers_of(api_key), timeout=timeout_seconds)

    async def predict(
        self,
        pattern: Sequence[float],
        alpha: float = 0.05,
        *,
        explain: bool = True,
        home_team: str | None = None,
        away_team: str | None = None,
        market_spread: float | None = None,
    ) -> PredictReply:
        return await self._run(asks.predict(pattern, alpha, explain, home_team, away_team, market_spread))

    async def predict_state(self, state: Mapping[str, object]) -> StateReply:
        return await self._run(asks.predict_state(state))

    async def games(self) -> list[GameSnapshot]:
        return (await self._run(asks.games())).games

    async def game(self, game_id: str) -> GameSnapshot:
        return await self._run(asks.game(game_id))

    async def plays(self, game_id: str) -> list[PlayData]:
        return (await self._run(asks.plays(game_id))).plays

    async def timeline(self, game_id: str) -> Timeline:
        return await self._run(asks.timeline(game_id))

    async def messages(self, game_id: str, after_seq: int = 0) -> list[Message]:
        found: list[Message] = []
        more = True
        while more:
            page = await self._run(asks.messages(game_id, found[-1].seq if found else after_seq))
            found += page.decoded()
            more = page.more
        return found

    async def predictions(self, game_id: str | None = None) -> list[PredictionRecord]:
        return (await self._run(asks.predictions(game_id))).predictions

    async def accuracy(self) -> list[Accuracy]:
        return (await self._run(asks.accuracy())).accuracy

    async def models(self) -> list[ModelInfo]:
        return (await self._run(asks.models())).models

    async def health(self) -> Health:
        return await self._run(asks.health())

    async def close(self) -> None:
        await self._http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def _run(self, ask: Ask[T]) -> T:
        try:
            response = await self._http.request(
                ask.method, self._url + ask.path, params=ask.params, content=ask.body
            )
        except httpx.HTTPError as error:
            raise _away(self._url, error) from error
        return ask.answer(response.status_code, response.content, self._url)


def _away(url: str, error: httpx.HTTPError) -> ServerUnavailable:
    reason = str(error) or type(error).__name__
    return ServerUnavailable(f"no server answers at {url} ({reason}); start one with `courtside run`")
