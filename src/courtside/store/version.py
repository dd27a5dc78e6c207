"""Whether this program can use a journal of a given version."""

from courtside.errors import JournalError


def check_version(version: int, known: int, name: str, *, read_only: bool) -> None:
    """Raises `JournalError` for a journal that this program cannot use as it is."""
    if version > known:
        raise JournalError(
            f"journal {name} was written by a newer Courtside (schema {version}, this one knows {known}); "
            "upgrade Courtside or use another journal"
        )
    if version < known and read_only:
        raise JournalError(
            f"journal {name} has schema {version}, this Courtside reads {known}; "
            "run `courtside run` on it once, which brings it up to date"
        )
