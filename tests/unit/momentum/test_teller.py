import random

import pytest
from msgspec.structs import replace

from courtside.events import Play
from courtside.momentum.book import Library
from courtside.momentum.course import course
from courtside.momentum.event import decode, encode
from courtside.momentum.teller import TYPES, Tellers
from courtside.sources.simulator_game import SimulatedGame, simulate_game
from tests.unit.momentum.conftest import GAME_ID, Desk


def teams(desk: Desk) -> None:
    desk.line(home_team="DEN", away_team="MIA", status="scheduled")


def test_every_scoring_play_is_an_event_with_the_score_after_it(desk: Desk, game: SimulatedGame) -> None:
    teams(desk)
    for count in range(1, len(game.plays) + 1):
        desk.plays(game.plays[:count])
    baskets = [event for event in desk.events if event.kind == "basket"]
    scored = [
        play
        for before, play in zip(game.plays, game.plays[1:], strict=False)
        if (before.score_home, before.score_away) != (play.score_home, play.score_away)
    ]
    assert [event.play_id for event in baskets] == [play.play_id for play in scored]
    for event, play in zip(baskets, scored, strict=True):
        assert (event.score_home, event.score_away) == (play.score_home, play.score_away)
        assert (event.player_id, event.player, event.side) == (play.person_id, play.player, play.side)
        assert event.team == {"home": "DEN", "away": "MIA"}[play.side or ""]
        assert event.lead == play.score_home - play.score_away
    assert desk.book.status == "final"
    assert desk.events[0].event_id == f"{GAME_ID}/{desk.book.epoch}/status/0"


def test_counted_anew_from_its_parts_a_game_comes_to_the_same(desk: Desk, game: SimulatedGame) -> None:
    for count in range(1, len(game.plays) + 1, 3):
        desk.plays(game.plays[:count])
    desk.plays(game.plays)
    counted, truth = course(desk.book.in_order()), desk.truth
    assert (counted.lead_changes, counted.ties) == (truth.lead_changes, truth.ties)
    assert counted.biggest_run is not None and truth.biggest_run is not None
    assert counted.biggest_run.points == truth.biggest_run.points
    assert counted.lead_changes == sum(point.lead_change is not None for point in counted.points)


def test_a_basket_that_never_was_is_retracted_and_may_come_back(desk: Desk, game: SimulatedGame) -> None:
    teams(desk)
    place = next(index for index, play in enumerate(game.plays) if play.made and index > 60)
    basket = game.plays[place]
    desk.plays(game.plays[: place + 1])
    [gone] = desk.plays(game.plays[:place])
    assert (gone.kind, gone.play_id, gone.revision, gone.points) == ("retracted", None, 1, 0) or (
        gone.kind,
        gone.entry,
        gone.revision,
        gone.points,
    ) == ("retracted", str(basket.play_id), 1, 0)
    assert gone.previous is not None and gone.previous.player_id == basket.person_id
    [back] = desk.plays(game.plays[: place + 1])
    assert (back.kind, back.entry, back.revision) == ("basket", str(basket.play_id), 2)


def test_a_three_that_becomes_a_two_corrects_every_score_after_it(desk: Desk, game: SimulatedGame) -> None:
    teams(desk)
    place = next(i for i, play in enumerate(game.plays) if play.action == "3pt" and play.made)
    later = place + 40
    desk.plays(game.plays[: later + 1])
    home = game.plays[place].side == "home"

    def lowered(play: Play) -> Play:
        return replace(play, score_home=play.score_home - home, score_away=play.score_away - (not home))

    two = [
        replace(lowered(game.plays[place]), action="2pt"),
        *map(lowered, game.plays[place + 1 : later + 1]),
    ]
    told = desk.plays([*game.plays[:place], *two])
    assert {event.kind for event in told} == {"corrected"}
    first = next(event for event in told if event.play_id == game.plays[place].play_id)
    assert first.points == 2 and first.previous is not None
    assert first.previous.points_home + first.previous.points_away == 3
    assert all(event.standing == told[0].standing for event in told)


def test_a_basket_given_to_somebody_else_says_whose_it_was(desk: Desk, game: SimulatedGame) -> None:
    place = next(i for i, play in enumerate(game.plays) if play.made and i > 30)
    desk.plays(game.plays[: place + 5])
    given = [*game.plays[: place + 5]]
    given[place] = replace(given[place], person_id=77, player="S. Else")
    [told] = desk.plays(given)
    assert (told.kind, told.player_id, told.player) == ("corrected", 77, "S. Else")
    assert told.previous is not None and told.previous.player_id == game.plays[place].person_id


def test_words_alone_are_no_correction(desk: Desk, game: SimulatedGame) -> None:
    desk.plays(game.plays[:80])
    assert desk.plays([replace(play, description=play.description + "!") for play in game.plays[:80]]) == []


