from collections.abc import Callable

import msgspec
import numpy as np
import pytest

from courtside.errors import BadInput
from courtside.training import scores, scores_win
from courtside.training.report import Report, decode_report, encode_report
from courtside.training.report_build import MOMENTS, build
from courtside.training.report_tables import MINUTES, HalftimeTable, MarginTable, WinTable
from tests.unit.training.report_maker import (
    MODEL,
    dates,
    halftime_outcomes,
    made_report,
    runs,
    tables_by_minute,
)


@pytest.fixture(scope="module")
def report() -> Report:
    return made_report()


def test_the_file_has_the_agreed_keys(report: Report) -> None:
    file = msgspec.json.decode(encode_report(report), type=dict[str, object])
    expected = {"n", "halftime", "win_probability", "final_margin", "members", "runs", "games", "seasons"}
    assert expected <= file.keys()
    point = {"mae", "rmse"}
    ranges = {"coverage80", "coverage95", "width80", "width95"}
    half = msgspec.convert(file["halftime"], dict[str, object])
    assert point | ranges | {"crps", "baselines", "paired"} <= half.keys()
    for name, scored in msgspec.convert(half["baselines"], dict[str, dict[str, object]]).items():
        assert point <= scored.keys()
        assert {"delta", "se", "p"} <= msgspec.convert(half["paired"], dict[str, dict[str, object]])[
            name
        ].keys()
    win = msgspec.convert(file["win_probability"], dict[str, object])
    chances = {"brier", "log_loss", "auc", "ece", "ece_floor"}
    assert chances <= win.keys()
    moments = msgspec.convert(win["by_moment"], dict[str, dict[str, object]])
    assert list(moments) == ["tip", "q1", "q2_6", "half", "q3", "q4_2", "average"]
    for moment in moments.values():
        assert chances | {"baselines"} <= moment.keys()
    margin = msgspec.convert(file["final_margin"], dict[str, object])
    for scored in msgspec.convert(margin["by_moment"], dict[str, dict[str, object]]).values():
        assert point | ranges <= scored.keys()
    for member in msgspec.convert(file["members"], dict[str, dict[str, object]]).values():
        assert {"mae", "weight"} <= member.keys()
    game = msgspec.convert(file["games"], list[dict[str, object]])[0]
    bounds = {"lower80", "upper80", "lower95", "upper95"}
    assert {"game_id", "date", "forecast", "actual"} | bounds <= game.keys()


def test_figures_can_be_had_again_from_the_games_of_the_file(report: Report) -> None:
    """Whoever doubts a figure can compute it from the same file."""
    forecast = np.array([game.forecast for game in report.games])
    actual = np.array([game.actual for game in report.games])
    lead = np.array([game.lead for game in report.games])
    lower = np.array([game.lower80 for game in report.games])
    upper = np.array([game.upper80 for game in report.games])
    assert report.n == len(report.games) == 300
    assert report.halftime.mae == pytest.approx(scores.mae(forecast, actual))
    assert report.halftime.coverage80 == pytest.approx(scores.coverage(lower, upper, actual))
    assert report.halftime.baselines["persistence"].mae == pytest.approx(scores.mae(lead, actual))
    errors = np.abs(forecast - actual) - np.abs(lead - actual)
    assert report.halftime.paired["persistence"].delta == pytest.approx(float(errors.mean()))


def test_it_survives_its_file_and_the_same_tables_give_the_same_bytes(report: Report) -> None:
    data = encode_report(report)
    assert encode_report(decode_report(data)) == data
    assert encode_report(made_report()) == data


def test_a_file_that_is_not_a_report_or_of_another_format_is_refused_in_one_line(report: Report) -> None:
    with pytest.raises(BadInput, match=r"not a report: .*; make one with courtside evaluate"):
        decode_report(b'{"n": 3}')
    with pytest.raises(BadInput, match="not a report"):
        decode_report(b"\xff")
    with pytest.raises(BadInput, match="a report of format 99"):
        decode_report(encode_report(msgspec.structs.replace(report, format=99)))


