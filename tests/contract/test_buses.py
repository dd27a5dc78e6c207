"""What every bus does with committed messages."""

from collections.abc import Sequence

import pytest

from courtside.bus.bus import Bus
from courtside.bus.memory import MemoryBus
from courtside.messages import EncodedMessage


@pytest.fixture(params=[MemoryBus])
def bus(request: pytest.FixtureRequest) -> Bus:
    made: Bus = request.param()
    return made


def messages(game_id: str, *numbers: int) -> list[EncodedMessage]:
    return [EncodedMessage(game_id, "e", seq, "play", b"%d" % seq) for seq in numbers]


async def test_each_subscriber_gets_every_message_in_the_order_of_its_game(bus: Bus) -> None:
    heard: list[list[EncodedMessage]] = [[], []]
    for mine in heard:
        bus.subscribe(mine.extend)
    await bus.publish(messages("A", 1, 2))
    await bus.publish([*messages("B", 1), *messages("A", 3)])
    for mine in heard:
        assert [each.seq for each in mine if each.game_id == "A"] == [1, 2, 3]
        assert [each.seq for each in mine if each.game_id == "B"] == [1]


async def test_a_subscriber_hears_what_is_published_after_it_came(bus: Bus) -> None:
    await bus.publish(messages("A", 1))
    heard: list[EncodedMessage] = []
    bus.subscribe(heard.extend)
    await bus.publish(messages("A", 2))
    assert [each.seq for each in heard] == [2]


async def test_messages_published_together_arrive_together(bus: Bus) -> None:
    batches: list[Sequence[EncodedMessage]] = []
    bus.subscribe(batches.append)
    await bus.publish(messages("A", 1, 2, 3))
    assert [len(batch) for batch in batches] == [3]
