"""Logs: lines for people or JSON for programs, on the terminal and in files that rotate.

What a program passes as `extra` (game_id, poll_ms, step_ms ...) travels as fields. A log call puts
its record into a queue and returns; a thread writes, so a slow terminal or disk never holds up the
event loop. Passwords and keys are masked in everything that is written.
"""

import atexit
import logging
import logging.handlers
import queue
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, TextIO

import msgspec

from courtside.errors import BadConfig
from courtside.redact import MASK, hide_secrets

FILE_BYTES = 10_000_000
FILES_KEPT = 5
QUEUE_RECORDS = 10_000

_STANDARD = frozenset(logging.makeLogRecord({}).__dict__) | {
    "message",
    "asctime",
    "taskName",
    "color_message",
}
_SECRET_FIELDS = frozenset({"api_key", "api_keys", "authorization", "password", "token"})
_COLOURS = {"debug": "2", "info": "32", "warning": "33", "error": "31", "critical": "1;31"}

Field = str | int | float | bool | None


def set_up_logs(
    *,
    level: Literal["debug", "info", "warning", "error"] = "info",
    style: Literal["text", "json"] = "text",
    folder: Path | None = None,
    secrets: tuple[str, ...] = (),
    terminal: TextIO | None = None,
) -> "Logs":
    """Send all logging to `terminal` (standard error unless given) and to `folder`/courtside.log.

    `level` is for Courtside's own loggers; other libraries speak from `warning` up. Returns what
    `close` is to be called on. Raises `BadConfig` where the folder cannot be written.
    """
    terminal = terminal or sys.stderr
    on_terminal = logging.StreamHandler(terminal)
    on_terminal.setFormatter(
        JsonFormatter(secrets) if style == "json" else TextFormatter(secrets, colour=terminal.isatty())
    )
    handlers: list[logging.Handler] = [on_terminal]
    if folder is not None:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            in_file = _FileHandler(
                folder / "courtside.log", maxBytes=FILE_BYTES, backupCount=FILES_KEPT, encoding="utf-8"
            )
        except OSError as error:
            raise BadConfig(
                f"log_dir {folder} cannot be written ({error.strerror}); choose another, or none for no files"
            ) from error
        in_file.setFormatter(
            JsonFormatter(secrets) if style == "json" else TextFormatter(secrets, dated=True)
        )
        handlers.append(in_file)
    return Logs(level, handlers)


class Logs:
    """The logging of this process, until `close`, which waits until everything is written."""

    def __init__(self, level: str, handlers: list[logging.Handler]) -> None:
        records: queue.Queue[logging.LogRecord] = queue.Queue(QUEUE_RECORDS)
        self._handlers = handlers
        self._queue_handler = _QueueHandler(records)
        self._listener = logging.handlers.QueueListener(records, *handlers)
        self._root, self._own = logging.getLogger(), logging.getLogger("courtside")
        self._levels = self._root.level, self._own.level
        self._root.addHandler(self._queue_handler)
        self._root.setLevel(logging.WARNING)
        self._own.setLevel(level.upper())
        self._listener.start()
        self._open = True
        atexit.register(self.close)

    def close(self) -> None:
        if not self._open:
            return
        self._open = False
        atexit.unregister(self.close)
        self._root.removeHandler(self._queue_handler)
        self._root.setLevel(self._levels[0])
        self._own.setLevel(self._levels[1])
        self._queue_handler.say_lost()
        self._listener.stop()
        for handler in self._handlers:
            handler.close()


class _QueueHandler(logging.handlers.QueueHandler):
    """Puts records into the queue; what does not fit is counted, and the count logged."""

    def __init__(self, records: "queue.Queue[logging.LogRecord]") -> None:
        super().__init__(records)
        self._records = records
        self._lost = 0

    def prepare(self, record: logging.LogRecord) -> logging.LogRecord:
        # What the arguments are may change before the thread looks at them.
        prepared = logging.makeLogRecord(record.__dict__)
        prepared.msg, prepared.args = record.getMessage(), None
        if record.exc_info and not record.exc_text:
            prepared.exc_text = logging.Formatter().formatException(record.exc_info)
        prepared.exc_info = None
        return prepared

    def enqueue(self, record: logging.LogRecord) -> None:
        try:
            if self._lost:
                self._records.put_nowait(self._loss())
                self._lost = 0
            self._records.put_nowait(record)
        except queue.Full:
            self._lost += 1

    def say_lost(self) -> None:
        """Called at the end: waits for room."""
        if self._lost:
            self._records.put(self._loss())
            self._lost = 0

    def _loss(self) -> logging.LogRecord:
        return logging.makeLogRecord(
            {
                "name": __name__,
                "levelname": "WARNING",
                "levelno": logging.WARNING,
                "msg": f"{self._lost} log lines were lost: terminal or disk is too slow for them",
            }
        )


