"""The model card says what the code does: features, constants, tiers, tables and pictures."""

import re
from pathlib import Path

import pytest

from courtside import features
from courtside.forecast import adaptive, box_score, elo, player_ratings, runs, stint_filter
from courtside.forecast.bundle import shipped_folder
from courtside.forecast.linear import LinearParameters
from courtside.forecast.model import Model
from courtside.game import rotation
from courtside.training import fit_dejavu
from courtside.training.fit_boosting import BoostingFit
from courtside.training.fit_halftime import TIERS
from courtside.training.fit_lstm import LstmFit
from courtside.training.fit_running import TIMES, FitSettings
from tests.unit.training.report_maker import made_report
from tools import forecast_tables

ROOT = Path(__file__).parents[3]
CARD = (ROOT / "docs" / "forecasting.md").read_text(encoding="utf-8")
TEXT = " ".join(CARD.split())
PICTURES = re.findall(r"!\[[^\]]+\]\((images/[^)]+)\)", CARD)


def section(title: str) -> str:
    return CARD.split(f"\n## {title}\n")[1].split("\n## ")[0]


def listed(text: str) -> set[str]:
    """Names in code, where `a_1` to `a_3` stands for all three."""
    found = set(re.findall(r"`(\w+)`", text))
    for name, first, last in re.findall(r"`(\w+?_)(\d+)` to `\1(\d+)`", text):
        found |= {f"{name}{number}" for number in range(int(first), int(last) + 1)}
    return found


def test_every_feature_is_named_and_no_other() -> None:
    named = {
        cell for line in section("Features").splitlines() if line.startswith("| ") for cell in listed(line)
    }
    assert named == set(features.NAMES)


def test_the_constants_of_the_ratings_are_those_of_the_code() -> None:
    text = " ".join(section("Ratings").split())
    assert f"share {elo.GAIN} a game, {elo.CARRIED} kept over a summer" in text
    assert f"starts at {elo.FIRST_HOME_ADVANTAGE} points, share {elo.HOME_GAIN} a game" in text
    assert (
        f"half-life {player_ratings.SCORE_HALF_LIFE_DAYS:g} days, drawn to the average by "
        f"{player_ratings.SCORE_SHRINK_MINUTES:g} minutes" in text
    )
    assert f"half-life {player_ratings.BOX_HALF_LIFE_DAYS:g} days, ridge {box_score.RIDGE:g} |" in text
    assert f"half-life {stint_filter.HALF_LIFE_DAYS:g} days, ridge {stint_filter.RIDGE:g} |" in text
    assert f"a part that {len(box_score.TERMS)} box-score rates say" in text
    assert f"weights {player_ratings.MINUTES_GAIN} and {player_ratings.RECENT_GAIN} a game" in text
    assert f"{Model.shipped().book().teams.home_advantage:.1f} in June 2024" in text


def test_the_share_of_a_player_is_the_formula_of_the_code() -> None:
    found = re.search(
        r"on court ([\d.-]+) \+ ([\d.]+) a usual minute, on the bench ([\d.-]+) \+ ([\d.]+) a usual minute, "
        r"at least ([\d.]+)\.",
        TEXT,
    )
    assert found is not None
    level, slope, bench, bench_slope, least = (float(number) for number in found.groups())
    assert rotation.share(True, 20.0) == pytest.approx(level + 20 * slope)
    assert rotation.share(False, 20.0) == pytest.approx(bench + 20 * bench_slope)
    assert rotation.share(False, 0.0) == least


def test_the_tiers_are_those_of_the_code() -> None:
    table = section("Members, and how they are combined").split("| tier |")[1].split("\n\n")[0]
    assert re.findall(r"^\| `(\w+)` \|", table, re.M) == [tier.name for tier in TIERS]


def test_the_members_and_their_sizes_are_those_of_the_code() -> None:
    table = section("Members, and how they are combined").split("| member |")[1].split("\n\n")[0]
    roles = {role for each in Model.shipped().halftime.combinations for role in each.members}
    assert set(re.findall(r"^\| `(\w+)` \|", table, re.M)) == roles
    assert f"of the {fit_dejavu.NEIGHBOURS} past games" in table
    assert f"LSTM layer of {LstmFit().hidden} and a layer of {LstmFit().dense}" in table
    assert f"{BoostingFit().trees} small trees" in table


def test_the_coefficients_are_those_of_the_model_that_ships() -> None:
    table = section("Members, and how they are combined").split("| | |\n|---|---|\n")[1].split("\n\n")[0]
    said = [float(number) for number in re.findall(r"\| ([+-][\d.]+) \|$", table, re.M)]
    linear = Model.shipped().halftime.members["linear-players"]
    parameters: LinearParameters = getattr(linear, "parameters")  # noqa: B009 - of the member's own class
    assert sorted(said) == pytest.approx(sorted(parameters.coefficients), abs=0.0015)


def test_the_numbers_of_the_running_forecast_are_those_of_the_code() -> None:
    assert f"At {len(TIMES)} moments" in TEXT
    assert f"({FitSettings().season_weight} a year)" in TEXT
    assert f"(step {adaptive.GAMMA})" in TEXT
    assert f"an unanswered run of {runs.RUN_POINTS} in the next three minutes" in TEXT
    assert runs.WINDOW_SECONDS == 180


def test_every_table_is_of_a_kind_that_there_is_and_is_filled() -> None:
    blocks = forecast_tables.BLOCK.findall(CARD)
    assert len(blocks) >= 12
    for _, kind, _, _, _ in blocks:
        assert kind == "both" or kind in forecast_tables.TABLES
    assert CARD.count("<!-- table: ") == CARD.count("<!-- end -->") == len(blocks)
    for block in re.findall(r"<!-- table: .*?<!-- end -->", CARD, re.S):
        assert block.count("\n| ") >= 3, block[:60]


def test_every_report_of_a_table_has_the_command_that_makes_it() -> None:
    for _, _, report, other, _ in forecast_tables.BLOCK.findall(CARD):
        for name in filter(None, (report, other)):
            assert re.search(rf"^    courtside evaluate .* --out reports/{name}\.json$", CARD, re.M), name


@pytest.mark.parametrize("kind", forecast_tables.TABLES)
def test_a_report_makes_a_whole_table(kind: str) -> None:
    lines = forecast_tables.TABLES[kind](made_report()).splitlines()
    assert len(lines) > 2
    assert len({line.count("|") for line in lines}) == 1


def test_the_same_games_with_and_without_something_are_compared() -> None:
    text = forecast_tables.both(made_report(), made_report())
    assert "| halftime, MAE |" in text and "+0.000" in text


@pytest.mark.parametrize("picture", PICTURES)
def test_pictures_are_small_and_suit_light_and_dark(picture: str) -> None:
    drawn = (ROOT / "docs" / picture).read_text(encoding="utf-8")
    assert drawn.startswith('<svg xmlns="http://www.w3.org/2000/svg"')
    assert "prefers-color-scheme:dark" in drawn and "<script" not in drawn
    assert len(drawn) < 150_000


def test_there_are_pictures_and_the_tool_draws_them() -> None:
    drawn = {f"images/forecast-{name}.svg" for name in forecast_tables.DRAWN}
    assert (
        set(PICTURES)
        == drawn
        == {f"images/{path.name}" for path in (ROOT / "docs/images").glob("forecast-*.svg")}
    )
    assert shipped_folder().is_dir()
