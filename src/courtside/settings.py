"""Every setting of `courtside run`: its name, type, range, default and meaning, in one place.

The groups below, each on top of the one before, make up `Settings`. The command line, the
environment, the TOML file and `docs/configuration.md` all follow from them; see `courtside.config`
for how values are read.
"""

from pathlib import Path
from typing import Annotated, Literal, TypeVar, get_type_hints

import msgspec
from msgspec import Meta

from courtside.redact import MASK, hide_secrets

_Part = TypeVar("_Part", bound=msgspec.Struct)


class About(msgspec.Struct, frozen=True):
    """What people are told of a setting."""

    help: str
    unit: str = ""
    flag: bool = True
    """Whether the command line has an option for it; environment and TOML always do."""
    secret: bool = False
    none: str = "none"
    """The word for None, where the setting may be that."""


Positive = Annotated[float, Meta(gt=0)]
NotNegative = Annotated[float, Meta(ge=0)]
Share = Annotated[float, Meta(ge=0, lt=1)]
Count = Annotated[int, Meta(ge=1)]
CountOrNone = Annotated[int, Meta(ge=0)]
Port = Annotated[int, Meta(ge=0, le=65535)]


class SourceGroup(msgspec.Struct, frozen=True, kw_only=True):
    """Where games come from"""

    source: Annotated[
        Literal["auto", "nba", "replay", "simulate", "push"],
        About(
            "Where games come from. `auto` is the NBA's live feed where it answers and a game is on, and "
            "simulated games, labelled as such, until then"
        ),
    ] = "auto"
    speed: Annotated[
        Annotated[float, Meta(gt=0, le=1_000_000)] | None,
        About("How fast games are replayed: 1 is real time, `max` as fast as it goes", "times", none="max"),
    ] = 1.0
    recordings: Annotated[
        Path | None, About("Folder of recorded games that `replay` plays; it needs one")
    ] = None
    games: Annotated[
        Count | None, About("How many games to replay or simulate; `none` is all recorded, or a full slate")
    ] = None
    seed: Annotated[int, About("Starts the simulator: the same seed gives the same games")] = 0


class ServerGroup(SourceGroup, frozen=True, kw_only=True):
    """Where it listens, and who may do what"""

    host: Annotated[
        str, About("Address to listen on; 0.0.0.0 is every network, and then wants `api_keys`")
    ] = "127.0.0.1"
    http_port: Annotated[Port, About("Port of dashboard, HTTP calls and `/ws/live`; 0 takes a free one")] = (
        8080
    )
    ws_port: Annotated[Port, About("Port of the stream; 0 takes a free one")] = 8765
    api_keys: Annotated[
        tuple[str, ...],
        About(
            "Any of these opens the calls that write; with none, only this machine may write. Separated by "
            "commas. There is no flag: a command line is seen by every user of the machine",
            flag=False,
            secret=True,
        ),
    ] = ()
    allowed_origins: Annotated[
        tuple[str, ...],
        About(
            "Web pages of other sites that may connect, as `https://board.example`, separated by commas; "
            "pages from this machine always may"
        ),
    ] = ()
    max_body_bytes: Annotated[Count, About("Longest body of a call", "bytes", flag=False)] = 64 * 1024
    max_messages_page: Annotated[
        Count, About("Most messages that one call of `/games/{id}/messages` gives", "messages", flag=False)
    ] = 5_000


