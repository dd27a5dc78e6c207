"""The command `courtside`. Heavy imports are inside the commands, so that help is there at once."""

from courtside.cli.commands import cli
from courtside.cli.program import execute, main

__all__ = ["cli", "execute", "main"]
