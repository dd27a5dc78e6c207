"""A recorded night from its first tip to its last result: real HTTP, the real program, a real browser."""

import asyncio
import csv
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from math import ceil, floor
from pathlib import Path
from typing import Any

import httpx
import pytest

from courtside.app.run import App, started
from courtside.settings import Settings
from tests.browser.conftest import Watched
from tests.browser.support import figure, recorded_feed

MakeSettings = Callable[..., Settings]
Json = dict[str, Any]

pytestmark = [pytest.mark.data, pytest.mark.timeout(150)]

GAMES = 8
NIGHT_SECONDS = 90
EDITS = "late_edit,late_insertion,deletion,score_review"
CARDS = "document.querySelectorAll('.card').length"
OVER = "document.querySelectorAll('.card.over').length"
SCORES = """Object.fromEntries([...document.querySelectorAll('.card')].map((card) => [
    card.querySelector('.card-link').hash.split('/').pop(),
    [...card.querySelectorAll('.score')].map((score) => Number(score.innerText)),
]))"""
EVENTS = """[...document.querySelectorAll('#events .event')].map((event) => [
    event.querySelector('b').innerText,
    event.querySelector('.event-head .dim').innerText,
    event.querySelector('.event-text').innerText,
])"""


async def asked(app: App, path: str, name: str) -> list[Json]:
    async with httpx.AsyncClient(base_url=app.http_url) as http:
        return list((await http.get(path)).json()[name])


def ahead(points: float, of: Json) -> set[str]:
    """As the page says a margin, `BOS +3.5`; a half of a tenth may go either way."""
    tenths = abs(points) * 10
    team = of["home_team"] if points > 0 else of["away_team"]
    return {f"{team} +{each / 10:g}" if each else "level" for each in (floor(tenths), ceil(tenths))}


async def soon(check: Callable[[], Awaitable[None]]) -> None:
    """Something under way may still come: what is checked must hold within ten seconds."""
    loop = asyncio.get_running_loop()
    end = loop.time() + 10
    while True:
        try:
            return await check()
        except AssertionError:
            if loop.time() > end:
                raise
        await asyncio.sleep(0.2)


async def until_over(watched: Watched, games: int) -> None:
    async with asyncio.timeout(NIGHT_SECONDS):
        while await watched.page.evaluate(OVER) < games:
            await asyncio.sleep(0.2)


async def check_cards(app: App, watched: Watched) -> None:
    finals = {
        game["game_id"]: [game["score_away"], game["score_home"]]
        for game in await asked(app, "/games", "games")
    }
    shown = await watched.page.evaluate(SCORES)
    assert shown == finals
    assert all(score > 60 for scores in shown.values() for score in scores)


async def check_events(app: App, watched: Watched) -> None:
    """Every halftime forecast and every result stands in the feed, as the log has them."""
    more = watched.page.get_by_role("button", name="Earlier events")
    while await more.count():
        await more.click()
    events = [tuple(event) for event in await watched.page.evaluate(EVENTS)]
    for record in await asked(app, "/predictions", "predictions"):
        pair = f"{record['away_team']} at {record['home_team']}"
        points = ahead(record["point_forecast"], record)
        if record["horizon"] == "halftime":
            said = [text for label, of, text in events if (label, of) == ("Halftime forecast", pair)]
            assert any(f"{point} at the half; 95%: " in text for text in said for point in points), said
        label = "Halftime result" if record["horizon"] == "halftime" else "Final result"
        told = {text for name, of, text in events if (name, of) == (label, pair)}
        [came] = ahead(record["actual"], record)
        held = "inside" if record["inside_interval"] else "outside"
        assert {f"{came}, forecast {point}, {held} the interval" for point in points} & told, (pair, told)


