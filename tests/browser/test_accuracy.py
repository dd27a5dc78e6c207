"""How the forecasts did, in a real browser, against the real program."""

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.async_api import Browser

from courtside.app.run import App, started
from courtside.clock import parse_utc
from courtside.settings import Settings
from tests.browser.conftest import Watched
from tests.browser.support import SCHEMES, figure, findings, push, score, season, wear

MakeSettings = Callable[..., Settings]
Record = dict[str, Any]

pytestmark = pytest.mark.timeout(90)

SCRIPT = "<img src=x onerror=window.hacked=1>"
LONG_AGO = parse_utc("2026-02-01T23:30:00Z")
SHOWN = "document.querySelectorAll('.log-body .log-row').length"
COUNT = "document.querySelector('.log-head [role=status]')?.innerText"
CELLS = "name => [...document.querySelectorAll('.log-body .c-' + name)].map((cell) => cell.innerText.trim())"
CUT = """[...document.querySelectorAll('.panel')]
    .filter((each) => each.scrollWidth > each.clientWidth)
    .map((each) => each.className)"""
FORECAST_MINUTES = range(19)


async def log_of(app: App) -> list[Record]:
    async with httpx.AsyncClient(base_url=app.http_url) as http:
        return list((await http.get("/predictions")).json()["predictions"])


async def accuracy_of(app: App, horizon: str) -> Record:
    async with httpx.AsyncClient(base_url=app.http_url) as http:
        lines = (await http.get("/accuracy")).json()["accuracy"]
    return next(line for line in lines if line["horizon"] == horizon)


async def cells(watched: Watched, name: str) -> list[str]:
    return list(await watched.page.evaluate(CELLS, name))


def off_by(text: str) -> float:
    return float(text.split()[0].rstrip("●\u00d7")) if text[0].isdigit() else -1.0


async def a_season(app: App, watched: Watched, *, games: int = 60, others: int = 0, where: str = "") -> None:
    await season(app, games, others=others, from_ms=LONG_AGO, nights=6)
    await watched.page.goto(f"{app.http_url}/#/accuracy{where}")
    await watched.until(f"{SHOWN} > 0")


