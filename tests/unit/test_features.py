"""The game as numbers: what is known, what is not, and that both sides are treated alike."""

import msgspec
import numpy as np
import pytest

from courtside import features
from courtside.events import Play, PlayerPrior, RosterEntry, Side, other
from courtside.features import INDEX, NAMES, PATTERN, RUNNING_INDEX, RUNNING_NAMES
from courtside.game.prior import NOTHING, Prior
from courtside.game.state import GameState, fold_all, start
from courtside.sources.simulator_game import SimulatedGame, simulate_game

VALUES = {
    "elo": 4.0,
    "home_advantage": 2.5,
    "rest_home": 2.0,
    "rest_away": 1.0,
    "back_to_back": -1.0,
    "altitude": 1.0,
    "market_spread": -5.5,
    "newcomer_game_score": -0.5,
    "newcomer_impact": -1.5,
    "newcomer_minutes": 9.0,
}
TURNED = ("elo", "home_advantage", "back_to_back", "altitude", "market_spread")
"""Values that change their sign when the sides change places."""


def priors(game: SimulatedGame) -> tuple[PlayerPrior, ...]:
    return tuple(
        PlayerPrior(entry.person_id, entry.side, number % 7 - 2.0, number % 5 - 1.5, 5.0 + number, 0.5)
        for number, entry in enumerate(game.roster)
    )


@pytest.fixture(scope="module")
def game() -> SimulatedGame:
    return simulate_game(3)


@pytest.fixture(scope="module")
def at_18(game: SimulatedGame) -> GameState:
    return fold_all(start(game.roster), game.plays).pattern_state


@pytest.fixture(scope="module")
def prior(game: SimulatedGame) -> Prior:
    return Prior.of(VALUES, priors(game))


def known(seen: features.Vector) -> dict[str, float]:
    return {name: value for name, value in zip(NAMES, seen.tolist(), strict=True) if value == value}


def play(number: int, action: str, clock: int = 7000, side: Side | None = None, **more: object) -> Play:
    return Play(
        order=number,
        play_id=number,
        period=1,
        remaining_tenths=clock,
        action=action,
        side=side,
        **more,  # type: ignore[arg-type]
    )


def test_names_are_unique_and_the_first_18_are_the_pattern() -> None:
    assert len(set(NAMES)) == len(NAMES) == len(INDEX)
    assert NAMES[PATTERN] == tuple(f"pattern_{minute}" for minute in range(1, 19))
    assert set(RUNNING_NAMES) <= set(NAMES)


def test_everything_is_known_of_a_game_with_plays_players_and_ratings(at_18: GameState, prior: Prior) -> None:
    seen = features.vector(at_18, prior)
    assert seen.shape == (len(NAMES),)
    assert np.isfinite(seen).all()
    assert seen[INDEX["elapsed"]] == 18.0
    assert seen[INDEX["expected_margin"]] == 6.5
    assert seen[INDEX["market_margin"]] == 5.5


def test_the_pattern_is_the_score_path_and_increments_add_up_to_it(at_18: GameState) -> None:
    seen = features.vector(at_18, NOTHING)
    assert seen[PATTERN].tolist() == list(at_18.path[:18])
    increments = [seen[INDEX[f"increment_{minute}"]] for minute in range(1, 19)]
    assert np.cumsum(increments).tolist() == seen[PATTERN].tolist()
    assert seen[features.LEAD] == seen[INDEX["pattern_18"]] == at_18.differential


def test_running_features_are_those_of_the_vector(at_18: GameState, prior: Prior) -> None:
    seen = features.vector(at_18, prior)
    running = features.running(at_18, prior)
    assert running == [seen[INDEX[name]] for name in RUNNING_NAMES]
    assert running[RUNNING_INDEX["lead"]] == at_18.differential


def test_without_any_prior_what_comes_before_the_game_is_unknown(at_18: GameState) -> None:
    unknown = set(NAMES) - known(features.vector(at_18, NOTHING)).keys()
    assert unknown == {
        *features.PRIOR_NAMES, "expected_margin", "market_margin", "newcomers",
        *(f"{who}_{what}" for who in ("rotation", "court", "usual") for what in ("game_score", "impact")),
    }  # fmt: skip


def test_of_a_game_with_nothing_but_scores_only_the_path_is_known() -> None:
    scores = [
        play(1, "score", 7200, score_home=0, score_away=0),
        play(2, "score", 6000, score_home=5, score_away=2),
    ]
    state = fold_all(start(), scores)
    seen = known(features.vector(state, Prior.of({"elo": 1.0, "home_advantage": 2.0})))
    path = {"pattern_1": 0.0, "increment_1": 0.0, "pattern_2": 3.0, "increment_2": 3.0}
    assert seen == path | {
        "elapsed": 2.0, "lead": 3.0, "total": 7.0, "elo": 1.0, "home_advantage": 2.0, "expected_margin": 3.0,
    }  # fmt: skip
    assert not features.has_plays(state)
    assert np.isnan(features.ball(state))


def test_a_pattern_that_breaks_off_is_unknown_from_there() -> None:
    joined_late = play(1, "score", 3000, score_home=20, score_away=12)
    state = fold_all(start(), [joined_late])
    assert state.path[:3] == (None, None, None)
    seen = known(features.vector(state, NOTHING))
    assert not any(name.startswith(("pattern", "increment")) for name in seen)
    assert seen["lead"] == 8.0