def test_a_game_of_scores_alone_is_told_by_its_scores(desk: Desk) -> None:
    teams(desk)
    for period, tenths, home, away in ((1, 6800, 2, 0), (1, 6500, 2, 3), (1, 6100, 6, 5), (2, 7200, 6, 5)):
        desk.line(
            status="live", period=period, remaining_tenths=tenths, score_home=home, score_away=away,
            source="push",
        )  # fmt: skip
    scores = [event for event in desk.events if event.kind == "score"]
    assert [(event.score_home, event.score_away) for event in scores] == [(2, 0), (2, 3), (6, 5)]
    assert (scores[2].points_home, scores[2].points_away, scores[2].side) == (4, 2, None)
    assert scores[1].lead_change and scores[2].lead_change


def test_a_pushed_score_that_was_wrong_is_taken_back(desk: Desk) -> None:
    said = {"status": "live", "period": 1, "source": "push"}
    desk.line(**said, remaining_tenths=6800, score_home=2, score_away=0)
    desk.line(**said, remaining_tenths=6500, score_home=5, score_away=0)
    told = desk.line(**said, remaining_tenths=6400, score_home=4, score_away=0)
    assert {event.kind for event in told} >= {"retracted", "score"}
    late = desk.line(**said, remaining_tenths=6700, score_home=3, score_away=0, observed_ms=1)
    assert desk.book.standing is not None and desk.book.standing.score_home == 4, late


def test_a_game_joined_late_is_told_from_its_start(desk: Desk, game: SimulatedGame) -> None:
    told = desk.plays(game.plays[:200])
    baskets = [event for event in told if event.kind == "basket"]
    assert baskets[0].score_home + baskets[0].score_away <= 3
    assert baskets[0].standing.score_home == desk.truth_score()[0], "what is told first knows the end"
    desk.plays(game.plays)


def test_scores_that_ran_ahead_of_the_plays_make_room_for_them(desk: Desk, game: SimulatedGame) -> None:
    teams(desk)
    desk.plays(game.plays[:100])
    ahead = game.plays[200]
    desk.now_ms += 60_000
    desk.line(
        status="live", period=ahead.period, remaining_tenths=ahead.remaining_tenths,
        score_home=ahead.score_home, score_away=ahead.score_away,
    )  # fmt: skip
    assert desk.events[-1].kind == "score"
    desk.plays(game.plays[:230])
    assert not any(event.kind == "score" for event in desk.book.entries.values())
    desk.plays(game.plays)


@pytest.mark.parametrize("seed", range(6))
def test_whatever_the_league_edits_the_reader_ends_with_the_truth(seed: int) -> None:
    chance = random.Random(seed)
    game = simulate_game(seed, "DEN", "MIA", game_id=GAME_ID, start_ms=1_700_000_000_000)
    desk = Desk()
    reached = 0
    while reached < len(game.plays):
        reached = min(len(game.plays), reached + chance.randint(1, 12))
        shown = [
            replace(play, score_home=play.score_home + chance.choice((0, 0, 1)))
            if chance.random() < 0.02
            else play
            for play in game.plays[:reached]
            if chance.random() > 0.01
        ]
        desk.plays(shown)
        if chance.random() < 0.3:
            desk.plays(game.plays[:reached])
    desk.plays(game.plays)
    assert (
        desk.book.standing or desk.truth
    ) and desk.library.tally.corrected + desk.library.tally.retracted > 20


def test_the_same_messages_give_the_same_events_and_doubles_change_nothing(
    desk: Desk, game: SimulatedGame
) -> None:
    for count in range(1, len(game.plays) + 1, 5):
        desk.plays(game.plays[:count])
    again = list(Tellers().take_all(message for message in desk.messages if message.type in TYPES))
    assert [encode(event) for event in again] == [encode(event) for event in desk.events]
    library = Library()
    for event in (*again, *again[10:60], *again):
        library.apply(event)
    assert library.tally.doubles == len(again) + 50
    assert library.books[GAME_ID].standing == desk.book.standing
    assert library.books[GAME_ID].in_order() == desk.book.in_order()
    assert len({event.event_id for event in again}) == len(again)
    assert decode(encode(again[-1])) == again[-1]


def test_a_new_epoch_begins_the_game_anew(desk: Desk, game: SimulatedGame) -> None:
    desk.plays(game.plays[:150])
    desk.engine.games.clear()
    desk.events.clear()
    desk.now_ms += 1
    desk.plays(game.plays[:20])
    assert desk.book.epoch == desk.events[0].epoch
    assert desk.book.in_order()[-1].order <= game.plays[19].order


def test_an_epoch_that_goes_on_where_another_was_counts_on(desk: Desk, game: SimulatedGame) -> None:
    """A server of another version numbers anew in the middle of a game: its past is not told again."""
    for count in range(1, 150):
        desk.plays(game.plays[:count])
    live = desk.engine.games[GAME_ID]
    desk.engine.games[GAME_ID] = replace(live, epoch="other", seq=0)
    desk.events.clear()
    late = Late(desk)
    for count in range(150, len(game.plays) + 1):
        late.plays(game.plays[:count])
    desk.check()
    assert desk.book.epoch == "other"
    assert desk.book.in_order()[0].entry == "before"


class Late:
    """Sees without being checked at every moment: the counts come with the first score."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def plays(self, plays: tuple[Play, ...]) -> None:
        check, self.desk.check = self.desk.check, lambda: None  # type: ignore[method-assign]
        try:
            self.desk.plays(plays)
        finally:
            self.desk.check = check  # type: ignore[method-assign]
