"""Writes what the tests of the dashboard's stream client are held to.

python -m tools.web_recording            writes web/.recorded/game.json

The golden game as the stream tells it, with what the Python reducer and the server's own snapshot make of
it on the way, and the timeline at the end. Made when it is needed, and never committed.
"""

from pathlib import Path

import msgspec

from courtside.client import reducer
from courtside.engine import Engine
from courtside.engine.timeline import timeline
from courtside.game.view import snapshot
from courtside.messages import GameSnapshot, Message, decode_message
from courtside.replies import Timeline
from tests.golden.test_golden_game import GAME_ID, read
from tests.support.plain import Plain

FILE = Path(__file__).parents[1] / "web" / ".recorded" / "game.json"
EVERY_STEPS = 20


class Checkpoint(msgspec.Struct, frozen=True):
    """How the game stands after `seq`."""

    seq: int
    reduced: GameSnapshot
    snapshot: GameSnapshot


class Recording(msgspec.Struct, frozen=True):
    kept: list[str]
    """Fields in which a reducer agrees with the server."""
    messages: list[Message]
    checkpoints: list[Checkpoint]
    timeline: Timeline


def recording() -> Recording:
    engine = Engine(Plain())
    messages: list[Message] = []
    checkpoints: list[Checkpoint] = []
    game: GameSnapshot | None = None
    steps = read()
    for number, step in enumerate(steps, 1):
        engine.step(step.observation)
        for frame in step.messages:
            message = decode_message(bytes(frame))
            messages.append(message)
            game = reducer.begin(message) if game is None else reducer.apply(game, message)
        if game is not None and (number % EVERY_STEPS == 0 or number == len(steps)):
            checkpoints.append(Checkpoint(game.seq, game, snapshot(engine.games[GAME_ID])))
    end = timeline(engine.games[GAME_ID], engine.settings.run_threshold, engine.forecaster)
    return Recording(sorted(reducer.KEPT), messages, checkpoints, end)


def main() -> None:
    made = recording()
    FILE.parent.mkdir(parents=True, exist_ok=True)
    FILE.write_bytes(msgspec.json.encode(made))
    print(f"{FILE.name}: {len(made.messages)} messages, {len(made.checkpoints)} checkpoints")


if __name__ == "__main__":
    main()
