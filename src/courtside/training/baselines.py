"""What every evaluation compares with: forecasters that need no more than lead, Elo and possession.

They are fitted with each model, on the same games, and kept in its bundle, so that the model can be
judged on games of which nobody has the history before.
"""

from collections.abc import Mapping

import msgspec
import numpy as np

from courtside import features
from courtside.errors import ModelError
from courtside.forecast.linear import Linear
from courtside.forecast.member import Floats, part
from courtside.forecast.parts import arrays_to_bytes, bytes_to_arrays
from courtside.forecast.stern import Stern
from courtside.forecast.tiers import Tier
from courtside.training.dataset import Dataset
from courtside.training.fit_halftime import knows
from courtside.training.fit_linear import fit_linear
from courtside.training.fit_running import logistic
from courtside.training.fit_stern import fit_stern
from courtside.training.report_tables import MINUTES

LEAST_SQUARES, STERN = "baseline-least-squares", "baseline-stern"
LEAD_ELO_PART = "baseline-lead-elo.npz"
KNOWN = Tier("baseline", ("lead", "elo", "home_advantage", "possession"))
_RIDGE = 1e-6


class Baselines(msgspec.Struct, frozen=True):
    """`lead_elo` (48, 3): at each minute the weights of one, lead and expected margin in the log odds."""

    least_squares: Linear
    stern: Stern
    lead_elo: Floats

    def halftimes(self, games: Dataset) -> dict[str, Floats]:
        """Halftime differentials by name, shape (N,); NaN where a baseline cannot say."""
        able = knows(games.at_18, KNOWN)
        said = {"persistence": games.lead_18.astype(np.float64)}
        for name, member in (("least_squares", self.least_squares), ("stern", self.stern)):
            column = np.full(len(games), np.nan)
            column[able] = games.lead_18[able] + member.increments(games.at_18[able])
            said[name] = column
        return said

    def wins(self, games: Dataset) -> dict[str, Floats]:
        """Home's chance at every full minute by name, shape (N, 48). Every game must be rated."""
        leads, expected = _leads(games), self.stern.expected_margins(games.at_18)
        stern = [
            [self.stern.win(lead, float(MINUTES - minute), margin) for minute, lead in enumerate(game)]
            for game, margin in zip(leads.tolist(), expected.tolist(), strict=True)
        ]
        odds = (
            self.lead_elo[:, 0]
            + leads * self.lead_elo[:, 1]
            + _expected(games)[:, None] * self.lead_elo[:, 2]
        )
        return {"stern": np.array(stern).reshape(leads.shape), "lead_elo": 1.0 / (1.0 + np.exp(-odds))}

    def to_parts(self) -> dict[str, bytes]:
        return {
            **self.least_squares.to_parts(),
            **self.stern.to_parts(),
            LEAD_ELO_PART: arrays_to_bytes({"weights": self.lead_elo}),
        }

    @classmethod
    def from_parts(cls, parts: Mapping[str, bytes]) -> "Baselines":
        """The inverse of `to_parts`; raises `ModelError`."""
        weights = bytes_to_arrays(part(parts, LEAD_ELO_PART), LEAD_ELO_PART).get("weights")
        if weights is None or weights.shape != (MINUTES, 3):
            raise ModelError(f"{LEAD_ELO_PART} holds no weights of ({MINUTES}, 3); train the model again")
        return cls(
            Linear.from_parts(parts, name=LEAST_SQUARES),
            Stern.from_parts(parts, name=STERN),
            weights.astype(np.float64),
        )


def fit_baselines(games: Dataset) -> Baselines:
    rated = games.where(knows(games.at_18, KNOWN))
    final = rated.final.astype(np.float64)
    return Baselines(
        least_squares=fit_linear(
            rated.at_18,
            (rated.half - rated.lead_18).astype(np.float64),
            KNOWN.features,
            name=LEAST_SQUARES,
        ),
        stern=fit_stern(
            rated.at_18, final, np.arange(1, MINUTES, dtype=np.float64), _leads(rated)[:, 1:], name=STERN
        ),
        lead_elo=_lead_elo(rated),
    )


def _lead_elo(games: Dataset) -> Floats:
    won, leads, expected = (games.final > 0).astype(np.float64), _leads(games), _expected(games)
    weights = np.zeros((MINUTES, 3))
    for minute in range(MINUTES):
        # At the tip the lead says nothing.
        used = [0, 2] if minute == 0 else [0, 1, 2]
        design = np.stack([np.ones(len(games)), leads[:, minute], expected], axis=1)[:, used]
        weights[minute, used] = logistic(design, won, np.ones(len(won)), _RIDGE)
    return weights


def _leads(games: Dataset) -> Floats:
    """Home minus away at every full minute from 0:00, shape (N, 48)."""
    return np.concatenate([np.zeros((len(games), 1)), games.path[:, :-1]], axis=1)


def _expected(games: Dataset) -> Floats:
    return games.at_18[:, features.INDEX["expected_margin"]]