async def played_to_forecast(app: App, game: str) -> None:
    for minute in FORECAST_MINUTES:
        clock = f"{11 - minute % 12}:30"
        await score(app, clock, 2 * minute + 2, minute, quarter=1 + minute // 12, game=game)


async def test_the_figures_are_those_of_the_log(settings: MakeSettings, watched: Watched) -> None:
    async with started(settings(source="push", retention_days=0)) as app:
        await a_season(app, watched)
        for horizon in ("halftime", "final"):
            if horizon == "final":
                await watched.page.click(".choose >> text=Final")
                await watched.until("document.querySelector('.headline').innerText.includes('Brier')")
                assert "horizon=final" in watched.page.url, "a link leads to what is shown"
            said = await accuracy_of(app, horizon)
            head = " ".join((await watched.text(".headline")).split())
            assert f"Settled {said['settled']} of {said['forecasts']} forecasts" in head
            assert figure(head, r"error ([\d.]+) points") == pytest.approx(said["mae"], abs=0.0051)
            assert f"Inside 80% {round(said['coverage80'] * 100)}%" in head
            assert f"Inside 95% {round(said['coverage95'] * 100)}%" in head
            if said["brier"] is not None:
                assert figure(head, r"Brier score ([\d.]+)") == pytest.approx(said["brier"], abs=0.00051)
            records = [record for record in await log_of(app) if record["horizon"] == horizon]
            held = sum(record["inside95"] for record in records)
            dots = await watched.page.get_attribute(".dots", "d")
            crosses = await watched.page.get_attribute(".crosses", "d")
            assert dots is not None and crosses is not None
            assert dots.count("M") == held
            assert crosses.count("m0 -7") == len(records) - held > 0
        persistence = [abs(each["actual"] - each["pattern"][-1]) for each in records]
        gain = 1 - said["mae"] / (sum(persistence) / len(persistence))
        assert figure(head, r"persistence ([\d.]+)%") == pytest.approx(abs(gain) * 100, abs=0.051)
        assert watched.complaints == []
        assert watched.hosts() == {urlsplit(app.http_url).netloc}


async def test_every_chart_says_in_words_what_it_shows(settings: MakeSettings, watched: Watched) -> None:
    async with started(settings(source="push", retention_days=0)) as app:
        await a_season(app, watched)
        said = await accuracy_of(app, "halftime")
        await watched.until("document.querySelectorAll('.charts [role=img]').length === 4")
        labels = [
            await each.get_attribute("aria-label")
            for each in await watched.page.locator(".charts [role=img]").all()
        ]
        scatter, errors, coverage, reliability = (label or "" for label in labels)
        assert f"of 60 games; off by {said['mae']:.1f} points on average" in scatter
        assert f"Over all: {said['mae']:.1f} points, persistence " in errors
        assert f"Of the 80% interval over all: {round(said['coverage80'] * 100)}%" in coverage
        games = [int(part.rsplit(" of ", 1)[1]) for part in reliability.split("; ")]
        assert sum(games) == 60
        box = await watched.page.locator(".charts .plot svg").first.bounding_box()
        assert box is not None
        # A point under the pointer names its game.
        dots = await watched.page.get_attribute(".dots", "d")
        assert dots is not None
        x, y = (float(part) for part in dots[1:].split("h0")[0].split(" "))
        await watched.page.mouse.move(box["x"] + x, box["y"] + y)
        await watched.until("document.querySelector('.readout b')?.innerText.includes(' at ')")
        assert "came" in await watched.text(".readout")


async def test_the_table_sorts_by_every_column_and_finds_what_is_asked_for(
    settings: MakeSettings, watched: Watched
) -> None:
    async with started(settings(source="push", retention_days=0)) as app:
        await a_season(app, watched)
        page = watched.page
        await page.click(".log-header >> text=Off by")
        await watched.until("document.querySelector('.log-header .c-error').ariaSort === 'descending'")
        worst = sorted(each["absolute_error"] for each in await log_of(app) if each["horizon"] == "halftime")
        off = [off_by(text) for text in await cells(watched, "error")]
        assert off == sorted(off, reverse=True)
        assert off[0] == pytest.approx(worst[-1], abs=0.051)
        await page.click(".log-header >> text=Off by")
        await watched.until("document.querySelector('.log-header .c-error').ariaSort === 'ascending'")
        assert off_by((await cells(watched, "error"))[0]) == pytest.approx(worst[0], abs=0.051)
        for title, name in (("Game", "game"), ("Made", "made"), ("Interval", "width"), ("Came", "outcome")):
            await page.click(f".log-header >> text={title}")
            await watched.until(
                "name => document.querySelector('.log-header .c-' + name).ariaSort !== 'none'", name
            )

        await page.fill(".log-tools input[type=search]", "bos")
        records = [each for each in await log_of(app) if each["horizon"] == "halftime"]
        boston = [each for each in records if "BOS" in (each["home_team"], each["away_team"])]
        await watched.until(f"text => {COUNT} === text", f"{len(boston)} of 60 forecasts")
        assert all("BOS" in text for text in await cells(watched, "game"))
        await page.fill(".log-tools input[type=search]", "")
        await page.click(".log-tools >> text=Outside")
        missed = [each for each in records if not each["inside95"]]
        await watched.until(f"text => {COUNT} === text", f"{len(missed)} of 60 forecasts")
        await page.click(".log-tools >> text=Not settled")
        await watched.until("document.querySelector('.log').innerText.includes('Take a filter away')")
        assert await page.is_disabled("text=Download CSV")


async def test_the_download_is_the_log(settings: MakeSettings, watched: Watched, tmp_path: Path) -> None:
    async with started(settings(source="push", retention_days=0)) as app:
        await a_season(app, watched, others=1, where="?rows=all")
        await watched.until(f"{COUNT} === '180 forecasts'")
        async with watched.page.expect_download() as downloading:
            await watched.page.keyboard.press("c")
        download = await downloading.value
        assert download.suggested_filename == "courtside-forecasts.csv"
        await download.save_as(tmp_path / "log.csv")
        with (tmp_path / "log.csv").open(newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))

        def written(value: object) -> str:
            if value is None:
                return ""
            if isinstance(value, bool):
                return str(value).lower()
            return f"{value:g}" if isinstance(value, float) else str(value)

        names = ("game_id", "made_at", "horizon", "model_version", "point_forecast", "actual",
                 "absolute_error", "home_team", "inside_interval", "brier", "ours")  # fmt: skip

        def key(each: Record) -> tuple[str, ...]:
            return (each["game_id"], each["horizon"], each["model_version"])

        records = {key(record): record for record in await log_of(app)}
        assert {key(row) for row in rows} == records.keys() and len(rows) == len(records)
        for row in rows:
            record = records[key(row)]
            for name in names:
                value = record[name]
                same = float(row[name]) == value if isinstance(value, float) else row[name] == written(value)
                assert same, (name, row[name], value)
            ours = row["ours"] == "true"
            assert not ours or float(row["margin_at_18_00"]) == record["pattern"][-1]


