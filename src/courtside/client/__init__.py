"""For users' own programs: feed scores in, read the stream, ask the server."""

from courtside.client.outbox import Call, Rejection
from courtside.client.scraper import ScraperAdapter
from courtside.client.scraper_async import AsyncScraperAdapter

__all__ = ["AsyncScraperAdapter", "Call", "Rejection", "ScraperAdapter"]
