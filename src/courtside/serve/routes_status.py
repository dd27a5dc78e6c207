"""How the server is: health, readiness, metrics; and its pages and descriptions."""

from typing import Protocol

from fastapi import APIRouter
from prometheus_client import CONTENT_TYPE_LATEST
from starlette.responses import Response

from courtside.monitor.metrics import Metrics
from courtside.replies import Health
from courtside.serve import examples
from courtside.serve.answers import json_reply
from courtside.serve.asyncapi import asyncapi
from courtside.serve.describe import Described
from courtside.serve.pages import page
from courtside.serve.schemas import Readiness
from courtside.serve.settings import ServeSettings


class Vital(Protocol):
    """A part of the program that says how it is."""

    def health(self) -> Health: ...


def routes(
    service: Vital, settings: ServeSettings, described: Described, metrics: Metrics, version: str
) -> APIRouter:
    """What every server answers, and what one with games has beside it."""
    router = vital_routes(service, described, metrics)

    @router.get("/asyncapi.json", summary="The stream described, as AsyncAPI 3.0")
    async def stream_description() -> Response:
        return json_reply(asyncapi(version, settings))

    @router.get("/docs", include_in_schema=False)
    async def reference() -> Response:
        return page("reference.html")

    @router.get("/", include_in_schema=False)
    async def index() -> Response:
        return page("index.html")

    return router


def vital_routes(service: Vital, described: Described, metrics: Metrics) -> APIRouter:
    """How the server is: for people, for whoever restarts it, and for Prometheus."""
    router = APIRouter(tags=["server"])

    @router.get(
        "/health",
        summary="How the server is",
        responses=described.answers(Health, "Always 200 while it runs", examples.HEALTH),
    )
    async def health() -> Response:
        return json_reply(service.health())

    @router.get(
        "/ready",
        summary="Whether it can serve: 200, or 503 with the reasons",
        responses={
            **described.answers(Readiness, "It can", examples.READY),
            503: {"description": "It cannot; `reasons` says why and what to do"},
        },
    )
    async def ready() -> Response:
        state = service.health()
        return json_reply(Readiness(state.ready, state.reasons), 200 if state.ready else 503)

    @router.get("/metrics", summary="Metrics in Prometheus' text format", response_class=Response)
    async def prometheus() -> Response:
        return Response(metrics.text(), media_type=CONTENT_TYPE_LATEST)

    return router
