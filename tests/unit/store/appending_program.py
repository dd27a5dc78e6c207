"""Appends to the journal that it is given until it is killed, and says each time what is kept."""

import asyncio
import os
import sys

from courtside.events import ScoreLine
from courtside.messages import EncodedMessage
from courtside.store.journal import Entry
from courtside.store.sqlite import SqliteJournal

GAMES = ("0022500001", "0022500002", "0022500003")


def entry(game_id: str, seq: int) -> Entry:
    """One observation with three messages, the first of them numbered `seq`."""
    messages = [
        EncodedMessage(game_id, "a", number, "play", b"{%d %s}" % (number, b"x" * (number % 700)))
        for number in range(seq, seq + 3)
    ]
    return Entry(ScoreLine(game_id=game_id, received_ms=seq, source="push", score_home=seq), messages, "a")


async def main(path: str) -> None:
    journal = SqliteJournal(path, checkpoint_bytes=300_000)
    seqs = dict.fromkeys(GAMES, 0) | {each.game_id: each.seq for each in await journal.positions()}
    while True:
        for game_id in GAMES:
            await journal.append([entry(game_id, seqs[game_id] + 1), entry(game_id, seqs[game_id] + 4)])
            seqs[game_id] += 6
            os.write(1, f"{game_id} {seqs[game_id]}\n".encode())
        await asyncio.sleep(0)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
