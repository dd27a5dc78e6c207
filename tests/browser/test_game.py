"""One game, whole: what is said of it by others, long, corrected, shared, by keyboard and on any screen."""

from collections.abc import Callable
from typing import Any

import pytest

from courtside.app.run import started
from courtside.settings import Settings
from tests.browser.game_support import (
    GAME_ID,
    LOOKING,
    SCORES,
    Told,
    asked,
    changed,
    look_at,
    made_up,
    open_game,
    simulated,
)
from tests.browser.support import findings, push, score

Watched = Any
MakeSettings = Callable[..., Settings]

pytestmark = pytest.mark.timeout(90)

SCRIPT = "<img src=x onerror=window.hacked=1>"
TABS = ("overview", "plays", "forecast", "players")
ROWS = "document.querySelectorAll('.plays-box .play').length"


async def test_names_and_plays_of_others_are_text_and_never_markup(
    settings: MakeSettings, watched: Watched
) -> None:
    async with started(settings(source="push")) as app:
        told = Told(app)
        await told.status("live", home=SCRIPT)
        roster = [changed(each, name=f"{SCRIPT}{each.name}") for each in simulated().roster]
        await told.roster(roster)
        await told.plays([changed(play, description=f"{SCRIPT} scores") for play in simulated().plays[:60]])
        await push(
            app,
            "/update_prediction",
            game_id=GAME_ID,
            model=SCRIPT,
            point_forecast=3,
            horizon="halftime",
        )
        for tab, place in zip(
            TABS, (".plays .play-text", ".plays .play-text", ".others", ".player-name"), strict=True
        ):
            await open_game(watched, app, f"?tab={tab}")
            await watched.until(
                "([place, text]) => document.querySelector(place)?.innerText.includes(text)", [place, SCRIPT]
            )
        assert await watched.page.evaluate("window.hacked") is None
        assert await watched.page.locator("img, #app script").count() == 0
        assert watched.complaints == []


async def test_of_a_thousand_plays_only_those_in_sight_are_drawn_and_all_can_be_reached(
    settings: MakeSettings, watched: Watched
) -> None:
    async with started(settings(source="push")) as app:
        told = Told(app)
        await told.status("live")
        await told.plays(made_up(1_000))
        await open_game(watched, app, "?tab=plays")
        await watched.until("document.querySelector('#plays-title')?.innerText === '1000 plays'")
        assert 10 < await watched.page.evaluate(ROWS) < 100
        assert "play number 1000" in await watched.text(".plays-box .play-text")
        await watched.page.locator(".plays-box").focus()
        await watched.page.keyboard.press("End")
        last = "[...document.querySelectorAll('.plays-box .play-text')].at(-1).innerText.trim()"
        await watched.until(f"{last} === 'play number 1'")
        assert 10 < await watched.page.evaluate(ROWS) < 100
        row = watched.page.locator(".plays-box .play").last
        assert await row.get_attribute("aria-posinset") == await row.get_attribute("aria-setsize") == "1000"
        await watched.page.click(".filters >> text=Scores")
        await watched.until("document.querySelector('#plays-title').innerText === '200 plays'")
        await told.plays(made_up(1_005))
        await watched.until("document.querySelector('#plays-title').innerText === '201 plays'")
        assert watched.complaints == []


async def test_a_play_that_is_edited_added_or_taken_back_is_shown_as_such(
    settings: MakeSettings, watched: Watched
) -> None:
    async with started(settings(source="push")) as app:
        told = Told(app)
        await told.status("live")
        plays = made_up(40)
        await told.plays([*plays[:30], *plays[31:]])
        await open_game(watched, app, "?tab=plays")
        await watched.until("document.querySelector('#plays-title')?.innerText === '39 plays'")
        await told.plays([*plays[:20], changed(plays[20], description="another play"), *plays[21:39]])
        await watched.until("document.querySelectorAll('.play .mark').length === 3")
        marked = await watched.page.locator(".play:has(.mark) .play-text").all_inner_texts()
        assert marked == [
            "taken back play number 40",
            "added later play number 31",
            "revised another play",
        ]
        assert await watched.page.locator(".play.retracted").count() == 1
        await watched.page.click("#tab-overview")
        await watched.until("document.querySelector('.corrections li') !== null")
        words = await watched.text(".corrections li")
        assert "1 play revised, 1 play added, 1 play taken back" in words


async def test_a_score_that_was_wrong_is_shown_as_corrected_while_one_watches(
    settings: MakeSettings, watched: Watched
) -> None:
    async with started(settings(source="push")) as app:
        await push(app, "/games", game_id="g1", home_team="BOS", away_team="NYK")
        for clock, home, away in (("11:00", 2, 0), ("10:00", 2, 3), ("9:00", 12, 3)):
            await score(app, clock, home, away)
        await open_game(watched, app, game_id="g1")
        await watched.until(f"{SCORES}.join() === '3,12'")
        await score(app, "8:30", 5, 3)
        words = "document.querySelector('.corrections li')?.innerText ?? ''"
        await watched.until(f"({words}).includes('3\\u201312 went back to 3\\u20132')")
        await watched.until(f"{SCORES}.join() === '3,5'")
        assert watched.complaints == []


