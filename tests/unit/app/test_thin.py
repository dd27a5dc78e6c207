"""What is sent of a play-by-play is its difference; put together it is the whole again."""

import random

from courtside.app.cluster.thin import Thinner
from courtside.events import AnyObservation, Play, PlayByPlay, PlayChanges, ScoreLine, apply_changes


def play(number: int, order: int | None = None, points: int = 0) -> Play:
    return Play(
        order=number * 10 if order is None else order,
        play_id=number,
        period=1,
        remaining_tenths=7200 - number,
        action="2pt",
        score_home=points,
    )


def seen(*plays: Play, at: int = 1) -> PlayByPlay:
    return PlayByPlay(game_id="g", received_ms=at, source="nba", plays=plays)


def test_the_first_is_sent_whole_and_what_is_the_same_not_at_all() -> None:
    thinner = Thinner()
    first = seen(play(1), play(2))
    assert thinner.thin(first) is first
    assert thinner.thin(seen(play(1), play(2), at=2)) is None


def test_differences_put_together_are_the_whole_again() -> None:
    chance = random.Random(5)
    thinner = Thinner()
    received: tuple[Play, ...] = ()
    plays: list[Play] = [play(1)]
    for turn in range(400):
        match chance.randint(0, 5):
            case 0 if len(plays) > 1:
                plays.pop(chance.randrange(len(plays)))
            case 1:
                index = chance.randrange(len(plays))
                plays[index] = play(plays[index].play_id, plays[index].order, turn)
            case 2:
                plays.insert(0, play(1000 + turn, plays[0].order - 1))
            case _:
                plays.append(play(2000 + turn, plays[-1].order + 5))
        sent: AnyObservation | None = thinner.thin(seen(*plays, at=turn))
        if isinstance(sent, PlayChanges):
            received = apply_changes(received, sent).plays
        elif isinstance(sent, PlayByPlay):
            received = sent.plays
        assert received == tuple(plays)


def test_a_score_line_that_says_the_same_is_sent_once() -> None:
    thinner = Thinner()
    line = ScoreLine(game_id="g", received_ms=1, source="nba", score_home=2, score_away=0)
    assert thinner.thin(line) is line
    assert (
        thinner.thin(ScoreLine(game_id="g", received_ms=2, source="nba", score_home=2, score_away=0)) is None
    )
    other = ScoreLine(game_id="g", received_ms=3, source="nba", score_home=4, score_away=0)
    assert thinner.thin(other) is other
    assert thinner.thin(line) is line, "what was corrected back is news"
