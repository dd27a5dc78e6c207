"""A recorded game of the league on one page: as the server has it, at each moment of it, and much later."""

import asyncio
import shutil
from bisect import bisect_right
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from courtside.app.run import App, started
from courtside.clock import WallClock
from courtside.feed import FeedServer, FeedSettings
from courtside.settings import Settings
from tests.browser.game_support import LOOKING, SCORES, asked, look_at, only, open_game

Watched = Any
MakeSettings = Callable[..., Settings]

pytestmark = [pytest.mark.data, pytest.mark.timeout(90)]

OVERTIME = "0022400762"
"""Five periods, and many changes of the lead."""
SPEED = 2_000
WEEK_MS = 7 * 86_400_000
LABELS = "[...document.querySelectorAll('.linechart')].map((each) => each.getAttribute('aria-label'))"
TABLE = """Object.fromEntries([...document.querySelectorAll('.players tbody tr')].map((row) => [
    row.querySelector('.player-name').innerText,
    [...row.cells].slice(1, 7).map((cell) => cell.innerText.replace('\\u2212', '-').replace('+', '')),
]))"""


class NextWeek(WallClock):
    """When nobody speaks of the game any more."""

    def now_ms(self) -> int:
        return super().now_ms() + WEEK_MS


async def until_final(app: App, game_id: str) -> None:
    async with asyncio.timeout(60):
        while True:
            games = (await asked(app.http_url, "/games"))["games"]
            if any(game["game_id"] == game_id and game["status"] == "final" for game in games):
                return
            await asyncio.sleep(0.05)


async def watch_once(recordings: Path, journal: Path) -> None:
    feeding = FeedSettings(recordings=recordings, speed=SPEED, port=0)
    async with FeedServer(feeding) as feed:
        watching = Settings(
            source="nba",
            nba_url=feed.url,
            poll_seconds=0.05,
            http_port=0,
            ws_port=0,
            database=f"sqlite:///{journal}",
            log_dir=None,
        )
        async with started(watching) as app:
            await until_final(app, OVERTIME)
            # As housekeeping does, once a minute.
            await app.journal.mark_final(OVERTIME, True)


