"""Recorded games, served as the NBA's site would: see docs/feed.md."""

from courtside.feed.faults import FAULTS, Fault, fault_names, parse_faults
from courtside.feed.server import FeedServer, serve_feed
from courtside.feed.settings import FeedSettings

__all__ = ["FAULTS", "Fault", "FeedServer", "FeedSettings", "fault_names", "parse_faults", "serve_feed"]
