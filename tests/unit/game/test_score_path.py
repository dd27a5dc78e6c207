from hypothesis import given
from hypothesis import strategies as st

from courtside.game import score_path

Steps = list[tuple[int, int]]
STEPS = st.lists(st.tuples(st.integers(0, 900), st.integers(-3, 3)), max_size=60)


def walk(steps: Steps) -> tuple[score_path.Path, list[tuple[int, int]]]:
    path: score_path.Path = ()
    elapsed = differential = 0
    seen = []
    for passed, change in steps:
        before = differential
        elapsed, differential = elapsed + passed, differential + change
        path = score_path.extend(path, elapsed, before, differential)
        seen.append((elapsed, differential))
    return path, seen


@given(STEPS)
def test_each_minute_holds_the_last_differential_at_or_before_its_end(steps: Steps) -> None:
    path, seen = walk(steps)
    last = seen[-1][0] if seen else 0
    assert len(path) == last // 600
    for minute, value in enumerate(path, 1):
        before = [differential for elapsed, differential in seen if elapsed <= minute * 600]
        assert value == (before[-1] if before else 0)


def test_missed_minutes_are_filled_forward() -> None:
    assert score_path.extend((1,), 2400, 4, 6) == (1, 4, 4, 6)


def test_minutes_before_the_first_sight_are_unknown_and_no_pattern_is_complete_with_them() -> None:
    path = score_path.extend((), 18 * 600 + 5, None, 8)
    assert path == (None,) * 18
    assert not score_path.is_complete(path)


def test_a_pattern_is_complete_at_exactly_18_minutes() -> None:
    assert not score_path.is_complete(score_path.extend((0,) * 17, 10799, 3, 3))
    assert score_path.is_complete(score_path.extend((0,) * 17, 10800, 3, 3))


def test_the_pattern_is_the_first_18_minutes() -> None:
    assert score_path.pattern(tuple(range(30))) == tuple(range(18))
