"""The messages of one whole simulated game, byte for byte.

`one_game.jsonl.xz` has a line for each observation that the engine kept, with the messages that it came
to. Where a change of the engine is meant to change them, `make golden` takes the new messages and says how
many there are; the diff of a message is best read from the failing test. The observations stay as they are.
With `--new-game` the game is drawn anew, too.
"""

import asyncio
import lzma
import sys
from collections.abc import Iterable
from pathlib import Path

import msgspec
import pytest

from courtside.clock import ManualClock
from courtside.engine import Engine
from courtside.events import AnyObservation, Context, ExternalForecast, PlayByPlay, PlayChanges, ScoreLine
from courtside.messages import MESSAGE_TYPES, Correction, decode_message, encode_message
from courtside.sources.simulator import SimulatorSource
from tests.support.plain import Plain

FILE = Path(__file__).parent / "one_game.jsonl.xz"
LARGEST_BYTES = 300_000
GAME_ID = "9202600002"
START_MS = 1_770_850_800_000


class Step(msgspec.Struct, frozen=True):
    """A line of the file."""

    observation: AnyObservation
    messages: list[msgspec.Raw]


def read() -> list[Step]:
    decoder = msgspec.json.Decoder(Step)
    return [decoder.decode(line) for line in lzma.decompress(FILE.read_bytes()).splitlines()]


def played(observations: Iterable[AnyObservation]) -> list[Step]:
    """What the engine keeps of the observations, and says."""
    engine = Engine(Plain())
    steps = []
    for observation in observations:
        step = engine.step(observation)
        if step.kept is not None:
            frames = [msgspec.Raw(encode_message(message).frame) for message in step.messages]
            steps.append(Step(step.kept, frames))
    return steps


@pytest.fixture(scope="module")
def frozen() -> list[Step]:
    return read()


def test_the_same_observations_give_the_same_messages_to_the_byte(frozen: list[Step]) -> None:
    again = played(step.observation for step in frozen)
    assert len(again) == len(frozen)
    for number, (new, old) in enumerate(zip(again, frozen, strict=True)):
        said = [bytes(frame).decode() for frame in new.messages]
        before = [bytes(frame).decode() for frame in old.messages]
        assert said == before, f"step {number}; where that is meant: make golden"


def test_the_game_has_everything_that_messages_tell_of(frozen: list[Step]) -> None:
    messages = [decode_message(bytes(frame)) for step in frozen for frame in step.messages]
    assert {message.type for message in messages} == MESSAGE_TYPES.keys()
    assert [message.seq for message in messages] == list(range(1, len(messages) + 1))
    corrections = [message.data for message in messages if isinstance(message.data, Correction)]
    assert any(each.revised for each in corrections)
    assert any(each.inserted for each in corrections)
    assert any(each.retracted for each in corrections)
    assert any(each.score_after != each.score_before for each in corrections)
    assert any(isinstance(step.observation, PlayChanges) for step in frozen)
    assert FILE.stat().st_size < LARGEST_BYTES


async def simulated() -> list[AnyObservation]:
    """A game from its announcement to its end, with late edits, a play that is taken back for a moment,
    and what others say of it."""
    source = SimulatorSource(clock=ManualClock(START_MS), seed=2026, games=1, edits_a_game=12)
    seen: list[AnyObservation] = []
    taken_back = False
    async for observation in source:
        if observation.game_id != GAME_ID:
            continue
        seen.append(observation)
        if len(seen) == 100:
            seen += beside(observation.received_ms)
        if len(seen) > 200 and isinstance(observation, PlayByPlay) and not taken_back:
            taken_back = True
            without = observation.plays[:-4] + observation.plays[-3:]
            seen += [msgspec.structs.replace(observation, plays=without), observation]
        if isinstance(observation, ScoreLine) and observation.status == "final":
            await source.aclose()
    return seen


def beside(received_ms: int) -> list[AnyObservation]:
    """What does not come from the game itself."""
    return [
        Context(
            game_id=GAME_ID,
            received_ms=received_ms,
            source="simulated",
            values={"elo": 2.5, "market_spread": -3.5},
        ),
        ExternalForecast(
            game_id=GAME_ID,
            received_ms=received_ms,
            source="simulated",
            model="somebody else's",
            horizon="halftime",
            point_forecast=1.5,
            interval_lower=-9.0,
            interval_upper=12.0,
            coverage=0.9,
        ),
    ]


def freeze(*, new_game: bool) -> None:
    before = read() if FILE.exists() else []
    known = asyncio.run(simulated()) if new_game else [step.observation for step in before]
    steps = played(known)
    body = b"".join(msgspec.json.encode(step) + b"\n" for step in steps)
    FILE.write_bytes(lzma.compress(body, preset=9 | lzma.PRESET_EXTREME))
    changed = sum(one.messages != two.messages for one, two in zip(steps, before, strict=False))
    print(f"{FILE.name}: {len(steps)} steps, {changed} with other messages, {FILE.stat().st_size:,} bytes")


if __name__ == "__main__":
    freeze(new_game="--new-game" in sys.argv[1:])
