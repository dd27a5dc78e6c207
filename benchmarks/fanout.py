"""Fan-out: how many messages a second one process hands to many clients.

    python -m benchmarks.fanout [--clients 1000] [--json]

Three servers in one process, each with clients of its own in another process, take turns: a block of
messages is sent and timed until the last byte has left the server's buffers; the clients' reading
is waited for outside of the timing. A second is one of processor time of the serving process, all of
whose work is on one core: so it does not matter what else the machine does. One more line lets a
delivery carry three messages, as a step of the engine does; the goals are about one at a time.
Exit status 1 where a goal is missed.
"""

import argparse
import asyncio
import json
import random
import statistics
import sys
import time
from collections.abc import Sequence

import uvloop

from benchmarks.stream_clients import Clients, Plan
from benchmarks.stream_peers import BarePicows, Ours, Peer, Websockets, play_message, when_ready
from courtside.messages import EncodedMessage
from courtside.serve.frames import frame_text
from courtside.serve.settings import StreamSettings

GOALS = {"websockets.broadcast": 1.7, "bare picows": 0.9}
"""Our throughput as a multiple of each peer's, at least."""
MESSAGES_IN_BLOCK = 12
GAME = "0022500001"


async def measure(client_count: int, blocks: int, seed: int) -> dict[str, list[float]]:
    """Messages (clients times messages) a second of processor time, of every block, by name."""
    ours = Ours(stream=StreamSettings(settle_seconds=0.0))
    peers: list[Peer] = [ours, BarePicows(), Websockets()]
    clients: dict[str, Clients] = {}
    rates: dict[str, list[float]] = {}
    order = random.Random(seed)
    try:
        for peer in peers:
            await peer.start()
            clients[peer.name] = Clients(Plan(peer.port, client_count))
            await when_ready(clients[peer.name])
            clients[peer.name].connected()
            while peer.connected() < client_count:
                await asyncio.sleep(0.01)
        runs = [(peer.name, peer, 1) for peer in peers] + [("courtside, three a delivery", ours, 3)]
        seq = 0
        for block in range(blocks):
            order.shuffle(runs)
            for name, peer, at_once in runs:
                messages = [
                    play_message(GAME, seq + each, seq + each) for each in range(1, MESSAGES_IN_BLOCK + 1)
                ]
                seq += MESSAGES_IN_BLOCK
                rate = await timed(peer, clients[peer.name], client_count, messages, at_once)
                # The first block warms up.
                if block:
                    rates.setdefault(name, []).append(rate)
    finally:
        for each in clients.values():
            each.stop()
        for peer in peers:
            await peer.stop()
    return rates


async def timed(
    peer: Peer, clients: Clients, client_count: int, messages: Sequence[EncodedMessage], at_once: int
) -> float:
    clients.expect(client_count * sum(len(frame_text(message.frame)) for message in messages))
    await asyncio.sleep(0.02)
    started = time.process_time()
    for first in range(0, len(messages), at_once):
        peer.send(messages[first : first + at_once])
        await asyncio.sleep(0)
    while peer.unsent_bytes():
        await asyncio.sleep(0)
    seconds = time.process_time() - started
    await when_ready(clients)
    clients.taken()
    return client_count * len(messages) / seconds


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--clients", type=int, default=1_000, help="clients of each server")
    parser.add_argument("--blocks", type=int, default=40, help="blocks of messages for each server")
    parser.add_argument("--seed", type=int, default=1, help="of the order in which the servers take turns")
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args(arguments)
    rates = uvloop.run(measure(options.clients, options.blocks, options.seed))
    medians = {name: statistics.median(values) for name, values in rates.items()}
    ours = medians["courtside"]
    ratios = {name: ours / medians[name] for name in GOALS}
    met = all(ratios[name] >= goal for name, goal in GOALS.items())
    if options.json:
        print(json.dumps({"messages_per_cpu_second": medians, "ratios": ratios, "goals": GOALS, "met": met}))
    else:
        print(
            f"Fan-out to {options.clients} clients, messages a second, median of {options.blocks - 1} blocks"
        )
        for name, rate in sorted(medians.items(), key=lambda each: -each[1]):
            print(f"  {name:30} {rate:12,.0f}")
        for name, goal in GOALS.items():
            verdict = "met" if ratios[name] >= goal else "MISSED"
            print(f"  courtside / {name:22} {ratios[name]:8.2f}   goal {goal:g}: {verdict}")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
