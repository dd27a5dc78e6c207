from courtside.messages import EncodedMessage
from courtside.serve.ring import Ring


def message(seq: int, epoch: str = "e1") -> EncodedMessage:
    return EncodedMessage("1", epoch, seq, "play", b"%d" % seq)


def filled(capacity: int, count: int) -> Ring:
    ring = Ring(capacity)
    for seq in range(1, count + 1):
        ring.append(message(seq))
    return ring


def seqs(ring: Ring, after: int, epoch: str = "e1", limit: int = 100) -> list[int] | None:
    found = ring.after(epoch, after, limit)
    return None if found is None else [each.seq for each in found]


def test_it_gives_what_follows_a_seq() -> None:
    assert seqs(filled(10, 5), 2) == [3, 4, 5]
    assert seqs(filled(10, 5), 2, limit=2) == [3, 4]
    assert seqs(filled(10, 5), 5) == []


def test_it_says_when_something_is_no_longer_kept() -> None:
    ring = filled(3, 10)
    assert seqs(ring, 7) == [8, 9, 10]
    assert seqs(ring, 6) is None
    assert seqs(Ring(3), 0) is None


def test_another_epoch_starts_it_anew() -> None:
    ring = filled(10, 5)
    ring.append(message(1, "e2"))
    assert seqs(ring, 0) is None
    assert seqs(ring, 0, "e2") == [1]


def test_a_message_that_does_not_follow_starts_it_anew() -> None:
    ring = filled(10, 5)
    ring.append(message(9))
    assert seqs(ring, 5) is None
    assert seqs(ring, 8) == [9]
