import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from courtside.errors import BadInput, ModelError
from courtside.forecast.forecast import Forecaster, Situation, checked_pattern
from courtside.forecast.persistence import IncrementTable, Persistence

SHIPPED = Persistence.shipped()
MARGINS = st.integers(-60, 60) | st.floats(-60, 60)


def situation(last: float) -> Situation:
    return Situation(pattern=(0.0,) * 17 + (last,))


@given(MARGINS)
def test_the_forecast_is_where_the_game_stands_with_as_much_above_as_below(last: float) -> None:
    forecast = SHIPPED.forecast(situation(last))
    assert forecast.point == last
    assert forecast.distribution.mean == pytest.approx(last, abs=1e-9)
    assert forecast.members == {"persistence": last}
    assert forecast.weights == {"persistence": 1.0}
    level = SHIPPED.forecast(situation(0)).distribution
    assert forecast.distribution.probabilities == pytest.approx(level.probabilities[::-1])


def test_only_the_last_minute_of_the_pattern_counts() -> None:
    model: Forecaster = SHIPPED
    one = model.forecast(Situation(pattern=tuple(float(minute) for minute in range(18))))
    assert one.point == model.forecast(situation(17)).point
    assert one.distribution.interval(0.9) == model.forecast(situation(17)).distribution.interval(0.9)


def test_the_shipped_table_says_where_it_comes_from() -> None:
    table = SHIPPED.table
    assert SHIPPED.version == table.version
    assert table.games == sum(table.counts)
    assert table.games > 5_000
    assert table.seasons == sorted(set(table.seasons))
    assert str(table.seasons[0]) in table.version and str(table.seasons[-1]) in table.version


def test_a_table_counts_both_ways() -> None:
    model = Persistence(IncrementTable(version="v", seasons=[2020], games=4, first=1, counts=[1, 0, 3]))
    level = model.forecast(situation(0)).distribution
    assert level.first == -3
    assert level.probabilities == pytest.approx([3 / 8, 0, 1 / 8, 0, 1 / 8, 0, 3 / 8])


@pytest.mark.parametrize("counts", [[], [0, 0], [3, -1]])
def test_a_table_without_counts_is_no_model(counts: list[int]) -> None:
    with pytest.raises(ModelError, match=r"table v .* rebuild"):
        Persistence(IncrementTable(version="v", seasons=[], games=0, first=0, counts=counts))


def test_a_shipped_table_that_cannot_be_read_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken:
        def joinpath(self, _: str) -> "Broken":
            return self

        def read_bytes(self) -> bytes:
            return b'{"version": 1'

    monkeypatch.setattr("courtside.forecast.persistence.resources.files", lambda _: Broken())
    with pytest.raises(ModelError, match="reinstall") as refused:
        Persistence.shipped()
    assert isinstance(refused.value.__cause__, msgspec.DecodeError)


@given(st.lists(st.integers(-60, 60) | st.floats(-60, 60), min_size=18, max_size=18))
def test_eighteen_differentials_are_a_pattern(values: list[float]) -> None:
    assert checked_pattern(values) == tuple(values)


@given(st.lists(st.integers(-60, 60), max_size=40).filter(lambda values: len(values) != 18))
def test_any_other_count_is_refused_with_the_count(values: list[int]) -> None:
    with pytest.raises(BadInput, match=f"has {len(values)} numbers; send 18"):
        checked_pattern(values)


@pytest.mark.parametrize("value", [None, "7", True, float("nan"), float("inf"), 200, -200.5, [1]])
def test_what_is_no_differential_is_refused_with_its_minute(value: object) -> None:
    with pytest.raises(BadInput, match="at minute 5"):
        checked_pattern([0, 0, 0, 0, value, *[0] * 13])


@pytest.mark.parametrize("pattern", ["0,1,2", b"000000000000000000", 18, None])
def test_what_is_no_list_is_refused(pattern: object) -> None:
    with pytest.raises(BadInput, match="is not a list; send 18 numbers"):
        checked_pattern(pattern)
