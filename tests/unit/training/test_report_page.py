import re
import sys
from html.parser import HTMLParser

import msgspec
import pytest

from courtside.errors import BadConfig
from courtside.training.report import GameForecast, Report, decode_report, encode_report
from courtside.training.report_page import page
from courtside.training.report_pictures import pictures
from courtside.training.report_words import best_games, headline, story, verdict, worst_games
from courtside.training.scores_paired import Paired
from tests.unit.training.report_maker import made_report

VOID = {"meta", "br"}


class Reader(HTMLParser):
    """Elements that are opened and closed in order, their ids and what they point to."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.ids: list[str] = []
        self.targets: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        if tag not in VOID:
            self.open.append(tag)
        self._attributes(attrs)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self._attributes(attrs)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def _attributes(self, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            assert not name.startswith("on"), name
            if name == "id" and value:
                self.ids.append(value)
            if name in ("href", "src") and value:
                self.targets.add(value)
            self.targets.update(re.findall(r"url\(([^)]*)\)", value or ""))


@pytest.fixture(scope="module")
def report() -> Report:
    made = made_report(command="courtside evaluate --out <b>x</b>&y")
    return decode_report(encode_report(made))


@pytest.fixture(scope="module")
def html(report: Report) -> str:
    return page(report)


def read(html: str) -> Reader:
    reader = Reader()
    reader.feed(html)
    reader.close()
    assert not reader.open
    return reader


def test_the_page_needs_nothing_beside_itself(html: str) -> None:
    reader = read(html)
    assert "script" not in reader.tags and "link" not in reader.tags and "img" not in reader.tags
    assert all(target.startswith("#") for target in reader.targets)
    assert "http" not in html and "@import" not in html


def test_every_id_is_there_once_and_what_is_pointed_to_is_there(html: str) -> None:
    reader = read(html)
    assert len(set(reader.ids)) == len(reader.ids)
    assert {target.removeprefix("#") for target in reader.targets} <= set(reader.ids)


def test_text_from_outside_is_escaped(html: str, report: Report) -> None:
    assert "courtside evaluate --out &lt;b&gt;x&lt;/b&gt;&amp;y" in html
    team = msgspec.structs.replace(report.games[0], home="<i>$H$</i>", forecast=90.0)
    odd = msgspec.structs.replace(report, games=[team], halftime=renamed_baseline(report))
    drawn = page(odd)
    assert "<i>" not in drawn and "<u>" not in drawn
    assert "&lt;i&gt;$H$&lt;/i&gt;" in drawn and "&lt;u&gt;$x^2$" in drawn


def renamed_baseline(report: Report) -> object:
    half = report.halftime
    name = "<u>$x^2$"
    return msgspec.structs.replace(
        half,
        baselines={name: half.baselines["persistence"]},
        paired={name: half.paired["persistence"]},
    )


def test_a_report_that_was_read_again_gives_the_same_page(report: Report, html: str) -> None:
    assert page(decode_report(encode_report(report))) == html


def test_every_picture_takes_its_colours_from_the_page(report: Report, html: str) -> None:
    drawn = pictures(report)
    assert {"reliability_tip", "reliability_q4_2", "pit", "brier", "margin", "coverage"} <= drawn.keys()
    style = html[html.index("<style>") : html.index("</style>")]
    for name, svg in drawn.items():
        used = set(re.findall(r"var\((--[a-z0-9]+)\)", svg))
        assert used and all(f"{variable}:" in style for variable in used), name
        assert not re.findall(r"(?:fill|stroke): (?!none|var)", svg), name
        assert svg.removeprefix("<svg") in html


def test_light_and_dark_define_the_same_colours(html: str) -> None:
    light, dark = re.findall(r":root \{(.*?)\}", html, flags=re.DOTALL)
    assert set(re.findall(r"--\w+(?=:)", light)) == set(re.findall(r"--\w+(?=:)", dark))


def test_the_page_has_the_figures_of_the_report(report: Report, html: str) -> None:
    assert f"{report.halftime.mae:.3f}" in html
    for name in ("q1", "half", "average"):
        assert f"{report.win_probability.by_moment[name].brier:.4f}" in html
        assert f"{report.final_margin.by_moment[name].mae:.2f}" in html
    assert "2019-20" in html and "regular season" in html and "playoffs" in html
    assert report.runs is not None and f"{report.runs.brier:.5f}" in html


def test_a_report_of_one_evening_without_runs_has_a_page(report: Report) -> None:
    lonely = Paired(-0.5, None, None, None, None, 1, 1)
    half = msgspec.structs.replace(report.halftime, paired={"persistence": lonely})
    half = msgspec.structs.replace(half, baselines={"persistence": half.baselines["persistence"]})
    seasons = {"2019": msgspec.structs.replace(report.seasons["2019"], paired={}, baselines={})}
    drawn = page(msgspec.structs.replace(report, halftime=half, runs=None, seasons=seasons))
    assert "Scoring runs" not in drawn
    assert "one date cannot tell from luck" in drawn


def test_a_table_without_rows_is_left_out(report: Report) -> None:
    bare = page(msgspec.structs.replace(report, members={}))
    assert "is made of" not in bare


def test_no_baseline_no_comparison(report: Report) -> None:
    half = msgspec.structs.replace(report.halftime, paired={}, baselines={})
    sentences = headline(msgspec.structs.replace(report, halftime=half))
    assert sentences[0].endswith("points on average.")
    read(page(msgspec.structs.replace(report, halftime=half)))


def test_one_method_that_is_far_worse_does_not_hide_the_others(report: Report) -> None:
    far = Paired(-60.0, 1.0, 0.0, -62.0, -58.0, 100, 50)
    tests = {**report.halftime.paired, "terrible": far}
    half = msgspec.structs.replace(report.halftime, paired=tests)
    drawn = pictures(msgspec.structs.replace(report, halftime=half))["baselines"]
    assert "\N{MINUS SIGN}60.000" in drawn
    assert ">\N{MINUS SIGN}40<" not in drawn


def test_without_matplotlib_it_says_what_to_install(report: Report, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(BadConfig, match=r"pip install 'courtside\[train\]'"):
        page(report)


def test_the_headline_says_better_worse_or_luck() -> None:
    made = made_report()

    def said(test: Paired) -> str:
        half = msgspec.structs.replace(made.halftime, paired={"persistence": test})
        return headline(msgspec.structs.replace(made, halftime=half))[0]

    better = said(Paired(-0.12, 0.02, 1e-9, -0.16, -0.08, 900, 200))
    assert "0.120 points a game closer (95% sure: 0.080 to 0.160; p" in better
    assert better.endswith("more than luck.")
    worse = said(Paired(0.12, 0.02, 1e-9, 0.08, 0.16, 900, 200))
    assert "0.120 points a game further off (95% sure: 0.080 to 0.160" in worse
    assert said(Paired(0.0, 0.0, 1.0, 0.0, 0.0, 900, 200)).endswith(": we are exactly as close.")
    assert said(Paired(-0.01, 0.02, 0.6, -0.05, 0.03, 900, 200)).endswith("cannot tell from luck.")


def test_the_headline_compares_with_the_strongest_other_method(report: Report) -> None:
    name = max(
        (name for name in report.halftime.paired if name != "persistence"),
        key=lambda name: report.halftime.paired[name].delta,
    )
    assert name == "linear"
    assert any("strongest other method, least squares" in sentence for sentence in headline(report))


def test_the_headline_says_whether_calibration_is_more_than_chance(report: Report) -> None:
    half = report.win_probability.by_moment["half"]
    bad = msgspec.structs.replace(half, ece=half.ece_floor95 * 2)
    moments = {**report.win_probability.by_moment, "half": bad}
    win = msgspec.structs.replace(report.win_probability, by_moment=moments)
    said = " ".join(headline(msgspec.structs.replace(report, win_probability=win)))
    assert "more than chance alone makes it" in said
    assert "as small as chance alone makes it" in " ".join(headline(report))


def test_the_headline_speaks_of_no_group_of_chances_that_is_not_there(report: Report) -> None:
    table = [group for group in report.win_probability.reliability["half"] if group.lower != 0.7]
    groups = {**report.win_probability.reliability, "half": table}
    win = msgspec.structs.replace(report.win_probability, reliability=groups)
    assert "70 to 80%" in " ".join(headline(report))
    assert "70 to 80%" not in " ".join(headline(msgspec.structs.replace(report, win_probability=win)))


def test_the_headline_says_whether_users_see_the_chance_of_a_run(report: Report) -> None:
    assert report.runs is not None
    assert headline(report)[-1].endswith("Users see them.")
    hidden = msgspec.structs.replace(
        report, runs=msgspec.structs.replace(report.runs, shown=False, paired={})
    )
    assert "Users do not see them" in headline(hidden)[-1]
    assert "run" not in headline(msgspec.structs.replace(report, runs=None))[-1]


def test_a_table_says_better_worse_or_luck() -> None:
    assert verdict(Paired(0.1, 0.02, 1e-6, 0.06, 0.14, 900, 200)).startswith("worse, and not by luck")
    assert verdict(Paired(0.1, 0.2, 0.6, -0.3, 0.5, 900, 200)).startswith("cannot be told from luck")
    assert verdict(Paired(0.1, None, None, None, None, 3, 1)).startswith("one date")


def game(lead: float, forecast: float, actual: float) -> GameForecast:
    return GameForecast(
        game_id=f"{lead:g}{forecast:g}{actual:g}",
        date="2024-01-05",
        season_type="regular",
        home="BOS",
        away="LAL",
        lead=lead,
        forecast=forecast,
        lower80=forecast - 7,
        upper80=forecast + 7,
        lower95=forecast - 11,
        upper95=forecast + 11,
        actual=actual,
    )


def test_the_best_games_are_the_closest_and_among_equals_the_least_obvious() -> None:
    quiet, swing, near = game(4, 4, 4), game(4, 8, 8), game(4, 4, 5)
    assert best_games([near, quiet, swing]) == [swing, quiet, near]
    assert worst_games([quiet, near, swing], count=1) == [near]


@pytest.mark.parametrize(
    ("told", "words"),
    [
        (game(4, 4, 4), "The lead stayed as it was, as we said."),
        (game(4, 3, 3), "LAL won the last six minutes by 1, as we said."),
        (
            game(4, 4, 9),
            "BOS won the last six minutes by 5, and we expected no change; inside the 80% range.",
        ),
        (
            game(4, 5, -4),
            "LAL won the last six minutes by 8, and we expected BOS to win them by 1; "
            "outside the 80% range, inside the 95% one.",
        ),
        (
            game(4, 3.5, 19),
            "BOS won the last six minutes by 15, and we expected LAL to win them by 0.5; "
            "outside even the 95% range.",
        ),
    ],
)
def test_a_game_is_told_in_words(told: GameForecast, words: str) -> None:
    assert story(told) == words
