"""What the tests of pages share."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import httpx

from courtside.app.run import App

if TYPE_CHECKING:
    from tests.browser.conftest import Watched

AXE = Path(__file__).parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"


async def push(app: App, path: str, **body: object) -> None:
    async with httpx.AsyncClient(base_url=app.http_url) as http:
        answer = await http.post(path, json=body)
        assert answer.status_code == 200, answer.text


async def score(app: App, clock: str, home: int, away: int, *, quarter: int = 1, game: str = "g1") -> None:
    body = {"quarter": quarter, "time_remaining": clock, "score_home": home, "score_away": away}
    await push(app, f"/games/{game}/scores", **body)


async def findings(watched: "Watched") -> list[str]:
    """What axe finds serious or critical on the page as it is shown, a line for each kind."""
    assert AXE.is_file(), "axe-core is missing; run npm ci in web/"
    await watched.page.evaluate(AXE.read_text(encoding="utf-8"))
    report = await watched.page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{each['id']}: {each['help']}: {json.dumps([node['target'] for node in each['nodes']][:4])}"
        for each in report["violations"]
        if each["impact"] in ("serious", "critical")
    ]
