"""ONNX Runtime, the only place that loads it: a graph of one float32 input and one output, on one thread."""

import os
from typing import Protocol

import numpy as np
import numpy.typing as npt

from courtside.errors import ModelError

# From 1.29 on it reports every session to its maker, unless this is said before it is loaded.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")

import onnxruntime
from onnxruntime.capi import onnxruntime_pybind11_state as native

Float32 = npt.NDArray[np.float32]
_FAULTS = (
    native.EPFail,
    native.Fail,
    native.InvalidArgument,
    native.InvalidGraph,
    native.InvalidProtobuf,
    native.ModelLoaded,
    native.NoModel,
    native.NotImplemented,
    native.RuntimeException,
)
_SILENT = 4


class _Native(Protocol):
    """What is used of `onnxruntime.InferenceSession`, which has no types."""

    def run(self, outputs: list[str], inputs: dict[str, Float32]) -> list[Float32]: ...


class OnnxSession:
    """A graph that is ready to run; raises `ModelError` where the bytes are none.

    One thread: these graphs are small, and waking a pool costs more than it gains.
    """

    def __init__(self, model: bytes, name: str) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
        options.log_severity_level = _SILENT
        try:
            session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        except _FAULTS as error:
            raise ModelError(
                f"{name} is no ONNX model that can be run ({_line(error)}); train it again"
            ) from error
        inputs, outputs = session.get_inputs(), session.get_outputs()
        if len(inputs) != 1 or len(outputs) != 1:
            raise ModelError(
                f"{name} has {len(inputs)} inputs and {len(outputs)} outputs instead of one each; "
                "train it again"
            )
        self.name = name
        self._input: str = inputs[0].name
        self._output: str = outputs[0].name
        self._session: _Native = session

    def run(self, values: Float32) -> Float32:
        """The output for an input of the shape that the graph wants; raises `ModelError` for another."""
        try:
            return self._session.run([self._output], {self._input: values})[0]
        except _FAULTS as error:
            raise ModelError(f"{self.name} cannot be run ({_line(error)}); train it again") from error


def _line(error: Exception) -> str:
    return str(error).splitlines()[0] if str(error) else type(error).__name__
