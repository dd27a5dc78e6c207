"""What every member of the halftime ensemble does."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache

import msgspec
import numpy as np
import pytest

from courtside.errors import ModelError
from courtside.features import INDEX, NAMES
from courtside.forecast.boosting import Boosting
from courtside.forecast.dejavu import Dejavu
from courtside.forecast.linear import Linear
from courtside.forecast.lstm import Lstm
from courtside.forecast.member import Floats, Member
from courtside.forecast.persistence import Persistence
from courtside.forecast.stern import Stern
from courtside.training.fit_boosting import BoostingFit, fit_boosting
from courtside.training.fit_dejavu import DejavuFit, fit_dejavu
from courtside.training.fit_linear import fit_linear
from courtside.training.fit_lstm import LstmFit, fit_lstm
from courtside.training.fit_stern import fit_stern
from tests.unit.training.drawn_games import PLAYERS, drawn_games

GAMES = drawn_games(400)
SIDELESS = ("pace",)
"""Features that do not change their sign when home and away change places."""


class Kind(msgspec.Struct, frozen=True):
    """A kind of member: how it is fitted, read again, and whether it refuses what it does not know."""

    fit: Callable[[Sequence[str], str], Member]
    read: Callable[[Mapping[str, bytes], Sequence[str], str], Member]
    refuses_unknown: bool = True
    largest_sum_with_its_mirror: float = 3.0


def _arranged(vocabulary: Sequence[str]) -> Floats:
    return GAMES.seen[:, [INDEX[name] for name in vocabulary]]


def _boosting(vocabulary: Sequence[str], name: str) -> Member:
    few = BoostingFit(trees=8, smallest_leaf=30)
    return fit_boosting(
        _arranged(vocabulary),
        GAMES.increments,
        PLAYERS,
        features=NAMES,
        vocabulary=vocabulary,
        fit=few,
        name=name,
    )


def _stern(features: tuple[str, ...]) -> Callable[[Sequence[str], str], Member]:
    return lambda vocabulary, name: fit_stern(
        _arranged(vocabulary),
        GAMES.final,
        GAMES.minutes,
        GAMES.leads,
        features=features,
        vocabulary=vocabulary,
        name=name,
    )


KINDS = {
    "persistence": Kind(
        lambda vocabulary, name: Persistence(),
        lambda parts, vocabulary, name: Persistence(),
        refuses_unknown=False,
        largest_sum_with_its_mirror=0.0,
    ),
    "linear": Kind(
        lambda vocabulary, name: fit_linear(
            _arranged(vocabulary), GAMES.increments, PLAYERS, vocabulary=vocabulary, name=name
        ),
        Linear.from_parts,
    ),
    "dejavu": Kind(
        lambda vocabulary, name: fit_dejavu(
            _arranged(vocabulary),
            GAMES.increments,
            GAMES.games,
            vocabulary=vocabulary,
            fit=DejavuFit(neighbours=40),
            name=name,
        ),
        Dejavu.from_parts,
    ),
    "lstm": Kind(
        lambda vocabulary, name: fit_lstm(
            _arranged(vocabulary),
            GAMES.increments,
            vocabulary=vocabulary,
            fit=LstmFit(hidden=6, dense=4, batch=32, epochs=12, rate=1e-2),
            name=name,
        ),
        Lstm.from_parts,
    ),
    "boosting": Kind(_boosting, Boosting.from_parts, refuses_unknown=False),
    "stern": Kind(_stern(("elo", "home_advantage")), Stern.from_parts, largest_sum_with_its_mirror=0.0),
    "stern-without-prior": Kind(_stern(()), Stern.from_parts, largest_sum_with_its_mirror=0.0),
}


@cache
def fitted(kind: str) -> Member:
    return KINDS[kind].fit(NAMES, "tried")


@pytest.fixture(params=sorted(KINDS))
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def member(kind: str) -> Member:
    return fitted(kind)


def test_the_same_game_gives_the_same_increment_and_is_left_as_it_was(member: Member) -> None:
    seen = GAMES.seen[0].copy()
    assert member.increment(seen) == member.increment(seen)
    assert np.array_equal(seen, GAMES.seen[0], equal_nan=True)


def test_different_games_have_different_increments(member: Member) -> None:
    said = member.increments(GAMES.seen)
    assert said.std() > 0.05 or not member.features


def test_increments_are_numbers_even_for_games_that_no_one_has_seen(member: Member) -> None:
    wild = GAMES.seen[:50] * 8.0
    assert np.isfinite(member.increments(wild)).all()
    assert np.isfinite(member.increments(GAMES.seen)).all()


def test_many_games_at_once_are_the_same_as_one_by_one(member: Member) -> None:
    alone = [member.increment(row) for row in GAMES.seen[:30]]
    assert member.increments(GAMES.seen[:30]) == pytest.approx(alone, abs=1e-5)


def test_no_games_have_no_increments(member: Member) -> None:
    assert member.increments(GAMES.seen[:0]).shape == (0,)


def test_what_it_does_not_name_does_not_move_it(member: Member) -> None:
    others = [place for name, place in INDEX.items() if name not in member.features]
    changed = GAMES.seen[:20].copy()
    changed[:, others] = 77.0
    assert np.array_equal(member.increments(changed), member.increments(GAMES.seen[:20]))


def test_it_finds_its_features_wherever_they_stand(kind: str) -> None:
    turned = NAMES[::-1]
    elsewhere = KINDS[kind].read(fitted(kind).to_parts(), turned, "tried")
    there = elsewhere.increments(_arranged(turned)[:20])
    assert np.array_equal(there, fitted(kind).increments(GAMES.seen[:20]))


@pytest.mark.parametrize("kind", sorted(KINDS.keys() - {"persistence", "stern-without-prior"}))
def test_a_feature_that_nobody_computes_any_more_is_named(kind: str) -> None:
    needed = fitted(kind).features
    with pytest.raises(ModelError, match=f"tried needs {needed[0]}, which this courtside does not compute"):
        KINDS[kind].read(fitted(kind).to_parts(), [name for name in NAMES if name != needed[0]], "tried")


def test_an_unknown_feature_is_refused_by_name_or_done_without(kind: str, member: Member) -> None:
    for name in member.features:
        seen = GAMES.seen[:2].copy()
        seen[1, INDEX[name]] = np.nan
        if KINDS[kind].refuses_unknown:
            with pytest.raises(ModelError, match=f"tried cannot do without {name}; "):
                member.increments(seen)
            with pytest.raises(ModelError, match=f"tried cannot do without {name}; "):
                member.increment(seen[1])
        else:
            assert np.isfinite(member.increments(seen)).all()


def test_it_survives_becoming_bytes(kind: str, member: Member) -> None:
    parts = member.to_parts()
    again = KINDS[kind].read(parts, NAMES, "tried")
    assert np.array_equal(again.increments(GAMES.seen), member.increments(GAMES.seen))
    assert again.to_parts() == parts
    assert again.features == member.features


def test_the_same_games_and_seed_give_the_same_bytes(kind: str) -> None:
    assert KINDS[kind].fit(NAMES, "tried").to_parts() == fitted(kind).to_parts()


def test_its_parts_bear_its_name(kind: str, member: Member) -> None:
    if kind == "persistence":
        assert (member.name, member.to_parts()) == ("persistence", {})
        return
    assert member.name == "tried"
    assert member.to_parts()
    assert {name.rsplit(".", 1)[0] for name in member.to_parts()} == {"tried"}


def test_a_part_that_is_missing_or_broken_is_named(kind: str, member: Member) -> None:
    parts = member.to_parts()
    for name in parts:
        with pytest.raises(ModelError, match=f"no part {name}"):
            KINDS[kind].read({key: data for key, data in parts.items() if key != name}, NAMES, "tried")
        for broken in (b"", b"\xff\x00 no model", parts[name][: len(parts[name]) // 2]):
            with pytest.raises(ModelError, match=name) as failure:
                KINDS[kind].read({**parts, name: broken}, NAMES, "tried")
            assert "\n" not in str(failure.value)


def test_the_teams_exchanged_is_the_increment_turned_round(kind: str, member: Member) -> None:
    mirrored = -GAMES.seen[:20]
    for name in SIDELESS:
        mirrored[:, INDEX[name]] *= -1
    sums = member.increments(GAMES.seen[:20]) + member.increments(mirrored)
    assert np.abs(sums).max() <= KINDS[kind].largest_sum_with_its_mirror
