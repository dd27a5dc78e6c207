"""Calls that write: scores that somebody else's program sends."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from courtside.events import AnyObservation
from courtside.replies import Receipt
from courtside.serve import examples
from courtside.serve.answers import decode_body, json_reply, read_body
from courtside.serve.describe import IDEMPOTENCY, SECURED, Described
from courtside.serve.routes_games import GameIdPath
from courtside.serve.schemas import GameEnd, NewGame, NewScore
from courtside.serve.security import call_name, check_may_write
from courtside.serve.service import Service
from courtside.serve.settings import ServeSettings
from courtside.sources import push

_ERRORS = (401, 403, 409, 413, 422, 503)


def routes(service: Service, settings: ServeSettings, described: Described) -> APIRouter:
    router = APIRouter(tags=["push"])

    async def keep(request: Request, body: bytes, observation: AnyObservation) -> Response:
        return json_reply(await service.submit(observation, *call_name(request, body)))

    @router.post(
        "/games",
        summary="Register a game whose scores you will send",
        responses=described.answers(Receipt, "Kept", examples.RECEIPT, *_ERRORS),
        openapi_extra={**described.takes(NewGame, examples.NEW_GAME), **IDEMPOTENCY, **SECURED},
    )
    async def register(request: Request) -> Response:
        check_may_write(request, settings)
        body = await read_body(request, settings.max_body_bytes)
        game = decode_body(body, NewGame)
        return await keep(request, body, push.registration(game.pushed(), service.now_ms()))

    @router.post(
        "/games/{game_id}/scores",
        summary="Send a score",
        responses=described.answers(Receipt, "Kept", examples.RECEIPT, 404, *_ERRORS),
        openapi_extra={**described.takes(NewScore, examples.NEW_SCORE), **IDEMPOTENCY, **SECURED},
    )
    async def score(request: Request, game_id: GameIdPath) -> Response:
        check_may_write(request, settings)
        body = await read_body(request, settings.max_body_bytes)
        await service.load(game_id)
        pushed = decode_body(body, NewScore).pushed()
        return await keep(request, body, push.score(game_id, pushed, service.now_ms()))

    @router.post(
        "/games/{game_id}/end",
        summary="Say that a game is over",
        responses=described.answers(Receipt, "Kept", examples.RECEIPT, 404, *_ERRORS),
        openapi_extra={
            **described.takes(GameEnd, examples.GAME_END, required=False),
            **IDEMPOTENCY,
            **SECURED,
        },
    )
    async def end(request: Request, game_id: GameIdPath) -> Response:
        check_may_write(request, settings)
        body = await read_body(request, settings.max_body_bytes)
        await service.load(game_id)
        pushed = decode_body(body or b"{}", GameEnd).pushed()
        return await keep(request, body, push.end(game_id, pushed, service.now_ms()))

    return router
