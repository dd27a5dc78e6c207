"""Measurements against peers; each prints a table, or JSON with `--json`."""
