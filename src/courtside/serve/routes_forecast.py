"""Forecasts: asked for, logged, judged, and taken in from others."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from courtside.replies import PredictReply, Receipt, StateReply
from courtside.serve import examples
from courtside.serve.answers import decode_body, json_reply, read_body
from courtside.serve.describe import IDEMPOTENCY, SECURED, Described
from courtside.serve.routes_games import GameIdPath
from courtside.serve.schemas import Accuracies, Models, Predictions
from courtside.serve.schemas_forecast import NewMarket, PredictionUpdate, PredictRequest, StateRequest
from courtside.serve.security import call_name, check_may_write
from courtside.serve.service import Service
from courtside.serve.settings import ServeSettings


def routes(service: Service, settings: ServeSettings, described: Described) -> APIRouter:
    router = APIRouter(tags=["forecasts"])

    @router.post(
        "/predict",
        summary="One forecast of the halftime margin from 18 minutes",
        responses=described.answers(PredictReply, "The forecast", examples.PREDICTED, 413, 422),
        openapi_extra=described.takes(PredictRequest, examples.PREDICT),
    )
    async def predict(request: Request) -> Response:
        asked = decode_body(await read_body(request, settings.max_body_bytes), PredictRequest)
        return json_reply(service.predict(asked))

    @router.post(
        "/predict/state",
        summary="Who wins and by how much, from the state of a game at any moment",
        responses=described.answers(StateReply, "The forecast", examples.STATE_PREDICTED, 413, 422),
        openapi_extra=described.takes(StateRequest, examples.STATE),
    )
    async def predict_state(request: Request) -> Response:
        asked = decode_body(await read_body(request, settings.max_body_bytes), StateRequest)
        return json_reply(service.predict_state(asked))

    @router.get(
        "/predictions",
        summary="The log of forecasts, with outcomes where they are known",
        responses=described.answers(Predictions, "The log", examples.PREDICTIONS),
    )
    async def predictions() -> Response:
        return json_reply(Predictions(await service.predictions()))

    @router.get(
        "/predictions/{game_id}",
        summary="The forecasts of one game",
        responses=described.answers(Predictions, "The log", examples.PREDICTIONS, 404),
    )
    async def game_predictions(game_id: GameIdPath) -> Response:
        await service.load(game_id)
        return json_reply(Predictions(await service.predictions(game_id)))

    @router.get(
        "/accuracy",
        summary="How the forecasts did, by model version and horizon",
        responses=described.answers(Accuracies, "Errors and coverage", examples.ACCURACY),
    )
    async def accuracy() -> Response:
        return json_reply(Accuracies(await service.accuracy()))

    @router.post(
        "/update_prediction",
        summary="Send the forecast of your own model, to be stored and broadcast",
        responses=described.answers(Receipt, "Kept", examples.RECEIPT, 401, 403, 404, 413, 422, 503),
        openapi_extra={**described.takes(PredictionUpdate, examples.UPDATE), **IDEMPOTENCY, **SECURED},
    )
    async def update_prediction(request: Request) -> Response:
        check_may_write(request, settings)
        body = await read_body(request, settings.max_body_bytes)
        update = decode_body(body, PredictionUpdate)
        await service.load(update.game_id)
        observation = update.observation(service.now_ms())
        return json_reply(await service.submit(observation, *call_name(request, body)))

    @router.post(
        "/games/{game_id}/market",
        summary="Say what the market thinks of a game",
        responses=described.answers(Receipt, "Kept", examples.RECEIPT, 401, 403, 404, 413, 422, 503),
        openapi_extra={**described.takes(NewMarket, examples.MARKET), **IDEMPOTENCY, **SECURED},
    )
    async def market(request: Request, game_id: GameIdPath) -> Response:
        check_may_write(request, settings)
        body = await read_body(request, settings.max_body_bytes)
        await service.load(game_id)
        observation = decode_body(body, NewMarket).observation(game_id, service.now_ms())
        return json_reply(await service.submit(observation, *call_name(request, body)))

    @router.get(
        "/models",
        summary="The model that forecasts: what it learned from, and how it did",
        responses=described.answers(Models, "The models", examples.MODELS),
    )
    async def models() -> Response:
        return json_reply(Models(service.models()))

    return router
