"""The journal's tables and statements, stated once for every database.

Statements use `?` for parameters. `for_postgres` and the type names below are all in which the two
databases differ.

One accepted observation is one row of `entries`, with the messages that it produced beside it: a
commit is a single insert, and an entry cannot be there by half. `id` rises over the whole journal
in the order of acceptance. A `stream` is one epoch of one game; within it `last_seq` never falls.
How far a game has got is read off its last entry, so no second copy of it can disagree.
"""

APPLICATION_ID = 0x43545344
"""Marks an SQLite file as a journal of ours ("CTSD"), so that another program's is never touched."""

LOGGED_TYPES = frozenset({"ml_prediction", "external_prediction", "result"})
"""Types that are looked up over all games; entries that hold one are in an index of their own.
Adding a type needs a migration that marks the entries which are there already."""

SQLITE_TYPES = {"id": "INTEGER", "int": "INTEGER", "bytes": "BLOB"}
POSTGRES_TYPES = {"id": "BIGINT", "int": "BIGINT", "bytes": "BYTEA"}

MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL)",
        """CREATE TABLE streams (
            stream {id} PRIMARY KEY,
            game_id TEXT NOT NULL,
            epoch TEXT NOT NULL,
            final {int} NOT NULL DEFAULT 0,
            UNIQUE (game_id, epoch)
        )""",
        """CREATE TABLE entries (
            id {id} PRIMARY KEY,
            stream {int} NOT NULL REFERENCES streams (stream),
            received_ms {int} NOT NULL,
            first_seq {int} NOT NULL,
            last_seq {int} NOT NULL,
            logged {int} NOT NULL,
            types TEXT NOT NULL,
            observation {bytes} NOT NULL,
            frames {bytes} NOT NULL
        )""",
        "CREATE INDEX entries_in_stream ON entries (stream, last_seq, id)",
        "CREATE INDEX entries_logged ON entries (id) WHERE logged = 1",
        "CREATE TABLE idempotency (key TEXT PRIMARY KEY, received_ms {int} NOT NULL)",
        "INSERT INTO meta (key, value) VALUES ('version', '0')",
    ),
    ("ALTER TABLE idempotency ADD COLUMN digest TEXT NOT NULL DEFAULT ''",),
)
"""Step n brings a journal from version n to n + 1; steps are only ever appended."""

GET_META = "SELECT value FROM meta WHERE key = ?"
SET_META = (
    "INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value"
)

INSERT_STREAM = "INSERT INTO streams (stream, game_id, epoch, final) VALUES (?, ?, ?, ?)"
INSERT_ENTRY = """INSERT INTO entries
    (id, stream, received_ms, first_seq, last_seq, logged, types, observation, frames)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"""
INSERT_KEY = "INSERT INTO idempotency (key, received_ms, digest) VALUES (?, ?, ?)"
GET_KEY = "SELECT digest FROM idempotency WHERE key = ?"
SET_FINAL = "UPDATE streams SET final = ? WHERE game_id = ?"

STREAMS = """SELECT s.stream, s.game_id, s.epoch, s.final, e.last_seq, e.received_ms
    FROM streams s JOIN entries e ON e.id = (
        SELECT id FROM entries WHERE stream = s.stream ORDER BY last_seq DESC, id DESC LIMIT 1)
    ORDER BY s.stream"""
NEXT_NUMBERS = """SELECT (SELECT COALESCE(MAX(id), 0) + 1 FROM entries),
    (SELECT COALESCE(MAX(stream), 0) + 1 FROM streams)"""
OBSERVATIONS = """SELECT s.epoch, e.observation FROM entries e JOIN streams s ON s.stream = e.stream
    WHERE s.game_id = ? ORDER BY e.id"""
FIRST_OBSERVATIONS = """SELECT s.game_id, e.observation FROM entries e JOIN streams s ON s.stream = e.stream
    WHERE e.id IN (SELECT MIN(id) FROM entries GROUP BY stream) ORDER BY e.id"""
MESSAGES = """SELECT s.epoch, e.first_seq, e.types, e.frames
    FROM streams s JOIN entries e ON e.stream = s.stream
    WHERE s.stream = (SELECT MAX(stream) FROM streams WHERE game_id = ? AND epoch = COALESCE(?, epoch))
        AND e.last_seq > ? AND e.first_seq <= e.last_seq
    ORDER BY e.last_seq, e.id LIMIT ?"""
LOGGED = """SELECT s.game_id, s.epoch, e.first_seq, e.types, e.frames
    FROM entries e JOIN streams s ON s.stream = e.stream
    WHERE {where} ORDER BY e.id"""

FORGET_ENTRIES = "DELETE FROM entries WHERE stream IN (SELECT stream FROM streams WHERE game_id = ?)"
FORGET_STREAMS = "DELETE FROM streams WHERE game_id = ?"
FORGET_KEYS = "DELETE FROM idempotency WHERE received_ms < ?"
HAS_ENTRIES = "SELECT 1 FROM entries WHERE id >= ? LIMIT 1"
TAKE_BACK_ENTRIES = "DELETE FROM entries WHERE id >= ?"
TAKE_BACK_STREAMS = "DELETE FROM streams WHERE stream >= ?"
TAKE_BACK_KEYS = "DELETE FROM idempotency WHERE key = ?"

COUNTS = """SELECT (SELECT COUNT(DISTINCT game_id) FROM streams), COUNT(*),
    COALESCE(SUM(last_seq - first_seq + 1), 0) FROM entries"""
GAPS = """SELECT s.game_id, s.epoch FROM streams s JOIN entries e ON e.stream = s.stream
    GROUP BY s.stream, s.game_id, s.epoch
    HAVING SUM(e.last_seq - e.first_seq + 1) <> MAX(e.last_seq) ORDER BY s.stream LIMIT 1"""


def logged_query(types: frozenset[str]) -> str:
    """`LOGGED` for these types: by its index where that holds them all, over every entry otherwise."""
    return LOGGED.format(where="e.logged = 1" if types <= LOGGED_TYPES else "e.first_seq <= e.last_seq")


def for_postgres(statement: str) -> str:
    """A statement with the parameter marks of psycopg."""
    return statement.replace("?", "%s")
