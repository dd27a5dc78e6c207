"""What evaluations compare with: fitted, asked, and kept in a bundle."""

import numpy as np
import pytest

from courtside.errors import ModelError
from courtside.features import INDEX
from courtside.forecast.parts import arrays_to_bytes
from courtside.training.baselines import LEAD_ELO_PART, Baselines, fit_baselines
from courtside.training.dataset import Dataset
from tests.unit.training.made_dataset import made_dataset


@pytest.fixture(scope="module")
def games() -> Dataset:
    return made_dataset({2021: 60, 2022: 300})


@pytest.fixture(scope="module")
def baselines(games: Dataset) -> Baselines:
    return fit_baselines(games)


def test_halftimes_are_said_where_everything_needed_is_known(games: Dataset, baselines: Baselines) -> None:
    said = baselines.halftimes(games)
    assert list(said) == ["persistence", "least_squares", "stern"]
    assert said["persistence"].tolist() == games.lead_18.tolist()
    for name in ("least_squares", "stern"):
        assert np.isnan(said[name][:60]).all()
        assert np.isfinite(said[name][60:]).all()


def test_least_squares_have_less_error_than_persistence_where_they_were_fitted(
    games: Dataset, baselines: Baselines
) -> None:
    rated = games.where(games.season == 2022)
    said = baselines.halftimes(rated)
    squared = {name: np.square(rated.half - column).mean() for name, column in said.items()}
    assert squared["least_squares"] < squared["persistence"]


def test_chances_are_probabilities_at_every_minute_and_rise_with_the_lead(
    games: Dataset, baselines: Baselines
) -> None:
    rated = games.where(games.season == 2022)
    for chances in baselines.wins(rated).values():
        assert chances.shape == (300, 48)
        assert ((chances >= 0.0) & (chances <= 1.0)).all()
        late = chances[:, 47]
        assert late[rated.path[:, 46] > 10].min() > 0.5 > late[rated.path[:, 46] < -10].max()


def test_at_the_tip_the_better_team_is_ahead(games: Dataset, baselines: Baselines) -> None:
    rated = games.where(games.season == 2022)
    expected = rated.at_18[:, INDEX["expected_margin"]]
    for chances in baselines.wins(rated).values():
        assert np.corrcoef(chances[:, 0], expected)[0, 1] > 0.9


def test_they_survive_becoming_bytes(games: Dataset, baselines: Baselines) -> None:
    parts = baselines.to_parts()
    again = Baselines.from_parts(parts)
    assert again.to_parts() == parts
    for name, column in baselines.halftimes(games).items():
        assert np.array_equal(column, again.halftimes(games)[name], equal_nan=True)


def test_a_bundle_without_them_or_with_others_is_refused(baselines: Baselines) -> None:
    parts = baselines.to_parts()
    for name in parts:
        with pytest.raises(ModelError, match=name):
            Baselines.from_parts({key: data for key, data in parts.items() if key != name})
    short = {**parts, LEAD_ELO_PART: arrays_to_bytes({"weights": np.zeros((12, 3))})}
    with pytest.raises(ModelError, match=r"holds no weights of \(48, 3\)"):
        Baselines.from_parts(short)
