"""What a command needs of the machine that it runs on."""

import importlib.util
import os

from courtside.errors import BadConfig

TRAINING = ("pyarrow", "jax", "equinox", "optax", "lightgbm", "onnx", "matplotlib")


def need(what: str, packages: tuple[str, ...], extra: str) -> None:
    """Raises `BadConfig` where one of the packages of an extra is missing; nothing is imported."""
    missing = [name for name in packages if importlib.util.find_spec(name) is None]
    if missing:
        raise BadConfig(f"{what} needs {', '.join(missing)}: pip install 'courtside[{extra}]'")


def cores() -> int:
    """How many processes can work at once here."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
