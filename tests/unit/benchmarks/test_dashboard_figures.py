import math

import msgspec
import pytest

from benchmarks.dashboard import Outcome, View, goals, main, middle_first, one_view
from benchmarks.dashboard_memory import LEAST_SAMPLES, Sample, growth
from benchmarks.dashboard_page import Evenness, First, even
from benchmarks.dashboard_trace import KINDS, Cost

EVEN = Evenness(per_second=60.0, p99_ms=16.8, late_share=0.0, drawn=300, dropped=0)
NO_WORK = dict.fromkeys(KINDS, 0.0)


def cost(messages: int, scripting: float) -> Cost:
    kinds = NO_WORK | {"scripting": scripting}
    return Cost(messages, kinds, main_thread=2 * scripting, other_threads=1.0, drawn=16)


def heaps(*sizes: float) -> list[Sample]:
    return [Sample(minute, size, 1_000, 10) for minute, size in enumerate(sizes, 1)]


def outcome(**changes: object) -> Outcome:
    view = View(20.0, 0.4, NO_WORK, 0.6, 0.1, 5.0, EVEN)
    good = Outcome(
        weight_kb=100.0,
        first=First(200.0, 400.0, 40.0),
        first_on_phone=First(900.0, 1_500.0, 40.0),
        views={"20 a second": {"tonight": view, "game": view, "bare page": view}},
        memory={"tonight": heaps(*[5.0] * 9)},
        load=(0.5, 1.5),
    )
    return msgspec.structs.replace(good, **changes)


def missed(found: Outcome) -> list[str]:
    return [goal for goal, met in goals(found).items() if not met]


def test_growth_compares_the_end_with_what_was_after_the_warm_up() -> None:
    assert growth(heaps(1, 2, 3, 10, 10, 10, 11, 11, 11), lambda sample: sample.heap_mb) == pytest.approx(0.1)


def test_one_minute_that_stands_out_is_no_growth() -> None:
    sizes = heaps(1, 2, 3, 4, *[10.0] * 7, 99, 10)
    assert growth(sizes, lambda sample: sample.heap_mb) == 0.0


def test_the_least_number_of_samples_is_enough_for_a_growth() -> None:
    sizes = heaps(*range(1, LEAST_SAMPLES + 1))
    assert growth(sizes, lambda sample: sample.heap_mb) == pytest.approx(6 / 3 - 1)


def test_frames_that_come_after_a_missed_one_are_late() -> None:
    found = even([16.7] * 98 + [33.3] * 2, 101, 2)
    assert found.late_share == 0.02
    assert found.per_second == pytest.approx(58.8, abs=0.1)
    assert (found.p99_ms, found.drawn, found.dropped) == (33.3, 101, 2)


def test_a_view_is_all_of_its_rounds_together() -> None:
    found = one_view([cost(160, 80.0), cost(0, 2.0), cost(80, 38.0)], [], 8.0)
    assert (found.per_second, found.per_message, found.main_thread) == (10.0, 0.5, 1.0)
    assert found.kinds["scripting"] == 0.5
    assert (found.drawn_per_second, found.evenness) == (2.0, None)


def test_frames_are_those_of_the_round_in_the_middle() -> None:
    slow, fast = (msgspec.structs.replace(EVEN, per_second=each, drawn=100) for each in (50.0, 61.0))
    found = one_view([cost(1, 1.0)], [slow, EVEN, fast], 8.0).evenness
    assert found is not None and (found.per_second, found.drawn) == (60.0, 500)


def test_without_a_message_no_cost_of_one_is_told_and_no_goal_of_it_met() -> None:
    found = one_view([cost(0, 5.0)], [EVEN], 8.0)
    assert math.isnan(found.per_message)
    views = {"20 a second": dict.fromkeys(("tonight", "game", "bare page"), found)}
    assert "tonight, 20 a second: below 0.5 ms a message" in missed(outcome(views=views))


def test_a_first_picture_is_the_median_of_the_loads() -> None:
    loads = [First(100.0, 900.0, 40.0), First(300.0, 200.0, 40.0), First(200.0, 300.0, 40.0)]
    assert middle_first(loads) == First(200.0, 300.0, 40.0)


def test_a_dashboard_that_does_all_that_it_should_misses_no_goal() -> None:
    assert missed(outcome()) == []


@pytest.mark.parametrize(
    ("changes", "goal"),
    [
        ({"weight_kb": 121.0}, "at most 120 kB, compressed"),
        ({"first": First(200.0, 1_001.0, 40.0)}, "first picture within 1 s"),
        ({"memory": {"game": heaps(*[5.0] * 6, *[6.0] * 3)}}, "game: memory grows by at most 10%"),
    ],
)
def test_each_goal_can_be_missed(changes: dict[str, object], goal: str) -> None:
    assert missed(outcome(**changes)) == [goal]


@pytest.mark.parametrize(
    ("change", "goal"),
    [
        ({"per_message": 0.5}, "below 0.5 ms a message"),
        ({"evenness": msgspec.structs.replace(EVEN, per_second=58.0)}, "60 frames a second"),
        ({"evenness": msgspec.structs.replace(EVEN, late_share=0.02)}, "60 frames a second"),
    ],
)
def test_each_goal_of_a_view_can_be_missed(change: dict[str, object], goal: str) -> None:
    good = outcome().views["20 a second"]
    views = {"20 a second": good | {"game": msgspec.structs.replace(good["game"], **change)}}
    assert missed(outcome(views=views)) == [f"game, 20 a second: {goal}"]


@pytest.mark.parametrize("arguments", [["--minutes", "3"], ["--rounds", "0"]])
def test_too_little_to_measure_is_wrong_usage(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    assert stopped.value.code == 2
    assert "; use " in capsys.readouterr().err
