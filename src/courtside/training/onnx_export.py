"""Graphs for ONNX Runtime, node by node, so that the same numbers give the same bytes on every machine."""

from collections.abc import Sequence

import msgspec
import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

from courtside.errors import ModelError
from courtside.forecast.member import Floats

OPSET = 17
ML_OPSET = 3
IR_VERSION = 8
"""Old on purpose: every ONNX Runtime since 2022 reads these."""


class LstmWeights(msgspec.Struct, frozen=True):
    """A layer of `hidden` cells over 2 inputs, a tanh layer of `dense`, and one number.

    The four gates stand in the order input, forget, cell, output. Shapes: (4 hidden, 2),
    (4 hidden, hidden), (4 hidden,), (dense, hidden), (dense,), (1, dense), (1,).
    """

    kernel: Floats
    recurrent: Floats
    bias: Floats
    dense: Floats
    dense_bias: Floats
    out: Floats
    out_bias: Floats


class Node(msgspec.Struct):
    """A node of a LightGBM tree as `Booster.dump_model` tells it: a split, or a leaf with a value."""

    leaf_value: float | None = None
    split_feature: int = -1
    threshold: float = 0.0
    decision_type: str = "<="
    default_left: bool = True
    missing_type: str = "None"
    left_child: "Node | None" = None
    right_child: "Node | None" = None


class Tree(msgspec.Struct):
    tree_structure: Node


def lstm_graph(weights: LstmWeights) -> bytes:
    """Sequences (18, N, 2) to increments (N, 1)."""
    hidden = weights.recurrent.shape[1]
    # JAX and ONNX name the gates alike and order them differently: ONNX has i, o, f, c.
    order = np.concatenate([np.arange(gate * hidden, (gate + 1) * hidden) for gate in (0, 3, 1, 2)])
    # ONNX adds a second bias, to the recurrent product; one is enough.
    biases = np.concatenate([weights.bias[order], np.zeros(4 * hidden)])
    constants = {
        "kernel": weights.kernel[order][None],
        "recurrent": weights.recurrent[order][None],
        "biases": biases[None],
        "dense": weights.dense,
        "dense_bias": weights.dense_bias,
        "out": weights.out,
        "out_bias": weights.out_bias,
    }
    nodes = [
        helper.make_node(
            "LSTM", ["sequence", "kernel", "recurrent", "biases"], ["", "last"], hidden_size=hidden
        ),
        helper.make_node("Squeeze", ["last", "direction"], ["state"]),
        helper.make_node("Gemm", ["state", "dense", "dense_bias"], ["sums"], transB=1),
        helper.make_node("Tanh", ["sums"], ["dense_state"]),
        helper.make_node("Gemm", ["dense_state", "out", "out_bias"], ["increment"], transB=1),
    ]
    graph = helper.make_graph(
        nodes,
        "lstm",
        [helper.make_tensor_value_info("sequence", TensorProto.FLOAT, ["minutes", "games", 2])],
        [helper.make_tensor_value_info("increment", TensorProto.FLOAT, ["games", 1])],
        [
            *(numpy_helper.from_array(value.astype(np.float32), name) for name, value in constants.items()),
            numpy_helper.from_array(np.array([0], dtype=np.int64), "direction"),
        ],
    )
    return _serialised(graph, [helper.make_opsetid("", OPSET)])


