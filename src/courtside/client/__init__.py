"""For users' own programs: feed scores in, read the stream, ask the server."""

from courtside.client.forecast import AsyncForecastClient, ForecastClient
from courtside.client.outbox import Call, Rejection
from courtside.client.reducer import apply
from courtside.client.scraper import ScraperAdapter
from courtside.client.scraper_async import AsyncScraperAdapter
from courtside.client.session import Connection, Gone, Snapshot, StreamEvent
from courtside.client.stream import StreamClient

__all__ = [
    "AsyncForecastClient",
    "AsyncScraperAdapter",
    "Call",
    "Connection",
    "ForecastClient",
    "Gone",
    "Rejection",
    "ScraperAdapter",
    "Snapshot",
    "StreamClient",
    "StreamEvent",
    "apply",
]
