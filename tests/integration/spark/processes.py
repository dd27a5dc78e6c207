"""A process with everything that it started, ended as when the machine fails."""

import contextlib
import os
import signal
from pathlib import Path


def family(pid: int) -> list[int]:
    """The process and all that descend from it, those who made a group of their own included."""
    found, waiting = [], [pid]
    while waiting:
        parent = waiting.pop()
        found.append(parent)
        for children in Path(f"/proc/{parent}/task").glob("*/children"):
            with contextlib.suppress(OSError):
                waiting += map(int, children.read_text().split())
    return found


def kill_family(pid: int) -> None:
    """`kill -9` to all of them at once."""
    for member in family(pid):
        with contextlib.suppress(ProcessLookupError):
            os.kill(member, signal.SIGKILL)
