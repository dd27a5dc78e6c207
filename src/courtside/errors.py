"""Every error that Courtside raises on purpose, in one tree.

CourtsideError                the message is one line: what, why, what to do
├── BadInput                  something from outside does not say what it must
│   ├── BadClock              a game clock that is in neither of the two formats
│   ├── BadFeed               a response of the live feed that cannot be used
│   ├── BadHistory            a historical file or game that cannot be used
│   ├── BadConfig             a setting that is unknown or out of range
│   ├── OtherSource           a push call for a game that another source follows
│   ├── UnknownGame           a game id that nobody has registered
│   └── CallsRejected         the server refused calls of a scraper (clients)
├── FeedUnavailable           the feed did not answer, or refuses
├── CannotListen              a port that cannot be had
├── JournalError              the journal cannot take or give data
│   └── JournalFull           the disk is full or the file is locked
├── BusError                  a broker that refuses, or cannot be used as it is set up
├── ServerUnavailable         a server cannot be reached (clients of Courtside, MLflow)
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


class BadHistory(BadInput):
    """A historical file, or one game of it, that cannot be used.

    `kind` is the name under which games that are left out are counted.
    """

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


class BadConfig(BadInput):
    """A setting that is unknown or out of range."""


class UnknownGame(BadInput):
    """A game id that nobody has registered."""


class OtherSource(BadInput):
    """A push call for a game that does not come from push: nobody may relabel it."""


class CallsRejected(BadInput):
    """The server refused calls of a scraper: wrong data, which no retry would mend.

    `rejected` has a line for each: the call, the status and the server's reason.
    """

    def __init__(self, message: str, rejected: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.rejected = rejected


class FeedUnavailable(CourtsideError):
    """The feed did not answer, or refuses to."""


class CannotListen(CourtsideError):
    """A port that cannot be had: in use, or not ours to take."""


class JournalError(CourtsideError):
    """The journal cannot take or give data."""


class JournalFull(JournalError):
    """The journal's disk is full or its file is locked; new data is refused."""


class BusError(CourtsideError):
    """A broker that refuses, or that cannot be used as it is set up."""


class ServerUnavailable(CourtsideError):
    """A server that we are a client of (Courtside's own, MLflow) cannot be reached, or refuses."""


class ModelError(CourtsideError):
    """A forecasting model that cannot be used."""
