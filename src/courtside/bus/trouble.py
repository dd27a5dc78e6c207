"""Why nothing moves: each part of a bus says when the broker does not answer it, and when it does again."""

import logging

_log = logging.getLogger(__name__)


class Trouble:
    """One line for as long as any part is in trouble."""

    def __init__(self) -> None:
        self._of: dict[object, str] = {}

    def begin(self, part: object, why: str) -> None:
        if not self._of:
            _log.warning("the bus waits: %s", why)
        self._of[part] = why

    def end(self, part: object) -> None:
        if self._of.pop(part, None) and not self._of:
            _log.info("the bus goes on")

    @property
    def now(self) -> str | None:
        return next(iter(self._of.values()), None)
