from courtside.messages import COALESCED_TYPES, MESSAGE_TYPES, EncodedMessage
from courtside.serve.backlog import Backlog, coalescing_key


def backlog(max_messages: int = 100, max_bytes: int = 1_000) -> Backlog:
    return Backlog(max_messages, max_bytes)


def test_events_come_out_in_the_order_they_went_in() -> None:
    queue = backlog()
    for payload in (b"a", b"b", b"c"):
        assert queue.push(payload)
    assert queue.pop_up_to(100) == [b"a", b"b", b"c"]
    assert len(queue) == 0


def test_newer_state_replaces_older_and_takes_its_place_at_the_end() -> None:
    queue = backlog()
    queue.push(b"2-0", ("1", "score_update"))
    queue.push(b"event")
    queue.push(b"other game", ("2", "score_update"))
    queue.push(b"4-0", ("1", "score_update"))
    assert queue.coalesced == 1
    assert queue.pop_up_to(1000) == [b"event", b"other game", b"4-0"]


def test_a_push_past_the_count_is_refused_and_changes_nothing_that_waits() -> None:
    queue = backlog(max_messages=2)
    assert queue.push(b"a")
    assert queue.push(b"b")
    assert not queue.push(b"c")
    assert queue.pop_up_to(1000) == [b"a", b"b"]


def test_a_push_past_the_bytes_is_refused() -> None:
    queue = backlog(max_bytes=10)
    assert queue.push(b"x" * 10)
    assert not queue.push(b"y")
    assert queue.size_bytes == 10


def test_state_alone_never_fills_the_backlog() -> None:
    queue = backlog(max_messages=2, max_bytes=10)
    assert all(queue.push(b"%d" % number, "score") for number in range(1_000))
    assert len(queue) == 1


def test_what_is_popped_is_bounded_but_never_nothing() -> None:
    queue = backlog()
    queue.push(b"x" * 50)
    queue.push(b"y" * 50)
    assert queue.pop_up_to(10) == [b"x" * 50]
    assert queue.size_bytes == 50
    queue.clear()
    assert queue.pop_up_to(10) == []
    assert queue.size_bytes == 0


def test_only_state_has_a_key() -> None:
    for name in MESSAGE_TYPES:
        key = coalescing_key(EncodedMessage("1", "e", 1, name, b""))
        assert (key is not None) == (name in COALESCED_TYPES)