class StreamGroup(ServerGroup, frozen=True, kw_only=True):
    """The stream and its clients"""

    heartbeat_seconds: Annotated[Positive, About("Time between two `heartbeat` messages", "seconds")] = 5.0
    backlog_messages: Annotated[
        Count, About("How far a client may lag, in messages, before it is closed with 1013", "messages")
    ] = 2_000
    backlog_bytes: Annotated[
        Count, About("How far a client may lag, in bytes, before it is closed with 1013", "bytes")
    ] = 2 * 1024 * 1024
    max_clients: Annotated[Count, About("Clients of the stream at one time", "clients")] = 10_000
    settle_seconds: Annotated[
        NotNegative,
        About("How long a new client may take to say `resume` before messages start", "seconds", flag=False),
    ] = 0.25
    ring_messages: Annotated[
        Count,
        About("Newest messages of each game kept in memory for `resume`", "messages", flag=False),
    ] = 1_024
    max_op_bytes: Annotated[
        Count, About("A longer frame of a client is answered with `error`", "bytes", flag=False)
    ] = 64 * 1024
    max_frame_bytes: Annotated[
        Count, About("A longer frame of a client closes it with 1009", "bytes", flag=False)
    ] = 256 * 1024
    ping_seconds: Annotated[
        Positive,
        About(
            "A client that was silent this long is pinged, and closed when silent as long again",
            "seconds",
            flag=False,
        ),
    ] = 30.0
    close_grace_seconds: Annotated[
        NotNegative,
        About("How long a closed client may take to read what is under way to it", "seconds", flag=False),
    ] = 5.0
    socket_buffer_bytes: Annotated[
        Count, About("Kernel send buffer of a connection", "bytes", flag=False)
    ] = 256 * 1024


class KeepingGroup(StreamGroup, frozen=True, kw_only=True):
    """What is kept, and where"""

    data_dir: Annotated[Path, About("Folder of the journal and of everything else that is kept")] = Path(
        "data"
    )
    database: Annotated[
        str | None,
        About(
            "The journal: `sqlite:///relative.db`, `sqlite:////absolute.db`, `sqlite:///:memory:` or "
            "`postgresql://user:password@host/name`; `none` is `courtside.db` in `data_dir`"
        ),
    ] = None
    retention_days: Annotated[
        NotNegative, About("Final games are forgotten after this long; 0 keeps them for ever", "days")
    ] = 30.0
    push_idle_hours: Annotated[
        NotNegative,
        About(
            "A pushed game that is not over leaves the lists after this long without a word, as it stands; "
            "the next word brings it back. 0 waits for ever",
            "hours",
            flag=False,
        ),
    ] = 6.0
    role: Annotated[Literal["all", "ingest", "engine", "gateway"], About("Which part this process plays")] = (
        "all"
    )


class BusGroup(KeepingGroup, frozen=True, kw_only=True):
    """The bus between several processes

    All processes of one installation are given the same."""

    bus: Annotated[
        str,
        About(
            "What carries observations and messages from process to process: `memory`, within one; "
            "`redis://user:password@host:port/database` (`rediss://` with TLS) or `kafka://host:port,host:port`"
        ),
    ] = "memory"
    bus_prefix: Annotated[
        str, About("What the names of streams, topics and groups begin with: one for each installation")
    ] = "courtside"
    bus_partitions: Annotated[
        Annotated[int, Meta(ge=1, le=1024)],
        About("Parts into which observations and messages are cut: the most engines that can share the work"),
    ] = 16
    bus_retention_hours: Annotated[
        Positive,
        About(
            "How long observations and messages stay on the bus; an engine or gateway that starts reads all "
            "that is there",
            "hours",
        ),
    ] = 48.0
    bus_max_records: Annotated[
        Count | None,
        About(
            "On Redis, the most records of a partition, whatever their age; `none` lets the retention decide",
            "records",
        ),
    ] = None
    bus_session_seconds: Annotated[
        Annotated[float, Meta(ge=0.5, le=300)],
        About("A process that is silent this long loses its partitions to the others", "seconds"),
    ] = 6.0


