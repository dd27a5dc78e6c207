import pytest
from msgspec.structs import replace

from courtside.momentum.alerts import MomentumAlert, Thresholds, alerts
from courtside.momentum.book import Library
from courtside.momentum.event import ScoringEvent
from courtside.sources.simulator_game import SimulatedGame
from tests.unit.momentum.conftest import GAME_ID, Desk

THRESHOLDS = Thresholds(run=8, comeback=6)


def given(events: list[ScoringEvent], thresholds: Thresholds = THRESHOLDS) -> list[MomentumAlert]:
    library = Library()
    found: list[MomentumAlert] = []
    for event in events:
        book = library.apply(event)
        if book is not None:
            found += alerts(book, event, thresholds)
    return found


def scores(desk: Desk, *lines: tuple[int, int]) -> list[ScoringEvent]:
    desk.line(home_team="DEN", away_team="MIA", status="scheduled", source="push")
    for number, (home, away) in enumerate(lines, 1):
        desk.line(
            status="live", period=1, remaining_tenths=7200 - 100 * number, score_home=home,
            score_away=away, source="push",
        )  # fmt: skip
    return desk.events


def test_a_run_is_told_once_when_it_is_long_enough(desk: Desk) -> None:
    told = [
        each for each in given(scores(desk, (3, 0), (6, 0), (9, 0), (12, 0), (12, 2))) if each.kind == "run"
    ]
    assert [(each.text, each.points) for each in told] == [("DEN on a 9-0 run: MIA 0, DEN 9", 9)]


def test_leads_ties_and_comebacks_are_told_as_they_happen(desk: Desk) -> None:
    told = given(scores(desk, (2, 0), (2, 3), (2, 6), (2, 9), (5, 9), (9, 9), (11, 9)))
    assert [each.text for each in told if each.kind != "run"] == [
        "MIA takes the lead, change 1: MIA 3, DEN 2",
        "tied at 9: MIA at DEN",
        "DEN comes back from 7 down: MIA 9, DEN 9",
        "DEN takes the lead, change 2: MIA 9, DEN 11",
    ]


def test_the_past_is_no_news(desk: Desk, game: SimulatedGame) -> None:
    desk.plays(game.plays[:200])
    before = given(desk.events)
    place = next(i for i, play in enumerate(game.plays) if play.made)
    # A basket early in the game never happened; those who led then led by another score.
    wrong = [play for i, play in enumerate(game.plays[:200]) if i != place]
    desk.plays(wrong)
    desk.plays(game.plays[:200])
    assert given(desk.events) == before


def test_a_double_gives_no_alert_again(desk: Desk) -> None:
    events = scores(desk, (2, 0), (2, 3))
    assert given([*events, *events]) == given(events)


@pytest.mark.parametrize("kind", ["status", "retracted", "corrected"])
def test_only_what_scores_is_an_alert(desk: Desk, kind: str) -> None:
    events = scores(desk, (2, 0), (2, 3))
    assert len(given(events)) == 1
    other = [*events[:-1], replace(events[-1], kind=kind)]
    assert given(other) == []
    assert GAME_ID in events[-1].event_id