def trees_graph(trees: Sequence[Tree], features: int) -> bytes:
    """Features (N, features) with NaN for the unknown to the sum of the trees' leaves, (N, 1)."""
    table = _NodeTable()
    for number, tree in enumerate(trees):
        table.add(number, tree.tree_structure)
    graph = helper.make_graph(
        [
            helper.make_node(
                "TreeEnsembleRegressor",
                ["features"],
                ["increment"],
                domain="ai.onnx.ml",
                n_targets=1,
                aggregate_function="SUM",
                post_transform="NONE",
                nodes_treeids=table.trees,
                nodes_nodeids=table.nodes,
                nodes_featureids=table.features,
                nodes_modes=table.modes,
                nodes_values=table.values,
                nodes_truenodeids=table.left,
                nodes_falsenodeids=table.right,
                nodes_missing_value_tracks_true=table.unknown_left,
                target_treeids=table.leaf_trees,
                target_nodeids=table.leaf_nodes,
                target_ids=[0] * len(table.leaf_nodes),
                target_weights=table.leaf_values,
            )
        ],
        "trees",
        [helper.make_tensor_value_info("features", TensorProto.FLOAT, ["games", features])],
        [helper.make_tensor_value_info("increment", TensorProto.FLOAT, ["games", 1])],
    )
    return _serialised(graph, [helper.make_opsetid("", OPSET), helper.make_opsetid("ai.onnx.ml", ML_OPSET)])


def at_most(threshold: float) -> float:
    """The largest float32 that is not above `threshold`: for float32 x, `x <= threshold` stays what it is.

    >>> at_most(0.1) <= 0.1 < float(np.nextafter(np.float32(at_most(0.1)), np.float32(1)))
    True
    """
    nearest = np.float32(threshold)
    if float(nearest) > threshold:
        nearest = np.nextafter(nearest, np.float32(-np.inf), dtype=np.float32)
    return float(nearest)


class _NodeTable:
    """Trees as the parallel columns that the operator wants; nodes are numbered from the root of each."""

    def __init__(self) -> None:
        self.trees: list[int] = []
        self.nodes: list[int] = []
        self.features: list[int] = []
        self.modes: list[str] = []
        self.values: list[float] = []
        self.left: list[int] = []
        self.right: list[int] = []
        self.unknown_left: list[int] = []
        self.leaf_trees: list[int] = []
        self.leaf_nodes: list[int] = []
        self.leaf_values: list[float] = []

    def add(self, tree: int, root: Node) -> None:
        self._add(tree, root, 0)

    def _add(self, tree: int, node: Node, number: int) -> int:
        """The node and all below it; answers with the next free number."""
        row = len(self.nodes)
        self.trees.append(tree)
        self.nodes.append(number)
        if node.left_child is None or node.right_child is None:
            self._row(0, "LEAF", 0.0, unknown_left=False)
            self.leaf_trees.append(tree)
            self.leaf_nodes.append(number)
            self.leaf_values.append(_leaf_value(node))
            return number + 1
        self._row(
            node.split_feature, "BRANCH_LEQ", at_most(node.threshold), unknown_left=_unknown_goes_left(node)
        )
        following = self._add(tree, node.left_child, number + 1)
        self.left[row], self.right[row] = number + 1, following
        return self._add(tree, node.right_child, following)

    def _row(self, feature: int, mode: str, value: float, *, unknown_left: bool) -> None:
        self.features.append(feature)
        self.modes.append(mode)
        self.values.append(value)
        self.left.append(0)
        self.right.append(0)
        self.unknown_left.append(int(unknown_left))


def _leaf_value(node: Node) -> float:
    if node.leaf_value is None:
        raise ModelError("a tree has a node that is neither a split nor a leaf; train it again")
    return node.leaf_value


def _unknown_goes_left(node: Node) -> bool:
    if node.decision_type != "<=" or node.missing_type not in ("None", "NaN"):
        raise ModelError(
            f"a tree splits by {node.decision_type!r} with {node.missing_type!r} missing; "
            "only numbers with NaN for the unknown can be exported"
        )
    # A feature that was always known in training: LightGBM then takes an unknown for zero.
    return node.default_left if node.missing_type == "NaN" else node.threshold >= 0.0


def _serialised(graph: onnx.GraphProto, opsets: list[onnx.OperatorSetIdProto]) -> bytes:
    model = helper.make_model(graph, opset_imports=opsets, producer_name="courtside", ir_version=IR_VERSION)
    onnx.checker.check_model(model)
    data: bytes = model.SerializeToString(deterministic=True)
    return data


def float32(values: npt.ArrayLike) -> Floats:
    """Rounded to what a graph sees of them, as float64."""
    return np.asarray(values).astype(np.float32).astype(np.float64)