class GameGroup(BusGroup, frozen=True, kw_only=True):
    """What is said of games"""

    run_threshold: Annotated[Count, About("Unanswered points at which a run counts", "points")] = 8
    alert_threshold: Annotated[Count, About("Unanswered points at which a run is an alert", "points")] = 10
    drought_seconds: Annotated[
        Count, About("Game time without a point at which a team's drought is an alert", "seconds")
    ] = 180
    coverage: Annotated[
        Annotated[float, Meta(gt=0, lt=1)], About("How sure the interval of a forecast is meant to be")
    ] = 0.95
    model: Annotated[
        str | None,
        About(
            "What forecasts: `shipped`, an installed model by its name, or the folder of one; `active` is "
            "what `courtside models use` chose, and the shipped one until then",
            none="active",
        ),
    ] = None
    ensemble: Annotated[
        Literal["default", "classic"],
        About(
            "How the members of the halftime forecast are combined: `default` as it did best on games that "
            "they had not seen, `classic` 40% similar games and 60% LSTM"
        ),
    ] = "default"


class LogGroup(GameGroup, frozen=True, kw_only=True):
    """Logs"""

    log_level: Annotated[
        Literal["debug", "info", "warning", "error"], About("The least important lines to write")
    ] = "info"
    log_format: Annotated[
        Literal["text", "json"], About("`text` for people, `json` for programs, on the terminal and in files")
    ] = "text"
    log_dir: Annotated[
        Path | None, About("Folder of the log files, which rotate; `none` writes to the terminal only")
    ] = Path("logs")


class NbaGroup(LogGroup, frozen=True, kw_only=True):
    """The NBA's live feed

    What ends in `_polls` is a multiple of `poll_seconds`, so that one number scales the whole."""

    nba_url: Annotated[
        str, About("Where the live feed is; `courtside feed` plays one at an address of its own")
    ] = "https://cdn.nba.com"
    poll_seconds: Annotated[
        Positive, About("Time between two looks at the scoreboard and at a live game's plays", "seconds")
    ] = 10.0
    nba_box_score_polls: Annotated[
        Positive, About("Time between two looks at a live game's box score", "polls", flag=False)
    ] = 3.0
    nba_halftime_polls: Annotated[
        Positive,
        About("The same for plays at halftime, and for a game about to start", "polls", flag=False),
    ] = 3.0
    nba_idle_polls: Annotated[
        Positive,
        About("The same for the scoreboard with no game on and no tip-off known", "polls", flag=False),
    ] = 6.0
    nba_asleep_polls: Annotated[
        Positive, About("Longest sleep towards a known tip-off", "polls", flag=False)
    ] = 30.0
    nba_tip_off_lead_seconds: Annotated[
        NotNegative, About("A game is about to start this long before its tip-off", "seconds", flag=False)
    ] = 600.0
    nba_tip_off_window_seconds: Annotated[
        NotNegative,
        About(
            "A game that nobody announces as begun is asked for this long after its tip-off time",
            "seconds",
            flag=False,
        ),
    ] = 4 * 3600.0
    nba_grace_polls: Annotated[
        NotNegative,
        About("A finished game is polled like a live one this long, for late edits", "polls", flag=False),
    ] = 60.0
    nba_late_every_polls: Annotated[
        Positive, About("After that a finished game is looked at this often", "polls", flag=False)
    ] = 30.0
    nba_late_polls: Annotated[
        NotNegative, About("and no more this long after its end", "polls", flag=False)
    ] = 2160.0
    nba_jitter: Annotated[
        Share, About("Intervals are made longer or shorter by up to this share of them", flag=False)
    ] = 0.1
    nba_max_in_flight: Annotated[Count, About("Requests at one time", "requests", flag=False)] = 16
    nba_backlog: Annotated[
        Count, About("Observations that may wait before polling pauses", "observations", flag=False)
    ] = 256
    nba_connect_seconds: Annotated[Positive, About("Time for a connection", "seconds", flag=False)] = 5.0
    nba_answer_seconds: Annotated[
        Positive | None,
        About("Time for a whole answer; `none` is two polls, from 2 to 20 seconds", "seconds", flag=False),
    ] = None
    nba_max_response_bytes: Annotated[Count, About("Longest answer, decompressed", "bytes", flag=False)] = (
        8 * 1024 * 1024
    )
    nba_revalidate_polls: Annotated[
        Count,
        About("After so many `not modified` in a row a file is fetched whole once", "polls", flag=False),
    ] = 30
    nba_retries: Annotated[
        CountOrNone,
        About("Further attempts at once where a connection died before its answer", "attempts", flag=False),
    ] = 1
    nba_backoff_first_polls: Annotated[
        Positive, About("First pause after a failure; it doubles with each", "polls", flag=False)
    ] = 0.25
    nba_backoff_cap_polls: Annotated[Positive, About("Longest pause after failures", "polls", flag=False)] = (
        6.0
    )
    nba_retry_after_cap_seconds: Annotated[
        NotNegative, About("Longest `Retry-After` that is obeyed", "seconds", flag=False)
    ] = 300.0
    nba_circuit_failures: Annotated[
        Count, About("Failures in a row of one file that open its circuit", "failures", flag=False)
    ] = 5
    nba_circuit_open_polls: Annotated[
        Positive, About("An open circuit is probed after this long", "polls", flag=False)
    ] = 12.0
    nba_host_failures: Annotated[
        Count,
        About("Failures in a row, of any file, after which only one file probes", "failures", flag=False),
    ] = 12
    nba_disbelief_polls: Annotated[
        Count,
        About("A file that stays older than the accepted one this often is believed", "polls", flag=False),
    ] = 30
    nba_user_agent: Annotated[
        str, About("`User-Agent` header; the feed may refuse what is no browser", flag=False)
    ] = (
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
        "Chrome/131.0.0.0 Safari/537.36"
    )
    nba_referer: Annotated[str, About("`Referer` header", flag=False)] = "https://www.nba.com/"