async def check_accuracy(app: App, watched: Watched, folder: Path) -> None:
    page = watched.page
    await page.keyboard.press("3")
    rows = "document.querySelectorAll('.log-body .log-row').length"
    await watched.until(f"{rows} === {GAMES}")
    lines = await asked(app, "/accuracy", "accuracy")
    said = next(line for line in lines if line["horizon"] == "halftime")
    head = " ".join((await watched.text(".headline")).split())
    assert f"Settled {GAMES} of {GAMES} forecasts" in head
    assert figure(head, r"error ([\d.]+) points") == pytest.approx(said["mae"], abs=0.0051)
    points = "['.dots', '.crosses'].map((each) => document.querySelector(each).getAttribute('d')).join('')"
    drawn = await page.evaluate(f"({points}.match(/M/g) ?? []).length")
    assert drawn == GAMES
    records = [
        each for each in await asked(app, "/predictions", "predictions") if each["horizon"] == "halftime"
    ]
    await page.click(".log-header >> text=Off by")
    await watched.until("document.querySelector('.log-header .c-error').ariaSort === 'descending'")
    names = await page.locator(".log-body .c-game").all_inner_texts()
    by_error = sorted(records, key=lambda each: -each["absolute_error"])
    assert names == [f"{each['away_team']} at {each['home_team']}" for each in by_error]
    worst = by_error[0]
    await page.fill(".log-tools input[type=search]", worst["home_team"])
    of_team = [each for each in records if worst["home_team"] in (each["home_team"], each["away_team"])]
    await watched.until(f"{rows} === {len(of_team)}")
    await page.fill(".log-tools input[type=search]", "")
    async with page.expect_download() as downloading:
        await page.click("text=Download CSV")
    await (await downloading.value).save_as(folder / "log.csv")
    with (folder / "log.csv").open(newline="", encoding="utf-8") as file:
        written = {row["game_id"]: row for row in csv.DictReader(file)}
    assert written.keys() == {each["game_id"] for each in records}
    for each in records:
        row = written[each["game_id"]]
        for name in ("point_forecast", "actual", "absolute_error", "lower80", "upper80"):
            assert float(row[name]) == each[name], (each["game_id"], name)


async def check_system(watched: Watched) -> None:
    await watched.page.keyboard.press("5")
    await watched.until("document.querySelector('.verdict h2') !== null")
    polls = (
        "[...document.querySelectorAll('.group')].find((each) => each.ariaLabel === 'Feed')?.innerText ?? ''"
    )
    await watched.until(f"/Poll time, scoreboard\\s+[\\d.]+ m?s/.test({polls})")
    feed = await watched.page.evaluate(polls)
    assert all(name in feed for name in ("Polls", "Poll time, scoreboard", "Scoreboard's age", "Faults")), (
        feed
    )
    assert await watched.page.locator(".gauge.bad, .verdict.bad").count() == 0


async def test_a_recorded_night_is_seen_from_its_first_tip_to_its_last_result(
    settings: MakeSettings, watched: Watched, data_dir: Path, tmp_path: Path
) -> None:
    recordings = (data_dir / "cdn" / "games").resolve()
    night = ("--games", GAMES, "--speed", 1_000, "--lead", 4_000, "--faults", EDITS, "--fault-rate", 0.3)
    async with AsyncExitStack() as running:
        url = await running.enter_async_context(recorded_feed(recordings, *night))
        seen = settings(source="nba", nba_url=url, poll_seconds=0.15)
        app = await running.enter_async_context(started(seen))
        await watched.page.goto(app.http_url)
        await watched.until(f"{CARDS} === {GAMES}")
        assert await watched.page.evaluate(OVER) == 0, "the page is open before the first tip"
        await until_over(watched, GAMES)
        await watched.until(f"document.querySelectorAll('.card .interval').length === {GAMES}")
        await soon(lambda: check_cards(app, watched))
        await watched.page.click(".kinds >> text=Forecasts")
        await soon(lambda: check_events(app, watched))
        await watched.page.click(".kinds >> text=Corrections")
        await watched.until("document.querySelectorAll('#events .event.correction').length > 0")
        assert "play" in await watched.text("#events .event.correction .event-text")
        await check_accuracy(app, watched, tmp_path)
        await check_system(watched)
        assert watched.complaints == []


async def test_a_night_that_is_replayed_says_so_wherever_it_is_looked_at(
    settings: MakeSettings, watched: Watched, data_dir: Path
) -> None:
    recordings = (data_dir / "cdn" / "games").resolve()
    replay = settings(source="replay", recordings=recordings, games=2, speed=4_000.0)
    async with started(replay) as app:
        await watched.page.goto(app.http_url)
        await watched.until("document.querySelector('#banner')?.innerText.includes('REPLAY')")
        assert "Nothing here is live" in await watched.text("#banner")
        assert "(replay)" in await watched.page.title()
        await until_over(watched, 2)
        await check_cards(app, watched)
        assert {text.lower() for text in await watched.page.locator(".card .source").all_inner_texts()} == {
            "replay"
        }
        for key in "2345":
            await watched.page.keyboard.press(key)
            await watched.until("document.querySelector('main').innerText.length > 40")
            assert "REPLAY" in await watched.text("#banner")
        await watched.page.keyboard.press("3")
        await watched.until("document.querySelector('.invented')?.innerText.includes('All of these')")
        assert watched.complaints == []