def test_a_bare_pattern_knows_its_differentials_and_what_was_known_before(prior: Prior) -> None:
    pattern = [float(minute % 4) for minute in range(18)]
    seen = known(features.bare(pattern, prior))
    assert [seen[f"pattern_{minute}"] for minute in range(1, 19)] == pattern
    assert (seen["lead"], seen["elapsed"], seen["elo"]) == (pattern[-1], 18.0, 4.0)
    assert seen["usual_impact"] == prior.usual[1]
    for name in ("total", "possession", "rotation_impact", "court_impact", "pace", "newcomers"):
        assert name not in seen
    assert "elo" not in known(features.bare(pattern, NOTHING))


def test_before_the_tip_the_expected_players_stand_for_the_rotation(
    game: SimulatedGame, prior: Prior
) -> None:
    running = dict(zip(RUNNING_NAMES, features.running(start(), prior), strict=True))
    assert running["rotation_impact"] == pytest.approx(prior.usual[1])
    assert running["court_impact"] == pytest.approx(prior.usual[1])
    assert running["possession"] == 0.0
    unrated = features.running(start(), NOTHING)
    assert np.isnan(unrated[RUNNING_INDEX["rotation_impact"]])


def test_newcomers_are_those_of_whom_nothing_is_known(game: SimulatedGame, at_18: GameState) -> None:
    players = priors(game)
    seen_18 = [player for player in at_18.players.values() if player.on_court or player.played(at_18.elapsed)]
    two = {player.person_id for player in seen_18[:2]}
    less = Prior.of(VALUES, [player for player in players if player.person_id not in two])
    assert features.vector(at_18, less)[INDEX["newcomers"]] == 2.0
    nothing_assumed = {name: value for name, value in VALUES.items() if not name.startswith("newcomer")}
    unknown = Prior.of(nothing_assumed, less.players.values())
    seen = known(features.vector(at_18, unknown))
    assert seen["newcomers"] == 2.0
    assert "rotation_impact" not in seen and "court_game_score" not in seen


@pytest.mark.parametrize(
    ("actions", "ball"),
    [
        ([("2pt", "home", True)], -1.0),
        ([("2pt", "home", False)], 0.0),
        ([("3pt", "away", False), ("block", "home", None)], 0.0),
        ([("2pt", "home", False), ("timeout", "home", None), ("substitution", "away", None)], 0.0),
        ([("2pt", "home", False), ("rebound", "away", None)], -1.0),
        ([("turnover", "home", None)], -1.0),
        ([("turnover", "away", None), ("timeout", "home", None)], 1.0),
    ],
)
def test_the_ball_is_with_whoever_has_it_and_with_nobody_while_it_is_in_the_air(
    actions: list[tuple[str, Side, bool | None]], ball: float
) -> None:
    tip = play(1, "jumpball", 7200, "home", possession="home")
    plays = [
        play(number, action, 7000, side, made=made, score_home=2 if made and side == "home" else 0)
        for number, (action, side, made) in enumerate(actions, 2)
    ]
    state = fold_all(start(), [tip, *plays])
    assert features.ball(state) == ball
    assert features.vector(state, NOTHING)[INDEX["lead_with_ball"]] == state.differential + 0.5 * ball


def test_between_two_periods_the_ball_is_with_whoever_starts_the_next(game: SimulatedGame) -> None:
    ends = [
        number for number, play in enumerate(game.plays) if play.action == "period" and play.sub_type == "end"
    ]
    state = fold_all(start(game.roster), game.plays[: ends[0] + 1])
    winner = state.possession.tip_winner
    assert state.period_over and winner is not None
    assert features.ball(state) == (-1.0 if winner == "home" else 1.0)


def test_bonus_and_time_outs_count_for_the_side_that_has_them() -> None:
    tip = play(1, "jumpball", 7200, "home")
    fouls = [play(number, "foul", 6000, "home", sub_type="personal") for number in range(2, 7)]
    state = fold_all(start(), [tip, *fouls, play(7, "timeout", 6000, "away")])
    seen = known(features.vector(state, NOTHING))
    assert (seen["fouls_home"], seen["fouls_away"]) == (5.0, 0.0)
    assert (seen["bonus_home"], seen["bonus_away"]) == (0.0, 1.0)
    assert (seen["timeouts_home"], seen["timeouts_away"]) == (0.0, 1.0)


def turned(side: Side | None) -> Side | None:
    return None if side is None else other(side)


def turned_play(play: Play) -> Play:
    return msgspec.structs.replace(
        play,
        side=turned(play.side),
        possession=turned(play.possession),
        score_home=play.score_away,
        score_away=play.score_home,
    )


def turned_name(name: str) -> str:
    parts = name.split("_")
    swap = {"home": "away", "away": "home"}
    return name if name == "home_advantage" else "_".join(swap.get(part, part) for part in parts)


@pytest.mark.parametrize("seed", [3, 4, 5])
def test_the_sides_exchanged_turn_every_margin_round(seed: int) -> None:
    game = simulate_game(seed)
    values = {turned_name(name): -value if name in TURNED else value for name, value in VALUES.items()}
    players = priors(game)
    roster = [
        RosterEntry(entry.person_id, entry.name, other(entry.side), entry.starter) for entry in game.roster
    ]
    here = features.vector(fold_all(start(game.roster), game.plays).pattern_state, Prior.of(VALUES, players))
    there = features.vector(
        fold_all(start(roster), [turned_play(play) for play in game.plays]).pattern_state,
        Prior.of(values, [msgspec.structs.replace(player, side=turned(player.side)) for player in players]),
    )
    same = ("elapsed", "total", "pace", "newcomers")
    for name, place in INDEX.items():
        sided = turned_name(name) != name
        sign = 1.0 if sided or name in same else -1.0
        assert there[INDEX[turned_name(name)]] == pytest.approx(sign * here[place], abs=1e-9), name
