"""Every recorded game as scoring events, counted twice over against its own box score."""

from pathlib import Path

import pytest

from courtside.clock import ManualClock
from courtside.engine import Engine
from courtside.formats.recordings import Recordings
from courtside.momentum.book import Library
from courtside.momentum.course import course
from courtside.momentum.event import decode, encode
from courtside.momentum.teller import Tellers
from courtside.sources.replay import ReplaySource
from tests.integration.whole_way.conftest import _oracle
from tests.support.plain import Plain

pytestmark = [pytest.mark.data, pytest.mark.timeout(120)]


async def test_what_events_say_and_what_they_add_up_to_is_what_the_box_score_says(data_dir: Path) -> None:
    engine, tellers, library = Engine(Plain()), Tellers(), Library()
    async for observation in ReplaySource(Recordings.open(data_dir / "cdn" / "games"), clock=ManualClock()):
        for message in engine.step(observation).messages:
            for event in tellers.take(message):
                assert library.apply(decode(encode(event))) is not None
    oracle = _oracle(data_dir)
    assert library.books.keys() == oracle.keys()
    for game_id, truth in oracle.items():
        book = library.books[game_id]
        standing, anew = book.standing, course(book.in_order())
        assert standing is not None and standing.biggest_run is not None and anew.biggest_run is not None
        said = (
            standing.score_home,
            standing.score_away,
            standing.lead_changes,
            standing.ties,
            standing.biggest_lead_home,
            standing.biggest_lead_away,
            standing.biggest_run.points,
        )
        assert said == truth.counts, game_id
        margins = [point.score_home - point.score_away for point in anew.points]
        counted = (
            anew.points[-1].score_home,
            anew.points[-1].score_away,
            anew.lead_changes,
            anew.ties,
            max(margins),
            -min(margins),
            anew.biggest_run.points,
        )
        assert counted == truth.counts, game_id
        scored = {player: line[0] for player, line in truth.players.items() if line[0]}
        points: dict[int, int] = {}
        for event in book.in_order():
            assert event.player_id is not None
            points[event.player_id] = points.get(event.player_id, 0) + event.points
        assert points == scored, game_id
