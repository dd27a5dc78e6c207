"""Courtside: live NBA game state, forecasts and streaming."""

__version__ = "0.1.0.dev0"
