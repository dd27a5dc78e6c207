"""The dashboard in a real Chromium: its first picture, its weight, its frames, its cost, its memory.

    python -m benchmarks.dashboard [--minutes 30] [--rounds 5] [--json]

The program runs as ever, with fifteen simulated games, in a process of its own; the page is at
1280 x 800, drawn by software. What a message costs is the processor time of the page's main thread in
Chromium's trace (`benchmarks/dashboard_trace.py` says which events count), divided by the messages
that came in all rounds; the peer is a bare page on the same server that parses every message and
writes the scores. Everything else is the median of the rounds. Needs Chromium (Debian: `apt-get install
chromium`). `--minutes 0` leaves
the memory out. Exit status 1 where a goal is missed.
"""

import argparse
import asyncio
import json
import os
import statistics
import sys
from collections.abc import Sequence

import msgspec
from playwright.async_api import Browser

from benchmarks import dashboard_memory as memory
from benchmarks.dashboard_page import (
    SETTLE_SECONDS,
    Evenness,
    First,
    bare,
    browsing,
    evenness,
    first,
    game_being_played,
    opened,
    traced,
)
from benchmarks.dashboard_server import GAMES, serving, simulated
from benchmarks.dashboard_trace import KINDS, Cost
from courtside.errors import CourtsideError
from tools.web_build import COMMITTED, LARGEST_KB, files, weight_kb

RATES = {"20 a second": 6.5, "80 a second": 26.0}
"""Rates of messages, about, and the speed of the games that gives them."""
VIEWS = ("tonight", "game")
COST_SECONDS = 8.0
FRAME_SECONDS = 5.0
PHONE = 4.0
"""A phone of the middle class takes about this many times as long as a desk computer."""
GOAL_FIRST_MS = 1_000.0
GOAL_PER_MESSAGE_MS = 0.5
GOAL_PER_SECOND = 59.0
GOAL_LATE_SHARE = 0.01
GOAL_GROWTH = 0.1


class View(msgspec.Struct):
    """One view at one rate, over all rounds."""

    per_second: float
    """Messages that came in a second."""
    per_message: float
    """Milliseconds of the main thread for each of them."""
    kinds: dict[str, float]
    """The same by kind of work."""
    main_thread: float
    """Everything that the main thread did, for each message."""
    other_threads: float
    drawn_per_second: float
    """Frames that the page wanted to draw."""
    evenness: Evenness | None
    """How it draws when every frame is asked for."""


class Outcome(msgspec.Struct):
    """All that was measured."""

    weight_kb: float
    first: First
    first_on_phone: First
    views: dict[str, dict[str, View]]
    """By rate and view."""
    memory: dict[str, list[memory.Sample]]
    load: tuple[float, float]
    """Programs that wanted the processor, on average of a minute, before and after."""


def middle_first(found: Sequence[First]) -> First:
    names = First.__struct_fields__
    return First(*(statistics.median(getattr(each, name) for each in found) for name in names))


def one_view(costs: Sequence[Cost], even: Sequence[Evenness], seconds: float) -> View:
    """All rounds together: a game may stand still for a whole one. NaN where no message came at all."""
    messages = sum(each.messages for each in costs)
    spent = seconds * len(costs)

    def for_each_message(milliseconds: float) -> float:
        return milliseconds / messages if messages else float("nan")

    return View(
        per_second=messages / spent,
        per_message=for_each_message(sum(each.counted for each in costs)),
        kinds={kind: for_each_message(sum(each.kinds[kind] for each in costs)) for kind in KINDS},
        main_thread=for_each_message(sum(each.main_thread for each in costs)),
        other_threads=for_each_message(sum(each.other_threads for each in costs)),
        drawn_per_second=sum(each.drawn for each in costs) / spent,
        evenness=middle_evenness(even) if even else None,
    )


def middle_evenness(even: Sequence[Evenness]) -> Evenness:
    return Evenness(
        per_second=statistics.median(each.per_second for each in even),
        p99_ms=statistics.median(each.p99_ms for each in even),
        late_share=statistics.median(each.late_share for each in even),
        drawn=sum(each.drawn for each in even),
        dropped=sum(each.dropped for each in even),
    )


async def measure(options: argparse.Namespace) -> Outcome:
    before = os.getloadavg()[0]
    views: dict[str, dict[str, View]] = {}
    async with browsing() as browser:
        for rate, speed in RATES.items():
            with serving(simulated(speed)) as url:
                if not views:
                    loads = [await first(browser, url) for _ in range(options.rounds + 1)][1:]
                    slow = [await first(browser, url, PHONE) for _ in range(options.rounds)]
                views[rate] = await measure_views(browser, url, options.rounds)
        samples: dict[str, list[memory.Sample]] = {}
        if options.minutes:
            with serving(simulated(memory.SPEED, kept_minutes=memory.KEPT_MINUTES)) as url:
                samples = await memory.watch(browser, url, options.minutes, say)
    weight = weight_kb(files(COMMITTED))
    loaded = (before, os.getloadavg()[0])
    return Outcome(weight, middle_first(loads), middle_first(slow), views, samples, loaded)


