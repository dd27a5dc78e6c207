"""What the serving layer can be told."""

import msgspec


class StreamSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Bounds of the stream; sizes in bytes, times in seconds."""

    heartbeat_seconds: float = 5.0
    settle_seconds: float = 0.25
    """How long a new client may take to say `resume` before live messages start."""
    backlog_messages: int = 2_000
    backlog_bytes: int = 2 * 1024 * 1024
    ring_messages: int = 1_024
    """Newest messages of each game that are kept in memory for `resume`."""
    max_op_bytes: int = 64 * 1024
    """A longer frame of a client is answered with an `error`."""
    max_frame_bytes: int = 256 * 1024
    """A longer frame of a client closes it with 1009."""
    max_clients: int = 10_000
    ping_seconds: float = 30.0
    """A client that was silent that long is pinged, and closed when it is silent as long again."""
    close_grace_seconds: float = 5.0
    """How long a client that was closed may take to read what is under way to it."""
    socket_buffer_bytes: int = 256 * 1024
    """Kernel send buffer of a connection: what is in there can no longer be coalesced."""


class ServeSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Where the servers listen, who may write, and what is too much."""

    host: str = "127.0.0.1"
    http_port: int = 8080
    ws_port: int = 8765
    api_keys: tuple[str, ...] = ()
    """Any of them opens the calls that write; with none, only loopback may write."""
    allowed_origins: tuple[str, ...] = ()
    """Origins of web pages that may connect, e.g. `https://board.example`; loopback always may."""
    max_body_bytes: int = 64 * 1024
    max_messages_page: int = 5_000
    stream: StreamSettings = StreamSettings()
