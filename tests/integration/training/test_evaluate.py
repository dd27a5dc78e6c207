"""`courtside evaluate` on real games: what the report says can be computed again, and nothing peeks."""

import csv
import json
from collections.abc import Mapping
from pathlib import Path

import msgspec
import numpy as np
import pytest

from courtside.cli.program import execute
from courtside.forecast.rating_book import RatingBook
from courtside.training import evaluate
from courtside.training.dataset import Dataset, build
from courtside.training.evaluate import Judged
from courtside.training.fit_halftime import WalkForward
from courtside.training.report import Report, decode_report
from courtside.training.report_tables import HalftimeOutcome
from tests.support.seasons import copy_games

pytestmark = [pytest.mark.data, pytest.mark.usefixtures("few_are_enough")]
FIRST, LAST = "2023-11-15", "2023-11-30"
KEYS = {
    "": ("n", "halftime", "win_probability", "final_margin", "members", "runs", "games"),
    "halftime": (
        "mae", "rmse", "crps", "coverage80", "coverage95", "width80", "width95", "baselines", "paired",
    ),
    "win_probability": ("brier", "log_loss", "auc", "ece", "ece_floor", "by_moment"),
    "final_margin": ("by_moment",),
}  # fmt: skip
MOMENTS = {"tip", "q1", "q2_6", "half", "q3", "q4_2", "average"}
GAME_KEYS = {"game_id", "date", "forecast", "lower80", "upper80", "lower95", "upper95", "actual"}


def evaluated(out: Path, *arguments: object) -> Report:
    """The report of one run."""
    assert execute(["evaluate", "--out", str(out), *map(str, arguments)]) == 0
    assert out.with_suffix(".html").stat().st_size > 10_000
    return decode_report(out.read_bytes())


def said(report: Report) -> Mapping[str, tuple[float, ...]]:
    return {
        game.game_id: (game.forecast, game.lower80, game.upper80, game.lower95, game.upper95)
        for game in report.games
    }


@pytest.fixture(scope="module")
def dataset(small: Path) -> Dataset:
    return build(small, RatingBook())


@pytest.fixture(scope="module")
def judged(dataset: Dataset) -> Judged:
    with pytest.MonkeyPatch.context() as monkeypatch:
        from tests.integration.training.conftest import few_games_are_enough

        few_games_are_enough(monkeypatch)
        (one,) = evaluate.trained_until(WalkForward(dataset), FIRST, FIRST, LAST, lambda what: None)
        return one


def outcomes(dataset: Dataset, judged: Judged) -> list[HalftimeOutcome]:
    return evaluate.judge(dataset, judged, {}, lambda what: None).halftime


