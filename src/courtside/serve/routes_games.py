"""What is known of games: `GET /games` and what belongs to one."""

from typing import Annotated

import msgspec
from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from courtside.messages import GameSnapshot, encode_snapshot
from courtside.replies import Timeline
from courtside.serve import examples
from courtside.serve.answers import json_bytes, json_reply
from courtside.serve.describe import Described
from courtside.serve.schemas import GameMessages, Games, Plays
from courtside.serve.service import Service
from courtside.serve.settings import ServeSettings

GameIdPath = Annotated[
    str, Path(max_length=64, description="As in `GET /games`", examples=[examples.GAME_ID])
]


def routes(service: Service, settings: ServeSettings, described: Described) -> APIRouter:
    router = APIRouter(tags=["games"])
    game = examples.GAME

    @router.get(
        "/games",
        summary="All games as they stand, live ones first",
        responses=described.answers(
            Games, "Each game as in `GET /games/{game_id}`", Games([msgspec.Raw(encode_snapshot(game))])
        ),
    )
    async def games() -> Response:
        return json_reply(Games([msgspec.Raw(each) for each in service.snapshots()]))

    @router.get(
        "/games/{game_id}",
        summary="One game as it stands",
        responses=described.answers(GameSnapshot, "The game; what is not known is null", game, 404),
    )
    async def one_game(game_id: GameIdPath) -> Response:
        await service.load(game_id)
        return json_bytes(service.snapshot(game_id))

    @router.get(
        "/games/{game_id}/plays",
        summary="The plays so far, in order",
        responses=described.answers(Plays, "The plays", examples.PLAYS, 404),
    )
    async def plays(game_id: GameIdPath) -> Response:
        return json_reply(Plays(game_id, await service.plays(game_id)))

    @router.get(
        "/games/{game_id}/timeline",
        summary="The path of the score, with lead changes, ties and runs",
        responses=described.answers(Timeline, "The timeline", examples.TIMELINE, 404),
    )
    async def timeline(game_id: GameIdPath) -> Response:
        return json_reply(await service.timeline(game_id))

    @router.get(
        "/games/{game_id}/messages",
        summary="What the stream said about the game",
        responses=described.answers(GameMessages, "A page of messages", examples.MESSAGES, 404, 422),
    )
    async def messages(
        game_id: GameIdPath,
        after_seq: Annotated[int, Query(ge=0, le=2**53, description="Messages after this one")] = 0,
        epoch: Annotated[str | None, Query(max_length=64, description="The newest where not given")] = None,
        limit: Annotated[int, Query(ge=1, le=settings.max_messages_page)] = 1_000,
    ) -> Response:
        await service.load(game_id)
        found = await service.messages(game_id, epoch=epoch, after_seq=after_seq, limit=limit + 1)
        now = service.position(game_id) or ("", 0)
        page = [msgspec.Raw(message.frame) for message in found[:limit]]
        return json_reply(GameMessages(game_id, *now, page, len(found) > limit))

    return router