def test_a_baseline_is_compared_on_the_games_that_it_forecast(report: Report) -> None:
    original = report.halftime.baselines["original"]
    assert original.n == report.halftime.paired["original"].n == 100
    known = report.games[:100]
    ours = np.mean([abs(game.forecast - game.actual) for game in known])
    assert report.halftime.paired["original"].delta == pytest.approx(float(ours) - original.mae)


def test_a_slice_without_any_forecast_of_a_baseline_leaves_it_out() -> None:
    outcomes = halftime_outcomes(1800)
    win, margin = tables_by_minute(60)
    seasons = build(HalftimeTable.of(outcomes), win, margin, models=[MODEL], command="evaluate").seasons
    assert list(seasons) == ["2019", "2020"]
    assert "original" in seasons["2019"].baselines
    assert "original" not in seasons["2020"].baselines
    assert "original" not in seasons["2020"].paired
    assert seasons["2019"].n + seasons["2020"].n == 1800


def test_playoffs_stand_apart_for_margins_and_for_chances(report: Report) -> None:
    assert {kind: one.n for kind, one in report.season_types.items()} == {"playoffs": 30, "regular": 270}
    assert report.win_probability.playoffs is not None
    assert report.win_probability.playoffs.n == 30


def test_chances_are_scored_as_of_the_moments_and_as_the_mean_of_all_minutes() -> None:
    win, margin = tables_by_minute()
    made = build(HalftimeTable.of(halftime_outcomes()), win, margin, models=[MODEL], command="evaluate")
    scored = made.win_probability
    for moment, minute in MOMENTS.items():
        column = win.home_win[:, minute]
        assert scored.by_moment[moment].brier == pytest.approx(scores_win.brier(column, win.home_won))
        assert scored.by_moment[moment].log_loss == pytest.approx(scores_win.log_loss(column, win.home_won))
        assert scored.by_moment[moment].auc == scores_win.auc(column, win.home_won)
        assert scored.by_moment[moment].ece == pytest.approx(scores_win.ece(column, win.home_won))
    means = [scores_win.log_loss(column, win.home_won) for column in win.home_win.T]
    assert scored.log_loss == scored.by_moment["average"].log_loss == pytest.approx(float(np.mean(means)))
    assert [minute.minute for minute in scored.by_minute] == list(range(MINUTES))
    assert np.mean([minute.brier for minute in scored.by_minute]) == pytest.approx(scored.brier)
    assert scored.by_moment["half"].baselines["stern"].paired.delta == pytest.approx(
        scored.by_moment["half"].brier - scored.by_moment["half"].baselines["stern"].brier
    )
    assert made.final_margin.by_moment["half"] == made.final_margin.by_minute[24]
    maes = [minute.mae for minute in made.final_margin.by_minute]
    assert made.final_margin.by_moment["average"].mae == pytest.approx(float(np.mean(maes)))


def test_right_chances_stay_under_the_limit_and_better_ones_are_found_better() -> None:
    scored = made_report(1500)
    for name in ("tip", "half", "q3"):
        moment = scored.win_probability.by_moment[name]
        assert moment.ece < moment.ece_floor95
    tip = scored.win_probability.by_moment["tip"].baselines["stern"].paired
    assert tip.delta < 0 and tip.p is not None and tip.p < 0.001
    test = scored.halftime.paired["persistence"]
    assert test.delta < 0 and test.p is not None and test.p < 0.01
    assert abs(scored.halftime.coverage80 - 0.8) < 3 * scored.halftime.se80
    assert abs(scored.halftime.coverage95 - 0.95) < 3 * scored.halftime.se95


def test_members_have_their_own_error_and_their_mean_weight() -> None:
    outcomes = halftime_outcomes(40)
    outcomes[0] = msgspec.structs.replace(outcomes[0], members={"linear": 1.0}, weights={"linear": 1.0})
    win, margin = tables_by_minute(40)
    members = build(HalftimeTable.of(outcomes), win, margin, models=[MODEL], command="evaluate").members
    assert members["linear"].n == 40 and members["lstm"].n == 39
    assert members["linear"].weight + members["lstm"].weight == pytest.approx(1.0)
    assert members["lstm"].weight == pytest.approx(0.25 * 39 / 40)


