import pytest

from courtside.events import Play, Side
from courtside.game.possession import Possession, after, arrow


def play(action: str, side: Side | None, **more: object) -> Play:
    fields: dict[str, object] = {"order": 1, "play_id": 1, "period": 1, "remaining_tenths": 6000} | more
    return Play(action=action, side=side, **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("what", "holder"),
    [
        (play("2pt", "home", made=True), "away"),
        (play("3pt", "home", made=False), "home"),
        (play("rebound", "away", sub_type="defensive"), "away"),
        (play("turnover", "home", sub_type="bad pass"), "away"),
        (play("steal", "away"), "away"),
        (play("block", "away", possession="home"), "home"),
        (play("foul", "away", sub_type="personal"), "home"),
        (play("foul", "home", sub_type="offensive"), "away"),
        (play("foul", "away", sub_type="technical"), "home"),
        (play("freethrow", "home", sub_type="1 of 2", made=True), "home"),
        (play("freethrow", "home", sub_type="2 of 2", made=True), "away"),
        (play("freethrow", "home", sub_type="2 of 2", made=False), "home"),
        (play("freethrow", "away", sub_type="1 of 1", made=True, descriptor="technical"), "home"),
        (play("freethrow", "away", sub_type="2 of 2", made=True, descriptor="flagrant"), "away"),
        (play("substitution", "away", possession="away"), "home"),
        (play("timeout", None), "home"),
        (play("violation", "away", sub_type="kicked ball", possession="away"), "home"),
        (play("period", None, sub_type="end"), None),
        (play("game", None, sub_type="end"), None),
        (play("jumpball", "home", possession="away"), "away"),
    ],
)
def test_who_has_the_ball_after_a_play_that_began_with_home(what: Play, holder: Side | None) -> None:
    assert after(Possession(holder="home"), what).holder == holder


def test_the_loser_of_the_tip_starts_the_second_and_third_period_and_its_winner_the_fourth() -> None:
    won = after(Possession(), play("jumpball", "home", possession="home"))
    assert [arrow(won, period) for period in (1, 2, 3, 4, 5)] == ["away", "away", "home", None, None]
    third = after(won, play("period", None, sub_type="start", period=3))
    assert third.holder == "away"


def test_nobody_knows_the_next_start_before_the_tip() -> None:
    assert arrow(Possession(), 1) is None


def test_a_possession_counts_once_however_many_plays_it_has() -> None:
    state = Possession()
    for what in (
        play("jumpball", "home", possession="home"),
        play("2pt", "home", made=False),
        play("rebound", "home", sub_type="offensive"),
        play("2pt", "home", made=True),
        play("turnover", "away"),
    ):
        state = after(state, what)
    assert (state.count_home, state.count_away) == (2, 1)


def test_each_period_begins_with_a_possession_of_its_own() -> None:
    state = Possession()
    for what in (
        play("jumpball", "home", possession="home"),
        play("2pt", "away", made=True),
        play("2pt", "home", made=False),
        play("period", None, sub_type="end"),
        play("substitution", "home", sub_type="out", possession="home", period=2),
        play("period", None, sub_type="start", period=2),
        play("turnover", "away", period=2),
        play("period", None, sub_type="end", period=2),
        play("period", None, sub_type="start", period=3),
    ):
        state = after(state, what)
    assert (state.count_home, state.count_away) == (2, 2)
