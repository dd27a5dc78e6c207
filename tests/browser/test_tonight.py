"""The night on one page, in a real browser, against the real program."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser

from courtside.app.run import App, started
from courtside.settings import Settings
from tests.browser.conftest import Watched
from tests.browser.support import SCHEMES, findings, push, score, wear

MakeSettings = Callable[..., Settings]

pytestmark = pytest.mark.timeout(90)

SCRIPT = "<img src=x onerror=window.hacked=1>"
OTHER_SCRIPT = "<script>window.hacked=1</script>"
CARDS = "document.querySelectorAll('.card').length"


def of(card: str, side: str, what: str) -> str:
    return f"document.querySelector('{card} .team.{side} .{what}')?.innerText"


HOME_SCORE = of(".card", "home", "score")


async def test_simulated_games_appear_move_and_cannot_be_taken_for_real_ones(
    settings: MakeSettings, watched: Watched
) -> None:
    async with started(settings(source="simulate", games=6, speed=60, seed=3)) as app:
        await watched.page.goto(app.http_url)
        await watched.until(f"{CARDS} >= 6")
        before = await watched.page.locator(".cards").inner_text()
        await watched.until("before => document.querySelector('.cards').innerText !== before", before)
        await watched.until("document.querySelectorAll('#events li').length > 3")
        assert await watched.text("#connection") == "live"

        banner = watched.page.locator("#banner")
        assert "SIMULATED" in await banner.inner_text()
        assert "simulated" in (await watched.page.title()).lower()
        sources = await watched.page.locator(".card .source").all_inner_texts()
        assert {text.lower() for text in sources} == {"simulated"}
        await watched.page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
        box = await banner.bounding_box()
        assert box is not None
        assert 0 <= box["y"] < 700, "it stays in sight when the page is scrolled"
        assert box["width"] > 900

        assert watched.complaints == []
        assert watched.hosts() == {urlsplit(app.http_url).netloc}


async def test_what_others_call_their_teams_is_text_and_never_markup(
    settings: MakeSettings, watched: Watched
) -> None:
    async with started(settings(source="push")) as app:
        await push(app, "/games", game_id="g1", home_team=SCRIPT, away_team=OTHER_SCRIPT)
        await watched.page.goto(app.http_url)
        await watched.until(f"{CARDS} === 1")
        await score(app, "11:00", 2, 0)
        await watched.until(f"{HOME_SCORE} === '2'")
        await score(app, "10:00", 2, 3)
        await watched.until("document.querySelectorAll('#events li').length > 0")
        assert await watched.text(".home .code") == SCRIPT
        assert await watched.text(".away .code") == OTHER_SCRIPT
        await watched.page.keyboard.press("/")
        await watched.page.keyboard.type("img")
        assert SCRIPT in await watched.text("#hits li")
        await watched.page.keyboard.press("Enter")
        await watched.until("location.hash === '#/game/g1'")
        await watched.until("document.querySelector('main').innerText.includes('onerror')")
        assert await watched.page.evaluate("window.hacked") is None
        assert await watched.page.locator("img, #app script").count() == 0
        assert await watched.page.locator("#banner").count() == 0
        assert watched.complaints == []
        assert watched.hosts() == {urlsplit(app.http_url).netloc}


async def test_a_page_that_lost_its_server_says_so_and_goes_on_when_it_is_back(
    settings: MakeSettings, watched: Watched, tmp_path: Path
) -> None:
    kept = settings(source="push", database=f"sqlite:///{tmp_path / 'journal.db'}")
    async with started(kept) as app:
        url = app.http_url
        await push(app, "/games", game_id="g1", home_team="BOS", away_team="NYK")
        await score(app, "11:00", 2, 0)
        await watched.page.goto(url)
        await watched.until(f"{HOME_SCORE} === '2'")
        await watched.page.evaluate("window.sameLoad = true")
    async with asyncio.timeout(5):
        await watched.until("document.querySelector('#connection').innerText === 'connection lost'")
    assert "Connection lost" in await watched.text("#lost")
    assert "as of" in await watched.text("#lost")
    assert await watched.page.evaluate(HOME_SCORE) == "2", "what is known stays"
    assert "grayscale" in await watched.page.evaluate(
        "getComputedStyle(document.querySelector('main')).filter"
    )
    await watched.page.set_viewport_size({"width": 360, "height": 700})
    assert await watched.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    last_tool = "document.querySelector('#theme').getBoundingClientRect().right"
    assert await watched.page.evaluate(f"{last_tool} <= innerWidth"), "nothing is pushed out of the header"
    again = settings(source="push", database=kept.database, http_port=urlsplit(url).port)
    async with started(again) as app:
        await score(app, "10:30", 5, 2)
        await watched.until(f"{HOME_SCORE} === '5'")
        await score(app, "10:00", 7, 2)
        await watched.until(f"{HOME_SCORE} === '7'")
        assert await watched.text("#connection") == "live"
        assert await watched.page.locator("#lost").count() == 0
        assert await watched.page.evaluate("window.sameLoad") is True
        assert await watched.page.evaluate(CARDS) == 1
        away = ("WebSocket", "ERR_CONNECTION_REFUSED")
        assert all(any(each in text for each in away) for text in watched.complaints), watched.complaints


async def test_a_server_that_says_nothing_any_more_is_noticed_within_five_seconds(
    settings: MakeSettings, watched: Watched
) -> None:
    async with started(settings(source="push")) as app:
        await push(app, "/games", game_id="g1", home_team="BOS", away_team="NYK")
        await watched.page.add_init_script(
            """
            const Real = WebSocket;
            window.deaf = false;
            window.WebSocket = class extends Real {
                set onmessage(listener) {
                    super.onmessage = (event) => window.deaf || listener(event);
                }
            };
            """
        )
        await watched.page.goto(app.http_url)
        await watched.until(f"{CARDS} === 1")
        await watched.page.evaluate("window.deaf = true")
        async with asyncio.timeout(5):
            await watched.until("document.querySelector('#lost') !== null")
        assert "silent" in await watched.text("#lost")
        await watched.page.evaluate("window.deaf = false")
        await watched.page.click("#lost button")
        await watched.until("document.querySelector('#lost') === null")
        assert await watched.page.evaluate(CARDS) == 1


async def test_a_game_that_left_is_taken_off_the_page(settings: MakeSettings, watched: Watched) -> None:
    async with started(settings(source="push")) as app:
        await push(app, "/games", game_id="g1", home_team="BOS", away_team="NYK")
        await push(app, "/games", game_id="g2", home_team="LAL", away_team="DEN")
        await watched.page.goto(app.http_url)
        await watched.until(f"{CARDS} === 2")
        app.pipeline.forget("g1")
        app.program.forget("g1")
        app.hub.forget("g1")
        app.hub.heartbeat()
        await watched.until(f"{CARDS} === 1")
        assert "LAL" in await watched.text(".cards")
        assert watched.complaints == []


async def played(app: App, minutes: range) -> None:
    """A pushed game whose home team leads by one more point every minute; told at its half."""
    for minute in minutes:
        left = 12 - minute % 12
        await score(app, f"{left - 1}:30", 3 * minute + 2, 2 * minute + 1, quarter=1 + minute // 12)


async def test_a_card_tells_the_story_of_its_game(settings: MakeSettings, watched: Watched) -> None:
    async with started(settings(source="push")) as app:
        await push(app, "/games", game_id="g1", home_team="BOS", away_team="NYK")
        await watched.page.goto(app.http_url)
        await watched.until(f"{CARDS} === 1")
        await played(app, range(12))
        await watched.until("document.querySelector('.half')?.innerText.includes('11/18 min')")
        assert "Q1" in await watched.text(".card .clock")
        await played(app, range(12, 21))
        await watched.until("document.querySelectorAll('.card .interval').length === 1")
        label = await watched.page.get_attribute(".card .interval", "aria-label")
        assert (
            label is not None
            and label is not None
            and label.startswith("At the half BOS +")
            and "95%: BOS" in label
            and "now BOS +" in label
        )
        chances = await watched.page.get_attribute(".card .winbar", "aria-label")
        assert chances is not None and chances.startswith("Chance to win: NYK ")
        await watched.until(
            "document.querySelector('.card .worm-line').getAttribute('d').split('V').length > 20"
        )
        assert watched.complaints == []


async def test_games_can_be_chosen_by_how_they_stand_and_the_choice_is_in_the_address(
    settings: MakeSettings, watched: Watched
) -> None:
    async with started(settings(source="push")) as app:
        for number, (home, away) in enumerate((("BOS", "NYK"), ("LAL", "DEN"), ("MIA", "CHI"))):
            await push(app, "/games", game_id=f"g{number}", home_team=home, away_team=away)
        await score(app, "11:00", 2, 0, game="g1")
        await score(app, "11:00", 2, 0, game="g2")
        await push(app, "/games/g2/end", score_home=100, score_away=90)
        await watched.page.goto(f"{app.http_url}/#/?show=live")
        await watched.until(f"{CARDS} === 1")
        assert await watched.text(".card .home .code") == "LAL"
        await watched.page.click("text=Final")
        await watched.until("location.hash === '#/?show=final'")
        assert await watched.text(".card .home .code") == "MIA"
        await watched.page.click(".filters >> text=All")
        await watched.until(f"{CARDS} === 3")
        codes = await watched.page.locator(".card .home .code").all_inner_texts()
        assert codes == ["LAL", "BOS", "MIA"], "played, to come, over"


async def test_a_page_that_is_opened_late_knows_what_happened_before(
    settings: MakeSettings, watched: Watched
) -> None:
    async with started(settings(source="push")) as app:
        await push(app, "/games", game_id="g1", home_team="BOS", away_team="NYK")
        await played(app, range(21))
        await score(app, "2:30", 62, 66, quarter=2)
        await watched.page.goto(app.http_url)
        await watched.until("document.querySelectorAll('#events li').length > 1")
        assert "NYK take the lead, 66\u201362" in await watched.text("#events")
        await watched.page.click(".kinds >> text=Forecasts")
        await watched.until("document.querySelectorAll('#events .ml_prediction').length === 1")
        # What comes now stands above it, and nothing is there twice.
        await score(app, "2:00", 67, 66, quarter=2)
        await watched.page.click(".kinds >> text=Leads")
        await watched.until(
            "document.querySelector('#events li')?.innerText.includes('BOS take the lead, 67')"
        )
        texts = await watched.page.locator("#events li").all_inner_texts()
        assert len(texts) == len(set(texts)) == 2
        assert await watched.page.locator(".toast").count() == 0, "what is old is no news"
        assert watched.complaints == []


async def test_an_alert_shows_over_the_page_until_it_is_wanted_no_more(
    settings: MakeSettings, watched: Watched
) -> None:
    async with started(settings(source="push")) as app:
        await push(app, "/games", game_id="g1", home_team="BOS", away_team=SCRIPT)
        await watched.page.goto(app.http_url)
        await watched.until(f"{CARDS} === 1")
        for number in range(1, 7):
            await score(app, f"{12 - number}:00", 0, 2 * number)
        await watched.until("document.querySelectorAll('.toast').length === 1")
        assert f"{SCRIPT} on a" in await watched.text(".toast")
        assert await watched.page.evaluate("document.activeElement.closest('.toasts')") is None
        assert await findings(watched) == []
        await watched.page.click(".toast [aria-label=Dismiss]")
        await watched.until("document.querySelector('.toast') === null")
        await watched.page.click("[aria-label='No alerts over the page']")
        for number in range(7, 11):
            await score(app, f"{12 - number}:00", 0, 2 * number)
        await watched.until("document.querySelector('#events').innerText.includes('20\u20130 run')")
        assert await watched.page.locator(".toast").count() == 0
        await watched.page.reload()
        await watched.until("document.querySelector('.feed-head .tool')?.ariaPressed === 'true'")
        assert await watched.page.evaluate("window.hacked") is None


async def test_a_tip_off_is_told_in_the_zone_of_the_viewer(settings: MakeSettings, browser: Browser) -> None:
    async with started(settings(source="push")) as app:
        start = "2036-02-12T00:30:00Z"
        await push(app, "/games", game_id="g1", home_team="BOS", away_team="NYK", start_time=start)
        shown = []
        for zone in ("America/New_York", "Asia/Tokyo"):
            context = await browser.new_context(timezone_id=zone, locale="en-GB")
            seen = Watched(await context.new_page())
            await seen.page.goto(app.http_url)
            await seen.until(f"{CARDS} === 1")
            shown.append(await seen.text(".card .clock"))
            await context.close()
        assert shown == ["Mon 11 Feb, 19:30", "Tue 12 Feb, 09:30"]


GLIDES = """
window.glides = 0;
const real = Element.prototype.animate;
Element.prototype.animate = function (...all) {
    window.glides += 1;
    return real.apply(this, all);
};
"""


async def test_cards_glide_only_where_motion_is_welcome(
    settings: MakeSettings, watched: Watched, browser: Browser
) -> None:
    async with started(settings(source="push")) as app:
        for number, (home, away) in enumerate((("BOS", "NYK"), ("LAL", "DEN"))):
            await push(app, "/games", game_id=f"g{number}", home_team=home, away_team=away)
        still = Watched(await browser.new_page(reduced_motion="reduce"))
        for each in (still, watched):
            await each.page.add_init_script(GLIDES)
            await each.page.goto(app.http_url)
            await each.until(f"{CARDS} === 2")
        await score(app, "11:00", 2, 0, game="g1")
        # A game that is played goes before one that is to come, when its time to move has come.
        for each in (still, watched):
            await each.until(f"{of('.card', 'home', 'code')} === 'LAL'")
        assert await still.page.evaluate("window.glides") == 0
        assert await watched.page.evaluate("window.glides") > 0


async def test_everything_can_be_reached_with_the_keyboard(settings: MakeSettings, watched: Watched) -> None:
    async with started(settings(source="push")) as app:
        for number, (home, away) in enumerate((("BOS", "NYK"), ("LAL", "DEN"), ("MIA", "CHI"))):
            await push(app, "/games", game_id=f"g{number}", home_team=home, away_team=away)
        page = watched.page
        await page.goto(app.http_url)
        await watched.until(f"{CARDS} === 3")
        first = "document.querySelector('.card-link') === document.activeElement"
        await page.keyboard.press("ArrowRight")
        assert await page.evaluate(first)
        await page.keyboard.press("ArrowRight")
        assert not await page.evaluate(first)
        await page.keyboard.press("ArrowLeft")
        assert await page.evaluate(first)
        await page.keyboard.press("Enter")
        await watched.until("location.hash.startsWith('#/game/')")
        assert await page.evaluate("document.activeElement.id") == "main"

        await page.keyboard.press("?")
        assert await page.evaluate(
            "document.querySelector('dialog[open]').innerText.includes('Search games')"
        )
        await page.keyboard.press("Escape")
        assert await page.locator("dialog[open]").count() == 0
        await page.keyboard.press("/")
        await page.keyboard.type("lal")
        await page.keyboard.press("Escape")
        assert await page.locator("dialog[open]").count() == 0
        await page.keyboard.press("/")
        await page.keyboard.type("lal")
        await watched.until("document.querySelectorAll('#hits li').length === 1")
        await page.keyboard.press("Enter")
        await watched.until("location.hash === '#/game/g1'")
        for key, address in (("3", "#/accuracy"), ("4", "#/edges"), ("5", "#/system"), ("1", "#/")):
            await page.keyboard.press(key)
            await watched.until("address => location.hash === address", address)
        await page.go_back()
        await watched.until("location.hash === '#/system'")
        assert watched.complaints == []


async def test_the_colours_follow_the_system_until_others_are_chosen_and_the_choice_is_kept(
    settings: MakeSettings, watched: Watched
) -> None:
    shown = "document.documentElement.dataset.theme"
    async with started(settings(source="push")) as app:
        await watched.page.emulate_media(color_scheme="dark")
        await watched.page.goto(app.http_url)
        await watched.until(f"{shown} === 'dark'")
        await watched.page.emulate_media(color_scheme="light")
        await watched.until(f"{shown} === 'light'")
        await watched.page.click("#theme")
        await watched.page.click("#theme")
        await watched.until(f"{shown} === 'dark'")
        await watched.page.reload()
        await watched.until(f"{shown} === 'dark'")


async def test_without_games_the_page_says_what_to_do(settings: MakeSettings, watched: Watched) -> None:
    async with started(settings(source="push")) as app:
        await watched.page.goto(app.http_url)
        await watched.until("document.querySelector('#empty')?.innerText.includes('courtside run')")
        await watched.page.goto(f"{app.http_url}/#/nowhere")
        await watched.until("document.querySelector('main').innerText.includes('nothing here')")


@pytest.mark.parametrize("width", [360, 1400])
async def test_the_night_is_open_to_everybody_at_any_width(
    settings: MakeSettings, watched: Watched, width: int
) -> None:
    async with started(settings(source="simulate", games=6, speed=60, seed=3)) as app:
        page = watched.page
        await page.set_viewport_size({"width": width, "height": 800})
        await page.emulate_media(reduced_motion="reduce")
        await page.goto(app.http_url)
        await watched.until(f"{CARDS} >= 6")
        await watched.until("document.querySelectorAll('#events li').length > 3")
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        within = (
            "[...document.querySelectorAll('.card')].every((card) => card.scrollWidth <= card.clientWidth)"
        )
        assert await page.evaluate(within)
        for scheme in SCHEMES:
            await wear(watched, scheme)
            assert await findings(watched) == []
            await page.click("[aria-label='Search']")
            assert await findings(watched) == []
            await page.keyboard.press("Escape")


async def test_the_first_picture_comes_at_once_and_the_page_is_small(
    settings: MakeSettings, watched: Watched
) -> None:
    async with started(settings(source="simulate", games=10, speed=20, seed=3)) as app:
        await watched.page.goto(app.http_url)
        await watched.until(f"{CARDS} >= 10")
        paint = "performance.getEntriesByName('first-contentful-paint')[0].startTime"
        paints = [await watched.page.evaluate(paint)]
        # A machine that is busy with something else may hold any one of them up.
        while min(paints) >= 1_000 and len(paints) < 5:
            await watched.page.reload()
            await watched.until(f"{CARDS} >= 10")
            paints.append(await watched.page.evaluate(paint))
        assert min(paints) < 1_000, paints
        # Which views there are is known at once; what they need is loaded when they are shown.
        assert not [url for url in watched.asked if "GameView" in url or "System" in url]
        await watched.page.keyboard.press("5")
        await watched.until("document.querySelector('main h1')?.innerText === 'System'")
        assert [url for url in watched.asked if "System" in url]


async def test_the_page_of_the_calls_is_whole_without_anything_from_elsewhere(
    settings: MakeSettings, watched: Watched
) -> None:
    async with started(settings(source="push")) as app:
        answer = await watched.page.goto(f"{app.http_url}/docs")
        assert answer is not None
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy and "unsafe" not in policy
        await watched.until("document.body.innerText.includes('/games/{game_id}/scores')")
        assert watched.complaints == []
        assert watched.hosts() == {urlsplit(app.http_url).netloc}
