"""Latency: from the receipt of an event, its journal commit included, to every client.

    python -m benchmarks.latency [--clients 1000] [--seconds 12] [--json]

Two servers in one process take turns with the same bytes at the same moments: ours, which commits
each event to an SQLite journal and then delivers it through the hub, and a bare picows loop that
only sends. Each has clients of its own in another process, a slow one and a stuck one among them,
with small socket buffers so that both fall behind within the run. Events of 15 games come at random
moments, 20 a second in all. Exit status 1 where a goal is missed or a client that keeps up did not
get every message.
"""

import argparse
import asyncio
import json
import random
import resource
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import msgspec
import uvloop

from benchmarks.stream_clients import STAMP_LENGTH, STAMP_OFFSET, Clients, Plan
from benchmarks.stream_peers import START_MS, BarePicows, Ours, Peer, game_ids, play_message, when_ready
from courtside.events import Play, PlayChanges
from courtside.messages import EncodedMessage
from courtside.serve.settings import StreamSettings
from courtside.store.journal import Entry, Journal
from courtside.store.open import open_journal

GOAL_RATIO = 1.3
GOAL_MEGABYTES = 300
GAMES = 15
EVENTS_PER_SECOND = 20.0
SEND_BUFFER_BYTES = 16 * 1024
BACKLOG_MESSAGES = 60
WARM_UP_EVENTS = 20


class Latencies(msgspec.Struct):
    """Milliseconds from receipt to client, over clients that keep up."""

    p50: float
    p99: float
    longest: float
    received: int
    missing: int


class Outcome(msgspec.Struct):
    ours: Latencies
    bare: Latencies
    megabytes: float
    """Largest resident size of the serving process; it holds both servers and their clients' sockets."""
    stuck_closed: int
    """Clients that our server closed with 1013."""
    commit_p50: float
    """Milliseconds of a journal commit."""


def entry(message: EncodedMessage, number: int) -> Entry:
    """What the journal keeps of one event: a play and its message."""
    play = Play(message.seq, message.seq, 2, 4010, "2pt", made=True, description="a layup")
    changes = PlayChanges(
        game_id=message.game_id, received_ms=START_MS + number, source="nba", upserted=(play,)
    )
    return Entry(changes, (message,), message.epoch)


class Turn:
    """The events of one server: what is sent, and when each was received."""

    def __init__(self, peer: Peer, journal: Journal | None, clients: Clients) -> None:
        self.peer = peer
        self.clients = clients
        self.received_at: dict[bytes, float] = {}
        self.commits: list[float] = []
        self._journal = journal
        self._seqs: Counter[str] = Counter()
        self._number = 0

    async def event(self, game_id: str) -> None:
        received = time.monotonic()
        self._number += 1
        self._seqs[game_id] += 1
        message = play_message(game_id, self._seqs[game_id], self._number)
        if self._number > WARM_UP_EVENTS:
            stamp = message.frame[STAMP_OFFSET : STAMP_OFFSET + STAMP_LENGTH]
            self.received_at[stamp] = received
        if self._journal is not None:
            await self._journal.append((entry(message, self._number),))
            self.commits.append(time.monotonic() - received)
        self.peer.send((message,))

    async def latencies(self, client_count: int) -> Latencies:
        self.clients.report()
        await when_ready(self.clients)
        seen = self.clients.seen()
        waits = sorted(
            (at - self.received_at[stamp]) * 1000
            for stamp, at in zip(seen.stamps, seen.times, strict=True)
            if stamp in self.received_at
        )
        expected = len(self.received_at) * client_count
        return Latencies(
            statistics.median(waits),
            waits[int(len(waits) * 0.99)],
            waits[-1],
            len(waits),
            expected - len(waits),
        )


async def measure(client_count: int, seconds: float, rounds: int, seed: int, folder: Path) -> Outcome:
    chance = random.Random(seed)
    games = game_ids(GAMES)
    ours = Ours(
        games,
        StreamSettings(
            settle_seconds=0.0, socket_buffer_bytes=SEND_BUFFER_BYTES, backlog_messages=BACKLOG_MESSAGES
        ),
    )
    bare = BarePicows(SEND_BUFFER_BYTES)
    journal = open_journal(f"sqlite:///{folder / 'journal.db'}")
    peers: list[tuple[Peer, Journal | None]] = [(ours, journal), (bare, None)]
    turns: list[Turn] = []
    try:
        for peer, kept in peers:
            await peer.start()
            plan = Plan(peer.port, client_count, slow=1, stuck=1, stamps=True)
            turns.append(Turn(peer, kept, Clients(plan)))
            await when_ready(turns[-1].clients)
            turns[-1].clients.connected()
        for _ in range(rounds):
            for turn in chance.sample(turns, k=len(turns)):
                await run_for(turn, seconds / rounds, games, chance)
        found = [await turn.latencies(client_count - 2) for turn in turns]
        closed = ours.hub.metrics.value("courtside_clients_closed_total", reason="1013")
        megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        commit = statistics.median(turns[0].commits) * 1000
        return Outcome(found[0], found[1], megabytes, int(closed), commit)
    finally:
        for turn in turns:
            turn.clients.stop()
        for peer, _ in peers:
            await peer.stop()
        await journal.aclose()


async def run_for(turn: Turn, seconds: float, games: Sequence[str], chance: random.Random) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        await asyncio.sleep(chance.expovariate(EVENTS_PER_SECOND))
        await turn.event(chance.choice(games))
    # The last event is with every client before the other server takes its turn.
    await asyncio.sleep(0.1)


def goals(outcome: Outcome) -> dict[str, bool]:
    ours, bare = outcome.ours, outcome.bare
    return {
        f"p50 at most {GOAL_RATIO} times bare picows": ours.p50 <= GOAL_RATIO * bare.p50,
        f"p99 at most {GOAL_RATIO} times bare picows": ours.p99 <= GOAL_RATIO * bare.p99,
        f"memory below {GOAL_MEGABYTES} MB": outcome.megabytes < GOAL_MEGABYTES,
        "the stuck client was closed with 1013": outcome.stuck_closed >= 1,
        "every client that keeps up got every message": ours.missing == 0,
    }


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--clients", type=int, default=1_000, help="clients of each server")
    parser.add_argument("--seconds", type=float, default=20.0, help="of events, for each server")
    parser.add_argument("--rounds", type=int, default=10, help="turns of each server")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        outcome = uvloop.run(
            measure(options.clients, options.seconds, options.rounds, options.seed, Path(folder))
        )
    reached = goals(outcome)
    if options.json:
        print(json.dumps({**msgspec.to_builtins(outcome), "goals": reached}))
        return 0 if all(reached.values()) else 1
    print(f"Latency to {options.clients} clients, {GAMES} games, {EVENTS_PER_SECOND:g} events a second, ms")
    print(f"  {'':34}{'p50':>8}{'p99':>8}{'max':>8}")
    for name, row in (("courtside, journal included", outcome.ours), ("bare picows", outcome.bare)):
        print(f"  {name:34}{row.p50:8.2f}{row.p99:8.2f}{row.longest:8.2f}")
    ours, bare = outcome.ours, outcome.bare
    print(f"  {'ratio':34}{ours.p50 / bare.p50:8.2f}{ours.p99 / bare.p99:8.2f}")
    print(f"  journal commit p50 {outcome.commit_p50:.2f} ms; largest memory {outcome.megabytes:.0f} MB")
    for goal, met in reached.items():
        print(f"  {goal}: {'met' if met else 'MISSED'}")
    return 0 if all(reached.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
