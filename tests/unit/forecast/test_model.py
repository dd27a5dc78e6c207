"""The whole model out of a bundle: what it says, what it needs, and what it refuses."""

import math
import subprocess
import sys
from pathlib import Path

import msgspec
import numpy as np
import pytest

from courtside.errors import BadInput, ModelError
from courtside.forecast.bundle import Bundle, shipped_folder, write_bundle
from courtside.forecast.forecast import Situation, checked_pattern
from courtside.forecast.model import Model, to_parts
from courtside.game.prior import NOTHING, Prior
from courtside.game.state import GameState, fold_all, start
from courtside.sources.simulator_game import SimulatedGame, simulate_game

RATED = {"elo": 5.0, "home_advantage": 2.0, "rest_home": 2.0, "rest_away": 1.0, "back_to_back": -1.0,
         "altitude": 0.0}  # fmt: skip
RATINGS = ("ratings.json", "ratings.npz")


@pytest.fixture(scope="module")
def bundle() -> Bundle:
    return Bundle.open(shipped_folder())


@pytest.fixture(scope="module")
def model(bundle: Bundle) -> Model:
    return Model.of(bundle)


@pytest.fixture(scope="module")
def game() -> SimulatedGame:
    return simulate_game(11)


@pytest.fixture(scope="module")
def at_18(game: SimulatedGame) -> GameState:
    return fold_all(start(game.roster), game.plays).pattern_state


def situation(state: GameState, prior: Prior = NOTHING) -> Situation:
    return Situation(tuple(float(value or 0) for value in state.path[:18]), state, prior)


def test_the_model_in_use_is_named_after_its_bundle_and_its_ensemble(bundle: Bundle, model: Model) -> None:
    assert model.version == bundle.version
    assert Model.of(bundle, "classic").version == f"{bundle.version}+classic"


def test_the_richest_tier_that_is_known_serves(model: Model, at_18: GameState) -> None:
    assert model.forecast(situation(at_18)).known == "score"
    assert model.forecast(situation(at_18, Prior.of(RATED))).known == "teams"
    spread = Prior.of({"market_spread": -6.5})
    assert model.forecast(situation(at_18, spread)).known == "spread"
    bare = Situation((0.0,) * 18, None, Prior.of(RATED))
    assert model.forecast(bare).known == "teams"


def test_classic_is_forty_percent_dejavu_and_sixty_percent_lstm_whatever_is_known(
    bundle: Bundle, at_18: GameState
) -> None:
    forecast = Model.of(bundle, "classic").forecast(situation(at_18, Prior.of(RATED)))
    assert forecast.weights == {"dejavu": 0.4, "lstm": 0.6}
    assert forecast.expected is not None
    said = 0.4 * forecast.members["dejavu"] + 0.6 * forecast.members["lstm"]
    assert forecast.expected == pytest.approx(said, abs=0.01)
    assert forecast.known == "teams"


def test_levels_of_the_game_come_before_those_of_training(model: Model, at_18: GameState) -> None:
    trained = (model.levels.level80.alpha, model.levels.level95.alpha)
    assert model.forecast(situation(at_18)).levels == trained
    one = Prior.of({"alpha80": 0.3})
    assert model.forecast(situation(at_18, one)).levels == trained
    both = Prior.of({"alpha80": 0.3, "alpha95": 0.1})
    adapted = model.forecast(situation(at_18, both))
    assert adapted.levels == (0.3, 0.1)
    low, high = adapted.interval(0.2)
    lowest, highest = model.forecast(situation(at_18)).interval(0.2)
    assert high - low < highest - lowest


def test_similar_games_come_nearest_first_and_never_the_game_itself(model: Model, at_18: GameState) -> None:
    similar = model.forecast(situation(at_18)).similar
    assert len(similar) == 5
    assert [one.distance for one in similar] == sorted(one.distance for one in similar)
    nearest = msgspec.structs.replace(situation(at_18), game_id=similar[0].game_id)
    assert [one.game_id for one in model.forecast(nearest).similar[:4]] == [
        one.game_id for one in similar[1:]
    ]
    assert model.forecast(situation(at_18), explain=False).similar == ()


def test_a_fractional_pattern_has_its_outcomes_as_far_away_as_scores_are(model: Model) -> None:
    forecast = model.forecast(Situation((0.0,) * 17 + (2.5,)))
    low, high = forecast.interval(0.2)
    assert (low % 1, high % 1) == (0.5, 0.5)


