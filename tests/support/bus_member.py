"""A member of a group in a process of its own, which a test may kill: a line with what it owns each time."""

import asyncio
import sys

import msgspec

from courtside.bus.bus import Stream
from courtside.bus.open import open_bus
from courtside.bus.settings import BusSettings


async def main(settings: BusSettings, group: str) -> None:
    bus = open_bus(settings)
    await bus.start()
    member = bus.member(group, Stream.OBSERVATIONS)
    while True:
        owned = await member.owned()
        print(*sorted(owned), flush=True)


if __name__ == "__main__":
    asyncio.run(main(msgspec.json.decode(sys.argv[1], type=BusSettings), sys.argv[2]))
