"""The pictures of a report: SVG that takes its colours from the page, so that it suits light and dark.

Matplotlib is imported only when pictures are drawn. Equal reports give equal bytes: no dates, no random ids.
"""

import io
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from courtside.errors import BadConfig
from courtside.training.report import Report
from courtside.training.report_words import MOMENTS, method, season, signed
from courtside.training.scores import PIT_BINS
from courtside.training.scores_paired import Paired

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Matplotlib draws in these stand-ins; the page says what they are.
INK, DIM, LINE, OURS, BAND = "#010101", "#020202", "#030303", "#040404", "#050505"
OTHERS = ("#060606", "#070707", "#080808", "#090909")
_VARIABLES = {INK: "ink", DIM: "dim", LINE: "line", OURS: "ours", BAND: "band"} | {
    colour: f"other{number}" for number, colour in enumerate(OTHERS, 1)
}
_MARKERS = ("s", "^", "D", "v")
# The names of settings are types of their own in Matplotlib, and other ones in each of its versions.
_SETTINGS: dict[Any, object] = {
    "svg.hashsalt": "courtside",
    "svg.fonttype": "none",
    "text.parse_math": False,
    "font.size": 10.5,
    "axes.titlesize": 10.5,
    "legend.fontsize": 9.5,
    "legend.frameon": False,
    "text.color": INK,
    "axes.labelcolor": DIM,
    "axes.edgecolor": LINE,
    "xtick.color": LINE,
    "ytick.color": LINE,
    "xtick.labelcolor": DIM,
    "ytick.labelcolor": DIM,
    "grid.color": LINE,
    "grid.linewidth": 0.6,
    "axes.grid": True,
    "axes.axisbelow": True,
    "axes.spines.top": False,
    "axes.spines.right": False,
}
_FAR = 4.0
_WIDE, _SMALL = (4.9, 3.3), (2.7, 2.7)


def pictures(report: Report) -> dict[str, str]:
    """SVG elements: `reliability_<moment>`, `pit`, `brier`, `margin`, `coverage`, `width`, `baselines`.

    Raises `BadConfig` where Matplotlib is not installed.
    """
    drawn = {
        f"reliability_{moment}": _svg(f"reliability_{moment}", _SMALL, _reliability(report, moment))
        for moment in MOMENTS
        if moment != "average"
    }
    tall = (_WIDE[0], 0.9 + 0.48 * len(report.halftime.paired))
    return drawn | {
        "pit": _svg("pit", _WIDE, lambda axes: _pit(axes, report)),
        "brier": _svg("brier", _WIDE, lambda axes: _brier(axes, report)),
        "margin": _svg("margin", _WIDE, lambda axes: _margin(axes, report)),
        "coverage": _svg("coverage", _WIDE, lambda axes: _coverage(axes, report)),
        "width": _svg("width", _WIDE, lambda axes: _width(axes, report)),
        "baselines": _svg("baselines", tall, lambda axes: _baselines(axes, report)),
    }


def _reliability(report: Report, moment: str) -> Callable[["Axes"], None]:
    def draw(axes: "Axes") -> None:
        groups = report.win_probability.reliability[moment]
        said = [group.predicted * 100 for group in groups]
        luck = [group.se * 200 for group in groups]
        axes.plot([0, 100], [0, 100], color=DIM, linewidth=0.8, linestyle=(0, (4, 3)))
        axes.errorbar(said, said, yerr=luck, fmt="none", ecolor=BAND, elinewidth=6)
        axes.plot(said, [group.observed * 100 for group in groups], "o", color=OURS, markersize=4.5)
        axes.set(xlim=(-3, 103), ylim=(-3, 103), aspect="equal", xticks=[0, 50, 100], yticks=[0, 50, 100])
        axes.set(title=MOMENTS[moment], xlabel="we said, %", ylabel="home won, %")

    return draw


def _pit(axes: "Axes", report: Report) -> None:
    heights = report.halftime.pit
    # Of n games a tenth falls into each bar; two standard errors of that, relative to it.
    luck = 2 * ((PIT_BINS - 1) / report.n) ** 0.5
    middles = [(number + 0.5) / len(heights) * 100 for number in range(len(heights))]
    axes.bar(middles, heights, width=92 / len(heights), color=BAND)
    axes.axhline(1, color=INK, linewidth=0.9, linestyle=(0, (4, 3)))
    for edge in (1 - luck, 1 + luck):
        axes.axhline(edge, color=INK, linewidth=0.9)
    axes.grid(visible=False, axis="x")
    axes.set(xlabel="where the outcome fell in our distribution, %", ylabel="games, relative to even")


def _brier(axes: "Axes", report: Report) -> None:
    minutes = report.win_probability.by_minute
    clock = [minute.minute for minute in minutes]
    for number, name in enumerate(report.win_probability.baselines):
        axes.plot(
            clock,
            [minute.baselines[name] for minute in minutes],
            color=OTHERS[number % len(OTHERS)],
            linewidth=1.4,
            linestyle=(0, (5, 2)),
            marker=_MARKERS[number % len(_MARKERS)],
            markersize=4,
            markevery=(2 + 2 * number, 6),
            label=method(name),
        )
    axes.plot(clock, [minute.brier for minute in minutes], color=OURS, linewidth=2.2, label="ours")
    axes.set_ylim(bottom=0)
    axes.legend(loc="lower left")
    _game_clock(axes, "Brier score of the win chance")


