"""A simulated game may be shown wrong for a while, and is always set right."""

import random

import pytest

from courtside.events import Play
from courtside.sources.simulator_edits import Edit, Mistake, draw_edits, view
from courtside.sources.simulator_game import simulate_game

PLAYS = simulate_game(11).plays


def _edits(mistake: Mistake, seeds: int = 40) -> list[Edit]:
    drawn = (draw_edits(PLAYS, random.Random(seed), 8) for seed in range(seeds))
    return [edit for edits in drawn for edit in edits if edit.mistake == mistake]


def _shown(edit: Edit, shown: int) -> tuple[Play, ...]:
    return view(PLAYS, shown, (edit,))


def test_without_edits_the_game_is_shown_as_it_is() -> None:
    assert view(PLAYS, 50, ()) == PLAYS[:50]
    assert draw_edits(PLAYS, random.Random(1), 0) == ()


@pytest.mark.parametrize("mistake", ["assist", "three", "missing"])
def test_every_mistake_is_set_right_before_its_period_is_over(mistake: Mistake) -> None:
    edits = _edits(mistake)
    assert edits
    for edit in edits:
        assert _shown(edit, edit.place) == PLAYS[: edit.place]
        assert _shown(edit, edit.place + 1) != PLAYS[: edit.place + 1]
        assert _shown(edit, edit.until) == PLAYS[: edit.until]
        assert PLAYS[edit.until - 1].period == PLAYS[edit.place].period


def test_an_uncredited_assist_is_missing_from_the_row_and_its_words() -> None:
    edit = _edits("assist")[0]
    wrong, right = _shown(edit, edit.place + 1)[-1], PLAYS[edit.place]
    assert wrong.assist_id is None and right.assist_id is not None
    assert "AST" not in wrong.description
    assert right.description.startswith(wrong.description)


def test_a_two_taken_for_a_three_raises_the_score_until_the_review() -> None:
    edit = _edits("three")[0]
    side = PLAYS[edit.place].side
    for shown in range(edit.place + 1, edit.until):
        plays = _shown(edit, shown)
        assert plays[edit.place].action == "3pt"
        for wrong, right in zip(plays[edit.place :], PLAYS[edit.place :], strict=False):
            assert wrong.play_id == right.play_id
            assert wrong.score_home - right.score_home == (side == "home")
            assert wrong.score_away - right.score_away == (side == "away")


def test_a_late_row_comes_in_at_its_own_place() -> None:
    edit = _edits("missing")[0]
    row = PLAYS[edit.place]
    assert row.action in ("block", "steal")
    assert row not in _shown(edit, edit.until - 1)
    assert _shown(edit, edit.until).index(row) == edit.place


def test_the_rate_is_the_average_number_of_edits_a_game() -> None:
    drawn = [len(draw_edits(PLAYS, random.Random(seed), 1.5)) for seed in range(400)]
    assert set(drawn) <= {0, 1, 2}
    assert 1.2 < sum(drawn) / len(drawn) <= 1.5


def test_a_game_without_plays_has_nothing_to_edit() -> None:
    assert draw_edits((), random.Random(1), 5) == ()
