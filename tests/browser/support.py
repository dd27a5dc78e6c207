"""What the tests of pages share."""

import json
import random
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import httpx

from courtside.app.run import App
from courtside.events import ExternalForecast, ScoreLine

if TYPE_CHECKING:
    from tests.browser.conftest import Watched

Scheme = Literal["light", "dark"]
AXE = Path(__file__).parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"


async def push(app: App, path: str, **body: object) -> None:
    async with httpx.AsyncClient(base_url=app.http_url) as http:
        answer = await http.post(path, json=body)
        assert answer.status_code == 200, answer.text


async def score(app: App, clock: str, home: int, away: int, *, quarter: int = 1, game: str = "g1") -> None:
    body = {"quarter": quarter, "time_remaining": clock, "score_home": home, "score_away": away}
    await push(app, f"/games/{game}/scores", **body)


async def wear(watched: "Watched", scheme: Scheme) -> None:
    """The page in the system's other colours."""
    await watched.page.emulate_media(color_scheme=scheme)
    await watched.until("scheme => document.documentElement.dataset.theme === scheme", scheme)


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


TEAMS = ("BOS", "NYK", "LAL", "DEN", "MIA", "CHI", "PHX", "OKC", "MIL", "CLE")
PATTERN_MINUTES = 18
HALF_MINUTE, LAST_MINUTE = 24, 48
SPREADS = {HALF_MINUTE: 9.0, LAST_MINUTE: 14.0}
DAY_MS = 86_400_000


async def season(app: App, games: int, *, others: int = 0, from_ms: int, nights: int = 1) -> None:
    """Pushed games that are over, with our forecasts of them and `others` of each by other models.

    Margins are made up and the same every time; the first night begins at `from_ms`.
    """
    chance = random.Random(7)
    for number in range(games):
        game_id = f"s{number:04}"
        home, away = chance.sample(TEAMS, 2)
        start_ms = from_ms + (number * nights // games) * DAY_MS + number * 1_000
        lead, score_home, score_away = 0, 0, 0
        minutes = (*range(1, PATTERN_MINUTES + 1), HALF_MINUTE, LAST_MINUTE)
        for minute in minutes:
            lead += round(chance.gauss(0, SPREADS.get(minute, 1.5)))
            if minute == LAST_MINUTE and lead == 0:
                lead = 2
            score_home, score_away = max(score_home, score_away + lead), max(score_away, score_home - lead)
            score_home, score_away = score_home + 2, score_away + 2
            period = (minute - 1) // 12 + 1
            seen = ScoreLine(
                game_id=game_id,
                received_ms=start_ms + minute * 60_000,
                source="push",
                home_team=home,
                away_team=away,
                status="final" if minute == LAST_MINUTE else "halftime" if minute == HALF_MINUTE else "live",
                period=period,
                remaining_tenths=(period * 12 - minute) * 600,
                score_home=score_home,
                score_away=score_away,
            )
            await app.pipeline.put(seen)
            if minute != PATTERN_MINUTES:
                continue
            for other in range(others):
                forecast = ExternalForecast(
                    game_id=game_id,
                    received_ms=seen.received_ms,
                    source="push",
                    model=f"other-{other}",
                    horizon="halftime",
                    point_forecast=float(lead + other),
                    interval_lower=float(lead - 10),
                    interval_upper=float(lead + 10),
                    coverage=0.9,
                )
                await app.pipeline.put(forecast)
    await app.pipeline.drained()
