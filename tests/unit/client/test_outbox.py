import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courtside.client.backoff import Backoff
from courtside.client.outbox import Call, Outbox
from courtside.errors import CourtsideError


def call(number: int) -> Call:
    return Call(f"key-{number}", f"/games/g/scores?{number}", b"{}")


def outbox(*calls: Call, limit: int = 100) -> Outbox:
    box = Outbox(Backoff(first=1.0, longest=8.0, jitter=0.0), limit=limit)
    for each in calls:
        box.put(each)
    return box


def test_calls_leave_in_the_order_in_which_they_came() -> None:
    box = outbox(call(1), call(2))
    assert box.due(0.0) == call(1)
    box.answered(200, "", 0.0)
    assert box.due(0.0) == call(2)
    box.answered(201, "", 0.0)
    assert box.due(0.0) is None
    assert box.wait_seconds(0.0) is None


def test_an_unreachable_server_is_tried_again_later_with_the_same_key() -> None:
    box = outbox(call(1))
    box.unreachable("connection refused", 10.0)
    assert box.due(10.5) is None
    assert box.wait_seconds(10.5) == 0.5
    assert box.problem == "connection refused"
    assert box.due(11.0) == call(1)


def test_waits_double_up_to_the_longest_and_start_anew_after_success() -> None:
    box = outbox(call(1), call(2))
    waits = []
    for _ in range(5):
        box.unreachable("away", 0.0)
        waits.append(box.wait_seconds(0.0))
    assert waits == [1.0, 2.0, 4.0, 8.0, 8.0]
    box.answered(200, "", 0.0)
    assert box.problem is None
    box.unreachable("away", 0.0)
    assert box.wait_seconds(0.0) == 1.0


@pytest.mark.parametrize("status", [400, 404, 409, 413, 422])
def test_wrong_data_is_rejected_and_does_not_block_the_queue(status: int) -> None:
    box = outbox(call(1), call(2))
    rejection = box.answered(status, "score_home: not a number", 0.0)
    assert rejection is not None
    assert rejection.call == call(1)
    assert "score_home" in str(rejection)
    assert box.due(0.0) == call(2)


@pytest.mark.parametrize("status", [301, 401, 403, 408, 425, 429, 500, 502, 503, 507])
def test_what_says_nothing_against_the_data_is_kept(status: int) -> None:
    box = outbox(call(1))
    assert box.answered(status, "later", 0.0) is None
    assert len(box) == 1
    assert str(status) in (box.problem or "")
    assert box.due(1.0) == call(1)


def test_the_server_may_ask_for_a_longer_wait_but_not_for_an_endless_one() -> None:
    box = outbox(call(1))
    box.answered(429, "slow down", 0.0, retry_after_seconds=20.0)
    assert box.wait_seconds(0.0) == 20.0
    box.answered(503, "", 0.0, retry_after_seconds=1e9)
    assert box.wait_seconds(0.0) == 300.0


def test_a_full_queue_refuses_the_next_call_and_says_why() -> None:
    box = outbox(call(1), limit=1)
    box.unreachable("connection refused", 0.0)
    with pytest.raises(CourtsideError, match=r"connection refused.*max_queued"):
        box.put(call(2))
    assert len(box) == 1


def test_jitter_only_shortens_the_wait() -> None:
    backoff = Backoff(first=1.0, longest=1.0, jitter=0.5, rng=random.Random(7))
    waits = [backoff.failed() for _ in range(200)]
    assert all(0.5 <= wait <= 1.0 for wait in waits)
    assert len(set(waits)) > 100


@given(st.lists(st.sampled_from([200, 204, 422, 429, 500, None]), max_size=60), st.integers(0, 12))
def test_every_call_is_ended_once_and_in_order_whatever_the_server_answers(
    answers: list[int | None], count: int
) -> None:
    box = outbox(*(call(number) for number in range(count)))
    ended = []
    now = 0.0
    for status in answers:
        wait = box.wait_seconds(now)
        if wait is None:
            break
        now += wait
        head = box.due(now)
        assert head is not None
        before = len(box)
        if status is None:
            box.unreachable("away", now)
        else:
            box.answered(status, "", now)
        if len(box) < before:
            ended.append(head)
    assert ended == [call(number) for number in range(len(ended))]
    assert len(ended) + len(box) == count
