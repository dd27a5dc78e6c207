"""Connecting: how much memory many clients take that are all sent a long snapshot at once.

    python -m benchmarks.snapshot [--clients 1000] [--games 40] [--json]

For each address of the stream, and for clients that read and such that do not, a server in a process
of its own knows many finished games, says twenty messages a second, and is connected to by all clients
at once. What counts is the largest resident size of that process. Exit status 1 where the goal is
missed, a client was lost, or one that reads did not get its snapshot.
"""

import argparse
import asyncio
import json
import multiprocessing
import resource
import select
import socket
import sys
import time
from collections.abc import Sequence
from multiprocessing.connection import Connection

import msgspec
import uvloop

from benchmarks.memory_service import MemoryService
from benchmarks.stream_peers import play_message
from courtside.messages import PlayerLine, encode_snapshot
from courtside.monitor.metrics import Metrics
from courtside.serve.examples import GAME, PATTERN
from courtside.serve.servers import Servers
from courtside.serve.settings import ServeSettings, StreamSettings

GOAL_MEGABYTES = 300
PLAYERS = 26
MESSAGES_PER_SECOND = 20
HOLD_SECONDS = 2.0
LIMIT_SECONDS = 60.0

PLACES = {"stream": "/", "http": "/ws/live"}


class Outcome(msgspec.Struct):
    place: str
    reads: bool
    idle_megabytes: float
    """Resident before the first client."""
    megabytes: float
    """Largest resident size."""
    connected: int
    """Clients that the server still has at the end."""
    snapshots: int
    """Clients that got theirs whole."""
    seconds: float
    """From the first connection to the last snapshot, or to the last connection."""


class Finished(MemoryService):
    """So many games that are over, each about 16 kB."""

    def __init__(self, games: int) -> None:
        super().__init__()
        names = PlayerLine.__struct_fields__
        line: dict[str, object] = dict.fromkeys(names, 12)
        line |= {"side": "home", "team": "BOS", "starter": True, "on_court": False, "stint_seconds": None}
        players = [
            msgspec.convert(line | {"player_id": 1_628_369 + number, "name": f"Player {number}"}, PlayerLine)
            for number in range(PLAYERS)
        ]
        self._shown = [
            encode_snapshot(
                msgspec.structs.replace(
                    GAME,
                    game_id=f"00225{number:05d}",
                    epoch="e1",
                    status="final",
                    players=players,
                    score_path=[*PATTERN, *PATTERN, *PATTERN[:12]],
                )
            )
            for number in range(games)
        ]

    def snapshots(self) -> Sequence[bytes]:
        return self._shown

    def position(self, game_id: str) -> tuple[str, int] | None:
        return "e1", GAME.seq


def serve(pipe: Connection, games: int, clients: int) -> None:
    """The serving process."""
    _many_files()
    uvloop.run(_serve(pipe, games, clients))


async def _serve(pipe: Connection, games: int, clients: int) -> None:
    service = Finished(games)
    settings = ServeSettings(http_port=0, ws_port=0, stream=StreamSettings(max_clients=clients + 1))
    async with Servers(service, settings, Metrics()) as servers:
        pipe.send((servers.stream.port, servers.http.port, _resident()))
        seq = GAME.seq
        while not pipe.poll():
            await asyncio.sleep(1 / MESSAGES_PER_SECOND)
            seq += 1
            servers.hub.deliver([play_message("0022599999", seq, seq)])
        pipe.recv()
        pipe.send((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1_024, len(servers.hub)))
        pipe.recv()


def _resident() -> float:
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * resource.getpagesize() / 2**20


def _many_files() -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def measure(place: str, reads: bool, games: int, clients: int) -> Outcome:
    context = multiprocessing.get_context("spawn")
    pipe, theirs = context.Pipe()
    process = context.Process(target=serve, args=(theirs, games, clients), daemon=True)
    process.start()
    stream_port, http_port, idle = pipe.recv()
    port = stream_port if place == "stream" else http_port
    started = time.monotonic()
    sockets: list[socket.socket] = []
    try:
        for _ in range(clients):
            sockets.append(_connect(port, PLACES[place]))
        got = _read(sockets) if reads else 0
        seconds = time.monotonic() - started
        time.sleep(HOLD_SECONDS)
        pipe.send("report")
        megabytes, connected = pipe.recv()
    finally:
        for sock in sockets:
            sock.close()
        pipe.send("stop")
        process.join(10)
        if process.is_alive():
            process.terminate()
    return Outcome(place, reads, idle, megabytes, connected, got, seconds)


def _connect(port: int, path: str) -> socket.socket:
    sock = socket.create_connection(("127.0.0.1", port))
    sock.sendall(
        f"GET {path} HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
    )
    sock.setblocking(False)
    return sock


def _read(sockets: Sequence[socket.socket]) -> int:
    """Read everywhere until a message that follows the snapshot has come; how many got there."""
    waiting = {sock.fileno(): sock for sock in sockets}
    tails = dict.fromkeys(waiting, b"")
    poll = select.epoll()
    for number in waiting:
        poll.register(number, select.EPOLLIN)
    limit = time.monotonic() + LIMIT_SECONDS
    while waiting and time.monotonic() < limit:
        for number, _ in poll.poll(0.1):
            data = waiting[number].recv(256 * 1024)
            if not data or b'{"type":"play","timestamp"' in tails[number] + data:
                poll.unregister(number)
                del waiting[number]
                if not data:
                    tails[number] = b"closed"
            else:
                tails[number] = data[-64:]
    poll.close()
    return len(sockets) - len(waiting) - sum(tail == b"closed" for tail in tails.values())


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--clients", type=int, default=1_000, help="clients of each server")
    parser.add_argument("--games", type=int, default=40, help="finished games in the snapshot")
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args(arguments)
    _many_files()
    outcomes = [
        measure(place, reads, options.games, options.clients) for place in PLACES for reads in (True, False)
    ]
    met = all(
        each.megabytes < GOAL_MEGABYTES
        and each.connected == options.clients
        and each.snapshots == (options.clients if each.reads else 0)
        for each in outcomes
    )
    if options.json:
        print(json.dumps({"outcomes": msgspec.to_builtins(outcomes), "goal": GOAL_MEGABYTES, "met": met}))
        return 0 if met else 1
    size = sum(map(len, Finished(options.games).snapshots())) // 1_000
    print(f"{options.clients} clients connect, {options.games} games, a snapshot of {size} kB")
    for each in outcomes:
        reads = f"{each.connected} read" if each.reads else f"{each.connected} do not"
        print(
            f"  {PLACES[each.place]:9} {reads:13} {each.seconds:6.1f} s   "
            f"{each.idle_megabytes:4.0f} MB idle, {each.megabytes:4.0f} MB at most"
        )
    print(f"  goal below {GOAL_MEGABYTES} MB: {'met' if met else 'MISSED'}")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
