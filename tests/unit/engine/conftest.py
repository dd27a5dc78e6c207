"""A simulated game, and a client that applies every message."""

from collections.abc import Callable, Sequence

import pytest

from courtside.client.reducer import apply, begin
from courtside.engine import Engine, EngineSettings, Step
from courtside.events import AnyObservation, BoxScore, Play, PlayByPlay, ScoreLine
from courtside.game.view import snapshot
from courtside.messages import GameSnapshot, Message, decode_message, encode_message
from courtside.sources.simulator_game import SimulatedGame, simulate_game
from tests.support.plain import Plain

CLOCK_FIELDS = {"seconds_played", "stint_seconds", "rest_seconds", "fatigue", "plus_minus"}
"""What changes on court with the clock or the score: a player is told of again after doing something."""
NOT_IN_MESSAGES = {
    "windows",
    "score_path",
    "halftime_seconds",
    "pace",
    "team_fouls_home",
    "team_fouls_away",
    "last_plays",
    "players",
}


@pytest.fixture(scope="session")
def game() -> SimulatedGame:
    return simulate_game(7, "DEN", "MIA", game_id="9000000007", start_ms=1_700_000_000_000)


class Table:
    """One engine, and beside it a client that knows only the messages, as bytes."""

    def __init__(self, game_id: str, settings: EngineSettings | None = None) -> None:
        self.engine = Engine(Plain(), settings)
        self.game_id = game_id
        self.now_ms = 1_700_000_000_000
        self.told: list[Message] = []
        self.kept: list[AnyObservation] = []
        self.client: GameSnapshot | None = None

    def see(self, observation: AnyObservation) -> Step:
        step = self.engine.step(observation)
        if step.kept is not None:
            self.kept.append(step.kept)
        for message in step.messages:
            message = decode_message(encode_message(message).frame)
            self.told.append(message)
            self.client = begin(message) if self.client is None else apply(self.client, message)
        return step

    def plays(self, plays: Sequence[Play]) -> Step:
        self.now_ms += 1_000
        return self.see(
            PlayByPlay(game_id=self.game_id, received_ms=self.now_ms, source="nba", plays=tuple(plays))
        )

    def roster(self, game: SimulatedGame) -> Step:
        return self.see(
            BoxScore(game_id=self.game_id, received_ms=self.now_ms, source="nba", players=game.roster)
        )

    def line(self, **fields: object) -> Step:
        self.now_ms += 1_000
        fields.setdefault("source", "nba")
        return self.see(ScoreLine(game_id=self.game_id, received_ms=self.now_ms, **fields))  # type: ignore[arg-type]

    def types(self, *kinds: str) -> list[Message]:
        return [message for message in self.told if message.type in kinds]

    @property
    def live(self) -> GameSnapshot:
        return snapshot(self.engine.games[self.game_id])

    def check_client(self) -> None:
        """A client that applied every message agrees with the snapshot, and missed no number."""
        assert [message.seq for message in self.told] == list(range(1, len(self.told) + 1))
        live, client = self.live, self.client
        assert client is not None
        for field in GameSnapshot.__struct_fields__:
            if field not in NOT_IN_MESSAGES:
                want, have = getattr(live, field), getattr(client, field)
                if field == "prediction" and want is not None:
                    assert have is not None and have.pattern == want.pattern
                    continue
                assert have == want, f"{field}: the client has {have!r}, the server {want!r}"
        assert _counts(client) == _counts(live)
        assert [play.play_id for play in client.last_plays[-1:]] == [
            play.play_id for play in live.last_plays[-1:]
        ]


def _counts(game: GameSnapshot) -> dict[int, tuple[object, ...]]:
    return {
        line.player_id: tuple(
            getattr(line, name) for name in line.__struct_fields__ if name not in CLOCK_FIELDS
        )
        for line in game.players
        if line.seconds_played or line.points
    }


MakeTable = Callable[..., Table]


@pytest.fixture
def table(game: SimulatedGame) -> MakeTable:
    def make(game_id: str = game.game_id, **settings: int) -> Table:
        return Table(game_id, EngineSettings(**settings) if settings else None)

    return make
