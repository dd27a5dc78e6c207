"""A journal by its URL."""

from pathlib import Path
from urllib.parse import urlsplit

from courtside.errors import BadConfig, JournalError
from courtside.redact import hide_secrets
from courtside.store.journal import Journal
from courtside.store.sqlite import SqliteJournal

_SQLITE = "sqlite:///"
URL_FORMS = "sqlite:///relative.db, sqlite:////absolute.db, sqlite:///:memory: or postgresql://user@host/name"


def open_journal(url: str, *, read_only: bool = False) -> Journal:
    """The journal at `sqlite:///relative.db`, `sqlite:////absolute.db`, `sqlite:///:memory:` or
    `postgresql://user:password@host/name`.

    An SQLite journal is open when this returns; PostgreSQL is first asked at the first call. With
    `read_only` it can be looked at while another process writes. Raises `BadConfig` for another URL,
    `JournalError` where it cannot be opened; no error holds a password.
    """
    if url.startswith(_SQLITE) and len(url) > len(_SQLITE):
        path = url.removeprefix(_SQLITE)
        if read_only and not Path(path).is_file():
            raise JournalError(f"there is no journal at {path}; 'courtside run' writes one")
        return SqliteJournal(path, read_only=read_only)
    if urlsplit(url).scheme in ("postgresql", "postgres"):
        try:
            from courtside.store.postgres import PostgresJournal
        except ImportError as error:
            raise JournalError(
                "a PostgreSQL journal needs psycopg: pip install 'courtside[postgres]'"
            ) from error
        return PostgresJournal(url, read_only=read_only)
    raise BadConfig(f"journal {hide_secrets(url)!r} is none of {URL_FORMS}")
