"""Every error that Courtside raises on purpose, in one tree.

CourtsideError                the message is one line: what, why, what to do
├── BadInput                  something from outside does not say what it must
│   ├── BadClock              a game clock that is in neither of the two formats
│   ├── BadFeed               a response of the live feed that cannot be used
│   ├── BadConfig             a setting that is unknown or out of range
│   ├── UnknownGame           a game id that nobody has registered
│   └── CallsRejected         the server refused calls of a scraper (clients)
├── FeedUnavailable           the feed did not answer, or refuses
├── JournalError              the journal cannot take or give data
│   └── JournalFull           the disk is full or the file is locked
├── ServerUnavailable         a Courtside server cannot be reached (clients)
└── ModelError                a forecasting model that cannot be used
"""


class CourtsideError(Exception):
    """Base of all errors that are meant to be read by people."""


class BadInput(CourtsideError):
    """Input from outside that does not say what it must."""


class BadClock(BadInput):
    """A game clock that is in neither of the two formats."""


class BadFeed(BadInput):
    """A response of the live feed that cannot be used.

    `kind` is the name under which the fault is counted.
    """

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


class BadConfig(BadInput):
    """A setting that is unknown or out of range."""


class UnknownGame(BadInput):
    """A game id that nobody has registered."""


class CallsRejected(BadInput):
    """The server refused calls of a scraper: wrong data, which no retry would mend.

    `rejected` has a line for each: the call, the status and the server's reason.
    """

    def __init__(self, message: str, rejected: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.rejected = rejected


class FeedUnavailable(CourtsideError):
    """The feed did not answer, or refuses to."""


class JournalError(CourtsideError):
    """The journal cannot take or give data."""


class JournalFull(JournalError):
    """The journal's disk is full or its file is locked; new data is refused."""


class ServerUnavailable(CourtsideError):
    """A Courtside server cannot be reached."""


class ModelError(CourtsideError):
    """A forecasting model that cannot be used."""
