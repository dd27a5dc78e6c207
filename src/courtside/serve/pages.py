"""The files of the pages, and how long a browser may keep them."""

from os import PathLike, stat_result
from pathlib import Path

from starlette.responses import FileResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

STATIC = Path(__file__).parent / "static"
_HASHED = STATIC / "assets"
"""Names in here have a hash of what is in them: another content is another name."""

_FOR_EVER = "public, max-age=31536000, immutable"
_ASK = "no-cache"


class PageFiles(StaticFiles):
    """What lies in `static/`: hashed names for ever, all others are asked for again each time."""

    def __init__(self) -> None:
        super().__init__(directory=STATIC)

    def file_response(
        self, full_path: str | PathLike[str], stat_result: stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        answer = super().file_response(full_path, stat_result, scope, status_code)
        hashed = Path(full_path).is_relative_to(_HASHED)
        answer.headers["cache-control"] = _FOR_EVER if hashed else _ASK
        return answer


def page(name: str) -> Response:
    """A page by its file; what it names has hashes, so it is itself never taken unasked from a cache."""
    return FileResponse(STATIC / name, headers={"cache-control": _ASK})
