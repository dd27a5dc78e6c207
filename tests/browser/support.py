"""What the tests of pages share."""

import asyncio
import json
import random
import re
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import httpx

from courtside.app.run import App
from courtside.events import ExternalForecast, ScoreLine

if TYPE_CHECKING:
    from tests.browser.conftest import Watched

Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
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


def figure(text: str, pattern: str) -> float:
    """The number that the first group of the pattern finds."""
    found = re.search(pattern, text)
    assert found is not None, text
    return float(found.group(1))


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


@asynccontextmanager
async def recorded_feed(recordings: Path, *arguments: object) -> AsyncIterator[str]:
    """`courtside feed` in a process of its own; gives its address, and is ended by its id."""
    command = ("-m", "courtside.cli", "feed", "--recordings", recordings, "--port", 0, *arguments)
    process = await asyncio.create_subprocess_exec(
        sys.executable, *map(str, command), stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    assert process.stdout is not None
    reading: asyncio.Task[bytes] | None = None
    try:
        said = b""
        async with asyncio.timeout(30):
            while (found := re.search(rb"http://127\.0\.0\.1:\d+", said)) is None:
                line = await process.stdout.readline()
                assert line, said.decode()
                said += line
        # Whoever does not read what it says would stop it when the pipe is full.
        reading = asyncio.create_task(process.stdout.read())
        yield found.group().decode()
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()
        if reading is not None:
            await reading
