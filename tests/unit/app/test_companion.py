"""What ratings add to a game goes the way of every observation: kept, told, and the same after a restart."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from courtside.events import BoxScore, Context, PlayByPlay, ScoreLine
from courtside.messages import RunningForecast, decode_message, decode_snapshot
from courtside.sources.simulator_game import SimulatedGame
from tests.support.plain import Plain

Parts = Any
Running = Callable[..., Any]
GAME_ID = "0022500778"
TIP_MS = 1_770_940_800_000


def line(home: str = "DEN", away: str = "MIA") -> ScoreLine:
    return ScoreLine(
        game_id=GAME_ID,
        received_ms=TIP_MS - 60_000,
        source="nba",
        home_team=home,
        away_team=away,
        status="scheduled",
        start_ms=TIP_MS,
    )


def roster(game: SimulatedGame) -> BoxScore:
    return BoxScore(game_id=GAME_ID, received_ms=TIP_MS, source="nba", players=game.roster)


def plays(game: SimulatedGame, count: int) -> PlayByPlay:
    return PlayByPlay(game_id=GAME_ID, received_ms=TIP_MS + count, source="nba", plays=game.plays[:count])


async def contexts(parts: Parts) -> list[Context]:
    kept = [entry.observation async for entry in parts.journal.observations(GAME_ID)]
    return [seen for seen in kept if isinstance(seen, Context)]


async def test_a_game_of_known_teams_is_forecast_before_its_tip(parts: Parts) -> None:
    await parts.pipeline.put(line())
    await parts.pipeline.drained()
    [context] = await contexts(parts)
    assert context.values["elo"] != 0 and context.received_ms == TIP_MS - 60_000
    [forecast] = [
        message.data
        for message in map(decode_message, [each.frame for each in parts.published])
        if isinstance(message.data, RunningForecast)
    ]
    assert (forecast.known, forecast.elapsed_seconds) == ("players", None)
    assert decode_snapshot(parts.program.snapshot(GAME_ID)).forecast == forecast


async def test_what_the_journal_refuses_is_said_again_when_it_takes_it(parts: Parts) -> None:
    parts.journal.full = True
    await parts.pipeline.put(line())
    await parts.clock.sleep(0)
    parts.journal.full = False
    await parts.pipeline.drained()
    assert len(await contexts(parts)) == 1


async def test_after_a_restart_the_same_is_said_and_nothing_twice(
    running: Running, game: SimulatedGame, tmp_path: Path
) -> None:
    path = str(tmp_path / "journal.db")
    async with running(path) as parts:
        await parts.pipeline.put(line())
        await parts.pipeline.put(roster(game))
        await parts.pipeline.put(plays(game, 300))
        await parts.pipeline.drained()
        before, said = parts.program.snapshot(GAME_ID), await contexts(parts)
    async with running(path) as parts:
        assert parts.program.snapshot(GAME_ID) == before
        await parts.pipeline.put(line())
        await parts.pipeline.put(plays(game, len(game.plays)))
        await parts.pipeline.drained()
        assert await contexts(parts) == said
        assert GAME_ID in parts.ratings.book.rated
    async with running(":memory:") as parts:
        for seen in (line(), roster(game), plays(game, 300), plays(game, len(game.plays))):
            await parts.pipeline.put(seen)
        await parts.pipeline.drained()
        whole = parts.program.snapshot(GAME_ID)
    async with running(path) as parts:
        assert parts.program.snapshot(GAME_ID) == whole


async def test_a_companion_that_fails_stops_no_game(
    parts: Parts, game: SimulatedGame, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(parts.ratings, "context", broken)
    monkeypatch.setattr(parts.ratings, "learn", broken)
    await parts.pipeline.put(line())
    await parts.pipeline.put(plays(game, 5))
    await parts.pipeline.drained()
    assert decode_snapshot(parts.program.snapshot(GAME_ID)).score_home is not None
    assert "nothing is known beside the game itself" in caplog.text
    assert "nothing was learned from the game" in caplog.text


async def test_the_market_moves_the_forecast_of_any_game(parts: Parts, game: SimulatedGame) -> None:
    await parts.pipeline.put(line("EAST", "WEST"))
    spread = Context(game_id=GAME_ID, received_ms=TIP_MS, source="push", values={"market_spread": -9.5})
    assert (await parts.pipeline.submit(spread)).accepted
    shown = decode_snapshot(parts.program.snapshot(GAME_ID))
    assert shown.source == "nba", "whoever tells of the market does not tell of the game"
    assert shown.forecast is not None
    assert (shown.forecast.known, shown.forecast.winner) == ("market", "home")
    assert not (await parts.pipeline.submit(spread)).accepted


async def test_where_another_model_goes_on_a_new_epoch_begins(
    running: Running, tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = str(tmp_path / "journal.db")
    async with running(path) as parts:
        await parts.pipeline.put(line())
        await parts.pipeline.drained()
        epoch, _ = parts.program.position(GAME_ID)
    async with running(path) as parts:
        assert parts.program.position(GAME_ID)[0] == epoch
    monkeypatch.setattr(Plain, "version", "plain-2")
    async with running(path) as parts:
        assert parts.program.position(GAME_ID) != (epoch, parts.program.position(GAME_ID)[1])
    assert "plain-1 made its forecasts, plain-2 goes on" in caplog.text
