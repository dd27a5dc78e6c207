from random import Random

import pytest

from courtside.errors import BadConfig
from courtside.sources.nba_answer import Wire
from courtside.sources.nba_endpoint import Circuit, Endpoint
from courtside.sources.nba_settings import NbaSettings


def endpoint(**settings: float) -> Endpoint:
    values: dict[str, float] = {"jitter": 0.0, **settings}
    made = Endpoint("playbyplay", "0022500776", NbaSettings(**values), Random(1))  # type: ignore[arg-type]
    made.pace(10_000)
    return made


def test_names_are_those_of_the_feed_and_of_recordings() -> None:
    file = endpoint()
    board = Endpoint("scoreboard", "", NbaSettings(), Random(1))
    assert file.path == "/static/json/liveData/playbyplay/playbyplay_0022500776.json"
    assert board.path == "/static/json/liveData/scoreboard/todaysScoreboard_00.json"
    assert (file.name, board.name) == ("playbyplay_0022500776", "scoreboard")


def test_a_file_is_due_at_once_then_every_interval_from_when_it_was_asked() -> None:
    file = endpoint()
    assert file.due_ms == 0
    file.ask(5_000)
    file.answered()
    assert file.due_ms == 15_000
    file.pace(3_000)
    assert file.due_ms == 8_000
    file.pace(None)
    assert file.due_ms is None


def test_back_off_doubles_up_to_its_cap_and_ends_with_an_answer() -> None:
    file = endpoint(circuit_failures=20)
    waits = []
    for _ in range(8):
        file.ask(0)
        file.failed(0)
        waits.append(file.due_ms)
    assert waits == [2_500, 5_000, 10_000, 20_000, 40_000, 60_000, 60_000, 60_000]
    file.ask(0)
    file.answered()
    assert file.due_ms == 10_000


def test_a_file_that_is_polled_slowly_is_not_retried_faster_than_that_for_long() -> None:
    file = endpoint(circuit_failures=20)
    file.pace(300_000)
    for _ in range(12):
        file.ask(0)
        file.failed(0)
    assert file.due_ms == 300_000


def test_a_circuit_opens_once_lets_probes_through_and_closes_with_the_first_answer() -> None:
    circuit = Circuit(3)
    assert [circuit.fail() for _ in range(4)] == [False, False, True, False]
    states: list[str] = [circuit.state]
    circuit.probe()
    states.append(circuit.state)
    assert not circuit.fail()
    states.append(circuit.state)
    circuit.probe()
    assert circuit.succeed()
    states.append(circuit.state)
    assert states == ["open", "half_open", "open", "closed"]
    assert circuit.failures == 0
    assert not circuit.succeed()


def test_retry_after_only_makes_the_wait_longer() -> None:
    file = endpoint()
    file.ask(0)
    file.failed(0, retry_after_ms=1_000)
    assert file.due_ms == 2_500
    file.ask(0)
    file.failed(0, retry_after_ms=90_000)
    assert file.due_ms == 90_000


def test_conditions_name_the_accepted_body_by_its_etag_alone_where_it_has_one() -> None:
    file = endpoint()
    assert file.conditions() == {}
    file.accept(
        Wire(b"x", etag='"a"', last_modified="Thu, 12 Feb 2026 00:00:00 GMT", date_ms=2_000_000_000_000)
    )
    assert file.conditions() == {"If-None-Match": '"a"'}
    file.accept(Wire(b"x", last_modified="Thu, 12 Feb 2026 00:00:00 GMT", date_ms=2_000_000_000_000))
    assert file.conditions() == {"If-Modified-Since": "Thu, 12 Feb 2026 00:00:00 GMT"}
    file.accept(Wire(b"x", last_modified="Thu, 12 Feb 2026 00:00:00 GMT"))
    assert file.conditions() == {}


def test_after_many_not_modified_one_request_has_no_conditions() -> None:
    file = endpoint(revalidate_polls=2)
    file.accept(Wire(b"x", etag='"a"'))
    file.unmodified()
    assert file.conditions()
    file.unmodified()
    assert not file.conditions()
    file.revalidated()
    assert file.conditions()


@pytest.mark.parametrize(
    ("setting", "value", "says"),
    [
        ("poll_seconds", 0, "poll-seconds is 0; it must be above zero"),
        ("poll_seconds", float("nan"), "poll-seconds is nan"),
        ("grace_polls", -1, "grace-polls is -1; it must not be below zero"),
        ("jitter", 1, "jitter is 1; it is a share"),
        ("answer_seconds", 0, "answer-seconds is 0"),
        ("url", "cdn.nba.com", "nba-url 'cdn.nba.com' is no HTTP address"),
    ],
)
def test_a_setting_out_of_range_is_refused_by_name(setting: str, value: float | str, says: str) -> None:
    with pytest.raises(BadConfig, match=says):
        NbaSettings(**{setting: value})  # type: ignore[arg-type]


def test_an_answer_gets_two_polls_of_time_within_bounds() -> None:
    limits = [NbaSettings(poll_seconds=s).answer_limit_seconds for s in (0.2, 5, 60)]
    assert limits == [2.0, 10.0, 20.0]
    assert NbaSettings(answer_seconds=3).answer_limit_seconds == 3
