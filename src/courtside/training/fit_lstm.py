"""Training of the recurrent member in JAX, on the processor, the same bits for the same seed."""

from collections.abc import Sequence
from typing import NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import msgspec
import numpy as np
import optax

from courtside.errors import BadInput
from courtside.features import NAMES
from courtside.forecast.lstm import Lstm, sequences
from courtside.forecast.member import PATTERN_FEATURES, Floats, all_known, places
from courtside.training.onnx_export import LstmWeights, lstm_graph

CHANGE_POINTS = 3.0
LEVEL_POINTS = 10.0
INCREMENT_POINTS = 6.0
"""Points that become one unit inside the network: the usual size of each."""


class LstmFit(msgspec.Struct, frozen=True, kw_only=True):
    """`tail` of the games, the latest, decide when to stop: after `patience` epochs without a gain."""

    hidden: int = 32
    dense: int = 16
    batch: int = 128
    rate: float = 1e-3
    decay: float = 1e-2
    epochs: int = 30
    patience: int = 3
    tail: float = 0.2
    seed: int = 0


class Network(eqx.Module):
    """An LSTM layer whose last state goes through a tanh layer; sequences (18, 2) in units to one number."""

    cell: eqx.nn.LSTMCell
    dense: eqx.nn.Linear
    out: eqx.nn.Linear

    def __init__(self, fit: LstmFit, mean: float) -> None:
        cell, dense, out = jax.random.split(jax.random.key(fit.seed), 3)
        self.cell = eqx.nn.LSTMCell(2, fit.hidden, key=cell)
        self.dense = eqx.nn.Linear(fit.hidden, fit.dense, key=dense)
        # It begins as what it must at least be: the mean, whatever the path.
        self.out = eqx.tree_at(
            lambda layer: (layer.weight, layer.bias),
            eqx.nn.Linear(fit.dense, 1, key=out),
            (jnp.zeros((1, fit.dense)), jnp.array([mean])),
        )

    def __call__(self, sequence: jax.Array) -> jax.Array:
        def step(
            state: tuple[jax.Array, jax.Array], seen: jax.Array
        ) -> tuple[tuple[jax.Array, jax.Array], None]:
            return self.cell(seen, state), None

        nothing = jnp.zeros(self.cell.hidden_size)
        (last, _), _ = jax.lax.scan(step, (nothing, nothing), sequence)
        answer: jax.Array = self.out(jnp.tanh(self.dense(last)))[0]
        return answer


class _Games(NamedTuple):
    sequences: jax.Array
    increments: jax.Array


def fit_lstm(
    seen: Floats,
    increments: Floats,
    *,
    vocabulary: Sequence[str] = NAMES,
    fit: LstmFit = LstmFit(),  # noqa: B008 - frozen
    name: str = "lstm",
) -> Lstm:
    """Least squares of `increments` (N,) in points on the patterns in `seen` (N, len(vocabulary)).

    Games in the order in which they were played: the latest decide when to stop.
    """
    patterns = all_known(seen[:, places(PATTERN_FEATURES, vocabulary, name)], PATTERN_FEATURES, name)
    return Lstm(lstm_graph(in_points(train(patterns, increments, fit))), vocabulary, name)


def train(patterns: Floats, increments: Floats, fit: LstmFit) -> Network:
    """The network of the epoch that did best on the tail."""
    games = len(patterns)
    earlier = games - round(fit.tail * games)
    if len(increments) != games or earlier < fit.batch or earlier == games:
        raise BadInput(
            f"{games} patterns and {len(increments)} increments cannot fill a batch of {fit.batch} "
            f"and a tail of {fit.tail:g}; give more games"
        )
    with jax.default_device(jax.devices("cpu")[0]):
        inputs = in_units(patterns)
        targets = (increments / INCREMENT_POINTS).astype(np.float32)
        past = _Games(jnp.asarray(inputs[:earlier]), jnp.asarray(targets[:earlier]))
        tail = _Games(jnp.asarray(inputs[earlier:]), jnp.asarray(targets[earlier:]))
        return _descend(Network(fit, float(targets[:earlier].mean())), past, tail, fit)


def in_units(patterns: Floats) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    """Sequences (N, 18, 2) of patterns in the network's own units."""
    units = np.array([CHANGE_POINTS, LEVEL_POINTS], dtype=np.float32)
    return sequences(patterns).transpose(1, 0, 2) / units


def in_points(network: Network) -> LstmWeights:
    """Its weights, with the units folded in: points go in and come out."""
    cell, dense, out = network.cell, network.dense, network.out
    return LstmWeights(
        kernel=_numbers(cell.weight_ih) / np.array([CHANGE_POINTS, LEVEL_POINTS]),
        recurrent=_numbers(cell.weight_hh),
        bias=_numbers(cell.bias),
        dense=_numbers(dense.weight),
        dense_bias=_numbers(dense.bias),
        out=_numbers(out.weight) * INCREMENT_POINTS,
        out_bias=_numbers(out.bias) * INCREMENT_POINTS,
    )


def _descend(network: Network, past: _Games, tail: _Games, fit: LstmFit) -> Network:
    optimiser = optax.adamw(fit.rate, weight_decay=fit.decay)

    def loss(trained: Network, games: _Games) -> jax.Array:
        return jnp.mean((jax.vmap(trained)(games.sequences) - games.increments) ** 2)

    @eqx.filter_jit
    def epoch(
        trained: Network, memory: optax.OptState, batches: jax.Array
    ) -> tuple[Network, optax.OptState, jax.Array]:
        moving, fixed = eqx.partition(trained, eqx.is_array)

        def step(
            carried: tuple[Network, optax.OptState], chosen: jax.Array
        ) -> tuple[tuple[Network, optax.OptState], None]:
            now, past_steps = carried
            slope = eqx.filter_grad(loss)(
                eqx.combine(now, fixed), _Games(past.sequences[chosen], past.increments[chosen])
            )
            change, past_steps = optimiser.update(eqx.filter(slope, eqx.is_array), past_steps, now)
            return (eqx.apply_updates(now, change), past_steps), None

        (moving, memory), _ = jax.lax.scan(step, (moving, memory), batches)
        trained = eqx.combine(moving, fixed)
        return trained, memory, loss(trained, tail)

    draws = np.random.default_rng(fit.seed)
    memory = optimiser.init(eqx.filter(network, eqx.is_array))
    # Until it has learned anything it says the same of every game.
    unmoved = network.out.bias if network.out.bias is not None else 0.0
    best, lowest, since = network, float(jnp.mean((tail.increments - unmoved) ** 2)), 0
    batches = len(past.increments) // fit.batch
    for _ in range(fit.epochs):
        order = draws.permutation(len(past.increments))[: batches * fit.batch].reshape(batches, fit.batch)
        network, memory, missed = epoch(network, memory, jnp.asarray(order))
        if float(missed) < lowest:
            best, lowest, since = network, float(missed), 0
        else:
            since += 1
        if since > fit.patience:
            break
    return best


def _numbers(weights: jax.Array | None) -> Floats:
    return np.asarray(weights, dtype=np.float64)