async def measure_views(browser: Browser, url: str, rounds: int) -> dict[str, View]:
    """The views and the peer take turns, so that all of them see all of the games' stages."""
    costs: dict[str, list[Cost]] = {}
    even: dict[str, list[Evenness]] = {}
    for _ in range(rounds):
        for name in (*VIEWS, "bare page"):
            match name:
                case "tonight":
                    page = await opened(browser, f"{url}/#/")
                case "game":
                    page = await opened(browser, f"{url}/#/game/{await game_being_played(url)}")
                case _:
                    page = await bare(browser, url)
            await asyncio.sleep(SETTLE_SECONDS)
            costs.setdefault(name, []).append(await traced(browser, page, COST_SECONDS))
            if name in VIEWS:
                even.setdefault(name, []).append(await evenness(browser, page, FRAME_SECONDS))
            await page.context.close()
    return {name: one_view(costs[name], even.get(name, []), COST_SECONDS) for name in costs}


def say(page: str, sample: memory.Sample) -> None:
    line = f"  minute {sample.minute:3.0f}  {page:8} {sample.heap_mb:6.2f} MB  {sample.nodes:6} nodes"
    print(f"{line}  {sample.listeners:4} listeners", file=sys.stderr, flush=True)


def goals(outcome: Outcome) -> dict[str, bool]:
    met = {
        f"first picture within {GOAL_FIRST_MS / 1000:g} s": max(outcome.first.painted, outcome.first.drawn)
        < GOAL_FIRST_MS,
        f"at most {LARGEST_KB} kB, compressed": outcome.weight_kb <= LARGEST_KB,
    }
    for name in VIEWS:
        for rate, found in outcome.views.items():
            even = found[name].evenness
            assert even is not None
            met[f"{name}, {rate}: 60 frames a second"] = (
                even.per_second >= GOAL_PER_SECOND and even.late_share <= GOAL_LATE_SHARE
            )
            cheap = found[name].per_message < GOAL_PER_MESSAGE_MS
            met[f"{name}, {rate}: below {GOAL_PER_MESSAGE_MS:g} ms a message"] = cheap
    for name, samples in outcome.memory.items():
        grown = memory.growth(samples, lambda sample: sample.heap_mb)
        met[f"{name}: memory grows by at most {GOAL_GROWTH:.0%}"] = grown <= GOAL_GROWTH
    return met


def show(outcome: Outcome) -> None:
    before, after = outcome.load
    print(f"The dashboard with {GAMES} games; load of the machine {before:.1f} to {after:.1f}")
    print(f"  {outcome.weight_kb:.1f} kB of page, compressed")
    for name, found in (("", outcome.first), (f", processor {PHONE:g} times slower", outcome.first_on_phone)):
        painted, drawn = f"{found.painted:.0f} ms", f"{found.drawn:.0f} ms"
        print(f"  first paint after {painted}, all games drawn after {drawn}{name}")
    print(f"\n  {'':28}{'came':>6}{'ms/message':>12}", *(f"{kind:>10}" for kind in KINDS), end="")
    print(f"{'all main':>10}{'others':>8}{'drawn/s':>9}{'frames/s':>10}{'p99 ms':>8}{'late':>7}")
    for rate, views in outcome.views.items():
        for name, view in views.items():
            print(f"  {name + ', ' + rate:28}{view.per_second:6.1f}{view.per_message:12.3f}", end=" ")
            print(*(f"{view.kinds[kind]:10.3f}" for kind in KINDS), end="")
            print(f"{view.main_thread:10.3f}{view.other_threads:8.3f}{view.drawn_per_second:9.1f}", end="")
            even = view.evenness
            print(f"{even.per_second:10.1f}{even.p99_ms:8.1f}{even.late_share:7.1%}" if even else "")
        for name in VIEWS:
            ratio = views[name].per_message / views["bare page"].per_message
            print(f"  {name} / bare page {ratio:.1f}")
    for name, samples in outcome.memory.items():
        last = samples[-1]
        print(f"\n  {name} after {last.minute:.0f} minutes: {last.heap_mb:.2f} MB", end="")
        print(f", {last.nodes} nodes, {last.listeners} listeners", end="")
        heap = memory.growth(samples, lambda sample: sample.heap_mb)
        nodes = memory.growth(samples, lambda sample: sample.nodes)
        print(f"; after the warm-up {heap:+.1%} of memory, {nodes:+.1%} of nodes")


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--minutes", type=int, default=30, help="of memory; 0 leaves it out")
    parser.add_argument("--rounds", type=int, default=5, help="of everything else")
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args(arguments)
    if 0 < options.minutes < memory.LEAST_SAMPLES:
        parser.error(f"--minutes {options.minutes} shows no growth; use 0 or {memory.LEAST_SAMPLES} and more")
    if options.rounds < 1:
        parser.error(f"--rounds {options.rounds} measures nothing; use 1 or more")
    try:
        outcome = asyncio.run(measure(options))
    except CourtsideError as error:
        print(f"benchmarks.dashboard: {error}", file=sys.stderr)
        return 1
    reached = goals(outcome)
    if options.json:
        print(json.dumps({**msgspec.to_builtins(outcome), "goals": reached}))
    else:
        show(outcome)
        for goal, met in reached.items():
            print(f"  {goal}: {'met' if met else 'MISSED'}")
    return 0 if all(reached.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