@pytest.fixture(scope="module")
def watched_once(data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The journal of a program that saw the whole game."""
    journal = tmp_path_factory.mktemp("journal") / "journal.db"
    recordings = only(data_dir, OVERTIME, tmp_path_factory.mktemp("recordings"))
    with ThreadPoolExecutor(1) as pool:
        pool.submit(lambda: asyncio.run(watch_once(recordings, journal))).result()
    return journal


@pytest.fixture
def after(watched_once: Path, settings: MakeSettings, tmp_path: Path) -> Settings:
    """A program that goes on with that journal, and sees nothing new."""
    journal = tmp_path / "journal.db"
    shutil.copy(watched_once, journal)
    return settings(source="push", database=f"sqlite:///{journal}")


def counted(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


async def test_every_part_of_the_page_says_what_the_server_says(after: Settings, watched: Watched) -> None:
    async with started(after) as app:
        game = await asked(app.http_url, f"/games/{OVERTIME}")
        plays = (await asked(app.http_url, f"/games/{OVERTIME}/plays"))["plays"]
        await open_game(watched, app, game_id=OVERTIME)
        scores = [str(game["score_away"]), str(game["score_home"])]
        assert await watched.page.evaluate(SCORES) == scores
        # The points of each period come with the timeline.
        await watched.until("!document.querySelector('.line-score').innerText.includes('\\u2013')")
        periods = await watched.page.locator(".line-score tbody tr").all_inner_texts()
        for line, total in zip(periods, scores, strict=True):
            *each, last = (int(part) for part in line.split()[1:])
            assert (len(each), sum(each), last) == (5, int(total), int(total))

        margin = game["score_home"] - game["score_away"]
        ahead = f"{game['home_team'] if margin > 0 else game['away_team']} +{abs(margin)}"
        changes, ties = counted(game["lead_changes"], "lead change"), counted(game["ties"], "tie")
        assert game["lead_changes"] > 5
        await watched.until(
            f"words => {LABELS}[0].startsWith(words)",
            f"Lead by game time, {ahead} at OT 0:00; {changes}, {ties}, ",
        )
        lead, chance, fan = await watched.page.evaluate(LABELS)
        assert f"{game['away_team' if margin < 0 else 'home_team']} 100%" in chance
        assert fan.endswith(f"it came {ahead}")
        drawn = await watched.page.evaluate(
            """[...document.querySelectorAll('.linechart canvas')].map((each) => {
                const { data } = each.getContext('2d').getImageData(0, 0, each.width, each.height);
                return data.some((part) => part !== 0);
            })"""
        )
        assert drawn == [True, True, True], lead

        await watched.until("document.querySelectorAll('.plays.short .play').length === 8")
        texts = await watched.page.locator(".plays.short .play-text").all_inner_texts()
        assert [text.strip() for text in texts] == [play["description"] for play in plays[:-9:-1]]
        await watched.page.click("#tab-plays")
        assert await watched.text("#plays-title") == f"{len(plays)} plays"
        assert watched.complaints == []


async def test_the_players_of_both_teams_have_the_totals_of_the_box_score(
    after: Settings, watched: Watched
) -> None:
    async with started(after) as app:
        game = await asked(app.http_url, f"/games/{OVERTIME}")
        await open_game(watched, app, "?tab=players", OVERTIME)
        await watched.until("document.querySelectorAll('.players tbody tr').length > 0")
        shown = await watched.page.evaluate(TABLE)
        names = ("points", "rebounds", "assists", "fouls", "plus_minus")
        assert shown == {
            line["name"]: [
                f"{int(line['seconds_played']) // 60}:{int(line['seconds_played']) % 60:02d}",
                *(str(line[name]) for name in names),
            ]
            for line in game["players"]
        }
        assert len(shown) > 16
        # Who was on court when is drawn as bars.
        await watched.until("document.querySelectorAll('.rotation-stint').length > 30")
        await look_at(watched, 2_000)
        await watched.until("document.querySelectorAll('.players tr.on').length === 10")
        for side in ("home", "away"):
            assert await watched.page.locator(f".team-players:has(#players-{side}) tr.on").count() == 5
        told = {}
        for message in (await asked(app.http_url, f"/games/{OVERTIME}/messages?limit=5000"))["messages"]:
            if message["type"] == "player_stats" and message["data"]["elapsed_seconds"] <= 2_000:
                told.update({line["player_id"]: line for line in message["data"]["players"]})
        then = await watched.page.evaluate(TABLE)
        assert {name: row[1:] for name, row in then.items()} == {
            line["name"]: [str(line[each]) for each in names] for line in told.values()
        }
        assert watched.complaints == []


async def test_looking_back_shows_the_score_of_that_moment_and_to_the_end_returns(
    after: Settings, watched: Watched
) -> None:
    async with started(after) as app:
        timeline = await asked(app.http_url, f"/games/{OVERTIME}/timeline")
        plays = (await asked(app.http_url, f"/games/{OVERTIME}/plays"))["plays"]
        points = timeline["points"]
        times = [point["elapsed_seconds"] for point in points]
        await open_game(watched, app, game_id=OVERTIME)
        now = await watched.page.evaluate(SCORES)
        await watched.until("document.querySelectorAll('.plays.short .play').length === 8")
        for moment in (200, 719, 1_085, 1_440, 2_222, 2_881, 3_100):
            await look_at(watched, moment)
            then = points[bisect_right(times, moment) - 1]
            expected = f"{then['score_away']},{then['score_home']}"
            await watched.until(f"expected => {SCORES}.join() === expected", expected)
            happened = [play["description"] for play in plays if play["elapsed_seconds"] <= moment]
            assert (await watched.text(".plays.short .play-text")).strip() == happened[-1]
            chance = [each for each in timeline["chances"] if each["elapsed_seconds"] <= moment][-1]
            home = int(100 * chance["win_probability_home"] + 0.5)
            bar = await watched.page.get_attribute(".scoreboard .winbar", "aria-label")
            assert f"{home}%" in bar or "<1%" in bar or ">99%" in bar
        assert "As it stood" in await watched.text(".board-head .status")
        await watched.page.get_by_role("button", name="To the end").click()
        await watched.until(f"!({LOOKING})")
        assert await watched.page.evaluate(SCORES) == now
        await watched.until("!location.hash.includes('t=')")


async def test_the_halftime_forecast_is_explained_by_its_members_and_by_games_that_went_alike(
    after: Settings, watched: Watched
) -> None:
    async with started(after) as app:
        game = await asked(app.http_url, f"/games/{OVERTIME}")
        made = game["prediction"]["explanation"]
        await open_game(watched, app, "?tab=forecast", OVERTIME)
        rows = await watched.page.locator(".members tbody tr").all_inner_texts()
        assert len(rows) == len(made["members"])
        silent = [name for name, weight in made["weights"].items() if weight == 0]
        assert sum("explains only" in row for row in rows) == len(silent)
        assert not [row for row in rows if row.split()[0] in made["members"]], "members have names in words"
        similar = await watched.page.locator(".similar tbody tr").all_inner_texts()
        for row, each in zip(similar, made["similar_games"], strict=True):
            assert f"{each['away_team']} at {each['home_team']}" in row and each["date"] in row
        assert await watched.page.locator(".overlay-game").count() == len(made["similar_games"])
        label = await watched.page.get_attribute(".similar-paths svg", "aria-label")
        assert "at 18:00" in label and "after 24 minutes" in label
        assert await watched.page.locator(".similar a").count() == 0, "no game of history is known here"
        path = "document.querySelector('.overlay-own').getAttribute('d').split('L').length"
        assert await watched.page.evaluate(path) == 25
        await look_at(watched, 1_250)
        await watched.until(f"{path} === 21")
        await look_at(watched, 900)
        await watched.until("document.querySelector('.similar') === null")
        assert "15 of 18 minutes" in await watched.text(".forecast-tab")


async def test_a_game_that_only_the_journal_knows_is_shown_as_it_was(
    after: Settings, watched: Watched
) -> None:
    async with started(after, NextWeek()) as app:
        assert (await asked(app.http_url, "/games"))["games"] == []
        await open_game(watched, app, game_id=OVERTIME)
        await watched.until("document.querySelectorAll('.plays.short .play').length === 8")
        game = await asked(app.http_url, f"/games/{OVERTIME}")
        assert await watched.page.evaluate(SCORES) == [str(game["score_away"]), str(game["score_home"])]
        assert "Final" in await watched.text(".board-head .status")
        await watched.until(f"{LABELS}[2].includes('it came')")
        await look_at(watched, 1_300)
        await watched.page.click("#tab-players")
        await watched.until("document.querySelectorAll('.players tr.on').length === 10")
        assert watched.complaints == []
