"""The network as it is served, and the session that serves it."""

import time

import numpy as np
import pytest
from onnx import TensorProto, helper

from courtside.errors import ModelError
from courtside.forecast.lstm import Lstm, sequences
from courtside.forecast.onnx_session import OnnxSession
from courtside.training.onnx_export import IR_VERSION, OPSET, LstmWeights, lstm_graph
from tests.unit.training.drawn_games import drawn_games

HIDDEN, DENSE = 32, 16


def weights(seed: int = 3) -> LstmWeights:
    draws = np.random.default_rng(seed)
    shapes = (4 * HIDDEN, 2), (4 * HIDDEN, HIDDEN), (4 * HIDDEN,), (DENSE, HIDDEN), (DENSE,), (1, DENSE), (1,)
    return LstmWeights(*(draws.normal(0.0, 0.3, shape) for shape in shapes))


def by_hand(layers: LstmWeights, sequence: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> float:
    """The textbook's equations."""

    def sigmoid(
        x: np.ndarray[tuple[int, ...], np.dtype[np.float64]],
    ) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
        return np.asarray(1.0 / (1.0 + np.exp(-x)))

    state = memory = np.zeros(HIDDEN)
    for seen in sequence:
        gates = layers.kernel @ seen + layers.recurrent @ state + layers.bias
        enter, forget, cell, leave = np.split(gates, 4)
        memory = sigmoid(forget) * memory + sigmoid(enter) * np.tanh(cell)
        state = sigmoid(leave) * np.tanh(memory)
    dense = np.tanh(layers.dense @ state + layers.dense_bias)
    return float((layers.out @ dense + layers.out_bias)[0])


def test_the_graph_is_the_network_of_the_textbook() -> None:
    layers, games = weights(), drawn_games(5)
    model = Lstm(lstm_graph(layers))
    expected = [by_hand(layers, sequences(row[None, :18])[:, 0].astype(np.float64)) for row in games.seen]
    assert model.increments(games.seen) == pytest.approx(expected, abs=1e-5)


def test_it_loads_and_answers_at_once() -> None:
    graph, seen = lstm_graph(weights()), drawn_games(1).seen[0]
    loads, calls = [], []
    for _ in range(5):
        began = time.perf_counter()
        model = Lstm(graph)
        loads.append(time.perf_counter() - began)
    for _ in range(50):
        began = time.perf_counter()
        model.increment(seen)
        calls.append(time.perf_counter() - began)
    assert np.median(loads) < 0.1
    assert np.median(calls) < 200e-6


def test_a_graph_of_another_shape_is_refused() -> None:
    two = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [1]) for name in ("a", "b")]
    graph = helper.make_graph(
        [helper.make_node("Add", ["a", "b"], ["c"])],
        "sum",
        two,
        [helper.make_tensor_value_info("c", TensorProto.FLOAT, [1])],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION)
    with pytest.raises(ModelError, match="has 2 inputs and 1 outputs instead of one each"):
        OnnxSession(model.SerializeToString(), "sum.onnx")


def test_an_input_of_another_shape_is_refused_in_one_line() -> None:
    session = OnnxSession(lstm_graph(weights()), "lstm.onnx")
    with pytest.raises(ModelError, match=r"lstm\.onnx cannot be run") as failure:
        session.run(np.zeros((18, 1, 3), dtype=np.float32))
    assert "\n" not in str(failure.value)
