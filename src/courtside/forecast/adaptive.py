"""Adaptive conformal levels."""


def effective(alpha: float, alpha80: float, alpha95: float) -> float:
    """The level to ask for so that `alpha` is missed in the long run."""
    raise NotImplementedError
