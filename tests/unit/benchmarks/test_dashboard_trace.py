import msgspec
import pytest

from benchmarks.dashboard_trace import Event, cost, frames, read_trace, self_times
from courtside.errors import BadInput

PAGE, OTHER = 10, 20
MAIN, COMPOSITOR = 11, 12


def event(
    name: str, ts: float, dur: float, tdur: float | None = None, tid: int = MAIN, pid: int = PAGE
) -> Event:
    return Event(name, "X", pid, tid, ts, dur, dur if tdur is None else tdur)


def instant(name: str, tid: int = MAIN, pid: int = PAGE) -> Event:
    return Event(name, "I", pid, tid)


def head() -> list[Event]:
    """What a trace says of who is who."""
    started = {"data": {"frames": [{"processId": PAGE, "isOutermostMainFrame": True}]}}
    names = [
        (PAGE, COMPOSITOR, "Compositor"),
        (OTHER, MAIN, "CrRendererMain"),
        (PAGE, MAIN, "CrRendererMain"),
    ]
    return [
        Event("TracingStartedInBrowser", "I", 1, 1, args=msgspec.Raw(msgspec.json.encode(started))),
        *(
            Event("thread_name", "M", pid, tid, args=msgspec.Raw(msgspec.json.encode({"name": name})))
            for pid, tid, name in names
        ),
    ]


def test_an_event_within_another_is_counted_once_as_its_own_kind() -> None:
    times = self_times(
        [event("FireAnimationFrame", 0, 100), event("FunctionCall", 10, 60), event("Layout", 20, 30)]
    )
    assert times == {"scripting": 70.0, "style": 0.0, "layout": 30.0, "painting": 0.0, "garbage": 0.0}


def test_events_one_after_the_other_add_up() -> None:
    times = self_times([event("Layout", 50, 10), event("Layout", 0, 50), event("Paint", 60, 5)])
    assert (times["layout"], times["painting"]) == (60.0, 5.0)


def test_time_that_the_thread_had_to_wait_for_the_processor_does_not_count() -> None:
    assert self_times([event("Paint", 0, 50, tdur=20)])["painting"] == 20.0


def test_what_has_no_kind_counts_for_what_it_is_in() -> None:
    times = self_times([event("FunctionCall", 0, 100), event("RunTask", 0, 200), event("HitTest", 10, 20)])
    assert times["scripting"] == 100.0


def test_collecting_garbage_is_told_apart_from_the_script_that_it_interrupts() -> None:
    times = self_times([event("FunctionCall", 0, 100), event("BlinkGC.AtomicPhase", 10, 20)])
    assert (times["scripting"], times["garbage"]) == (80.0, 20.0)


def test_a_page_costs_what_its_own_process_does() -> None:
    found = cost(
        [
            *head(),
            instant("WebSocketReceive"),
            instant("WebSocketReceive"),
            instant("WebSocketReceive", pid=OTHER),
            event("RunTask", 0, 9_000),
            event("FunctionCall", 0, 4_000),
            event("Commit", 5_000, 2_000),
            event("RunTask", 0, 1_000, tid=COMPOSITOR),
            event("RunTask", 0, 5_000, pid=OTHER),
        ]
    )
    assert (found.messages, found.drawn) == (2, 1)
    assert (found.main_thread, found.other_threads) == (9.0, 1.0)
    assert (found.counted, found.per_message) == (6.0, 3.0)


def test_without_messages_no_cost_of_one_is_told() -> None:
    assert str(cost([*head(), event("Paint", 0, 5)]).per_message) == "nan"


def test_frames_are_those_of_the_page() -> None:
    drawn = [instant("DrawFrame", COMPOSITOR), instant("DrawFrame", COMPOSITOR), instant("DroppedFrame")]
    assert frames([*head(), *drawn, instant("DrawFrame", COMPOSITOR, OTHER)]) == (2, 1)


def test_a_trace_of_no_page_is_refused() -> None:
    with pytest.raises(BadInput, match="which process"):
        cost([event("Paint", 0, 5)])


def test_a_trace_is_read_as_chromium_writes_it() -> None:
    [read] = read_trace(
        b'{"traceEvents": [{"name": "Paint", "ph": "X", "cat": "devtools.timeline", "pid": 1, "tid": 2,'
        b' "ts": 5, "dur": 7, "tdur": 6, "args": {"data": {"layerId": 0}}}], "metadata": {}}'
    )
    assert (read.name, read.ts, read.dur, read.tdur) == ("Paint", 5, 7, 6)
    with pytest.raises(BadInput, match="run it again"):
        read_trace(b'{"traceEvents": [')