GROUPS: tuple[type[msgspec.Struct], ...] = (
    SourceGroup,
    ServerGroup,
    StreamGroup,
    KeepingGroup,
    BusGroup,
    GameGroup,
    LogGroup,
    NbaGroup,
)
"""Each takes over the fields of the one before and adds its own."""


class Settings(NbaGroup, frozen=True, kw_only=True):
    """Everything that `courtside run` takes. Printed, it shows no secrets."""

    @property
    def database_url(self) -> str:
        return self.database or f"sqlite:///{self.data_dir / 'courtside.db'}"

    def part(self, kind: type[_Part], prefix: str = "") -> _Part:
        """The settings of one component: each field of `kind` that is a setting here, with the prefix
        (`nba_url` for `url`) or without; other fields keep their defaults."""
        values: dict[str, object] = {}
        for field in kind.__struct_fields__:
            for name in (prefix + field, field):
                if name in self.__struct_fields__:
                    values[field] = getattr(self, name)
                    break
        return kind(**values)

    def __repr__(self) -> str:
        shown = ", ".join(f"{name}={value!r}" for name, value in self.shown().items())
        return f"Settings({shown})"

    def shown(self) -> dict[str, str]:
        """Every setting as text, without secrets."""
        return {name: show(name, getattr(self, name)) for name in self.__struct_fields__}


def _about(annotation: object) -> About:
    [about] = [each for each in getattr(annotation, "__metadata__", ()) if isinstance(each, About)]
    return about


HINTS: dict[str, object] = {
    name: hint
    for name, hint in get_type_hints(Settings, include_extras=True).items()
    if name in Settings.__struct_fields__
}
ABOUT = {name: _about(HINTS[name]) for name in Settings.__struct_fields__}


def show(name: str, value: object) -> str:
    """A setting's value as people write it; keys and passwords are masked."""
    if value is None:
        return ABOUT[name].none
    if isinstance(value, tuple):
        return ",".join(MASK if ABOUT[name].secret else str(each) for each in value)
    if ABOUT[name].secret:
        return MASK
    return f"{value:g}" if isinstance(value, float) else hide_secrets(str(value))
