import io

import msgspec
from rich.console import Console

from courtside.cli.board import Link, banner, ordered, render
from courtside.client.reducer import begin
from courtside.events import SourceName, Status
from courtside.messages import (
    Explanation,
    GameSnapshot,
    GameStatus,
    MarginForecast,
    Message,
    MlPrediction,
    PlayData,
    Run,
    RunningForecast,
)

MARGIN = MarginForecast(7.0, -6.0, 20.0, -14.0, 28.0)
UP = Link("ws://127.0.0.1:8765", True)


def game(game_id: str = "g1", source: SourceName = "nba", **changes: object) -> GameSnapshot:
    status = GameStatus("live", "scheduled", False, "BOS", "NYK", None, None, None)
    started = begin(Message("game_status", "2026-02-12T00:00:00.000Z", game_id, "e1", 1, source, status))
    known: dict[str, object] = {"score_home": 44, "score_away": 40, "period": 2, "game_clock": "06:00"}
    return msgspec.structs.replace(started, **(known | changes))


def full_game() -> GameSnapshot:
    play = PlayData(
        play_id=1,
        order=1,
        period=2,
        game_clock="06:00",
        elapsed_seconds=1080.0,
        action="2pt",
        sub_type="",
        side="home",
        team="BOS",
        player_id=1,
        player="J. Doe",
        description="J. Doe dunk",
        points=2,
        score_home=44,
        score_away=40,
        possession="away",
        win_probability_change=0.031,
    )
    return game(
        possession="home",
        momentum=7.5,
        current_run=Run("BOS", 9, "home"),
        pattern=[None, None, *range(16)],
        win_probability_home=0.726,
        forecast=RunningForecast(
            1080.0, 2, "06:00", 44, 40, MARGIN, MARGIN, "home", 0.726, None, "teams", "v1"
        ),
        prediction=MlPrediction("halftime", 5.2, -8.0, 17.0, 0.95, [], Explanation({}), "v1"),
        last_plays=[play],
    )


def shown(games: list[GameSnapshot], link: Link = UP, *, width: int = 130, height: int = 30) -> list[str]:
    console = Console(file=io.StringIO(), width=width, height=height)
    events = ["Q2 06:00  NYK 40, BOS 44  BOS on a 9-0 run"]
    with console.capture() as capture:
        console.print(render(games, events, link, width, height))
    return capture.get().splitlines()


def test_a_game_shows_all_that_is_known_of_it() -> None:
    text = "\n".join(shown([full_game()]))
    for said in (
        "Q2 06:00",
        "▸BOS   44",
        "NYK   40",
        "BOS 9-0",
        "BOS ▲▲▲",
        "18/18 min, 2 unseen",
        "BOS 73%",
        "BOS +3%",
        "half  BOS by 5.2",
        "final BOS by 7",
    ):
        assert said in text
    for said in ("06:00 J. Doe dunk", "BOS on a 9-0 run", "1 under way, 1 in all"):
        assert said in text


def test_after_halftime_the_end_is_forecast_with_its_interval() -> None:
    running = full_game().forecast
    assert running is not None
    text = "\n".join(shown([game(forecast=msgspec.structs.replace(running, halftime=None))]))
    assert "final BOS by 7" in text
    assert "80% NYK 6 to BOS 20" in text
    assert "half " not in text


def test_a_game_that_is_over_needs_no_forecast() -> None:
    text = "\n".join(shown([msgspec.structs.replace(full_game(), status="final")]))
    assert "BOS by" not in text and "BOS 73%" not in text


def test_a_game_of_which_nothing_is_known_shows_nothing_invented() -> None:
    bare = game(status="scheduled", score_home=None, score_away=None, period=None, game_clock=None)
    line = next(line for line in shown([bare]) if "NYK" in line)
    assert line.split() == ["not", "yet", "NYK", "░░░░░░░░░"]


def test_simulated_and_replayed_games_say_so() -> None:
    assert banner([game()]) is None
    assert "SIMULATED" in (banner([game(), game("g2", "simulated")]) or "")
    assert "REPLAY" in "\n".join(shown([game(source="replay")]))


def test_a_lost_connection_is_said_with_its_reason_and_the_next_try() -> None:
    lost = Link("ws://127.0.0.1:8765", False, "connection refused", 3.2)
    text = "\n".join(shown([game()], lost))
    assert "connection lost (connection refused); the board is as of then; next try in 3 s" in text
    assert "○" in text
    assert "not connected yet" in "\n".join(shown([], Link("ws://127.0.0.1:8765", False)))


def test_games_under_way_come_first_and_final_ones_last() -> None:
    statuses: list[Status] = ["final", "scheduled", "halftime", "postponed", "live"]
    games = [game(f"g{index}", status=status) for index, status in enumerate(statuses)]
    assert [each.status for each in ordered(games)] == ["halftime", "live", "scheduled", "final", "postponed"]


def test_the_board_fits_the_terminal_and_says_how_many_games_it_leaves_out() -> None:
    many = [game(f"g{index:02d}") for index in range(40)]
    for height in (12, 24, 50):
        lines = shown(many, height=height)
        assert len(lines) <= height
        assert any(line.startswith("and ") and line.endswith(" more") for line in lines)


def test_a_narrow_terminal_goes_without_the_pattern() -> None:
    lines = shown([full_game()], width=80)
    assert not any("18/18" in line for line in lines)
    assert any("BOS by 5.2" in line for line in lines)
    assert max(map(len, lines)) <= 80


def test_no_games_is_said() -> None:
    assert any("no games yet" in line for line in shown([]))