async def test_a_thousand_forecasts_are_a_table_of_what_is_in_sight(
    settings: MakeSettings, watched: Watched
) -> None:
    async with started(settings(source="push", retention_days=0)) as app:
        await a_season(app, watched, games=350, others=1, where="?rows=all")
        await watched.until(f"{COUNT} === '1050 forecasts'")
        assert await watched.page.evaluate(SHOWN) < 50
        assert await watched.page.get_attribute("[role=table]", "aria-rowcount") == "1051"
        first = await cells(watched, "made")
        await watched.page.evaluate("document.querySelector('.log-scroll').scrollTo(0, 1e9)")
        await watched.until("document.querySelector('.log-body .log-row:last-child').ariaRowIndex === '1051'")
        assert await watched.page.evaluate(SHOWN) < 50
        assert await cells(watched, "made") != first
        # Found again from the top, wherever it was scrolled to.
        await watched.page.fill(".log-tools input[type=search]", "s0000")
        await watched.until(f"{SHOWN} === 3")
        assert watched.complaints == []


async def test_news_come_in_by_themselves(settings: MakeSettings, watched: Watched) -> None:
    async with started(settings(source="push")) as app:
        await watched.page.goto(f"{app.http_url}/#/accuracy")
        await watched.until("document.querySelector('.empty')?.innerText.includes('No forecast yet')")
        assert "courtside run --source simulate" in await watched.text(".empty")
        await push(app, "/games", game_id="g1", home_team="BOS", away_team="NYK")
        await played_to_forecast(app, "g1")
        await watched.until(f"{SHOWN} === 1")
        assert "No outcome is known yet" in await watched.text("main")
        assert await cells(watched, "outcome") == ["\u2013"]
        await score(app, "12:00", 60, 48, quarter=3)
        await push(app, "/games/g1/end", score_home=100, score_away=90)
        await watched.until("document.querySelector('.dots')?.getAttribute('d').includes('M')")
        assert await cells(watched, "outcome") == ["BOS +12"]
        assert watched.complaints == []


async def test_what_others_call_teams_and_models_is_text(settings: MakeSettings, watched: Watched) -> None:
    async with started(settings(source="push")) as app:
        await push(app, "/games", game_id="g1", home_team=SCRIPT, away_team="=1+1")
        await played_to_forecast(app, "g1")
        await push(
            app, "/update_prediction", game_id="g1", model="x<b>y", point_forecast=3.5, horizon="halftime"
        )
        await score(app, "12:00", 60, 48, quarter=3)
        await watched.page.goto(f"{app.http_url}/#/accuracy?rows=all")
        await watched.until(f"{COUNT} === '3 forecasts'")
        assert set(await cells(watched, "game")) == {f"=1+1 at {SCRIPT}"}
        assert "x<b>y" in await cells(watched, "model")
        assert "x<b>y" in await watched.text(".versions")
        await watched.page.select_option(".choose select", "external:x<b>y")
        await watched.until("location.hash.includes('model=external')")
        assert await watched.page.evaluate("window.hacked") is None
        assert await watched.page.locator("main img, main b b").count() == 0
        assert watched.complaints == []


async def test_times_are_those_of_the_viewer(settings: MakeSettings, browser: Browser) -> None:
    async with started(settings(source="push", retention_days=0)) as app:
        await season(app, 1, from_ms=LONG_AGO)
        shown = []
        for zone in ("America/Los_Angeles", "Asia/Tokyo"):
            context = await browser.new_context(timezone_id=zone, locale="en-GB")
            watched = Watched(await context.new_page())
            await watched.page.goto(f"{app.http_url}/#/accuracy")
            await watched.until(f"{SHOWN} === 1")
            shown += await cells(watched, "made")
            await context.close()
        assert shown == ["Sun 1 Feb, 15:48", "Mon 2 Feb, 08:48"]


