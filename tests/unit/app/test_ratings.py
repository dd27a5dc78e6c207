"""What ratings say of a game and when, and that every game teaches them once."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from courtside.app.ratings import Ratings, eastern_day, ratings_file, with_roster
from courtside.engine import Engine
from courtside.errors import ModelError
from courtside.events import (
    AnyObservation,
    BoxScore,
    Context,
    PlayByPlay,
    PlayerPrior,
    RosterEntry,
    ScoreLine,
    SourceName,
)
from courtside.forecast.adaptive import AdaptiveLevels
from courtside.game.finished import FinishedGame
from courtside.game.live import LiveGame
from courtside.settings import Settings
from courtside.sources.simulator_game import SimulatedGame, simulate_game
from tests.support.forecasting import finished, plain_forecasting, rated_book
from tests.support.plain import Plain

GAME_ID = "0022500777"
TIP_MS = 1_770_940_800_000
"""2026-02-12T19:00 in New York, when it is already the 13th in Greenwich."""


@pytest.fixture(scope="module")
def game() -> SimulatedGame:
    return simulate_game(7, "BOS", "MIA", game_id=GAME_ID, start_ms=TIP_MS)


class Table:
    """An engine with ratings beside it, as the pipeline has them."""

    def __init__(self, source: SourceName = "nba", file: Path | None = None) -> None:
        self.ratings = Ratings(plain_forecasting(rated_book), file)
        self.engine = Engine(Plain())
        self.source = source
        self.contexts: list[Context] = []

    def see(self, observation: AnyObservation) -> LiveGame:
        self.engine.step(observation)
        context = self.ratings.context(self.engine.games[GAME_ID], observation.received_ms)
        if context is not None:
            assert self.engine.step(context).kept is not None, "what is no news is not said"
            self.contexts.append(context)
        live = self.engine.games[GAME_ID]
        self.ratings.learn(live)
        return live

    def line(self, home: str = "BOS", away: str = "MIA", **fields: Any) -> LiveGame:
        base: dict[str, Any] = {"status": "scheduled", "start_ms": TIP_MS} | fields
        return self.see(
            ScoreLine(
                game_id=GAME_ID,
                received_ms=TIP_MS,
                source=self.source,
                home_team=home,
                away_team=away,
                **base,
            )
        )

    def roster(self, players: tuple[RosterEntry, ...]) -> LiveGame:
        return self.see(BoxScore(game_id=GAME_ID, received_ms=TIP_MS, source=self.source, players=players))

    def play(self, game: SimulatedGame, until: int | None = None, since: int = 0) -> LiveGame:
        for count in range(since + 1, (until or len(game.plays)) + 1):
            live = self.see(
                PlayByPlay(
                    game_id=GAME_ID, received_ms=TIP_MS + count, source=self.source, plays=game.plays[:count]
                )
            )
        return live


def test_a_game_is_rated_as_soon_as_its_teams_are_known() -> None:
    table = Table()
    table.line()
    [context] = table.contexts
    assert {"elo", "home_advantage", "rest_home", "alpha80", "alpha95"} <= context.values.keys()
    assert context.values["rest_home"] == 4.0, "days in New York"
    assert {player.side for player in context.players if player.tonight} == {"home", "away"}
    table.line(timeouts_home=5)
    assert len(table.contexts) == 1


@pytest.mark.parametrize("source", ["simulated", "push"])
def test_only_games_of_the_league_are_rated(source: SourceName, game: SimulatedGame) -> None:
    table = Table(source)
    table.line()
    table.play(game)
    assert table.contexts == []
    assert GAME_ID not in table.ratings.book.rated
    assert table.ratings.levels == AdaptiveLevels()


def test_of_teams_that_nobody_rates_nothing_is_said() -> None:
    table = Table()
    table.line(home="EAST", away="WEST")
    assert table.contexts == []


def test_a_box_score_says_who_plays_tonight(game: SimulatedGame) -> None:
    table = Table()
    table.line()
    known = {player.person_id for player in table.contexts[0].players}
    regulars = [entry for entry in game.roster if entry.person_id in known]
    out = regulars[0]
    named = tuple(replace(entry, active=entry is not out) for entry in game.roster)
    table.roster(named)
    assert len(table.contexts) == 2
    said = {player.person_id: player for player in table.contexts[1].players}
    assert said[out.person_id].tonight == 0.0
    assert said[regulars[1].person_id].tonight > 0.0
    table.roster(named)
    assert len(table.contexts) == 2


def test_who_is_not_on_the_roster_or_has_moved_counts_where_he_plays() -> None:
    prior = PlayerPrior(1, "home", 1.0, 1.0, 30.0, 28.0)
    gone, moved = replace(prior, person_id=2), replace(prior, person_id=3)
    roster = (RosterEntry(1, "a", "home", True), RosterEntry(3, "c", "away", True))
    assert with_roster((prior, gone, moved), roster) == (
        prior,
        replace(gone, side=None, tonight=0.0),
        replace(moved, side="away", tonight=30.0),
    )
    assert with_roster((prior, gone), ()) == (prior, gone)


def test_ratings_stay_as_they_were_at_the_tip_and_levels_until_18_minutes(game: SimulatedGame) -> None:
    table = Table()
    table.line()
    table.play(game, 30)
    count = len(table.contexts)
    assert table.ratings.book.after(_other_game())
    table.ratings._revision += 1
    table.play(game, 40, since=30)
    assert len(table.contexts) == count
    table.ratings.levels = AdaptiveLevels().after(inside80=False, inside95=False)
    live = table.play(game, 41, since=40)
    assert table.contexts[-1].values == table.ratings.levels.values
    assert table.contexts[-1].players == ()
    after_18 = next(n for n, play in enumerate(game.plays) if play.period == 3)
    table.play(game, after_18, since=41)
    count = len(table.contexts)
    table.ratings.levels = table.ratings.levels.after(inside80=True, inside95=True)
    live = table.play(game, after_18 + 5, since=after_18)
    assert len(table.contexts) == count
    assert live.said.forecast is not None and live.said.forecast.known == "players"


def test_before_the_tip_ratings_follow_the_games_in_between() -> None:
    table = Table()
    table.line()
    assert table.ratings.book.after(_other_game())
    table.ratings._revision += 1
    table.line()
    assert len(table.contexts) == 2
    assert "elo" in table.contexts[1].values


def test_a_game_teaches_its_ratings_and_its_intervals_once(game: SimulatedGame) -> None:
    table = Table()
    table.line()
    table.roster(game.roster)
    live = table.play(game)
    book, levels = table.ratings.book, table.ratings.levels
    assert GAME_ID in book.rated and book.last_date == "2026-02-12"
    assert levels != AdaptiveLevels()
    ratings = dict(book.teams.teams)
    edited = list(game.plays)
    edited[10] = replace(edited[10], description="changed")
    live = table.see(PlayByPlay(game_id=GAME_ID, received_ms=TIP_MS * 2, source="nba", plays=tuple(edited)))
    table.ratings.forget(GAME_ID)
    table.ratings.learn(live)
    assert (dict(book.teams.teams), table.ratings.levels) == (ratings, levels)


def test_a_game_without_plays_or_a_forecast_teaches_nothing() -> None:
    table = Table()
    table.line(status="live", period=4, remaining_tenths=10, score_home=99, score_away=90)
    table.line(status="final", period=4, remaining_tenths=0, score_home=99, score_away=90)
    assert GAME_ID not in table.ratings.book.rated
    assert table.ratings.levels == AdaptiveLevels()


async def test_what_was_learned_is_there_after_a_restart(game: SimulatedGame, tmp_path: Path) -> None:
    file = tmp_path / "kept" / "ratings-plain-1.bin"
    table = Table(file=file)
    table.line()
    live = table.play(game)
    writing = asyncio.create_task(table.ratings.run())
    async with asyncio.timeout(10):
        while not file.exists():
            await asyncio.sleep(0)
    writing.cancel()
    again = Ratings(plain_forecasting(rated_book), file)
    assert again.book.to_parts() == table.ratings.book.to_parts()
    assert again.levels == table.ratings.levels
    before = again.levels
    again.catch_up([live])
    assert again.levels == before, "the game has been learned from"
    assert list(file.parent.iterdir()) == [file]


def test_what_was_not_written_is_learned_again_from_the_games_in_the_journal(game: SimulatedGame) -> None:
    table = Table()
    table.line()
    live = table.play(game)
    fresh = Ratings(plain_forecasting(rated_book))
    fresh.catch_up([live])
    assert fresh.book.to_parts() == table.ratings.book.to_parts()
    assert fresh.levels == table.ratings.levels


async def test_a_disk_that_is_full_is_said_and_tried_again(
    game: SimulatedGame, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    table = Table(file=None)
    table.ratings._file = blocked / "ratings.bin"
    table.line()
    table.play(game)
    writing = asyncio.create_task(table.ratings.run())
    async with asyncio.timeout(10):
        while "is not written" not in caplog.text:
            await asyncio.sleep(0)
    assert not writing.done()
    writing.cancel()


def test_a_file_that_is_none_is_refused_and_that_of_another_model_is_left(tmp_path: Path) -> None:
    file = tmp_path / "ratings.bin"
    file.write_bytes(b"nonsense")
    with pytest.raises(ModelError, match="remove it"):
        Ratings(plain_forecasting(rated_book), file)


def test_a_replay_and_a_journal_in_memory_keep_nothing(tmp_path: Path) -> None:
    kept = Settings(data_dir=tmp_path)
    assert ratings_file(kept, "v1") == tmp_path / "ratings-v1.bin"
    assert ratings_file(replace(kept, source="replay", recordings=tmp_path), "v1") is None
    assert ratings_file(replace(kept, database="sqlite:///:memory:"), "v1") is None


def test_the_day_of_a_game_is_that_of_new_york() -> None:
    assert eastern_day(TIP_MS) == "2026-02-12"
    assert eastern_day(TIP_MS + 6 * 3_600_000) == "2026-02-13"


def _other_game() -> FinishedGame:
    return finished(3, "BOS", "LAL", "0022500700", "2026-02-10")