def _margin(axes: "Axes", report: Report) -> None:
    errors = [minute.mae for minute in report.final_margin.by_minute]
    axes.plot(range(len(errors)), errors, color=OURS, linewidth=2.2)
    axes.set_ylim(bottom=0)
    _game_clock(axes, "off the final margin by, points")


def _game_clock(axes: "Axes", ylabel: str) -> None:
    axes.set(xlim=(0, 48), xticks=[0, 12, 24, 36, 48], xlabel="minute of the game", ylabel=ylabel)


def _coverage(axes: "Axes", report: Report) -> None:
    years = list(report.seasons)
    slices = [report.seasons[year] for year in years]
    for level, marker, colour, shares, errors in (
        (95, "s", OTHERS[0], [one.coverage95 for one in slices], [one.se95 for one in slices]),
        (80, "o", OURS, [one.coverage80 for one in slices], [one.se80 for one in slices]),
    ):
        axes.axhline(level, color=DIM, linewidth=0.8, linestyle=(0, (4, 3)))
        axes.errorbar(
            range(len(years)),
            [share * 100 for share in shares],
            yerr=[error * 200 for error in errors],
            fmt=marker,
            color=colour,
            capsize=3,
            markersize=5,
            label=f"{level}% range",
        )
    axes.set_ylim(top=100.5)
    _legend_above(axes)
    _seasons(axes, years, "held the outcome, % of games")


def _width(axes: "Axes", report: Report) -> None:
    years = list(report.seasons)
    for level, marker, colour, widths in (
        (95, "s", OTHERS[0], [one.width95 for one in report.seasons.values()]),
        (80, "o", OURS, [one.width80 for one in report.seasons.values()]),
    ):
        axes.plot(range(len(years)), widths, marker=marker, color=colour, label=f"{level}% range")
    axes.set_ylim(0, 1.1 * max(one.width95 for one in report.seasons.values()))
    _legend_above(axes)
    _seasons(axes, years, "width, points")


def _legend_above(axes: "Axes") -> None:
    axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=2)


def _seasons(axes: "Axes", years: list[str], ylabel: str) -> None:
    step = -(-len(years) // 6)
    shown = range(0, len(years), step)
    axes.set(xlim=(-0.5, len(years) - 0.5), ylabel=ylabel)
    axes.set_xticks(list(shown), [season(years[number]) for number in shown])
    axes.grid(visible=False, axis="x")


def _baselines(axes: "Axes", report: Report) -> None:
    tests = list(report.halftime.paired.items())[::-1]
    reaches = [max(abs(test.delta), *map(abs, _interval(test))) for _, test in tests]
    # One method that is far worse must not squeeze the others into a point.
    usual = _FAR * sorted(reaches)[len(reaches) // 2] if reaches else 0.0
    edge = 1.15 * max((reach for reach in reaches if reach <= usual), default=1.0) or 1.0
    for row, (_, test) in enumerate(tests):
        lower, upper = _interval(test)
        side = max(-edge, min(edge, test.delta))
        if side == test.delta:
            error = [[test.delta - lower], [upper - test.delta]]
            axes.errorbar(test.delta, row, xerr=error, fmt="o", color=OURS, capsize=4, markersize=6)
        else:
            axes.plot(
                side, row, marker="<" if side < 0 else ">", color=OURS, markersize=8, clip_on=False, zorder=5
            )
        anchor = "left" if side < -edge / 2 else "right" if side > edge / 2 else "center"
        axes.annotate(signed(test.delta), (side, row), (0, 7), textcoords="offset points", ha=anchor)
    axes.axvline(0, color=DIM, linewidth=0.8, linestyle=(0, (4, 3)))
    axes.set_yticks(range(len(tests)), [method(name) for name, _ in tests])
    axes.set(xlim=(-edge, edge), ylim=(-0.5, len(tests) - 0.3))
    axes.set(xlabel="our error minus theirs, points")
    axes.locator_params(axis="x", nbins=5)
    axes.grid(visible=False, axis="y")


def _interval(test: Paired) -> tuple[float, float]:
    if test.lower95 is None or test.upper95 is None:
        return test.delta, test.delta
    return test.lower95, test.upper95


def _svg(name: str, inches: tuple[float, float], draw: Callable[["Axes"], None]) -> str:
    try:
        import matplotlib
        from matplotlib.figure import Figure
    except ImportError as error:
        raise BadConfig("the report's pictures need matplotlib: pip install 'courtside[train]'") from error
    with matplotlib.rc_context(_SETTINGS):
        figure = Figure(figsize=inches, layout="constrained")
        draw(figure.subplots())
        written = io.StringIO()
        figure.savefig(written, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    return _inlined(written.getvalue(), name)


def _inlined(svg: str, name: str) -> str:
    """As an element of a page: own ids, the page's colours and font, nothing that points elsewhere."""
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>|<style.*?</style>", "", svg, flags=re.DOTALL)
    svg = re.sub(r' xmlns(:\w+)?="[^"]*"| version="[^"]*"', "", svg)
    svg = re.sub(r"\bxlink:href=", "href=", svg)
    svg = re.sub(r'(\bid="|href="#|url\(#)', rf"\g<1>{name}-", svg)
    svg = re.sub(r" font-family: [^;\"]*;", "", svg)
    svg = re.sub(r'(<svg[^>]*?) width="[^"]*" height="[^"]*"', r"\1", svg)
    for colour, variable in _VARIABLES.items():
        svg = svg.replace(colour, f"var(--{variable})")
    return svg.strip()