async def test_the_page_goes_on_when_its_server_was_killed_and_is_back(
    settings: MakeSettings, watched: Watched, tmp_path: Path
) -> None:
    kept = settings(source="push", retention_days=0, database=f"sqlite:///{tmp_path / 'journal.db'}")
    async with started(kept) as app:
        url = app.http_url
        await a_season(app, watched, games=5)
        await watched.page.evaluate("window.sameLoad = true")
    await watched.until("document.querySelector('#lost') !== null")
    assert await watched.page.evaluate(SHOWN) == 5, "what is known stays"
    again = settings(source="push", retention_days=0, database=kept.database, http_port=urlsplit(url).port)
    async with started(again) as app:
        await push(app, "/games", game_id="g1", home_team="BOS", away_team="NYK")
        await played_to_forecast(app, "g1")
        await watched.page.evaluate("document.querySelector('#lost button')?.click()")
        await watched.until(f"{SHOWN} === 6")
        assert await watched.page.evaluate("window.sameLoad") is True


async def test_a_log_that_does_not_come_says_so_and_can_be_asked_for_again(
    settings: MakeSettings, watched: Watched
) -> None:
    async with started(settings(source="push", retention_days=0)) as app:
        await season(app, 2, from_ms=LONG_AGO)
        await watched.page.route("**/predictions", lambda route: route.abort())
        await watched.page.goto(f"{app.http_url}/#/accuracy")
        await watched.until("document.querySelector('[role=alert]')?.innerText.includes('did not come')")
        await watched.page.unroute("**/predictions")
        await watched.page.click("text=Ask again")
        await watched.until(f"{SHOWN} === 2")


async def test_the_table_can_be_used_with_the_keyboard_alone(
    settings: MakeSettings, watched: Watched
) -> None:
    async with started(settings(source="push", retention_days=0)) as app:
        await a_season(app, watched)
        page = watched.page
        await page.keyboard.press("h")
        await watched.until("location.hash.includes('horizon=final')")
        await page.keyboard.press("h")
        await watched.until("location.hash.includes('horizon=halftime')")
        reached: list[str] = []
        active = "(({innerText, ariaLabel, type}) => innerText || ariaLabel || type)(document.activeElement)"
        for _ in range(80):
            await page.keyboard.press("Tab")
            reached.append(str(await page.evaluate(active)))
            if reached[-1].startswith("Off by"):
                break
        for wanted in ("Halftime", "Final", "Download CSV", "Find a team, a game or a model", "Outside"):
            assert wanted in reached, reached
        await page.keyboard.press("Enter")
        await watched.until("document.querySelector('.log-header .c-error').ariaSort === 'descending'")
        scroller = "document.querySelector('.log-scroll')"
        await page.evaluate(f"{scroller}.focus()")
        await page.keyboard.press("PageDown")
        await watched.until(f"{scroller}.scrollTop > 100")


@pytest.mark.parametrize("width", [360, 1400])
async def test_accuracy_is_open_to_everybody_at_any_width(
    settings: MakeSettings, watched: Watched, width: int
) -> None:
    async with started(settings(source="push", retention_days=0)) as app:
        page = watched.page
        await page.set_viewport_size({"width": width, "height": 800})
        await page.emulate_media(reduced_motion="reduce")
        await page.goto(f"{app.http_url}/#/accuracy")
        await watched.until("document.querySelector('.empty') !== null")
        assert await findings(watched) == []
        await season(app, 40, others=1, from_ms=LONG_AGO, nights=4)
        await page.reload()
        for where in ("", "?horizon=final", "?rows=all"):
            await page.goto(f"{app.http_url}/#/accuracy{where}")
            await watched.until(f"{SHOWN} > 0")
            await watched.until("document.querySelectorAll('.charts svg, .charts canvas').length >= 3")
            assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
            assert await page.evaluate(CUT) == []
            for scheme in SCHEMES:
                await wear(watched, scheme)
                assert await findings(watched) == []
        assert watched.complaints == []
