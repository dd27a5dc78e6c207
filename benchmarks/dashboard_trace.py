"""What Chromium's trace says of a page: what its main thread did, and which frames were drawn.

Counted of the main thread of the page's own process, in processor time (`tdur`), so that other
programs on the machine do not count:

- scripting: `FunctionCall`, `EvaluateScript`, `TimerFire`, `FireAnimationFrame`, `FireIdleCallback`,
  `EventDispatch`, `RunMicrotasks`, and what they call that is in no other group
- style: `UpdateLayoutTree`
- layout: `Layout`, and what observers of intersections compute
- painting: `PrePaint`, `Paint`, `Layerize`, `Commit`
- garbage: `MinorGC`, `MajorGC`, `BlinkGC.*`

An event within another is counted once, as its own kind. Raster and compositor have threads of their
own and are counted apart. `RunTask` is everything that a thread did, the upkeep of tracing included.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence

import msgspec

from courtside.errors import BadInput

CATEGORIES = (
    "-*",
    "__metadata",
    "devtools.timeline",
    "disabled-by-default-devtools.timeline",
    "disabled-by-default-devtools.timeline.frame",
    "devtools.timeline.frame",
)
GROUPS = {
    "FunctionCall": "scripting",
    "EvaluateScript": "scripting",
    "TimerFire": "scripting",
    "FireAnimationFrame": "scripting",
    "FireIdleCallback": "scripting",
    "EventDispatch": "scripting",
    "RunMicrotasks": "scripting",
    "UpdateLayoutTree": "style",
    "Layout": "layout",
    "IntersectionObserverController::computeIntersections": "layout",
    "PrePaint": "painting",
    "Paint": "painting",
    "Layerize": "painting",
    "Commit": "painting",
    "MinorGC": "garbage",
    "MajorGC": "garbage",
}
KINDS = ("scripting", "style", "layout", "painting", "garbage")


class Event(msgspec.Struct):
    """One event of a trace, times in microseconds."""

    name: str
    ph: str
    pid: int
    tid: int
    ts: float = 0.0
    dur: float = 0.0
    tdur: float | None = None
    args: msgspec.Raw = msgspec.Raw(b"{}")


class _Trace(msgspec.Struct):
    traceEvents: list[Event]


class _Frame(msgspec.Struct):
    processId: int = 0
    isOutermostMainFrame: bool = False


class _Frames(msgspec.Struct):
    frames: list[_Frame] = []


class _Started(msgspec.Struct):
    data: _Frames


class Cost(msgspec.Struct):
    """What a page did while it was traced, in milliseconds of processor time."""

    messages: int
    """Frames that its WebSocket received."""
    kinds: dict[str, float]
    """The main thread, by `KINDS`."""
    main_thread: float
    """Everything that the main thread did."""
    other_threads: float
    """Compositor, raster and the rest of the page's process."""
    drawn: int
    """Frames in which something was painted."""

    @property
    def counted(self) -> float:
        return sum(self.kinds.values())

    @property
    def per_message(self) -> float:
        """NaN where no message came: nothing can be said then."""
        return self.counted / self.messages if self.messages else float("nan")


def read_trace(data: bytes) -> list[Event]:
    """Raises `BadInput` for what is no trace."""
    try:
        return msgspec.json.decode(data, type=_Trace).traceEvents
    except msgspec.DecodeError as error:
        raise BadInput(f"the browser's trace cannot be read ({error}); run it again") from error


def cost(events: Sequence[Event]) -> Cost:
    """Raises `BadInput` where the trace does not say which process draws the page."""
    pid, main = _page_threads(events)
    own = [event for event in events if event.pid == pid]
    on_main = [event for event in own if event.tid == main]
    tasks: dict[bool, float] = defaultdict(float)
    for event in own:
        if event.name == "RunTask" and event.ph == "X":
            tasks[event.tid == main] += _processor_us(event)
    return Cost(
        messages=sum(event.name == "WebSocketReceive" for event in on_main),
        kinds={kind: us / 1_000 for kind, us in self_times(on_main).items()},
        main_thread=tasks[True] / 1_000,
        other_threads=tasks[False] / 1_000,
        drawn=sum(event.name == "Commit" and event.ph == "X" for event in on_main),
    )


def self_times(events: Iterable[Event]) -> dict[str, float]:
    """Microseconds by kind, each moment of the thread counted for the innermost event that has a kind."""
    spans = [event for event in events if event.ph == "X" and _group(event.name) is not None]
    spans.sort(key=lambda event: (event.ts, -event.dur))
    times = dict.fromkeys(KINDS, 0.0)
    outer: list[Event] = []
    for event in spans:
        while outer and event.ts >= outer[-1].ts + outer[-1].dur:
            outer.pop()
        if outer:
            times[_kind(outer[-1])] -= _processor_us(event)
        times[_kind(event)] += _processor_us(event)
        outer.append(event)
    return times


def frames(events: Sequence[Event]) -> tuple[int, int]:
    """How many frames the compositor drew, and how many it dropped."""
    pid, _ = _page_threads(events)
    names = [event.name for event in events if event.pid == pid]
    return names.count("DrawFrame"), names.count("DroppedFrame")


def _page_threads(events: Sequence[Event]) -> tuple[int, int]:
    for started in events:
        if started.name != "TracingStartedInBrowser":
            continue
        for frame in msgspec.json.decode(started.args, type=_Started).data.frames:
            if not frame.isOutermostMainFrame:
                continue
            for event in events:
                if event.pid == frame.processId and event.name == "thread_name":
                    named = msgspec.json.decode(event.args, type=dict[str, str])["name"]
                    if named == "CrRendererMain":
                        return event.pid, event.tid
    raise BadInput("the browser's trace does not say which process draws the page; use a newer Chromium")


def _group(name: str) -> str | None:
    return "garbage" if name.startswith("BlinkGC.") else GROUPS.get(name)


def _kind(event: Event) -> str:
    kind = _group(event.name)
    assert kind is not None
    return kind


def _processor_us(event: Event) -> float:
    return event.dur if event.tdur is None else event.tdur