def test_a_folder_of_seasons_is_judged_with_others_forecasts_beside_ours(
    seasons: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with (seasons / "games.csv").open(newline="", encoding="utf-8") as file:
        dates = {row["game_id"]: row["date"] for row in csv.DictReader(file)}
    listed = sorted(game_id for game_id, date in dates.items() if "2023-11-08" <= date <= "2023-11-12")
    lines = [f"{game_id},{number % 2 + 1},{number - 10}" for number, game_id in enumerate(listed)]
    (tmp_path / "games.csv").write_text("\n".join(["game_id,candidates,ensemble", *lines]) + "\n")
    span = ("--from", "2023-11-01", "--to", "2023-12-30", "--rolling", "season", "--jobs", 2)
    report = evaluated(
        tmp_path / "report.json", "--history", seasons, "--games", tmp_path / "games.csv", *span
    )

    told = json.loads((tmp_path / "report.json").read_bytes())
    for part, keys in KEYS.items():
        assert set(keys) <= (told[part] if part else told).keys(), part
    assert set(told["win_probability"]["by_moment"]) == MOMENTS
    assert set(told["final_margin"]["by_moment"]) >= MOMENTS - {"average"}
    assert all(game.keys() >= GAME_KEYS for game in told["games"])
    assert {"mae", "weight"} <= told["members"]["dejavu"].keys()
    assert {"delta", "se", "p"} <= told["halftime"]["paired"]["given_ensemble"].keys()

    assert {game.game_id for game in report.games} == set(listed) and report.n == len(listed)
    theirs = {game_id: number - 10.0 for number, game_id in enumerate(listed)}
    errors = [abs(theirs[game.game_id] - game.actual) for game in report.games]
    assert report.halftime.baselines["given_ensemble"].mae == pytest.approx(np.mean(errors), rel=1e-6)
    assert report.groups["unique"].n == (len(listed) + 1) // 2
    (model,) = report.models
    assert (model.version, model.trained_until, model.trained_games) == ("before 2023", "2023-03-12", 280)

    shown = capsys.readouterr()
    assert "games imported" in shown.err
    assert f"{report.n} games, 2023-11-08 to 2023-11-12" in shown.out
    assert "given_ensemble" in shown.out and "written: " in shown.out


def test_a_model_that_never_saw_the_history_forecasts_as_one_trained_on_all_before_it(
    small: Path, model: Path, dataset: Dataset, judged: Judged, tmp_path: Path
) -> None:
    later = copy_games(small, tmp_path / "later", lambda facts: (facts.date or "") >= FIRST)
    span = ("--from", FIRST, "--to", LAST, "--jobs", 1)
    report = evaluated(tmp_path / "report.json", "--history", later, "--model", model, *span)
    assert {
        one.game_id: pytest.approx(
            (one.forecast, one.lower80, one.upper80, one.lower95, one.upper95), rel=1e-6
        )
        for one in outcomes(dataset, judged)
    } == said(report)
    assert report.n == 53
    assert report.runs is not None and set(report.runs.baselines) == {"random_walk"}
    (span_of,) = report.models
    assert (span_of.trained_until, span_of.trained_games) == ("2023-11-14", judged.data.games)


def test_the_reports_figures_are_those_of_its_games(
    small: Path, dataset: Dataset, judged: Judged, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    span = ("--from", FIRST, "--to", LAST, "--train-until", FIRST, "--json")
    report = evaluated(tmp_path / "report.json", "--history", small, *span)
    assert capsys.readouterr().out.encode() == (tmp_path / "report.json").read_bytes() + b"\n"
    assert list(said(report)) == [one.game_id for one in outcomes(dataset, judged)]

    truth = {facts.game_id: facts for facts in dataset.games}
    columns = {
        name: np.array([getattr(game, name) for game in report.games], dtype=np.float64)
        for name in ("forecast", "lower80", "upper80", "lower95", "upper95", "actual", "lead")
    }
    actual, halftime = columns["actual"], report.halftime
    assert actual.tolist() == [truth[game.game_id].halftime_differential for game in report.games]
    assert columns["lead"].tolist() == [truth[game.game_id].path[17] for game in report.games]
    errors = actual - columns["forecast"]
    assert halftime.mae == pytest.approx(np.abs(errors).mean(), rel=1e-6)
    assert halftime.rmse == pytest.approx(np.sqrt(np.square(errors).mean()), rel=1e-6)
    still = np.abs(actual - columns["lead"])
    assert halftime.baselines["persistence"].mae == pytest.approx(still.mean(), rel=1e-6)
    assert halftime.paired["persistence"].delta == pytest.approx(
        (np.abs(errors) - still).mean(), rel=1e-5, abs=1e-6
    )
    for share in (80, 95):
        lower, upper = columns[f"lower{share}"], columns[f"upper{share}"]
        inside = (lower <= actual) & (actual <= upper)
        assert getattr(halftime, f"coverage{share}") == pytest.approx(inside.mean(), rel=1e-6)
        assert getattr(halftime, f"width{share}") == pytest.approx((upper - lower).mean(), rel=1e-6)
    assert report.seasons["2023"].mae == halftime.mae
    assert sum(member.weight for member in report.members.values()) == pytest.approx(1.0)


def later_outcomes(dataset: Dataset, day: int, shift: int) -> Dataset:
    """As if all games from a day on had ended otherwise."""
    later = dataset.day >= day
    return msgspec.structs.replace(
        dataset, half=dataset.half + shift * later, final=dataset.final + shift * later
    )


def test_levels_learn_of_a_day_when_it_is_over(dataset: Dataset, judged: Judged) -> None:
    days = np.unique(dataset.day[judged.test])
    changed = later_outcomes(dataset, int(days[2]), 80)
    before = {one.game_id: one for one in outcomes(dataset, judged)}
    after = {one.game_id: one for one in outcomes(changed, judged)}
    widened = 0
    for facts, day in zip(dataset.games, dataset.day, strict=True):
        if facts.game_id not in before:
            continue
        one, other = before[facts.game_id], after[facts.game_id]
        assert one.forecast == other.forecast
        if day <= days[2]:
            assert (one.lower80, one.upper80, one.lower95, one.upper95) == (
                other.lower80, other.upper80, other.lower95, other.upper95,
            )  # fmt: skip
        else:
            widened += (other.upper80 - other.lower80) > (one.upper80 - one.lower80)
    assert widened > 10


def test_the_last_day_does_not_matter_to_those_before(dataset: Dataset, judged: Judged) -> None:
    shorter = msgspec.structs.replace(judged, test=judged.test & (dataset.day < dataset.day.max()))
    whole = outcomes(dataset, judged)
    assert outcomes(dataset, shorter) == whole[: int(shorter.test.sum())]
