from collections.abc import Sequence

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from courtside.events import (
    AnyObservation,
    BoxScore,
    Context,
    ExternalForecast,
    Play,
    PlayByPlay,
    PlayChanges,
    RosterEntry,
    ScoreLine,
    apply_changes,
    decode_observation,
    encode_observation,
    other,
)

# Order is a feed's own number, unique in a game: one edit may give a play another order and other words.
PLAYS = st.builds(
    Play,
    order=st.integers(0, 10_000),
    play_id=st.integers(1, 40),
    period=st.integers(1, 7),
    remaining_tenths=st.integers(0, 7_200),
    action=st.sampled_from(["2pt", "3pt", "foul", "rebound"]),
    score_home=st.integers(0, 150),
    description=st.sampled_from(["", "a shot", "another shot"]),
    qualifiers=st.sampled_from([(), ("fastbreak",), ("2ndchance", "pointsinthepaint")]),
    side=st.sampled_from(["home", "away", None]),
)


def in_order(plays: Sequence[Play]) -> tuple[Play, ...]:
    return tuple(sorted(plays, key=lambda play: play.order))


GAMES = st.lists(PLAYS, max_size=30, unique_by=(lambda play: play.play_id, lambda play: play.order)).map(
    in_order
)


def seen(plays: tuple[Play, ...]) -> PlayByPlay:
    return PlayByPlay(game_id="g", received_ms=5, source="nba", plays=plays)


def difference(before: tuple[Play, ...], after: tuple[Play, ...]) -> PlayChanges:
    left = {play.play_id for play in after}
    return PlayChanges(
        game_id="g",
        received_ms=5,
        source="nba",
        removed=tuple(play.play_id for play in before if play.play_id not in left),
        upserted=tuple(play for play in after if play not in before),
    )


@given(GAMES, GAMES)
def test_the_difference_of_two_responses_turns_the_one_into_the_other(
    before: tuple[Play, ...], after: tuple[Play, ...]
) -> None:
    changes = difference(before, after)
    assert apply_changes(before, changes) == seen(after)
    through_the_journal = decode_observation(encode_observation(changes))
    assert isinstance(through_the_journal, PlayChanges)
    assert apply_changes(before, through_the_journal) == seen(after)


def test_taking_away_a_play_that_is_not_there_changes_nothing() -> None:
    changes = PlayChanges(game_id="g", received_ms=5, source="nba", removed=(77,))
    assert apply_changes((), changes).plays == ()


PLAYER = RosterEntry(person_id=7, name="José Álvarez", side="away", starter=True, position="G", jersey="00")

OBSERVATIONS: list[AnyObservation] = [
    ScoreLine(game_id="g", received_ms=1, source="push", home_team="BOS", score_home=4, remaining_tenths=52),
    ScoreLine(game_id="g", received_ms=1, source="nba"),
    PlayByPlay(game_id="g", received_ms=2, source="simulated", plays=()),
    BoxScore(game_id="g", received_ms=3, source="replay", players=(PLAYER,), away_name="Bulls"),
    Context(game_id="g", received_ms=4, source="nba", values={"rating_home": 2.25}),
    ExternalForecast(
        game_id="g", received_ms=5, source="push", model="m", horizon="final", point_forecast=-0.5
    ),
]


@pytest.mark.parametrize("observation", OBSERVATIONS, ids=lambda each: type(each).__name__)
def test_every_observation_survives_its_codec(observation: AnyObservation) -> None:
    again = decode_observation(encode_observation(observation))
    assert again == observation
    assert type(again) is type(observation)


@pytest.mark.parametrize(
    "data", [b"", b"\x00", b"\x93\xa5nobody\x01\x02", encode_observation(OBSERVATIONS[0])[:-3]]
)
def test_what_is_no_observation_is_refused(data: bytes) -> None:
    with pytest.raises(msgspec.DecodeError):
        decode_observation(data)


def test_a_play_costs_little_in_the_journal() -> None:
    shot = Play(
        order=120_000,
        play_id=118,
        period=2,
        remaining_tenths=4_312,
        action="2pt",
        sub_type="Layup",
        side="home",
        person_id=9_000_123,
        player="A. Longname",
        made=True,
        score_home=41,
        score_away=39,
        assist_id=9_000_124,
        description="A. Longname driving layup (12 PTS) (B. Other 3 AST)",
        at_ms=1_770_855_162_300,
    )
    assert len(encode_observation(seen((shot,)))) < 200


def test_each_side_has_another() -> None:
    assert (other("home"), other("away")) == ("away", "home")