def test_runs_are_compared_with_each_baseline(report: Report) -> None:
    assert report.runs is not None
    assert report.runs.n == 2000 and report.runs.shown
    for name, scored in report.runs.baselines.items():
        assert report.runs.paired[name].delta == pytest.approx(report.runs.brier - scored.brier)
    assert report.runs.happened == pytest.approx(float(runs().happened.mean()))


def test_one_game_of_one_evening_has_a_report_that_says_what_it_cannot_know() -> None:
    win, margin = tables_by_minute(1)
    made = build(HalftimeTable.of(halftime_outcomes(1)), win, margin, models=[MODEL], command="evaluate")
    assert made.n == 1 and made.runs is None
    assert made.halftime.paired["persistence"].p is None
    assert made.win_probability.auc is None
    assert b'"auc": null' in encode_report(made)
    assert decode_report(encode_report(made)).n == 1


def test_a_model_that_learned_from_the_dates_of_its_test_is_refused() -> None:
    win, margin = tables_by_minute(5)
    leak = msgspec.structs.replace(MODEL, trained_until="2019-10-01")
    with pytest.raises(BadInput, match="learned until 2019-10-01 and is tested from 2019-10-01"):
        build(HalftimeTable.of(halftime_outcomes(5)), win, margin, models=[leak], command="evaluate")


def test_a_game_that_no_named_model_was_tested_on_is_refused() -> None:
    win, margin = tables_by_minute(5)
    later = msgspec.structs.replace(MODEL, tested_from="2019-10-02")
    with pytest.raises(BadInput, match="no model was tested on 2019-10-01"):
        build(HalftimeTable.of(halftime_outcomes(5)), win, margin, models=[later], command="evaluate")


def test_no_games_have_no_report() -> None:
    with pytest.raises(BadInput, match="no games to score"):
        HalftimeTable.of([])


def nan_forecast(table: HalftimeTable) -> HalftimeTable:
    return msgspec.structs.replace(table, forecast=np.full(len(table.forecast), np.nan))


def swapped_interval(table: HalftimeTable) -> HalftimeTable:
    return msgspec.structs.replace(table, lower80=table.upper80, upper80=table.lower80)


def doubled_game(table: HalftimeTable) -> HalftimeTable:
    return msgspec.structs.replace(table, game_id=np.full(len(table.game_id), "0022000001"))


def short_column(table: HalftimeTable) -> HalftimeTable:
    return msgspec.structs.replace(table, baselines={"persistence": table.lead[:-1]})


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (nan_forecast, "is not a number"),
        (swapped_interval, "ends below its beginning"),
        (doubled_game, "in the halftime table twice"),
        (short_column, "columns have"),
    ],
)
def test_a_halftime_table_that_cannot_be_right_is_refused(
    spoil: Callable[[HalftimeTable], HalftimeTable], reason: str
) -> None:
    with pytest.raises(BadInput, match=reason):
        spoil(HalftimeTable.of(halftime_outcomes(5)))


def test_tables_by_minute_that_cannot_be_right_are_refused() -> None:
    win, margin = tables_by_minute(5)

    def chances(home_win: scores.FloatArray) -> WinTable:
        return msgspec.structs.replace(win, home_win=home_win)

    with pytest.raises(BadInput, match=r"has the shape \(5, 47\); give \(5, 48\)"):
        chances(win.home_win[:, :47])
    with pytest.raises(BadInput, match="not between 0 and 1"):
        chances(win.home_win * 100)
    with pytest.raises(BadInput, match="is not a number"):
        chances(win.home_win * np.nan)
    with pytest.raises(BadInput, match="columns have"):
        MarginTable(
            date=dates(4),
            actual=margin.actual,
            median=margin.median,
            lower80=margin.lower80,
            upper80=margin.upper80,
            lower95=margin.lower95,
            upper95=margin.upper95,
        )
    with pytest.raises(BadInput, match="not between 0 and 1"):
        msgspec.structs.replace(runs(20), probability=np.full(20, 1.5))