@pytest.mark.parametrize("alpha", [0.0, 1.0, 2.0, -0.1, math.nan])
def test_an_alpha_that_is_none_is_refused(model: Model, at_18: GameState, alpha: float) -> None:
    with pytest.raises(BadInput, match="is not between 0 and 1") as failure:
        model.forecast(situation(at_18)).interval(alpha)
    assert "\n" not in str(failure.value)


@pytest.mark.parametrize(
    ("pattern", "told"),
    [
        ([0.0] * 17, "pattern has 17 numbers; send 18"),
        ([0.0] * 19, "pattern has 19 numbers; send 18"),
        ([0.0] * 17 + [math.nan], "pattern has nan at minute 18"),
        ([math.inf] + [0.0] * 17, "pattern has inf at minute 1"),
        (["three"] + [0.0] * 17, "pattern has 'three' at minute 1"),
        ([True] + [0.0] * 17, "pattern has True at minute 1"),
        ([500] * 18, "send a differential between -200 and 200"),
        ("0,1,2", "is not a list; send 18 numbers"),
        (7, "is not a list; send 18 numbers"),
        (None, "is not a list; send 18 numbers"),
    ],
)
def test_a_pattern_that_is_none_is_refused(pattern: object, told: str) -> None:
    with pytest.raises(BadInput, match=told) as failure:
        checked_pattern(pattern)
    assert "\n" not in str(failure.value)


def test_win_is_the_probability_of_running(model: Model, game: SimulatedGame) -> None:
    state = start(game.roster)
    for number, play in enumerate(game.plays):
        state = fold_all(state, [play])
        if number % 25 == 0:
            assert model.win(state, NOTHING) == model.running(state, NOTHING).win_home
    assert state.ended
    assert model.win(state, NOTHING) == float(state.differential > 0)


def test_runs_are_said_while_the_game_lasts_where_they_are_shown(model: Model, at_18: GameState) -> None:
    said = model.running(at_18, Prior.of(RATED)).run
    assert (said is not None) == model.runs.shown
    if said is not None:
        assert 0.0 < said < 1.0
        assert said != model.running(at_18, NOTHING).run
    assert model.running(at_18, NOTHING, over=True).run is None


def test_what_was_trained_becomes_parts_and_comes_back(
    bundle: Bundle, model: Model, at_18: GameState
) -> None:
    parts = to_parts(model.halftime, model.margins, model.runs, model.levels, model.book())
    assert parts == {name: data for name, data in bundle.parts.items() if not name.startswith("baseline")}
    again = Model.from_parts("again", parts)
    one, other = model.forecast(situation(at_18)), again.forecast(situation(at_18))
    assert np.array_equal(one.distribution.probabilities, other.distribution.probabilities)


NEEDED = sorted(path.name for path in shipped_folder().iterdir() if not path.name.startswith("baseline"))
NEEDED.remove("manifest.json")


@pytest.mark.parametrize("name", NEEDED)
def test_a_whole_bundle_without_a_part_names_it(bundle: Bundle, tmp_path: Path, name: str) -> None:
    less = write_bundle(
        tmp_path / "less",
        {key: data for key, data in bundle.parts.items() if key != name},
        bundle.manifest,
    )
    with pytest.raises(ModelError, match=name) as failure:
        Model.of(less).book()
    assert "\n" not in str(failure.value)


@pytest.mark.parametrize("name", NEEDED)
@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b"\x00"])
def test_a_part_that_holds_something_else_is_named(bundle: Bundle, name: str, content: bytes) -> None:
    with pytest.raises(ModelError) as failure:
        Model.from_parts("broken", {**bundle.parts, name: content}).book()
    assert "\n" not in str(failure.value)
    assert "train" in str(failure.value)


def test_the_shipped_model_is_small() -> None:
    assert sum(path.stat().st_size for path in shipped_folder().iterdir()) <= 25_000_000


SERVING = """
import sys
from courtside import app, serve
from courtside.app import run, oracle, forecasting, pipeline, program
from courtside.serve import http
from courtside.forecast.model import Model
from courtside.forecast.forecast import Situation
Model.shipped().forecast(Situation((0.0,) * 18))
heavy = ("jax", "jaxlib", "equinox", "optax", "lightgbm", "onnx", "pandas", "pyarrow", "matplotlib", "scipy",
         "sklearn", "mlflow", "courtside.training")
print(*[name for name in heavy if name in sys.modules])
"""


def test_serving_imports_no_library_of_training() -> None:
    done = subprocess.run([sys.executable, "-c", SERVING], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
