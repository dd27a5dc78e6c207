"""One action of the play-by-play as the feed serves it: the file's own bytes, and what is read of them."""

from collections.abc import Mapping, Sequence

import msgspec

from courtside.events import Play
from courtside.formats.nba_live import parse_play_by_play

Fields = Mapping[str, object]
"""A JSON object as the file has it, in its order."""

_encoder = msgspec.json.Encoder()
_fields_decoder = msgspec.json.Decoder(dict[str, object])


class Facts(msgspec.Struct, frozen=True, rename="camel"):
    """What the feed itself looks at, beyond the normalised `Play`."""

    action_number: int
    action_type: str
    team_id: int | None = None
    person_id: int = 0
    shot_result: str | None = None
    qualifiers: tuple[str, ...] = ()
    sub_type: str = ""
    descriptor: str = ""
    foul_drawn_person_id: int | None = None
    block_person_id: int | None = None
    time_actual: str = ""
    clock: str = ""

    @property
    def points(self) -> int:
        """What the action brings its team, by its kind."""
        if self.shot_result != "Made":
            return 0
        return {"2pt": 2, "3pt": 3, "freethrow": 1}.get(self.action_type, 0)


_facts_decoder = msgspec.json.Decoder(Facts, strict=False)


class Action:
    """An action with its bytes, compared by identity: a changed one is another object.

    `slot` numbers the stretch of the game that it lies in, so that neighbours are encoded together.
    """

    def __init__(self, encoded: bytes, facts: Facts, play: Play, at_ms: int, slot: int) -> None:
        self.encoded = encoded
        self.facts = facts
        self.play = play
        self.at_ms = at_ms
        """`timeActual`: from when on it is visible."""
        self.slot = slot
        self.order = play.order
        self.number = play.play_id

    @property
    def fields(self) -> dict[str, object]:
        return _fields_decoder.decode(self.encoded)


class ActionMaker:
    """Makes the actions of one game, through the same parser that reads the NBA's files."""

    def __init__(self, game_id: str, home_team_id: int, away_team_id: int) -> None:
        self.game_id = game_id
        self.home_team_id = home_team_id
        self.away_team_id = away_team_id

    def make(self, rows: Sequence[Fields], slots: Sequence[int]) -> list[Action]:
        """In `orderNumber` order; raises `BadFeed` as the parser does. A row without `timeActual` is
        taken to have happened with the one before it."""
        encoded = [_encoder.encode(row) for row in rows]
        facts = [_facts_decoder.decode(row) for row in encoded]
        placed = {row.action_number: place for place, row in enumerate(facts)}
        actions: list[Action] = []
        at_ms = 0
        for play in self._plays(encoded):
            place = placed[play.play_id]
            at_ms = play.at_ms or at_ms
            actions.append(Action(encoded[place], facts[place], play, at_ms, slots[place]))
        return actions

    def changed(self, action: Action, changes: Fields) -> Action:
        """The action with some of its fields changed."""
        return self.make([{**action.fields, **changes}], [action.slot])[0]

    def _plays(self, encoded: Sequence[bytes]) -> tuple[Play, ...]:
        body = b'{"meta":{"time":"2000-01-01 00:00:00"},"game":{"gameId":"%s","actions":[%s]}}'
        return parse_play_by_play(
            body % (self.game_id.encode(), b",".join(encoded)),
            home_team_id=self.home_team_id,
            away_team_id=self.away_team_id,
            received_ms=0,
            source="nba",
        ).observation.plays
