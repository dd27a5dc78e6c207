"""The network learns, and what is served is what was learned."""

import hashlib
import subprocess
import sys

import jax
import jax.numpy as jnp
import msgspec
import numpy as np
import pytest

from courtside.errors import BadInput
from courtside.forecast.lstm import Lstm
from courtside.training.fit_lstm import LstmFit, fit_lstm, in_points, in_units, train
from courtside.training.onnx_export import lstm_graph
from tests.unit.training.drawn_games import drawn_games

QUICK = LstmFit(hidden=8, dense=4, batch=32, epochs=6, rate=1e-2)
GAMES = drawn_games(600)


def test_what_is_served_is_what_was_trained() -> None:
    network = train(GAMES.seen[:, :18], GAMES.increments, QUICK)
    trained = 6.0 * np.asarray(jax.vmap(network)(jnp.asarray(in_units(GAMES.seen[:, :18]))))
    served = Lstm(lstm_graph(in_points(network))).increments(GAMES.seen)
    assert trained.std() > 0.3
    assert served == pytest.approx(trained, abs=1e-5)


def test_it_learns_what_the_path_tells() -> None:
    draws = np.random.default_rng(4)
    told = (GAMES.seen[:, 17] - GAMES.seen[:, 13]) * -0.8
    model = fit_lstm(GAMES.seen, told + draws.normal(0.0, 1.0, 600), fit=LstmFit(batch=32, rate=1e-2))
    fresh = drawn_games(200, seed=70).seen
    expected = (fresh[:, 17] - fresh[:, 13]) * -0.8
    assert np.corrcoef(model.increments(fresh), expected)[0, 1] > 0.9


def test_from_chance_it_learns_little_more_than_the_mean() -> None:
    chance = np.random.default_rng(8).normal(1.5, 6.0, 600)
    said = fit_lstm(GAMES.seen, chance, fit=QUICK).increments(GAMES.seen)
    assert said.std() < 1.2
    assert abs(said.mean() - 1.5) < 1.2


def test_another_seed_is_another_network() -> None:
    one, other = (
        fit_lstm(GAMES.seen, GAMES.increments, fit=msgspec.structs.replace(QUICK, seed=seed))
        for seed in (0, 1)
    )
    assert one.model != other.model


def test_another_process_trains_the_same_bytes() -> None:
    here = hashlib.sha256(fit_lstm(GAMES.seen, GAMES.increments, fit=QUICK).model).hexdigest()
    program = (
        "import hashlib\n"
        "from tests.unit.training.test_fit_lstm import GAMES, QUICK, fit_lstm\n"
        "print(hashlib.sha256(fit_lstm(GAMES.seen, GAMES.increments, fit=QUICK).model).hexdigest())\n"
    )
    there = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=120
    )
    assert there.stdout.strip() == here


def test_games_that_fill_no_batch_are_refused() -> None:
    with pytest.raises(BadInput, match="100 patterns and 100 increments cannot fill a batch of 128"):
        fit_lstm(GAMES.seen[:100], GAMES.increments[:100])
