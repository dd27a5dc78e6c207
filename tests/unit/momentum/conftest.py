"""A game as an engine tells it, and a reader of nothing but the events."""

from collections.abc import Sequence

import pytest

from courtside.engine import Engine
from courtside.events import AnyObservation, Play, PlayByPlay, ScoreLine
from courtside.game.view import totals
from courtside.messages import GameTotals, Message, decode_message, encode_message
from courtside.momentum.book import Book, Library
from courtside.momentum.event import ScoringEvent, decode, encode
from courtside.momentum.teller import Tellers
from courtside.sources.simulator_game import SimulatedGame, simulate_game
from tests.support.plain import Plain

GAME_ID = "9000000007"
START_MS = 1_700_000_000_000


class Desk:
    """One engine, what it says turned into events, and a reader who got them as bytes."""

    def __init__(self) -> None:
        self.engine = Engine(Plain())
        self.tellers = Tellers()
        self.library = Library()
        self.messages: list[Message] = []
        self.events: list[ScoringEvent] = []
        self.now_ms = START_MS

    def see(self, observation: AnyObservation) -> list[ScoringEvent]:
        """What the observation made of the game, as events; they must leave the reader with the truth."""
        told: list[ScoringEvent] = []
        for message in self.engine.step(observation).messages:
            message = decode_message(encode_message(message).frame)
            self.messages.append(message)
            told += self.tellers.take(message)
        for event in told:
            event = decode(encode(event))
            assert self.library.apply(event) is not None, "an event came twice"
            self.events.append(event)
        self.check()
        return told

    def plays(self, plays: Sequence[Play]) -> list[ScoringEvent]:
        self.now_ms += 1_000
        return self.see(
            PlayByPlay(game_id=GAME_ID, received_ms=self.now_ms, source="simulated", plays=tuple(plays))
        )

    def line(self, **fields: object) -> list[ScoringEvent]:
        self.now_ms += 1_000
        fields.setdefault("source", "simulated")
        return self.see(ScoreLine(game_id=GAME_ID, received_ms=self.now_ms, **fields))  # type: ignore[arg-type]

    @property
    def book(self) -> Book:
        return self.library.books[GAME_ID]

    @property
    def truth(self) -> GameTotals:
        live = self.engine.games[GAME_ID]
        return totals(live.info, live.state)

    def truth_score(self) -> tuple[int, int]:
        state = self.engine.games[GAME_ID].state
        return state.score_home, state.score_away

    def check(self) -> None:
        """The reader stands where the engine does, and the parts add up to the whole."""
        live, book = self.engine.games[GAME_ID], self.book
        if not live.state.started or book.standing is None:
            return
        standing, truth = book.standing, self.truth
        assert (standing.score_home, standing.score_away) == (live.state.score_home, live.state.score_away)
        assert (standing.lead_changes, standing.ties) == (truth.lead_changes, truth.ties)
        assert standing.biggest_lead_home == truth.biggest_lead_home
        assert standing.biggest_lead_away == truth.biggest_lead_away
        for run, real in (
            (standing.biggest_run, truth.biggest_run),
            (standing.current_run, truth.current_run),
        ):
            assert (run and (run.side, run.points)) == (real and (real.side, real.points))
        entries = book.in_order()
        assert sum(event.points_home for event in entries) == live.state.score_home
        assert sum(event.points_away for event in entries) == live.state.score_away
        grown = [
            event.points - (event.previous.points_home + event.previous.points_away if event.previous else 0)
            for event in self.events
        ]
        assert sum(grown) == live.state.score_home + live.state.score_away


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture(scope="session")
def game() -> SimulatedGame:
    return simulate_game(7, "DEN", "MIA", game_id=GAME_ID, start_ms=START_MS)