class _FileHandler(logging.handlers.RotatingFileHandler):
    """A log file; where it cannot be written that is said once, and the program goes on."""

    _said = False

    def handleError(self, record: logging.LogRecord) -> None:
        if not self._said:
            self._said = True
            print(
                f"log file {self.baseFilename} cannot be written ({sys.exc_info()[1]}); free disk space",
                file=sys.stderr,
            )


class TextFormatter(logging.Formatter):
    """`12:42:01.300 info  courtside.app  game is on  game_id=0022500776 poll_ms=81.2`"""

    def __init__(self, secrets: tuple[str, ...] = (), *, colour: bool = False, dated: bool = False) -> None:
        super().__init__()
        self._secrets = secrets
        self._colour = colour
        self._dated = dated

    def format(self, record: logging.LogRecord) -> str:
        level = record.levelname.lower()
        moment = datetime.fromtimestamp(record.created, UTC)
        time = f"{moment:%Y-%m-%dT%H:%M:%S}" if self._dated else f"{moment.astimezone():%H:%M:%S}"
        parts = [
            f"{time}.{int(record.msecs):03d}{'Z' if self._dated else ''}",
            self._paint(f"{level:<7}", _COLOURS.get(level, "0")),
            self._paint(record.name, "2"),
            " ".join(hide_secrets(record.getMessage(), self._secrets).split("\n")),
        ]
        fields = " ".join(
            self._paint(f"{name}=", "2") + _word(value)
            for name, value in fields_of(record, self._secrets).items()
        )
        line = "  ".join([*parts, fields] if fields else parts)
        trace = _trace(record, self._secrets)
        return f"{line}\n{trace}" if trace else line

    def _paint(self, text: str, code: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self._colour else text


class JsonFormatter(logging.Formatter):
    """One object a line: `time, level, logger, message`, the fields, and `traceback` where there is one."""

    def __init__(self, secrets: tuple[str, ...] = ()) -> None:
        super().__init__()
        self._secrets = secrets

    def format(self, record: logging.LogRecord) -> str:
        moment = datetime.fromtimestamp(record.created, UTC)
        line: dict[str, Field] = fields_of(record, self._secrets)
        line |= {
            "time": f"{moment:%Y-%m-%dT%H:%M:%S}.{int(record.msecs):03d}Z",
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": hide_secrets(record.getMessage(), self._secrets),
        }
        trace = _trace(record, self._secrets)
        if trace:
            line["traceback"] = trace
        order = ("time", "level", "logger", "message")
        return msgspec.json.encode({name: line.pop(name) for name in order} | line).decode()


def fields_of(record: logging.LogRecord, secrets: tuple[str, ...] = ()) -> dict[str, Field]:
    """What was passed as `extra`, without secrets; numbers stay numbers."""
    return {
        name: _field(name, value, secrets)
        for name, value in _extras(record.__dict__).items()
        if not name.startswith("_")
    }


def _extras(attributes: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in attributes.items() if name not in _STANDARD}


def _field(name: str, value: object, secrets: tuple[str, ...]) -> Field:
    if name in _SECRET_FIELDS:
        return MASK
    if isinstance(value, float):
        return round(value, 3)
    if value is None or isinstance(value, int):
        return value
    return hide_secrets(str(value), secrets)


def _word(value: Field) -> str:
    text = str(value)
    plain = text.isprintable() and not any(each in text for each in ' "=') and text
    return text if plain else msgspec.json.encode(text).decode()


def _trace(record: logging.LogRecord, secrets: tuple[str, ...]) -> str:
    text = record.exc_text or (
        logging.Formatter().formatException(record.exc_info) if record.exc_info else ""
    )
    return hide_secrets(text, secrets)