async def test_one_looks_back_with_the_keyboard_alone_and_returns(
    settings: MakeSettings, watched: Watched
) -> None:
    async with started(settings(source="push")) as app:
        told = Told(app)
        await told.played(2)
        page = watched.page
        await open_game(watched, app)
        now = await page.evaluate(SCORES)
        await page.keyboard.press("Shift+ArrowLeft")
        await page.keyboard.press("ArrowLeft")
        await watched.until(LOOKING)
        await watched.until("location.hash.endsWith('?t=1370')")
        assert "Q2 1:10" in await watched.text(".board-head .status")
        await page.keyboard.press("ArrowRight")
        await watched.until("location.hash.endsWith('?t=1380')")

        await page.locator(".scrub input").focus()
        await page.keyboard.press("Home")
        await watched.until(f"{SCORES}.join() === '0,0'")
        await page.keyboard.press("End")
        await watched.until(f"!({LOOKING})")
        assert await page.evaluate(SCORES) == now
        await page.keyboard.press("PageDown")
        await watched.until(LOOKING)
        await page.locator("#tab-overview").focus()
        await page.keyboard.press("Escape")
        await watched.until(f"!({LOOKING})")

        for tab in (*TABS[1:], "overview"):
            await page.keyboard.press("ArrowRight")
            await watched.until("tab => document.activeElement.id === `tab-${tab}`", tab)
            assert await page.locator("[role=tab][aria-selected=true]").get_attribute("id") == f"tab-{tab}"
        assert not await page.evaluate(LOOKING), "arrows on the tabs are for the tabs"
        assert watched.complaints == []


async def test_a_link_that_was_shared_shows_the_same_game_tab_and_moment(
    settings: MakeSettings, watched: Watched
) -> None:
    async with started(settings(source="push")) as app:
        await Told(app).played(3)
        await open_game(watched, app)
        await watched.page.click("#tab-players")
        await look_at(watched, 1_000)
        await watched.until("location.hash.includes('t=1000')")
        words = "document.querySelector('.game').innerText.replace(/\\s+/g, ' ')"
        shown = await watched.page.evaluate(words)
        refuse = "void (navigator.clipboard.writeText = () => Promise.reject(new Error('not here')))"
        await watched.page.evaluate(refuse)
        await watched.page.click(".share button")
        link = await watched.page.locator(".share input").input_value()
        assert link == f"{app.http_url}/#/game/{GAME_ID}?tab=players&t=1000"
        other = await watched.page.context.browser.new_page(viewport={"width": 1000, "height": 700})
        await other.goto(link)
        await other.wait_for_selector(".players tbody tr")
        watched.page = other
        await watched.until(f"shown => {words} === shown", shown)


async def test_the_players_of_a_game_being_played_are_as_the_server_has_them(
    settings: MakeSettings, watched: Watched
) -> None:
    async with started(settings(source="push")) as app:
        told = Told(app)
        plays = await told.played(2)
        await open_game(watched, app, "?tab=players")
        await told.plays(simulated().plays[: len(plays) + 70])
        game = await asked(app.http_url, f"/games/{GAME_ID}")
        await watched.until(f"game => {SCORES}.join() === `${{game.score_away}},${{game.score_home}}`", game)
        for side in ("home", "away"):
            on = [line["name"] for line in game["players"] if line["side"] == side and line["on_court"]]
            table = f".team-players:has(#players-{side})"
            names = await watched.page.locator(f"{table} tr.on .player-name").all_inner_texts()
            assert sorted(names) == sorted(on)
            assert len(names) == 5
        shown = await watched.page.evaluate(
            """Object.fromEntries([...document.querySelectorAll('.players tbody tr')].map((row) => [
                row.querySelector('.player-name').innerText,
                [row.querySelector('.stint'), ...[...row.cells].slice(1, 6)].map((cell) => cell.innerText),
            ]))"""
        )
        assert shown == {
            line["name"]: [
                stint(line),
                minutes(line["seconds_played"]),
                *(str(line[name]) for name in ("points", "rebounds", "assists", "fouls")),
            ]
            for line in game["players"]
        }


def minutes(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"


def stint(line: dict[str, Any]) -> str:
    if line["on_court"]:
        return f"on {minutes(line['stint_seconds'])}"
    return "not played" if line["seconds_played"] == 0 else f"off {minutes(line['rest_seconds'])}"


async def test_a_game_that_has_not_begun_or_is_not_known_says_so(
    settings: MakeSettings, watched: Watched
) -> None:
    async with started(settings(source="push")) as app:
        await Told(app).status("scheduled")
        for tab, words in zip(
            TABS, ("has not begun", "No play is known", "made at 18:00", "No player"), strict=True
        ):
            await open_game(watched, app, f"?tab={tab}")
            await watched.until(
                "words => document.querySelector('#tab-panel').innerText.includes(words)", words
            )
        assert await watched.page.locator(".scrub").count() == 0
        assert watched.complaints == []
        await watched.page.goto(f"{app.http_url}/#/game/nobody")
        await watched.until("document.querySelector('main').innerText.includes('No such game is known')")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1400])
async def test_every_tab_is_open_to_everybody_at_any_width(
    settings: MakeSettings, watched: Watched, width: int, scheme: str
) -> None:
    async with started(settings(source="push")) as app:
        told = Told(app)
        plays = await told.played(3)
        await told.plays([*plays[:-9], changed(plays[-9], description="was edited"), *plays[-8:]])
        page = watched.page
        await page.set_viewport_size({"width": width, "height": 800})
        await page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        for tab in TABS:
            for moment in ("", "&t=1300"):
                await open_game(watched, app, f"?tab={tab}{moment}")
                await watched.until("document.querySelector('#tab-panel .panel') !== null")
                await watched.until(
                    "document.querySelector('#tab-panel').innerText.includes('Loading') === false"
                )
                assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), tab
            assert await findings(watched) == [], tab
        assert watched.complaints == []
