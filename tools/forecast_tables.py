"""The tables and pictures of docs/forecasting.md, out of the reports that `courtside evaluate` wrote.

python tools/forecast_tables.py --reports DIR [--page docs/forecasting.md] [--pictures docs/images]

Everything between `<!-- table: KIND REPORT -->` and `<!-- end -->` on the page is written anew from
`DIR/REPORT.json`; a report that is not there leaves its tables as they are, and is named.
"""

import argparse
import re
import sys
from collections.abc import Callable, Iterable, Sequence
from importlib.resources import files
from pathlib import Path

import numpy as np

from courtside.training.report import HalftimeSlice, Report, WinSlice, decode_report
from courtside.training.report_pictures import pictures
from courtside.training.report_words import MOMENTS, method, season
from courtside.training.scores_paired import Paired, paired_errors

BLOCK = re.compile(r"(<!-- table: (\S+) (\S+?)(?: (\S+))? -->\n).*?(<!-- end -->)", re.S)
NAMES = {
    "persistence": "persistence: the lead stays as it is",
    "least_squares": "least squares on lead, Elo, home advantage, possession",
    "stern": "Stern's Brownian motion with drift",
    "given_dejavu": "the original system: Dejavu",
    "given_lstm": "the original system: LSTM",
    "given_ensemble": "the original system: its 40/60 ensemble",
    "lead_elo": "lead and Elo",
    "random_walk": "the walk",
}
COMPARED = ("persistence", "least_squares")
DRAWN = {
    "coverage": ("rolling-2019", "coverage"),
    "brier": ("rolling-2021", "brier"),
    "reliability": ("rolling-2021", "reliability_half"),
}
MARGIN = 8
"""Around a picture, in its own units: points."""
PIXELS = 4 / 3
"""Of a point."""


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def difference(test: Paired, digits: int = 3) -> str:
    if test.se is None:
        return f"{test.delta:+.{digits}f}"
    return f"{test.delta:+.{digits}f} ± {test.se:.{digits}f}"


def chance(p: float | None) -> str:
    if p is None:
        return ""
    return f"{p:.3f}" if p >= 0.001 else f"{p:.0e}".replace("e-0", "e-")


def halftime(report: Report) -> str:
    ours = report.halftime
    rows = [["**Courtside**", f"**{ours.mae:.3f}**", f"{ours.rmse:.2f}", "", ""]]
    for name, theirs in ours.baselines.items():
        test = ours.paired[name]
        rows.append(
            [
                NAMES.get(name, method(name)),
                f"{theirs.mae:.3f}",
                f"{theirs.rmse:.2f}",
                difference(test),
                chance(test.p),
            ]
        )
    head = (f"{report.n:,} games on {ours.paired['persistence'].dates} dates", "MAE", "RMSE")
    return table((*head, "ours less theirs", "p"), rows)


def share(value: float, error: float, level: float) -> str:
    """Bold where it lies farther from its level than two standard errors."""
    text = f"{100 * value:.1f}%"
    return f"**{text}**" if abs(value - level) > 2 * error else text


def slices(named: Iterable[tuple[str, HalftimeSlice]]) -> str:
    rows = [
        [
            name,
            f"{one.n:,}",
            f"{one.mae:.3f}",
            f"{one.crps:.3f}",
            *(difference(one.paired[name]) if name in one.paired else "" for name in COMPARED),
            f"{share(one.coverage80, one.se80, 0.8)} ± {100 * one.se80:.1f}",
            f"{share(one.coverage95, one.se95, 0.95)} ± {100 * one.se95:.1f}",
            f"{one.width80:.1f}",
            f"{one.width95:.1f}",
        ]
        for name, one in named
    ]
    head = ("", "games", "MAE", "CRPS", "less persistence", "less least squares")
    return table((*head, "in 80%", "in 95%", "80% wide", "95% wide"), rows)


def seasons(report: Report) -> str:
    named = [(season(year), one) for year, one in report.seasons.items()]
    return slices([*named, ("all", report.halftime)])


def kinds(report: Report) -> str:
    named = [*report.season_types.items(), *report.groups.items()]
    return slices((name.replace("unique", "identified beyond doubt"), one) for name, one in named)


def members(report: Report) -> str:
    ranked = sorted(report.members.items(), key=lambda item: -item[1].weight)
    rows = [[f"`{name}`", f"{each.mae:.3f}", f"{each.weight:.2f}"] for name, each in ranked]
    return table(("member", "MAE alone", "mean weight"), rows)


def win(report: Report, judged: WinSlice | None = None) -> str:
    rows = []
    for moment, scores in (judged or report.win_probability).by_moment.items():
        stern, elo = scores.baselines["stern"], scores.baselines["lead_elo"]
        error = f"{scores.ece:.3f}" if scores.ece <= scores.ece_floor95 else f"**{scores.ece:.3f}**"
        rows.append(
            [
                MOMENTS[moment],
                f"{scores.brier:.4f}",
                f"{scores.log_loss:.3f}",
                "" if scores.auc is None else f"{scores.auc:.3f}",
                f"{stern.brier:.4f}",
                f"{elo.brier:.4f}",
                difference(elo.paired, 4),
                error,
                f"{scores.ece_floor:.3f} to {scores.ece_floor95:.3f}",
            ]
        )
    head = ("", "Brier", "log loss", "AUC", "Stern's Brier", "lead and Elo's", "ours less lead and Elo's")
    return table((*head, "ECE", "by luck alone"), rows)


def playoffs(report: Report) -> str:
    apart = report.win_probability.playoffs
    if apart is None:
        sys.exit("this report has no playoffs; choose another for that table")
    return win(report, apart)


def reliability(report: Report) -> str:
    rows = [
        [
            f"{100 * group.lower:.0f} to {100 * group.upper:.0f}%",
            f"{group.n}",
            f"{100 * group.predicted:.1f}%",
            f"{100 * group.observed:.1f}%",
            f"{(group.observed - group.predicted) / group.se:+.1f}",
        ]
        for group in report.win_probability.reliability["q3"]
    ]
    return table(("we said", "games", "mean", "home won", "standard errors off"), rows)


def margin(report: Report) -> str:
    rows = [
        [
            MOMENTS[moment],
            f"{one.mae:.2f}",
            f"{one.rmse:.2f}",
            f"{100 * one.coverage80:.1f}%",
            f"{100 * one.coverage95:.1f}%",
            f"{one.width80:.1f}",
            f"{one.width95:.1f}",
        ]
        for moment, one in report.final_margin.by_moment.items()
    ]
    return table(("", "MAE", "RMSE", "in 80%", "in 95%", "80% wide", "95% wide"), rows)


def both(report: Report, other: Report) -> str:
    """The same games, forecast with something and without it."""
    theirs = {game.game_id: game for game in other.games}
    games = [game for game in report.games if game.game_id in theirs]
    test = paired_errors(
        np.array([game.forecast for game in games]),
        np.array([theirs[game.game_id].forecast for game in games]),
        np.array([game.actual for game in games]),
        np.array([game.date for game in games]),
    )
    mine, yours = report.halftime, other.halftime
    rows = [
        ["halftime, MAE", f"{mine.mae:.3f}", f"{yours.mae:.3f}", f"{difference(test)}, p {chance(test.p)}"],
        ["halftime, 95% wide", f"{mine.width95:.1f}", f"{yours.width95:.1f}", ""],
    ]
    for moment, words in MOMENTS.items():
        ours = report.win_probability.by_moment[moment].brier
        without = other.win_probability.by_moment[moment].brier
        change = f"{ours - without:+.4f}"
        rows.append([f"winner, {words}: Brier", f"{ours:.4f}", f"{without:.4f}", change])
    return table((f"{len(games):,} games", "with it", "without", "difference"), rows)


TABLES: dict[str, Callable[[Report], str]] = {
    "halftime": halftime,
    "seasons": seasons,
    "kinds": kinds,
    "members": members,
    "win": win,
    "playoffs": playoffs,
    "reliability": reliability,
    "margin": margin,
}


def standalone(svg: str) -> str:
    """A file of its own: the colours of the report, on a ground that goes with them."""
    style = files("courtside.training").joinpath("report.css").read_text(encoding="utf-8")
    light, dark = re.findall(r":root\s*{([^}]*)}", style)[:2]
    rules = (
        f"svg{{{light}background:var(--ground,#fff);font-family:system-ui,sans-serif}}"
        f"@media(prefers-color-scheme:dark){{svg{{{dark}background:var(--ground,#111)}}}}"
    )
    plain = re.sub(r"\s+", " ", rules)
    box = re.search(r' viewBox="0 0 ([\d.]+) ([\d.]+)"', svg)
    assert box is not None, "Matplotlib says how large its pictures are"
    width, height = (float(side) + 2 * MARGIN for side in box.groups())
    size = (
        f' viewBox="{-MARGIN} {-MARGIN} {width:g} {height:g}" '
        f'width="{width * PIXELS:.0f}" height="{height * PIXELS:.0f}"'
    )
    opened = re.sub(r"^<svg", '<svg xmlns="http://www.w3.org/2000/svg"', svg.replace(box[0], size, 1))
    return re.sub(r"^(<svg[^>]*>)", rf"\1<style>{plain}</style>", opened) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--reports", type=Path, required=True)
    parser.add_argument("--page", type=Path, default=Path("docs/forecasting.md"))
    parser.add_argument("--pictures", type=Path, help="folder to draw in")
    arguments = parser.parse_args()
    reports = {path.stem: decode_report(path.read_bytes()) for path in arguments.reports.glob("*.json")}

    def fresh(block: re.Match[str]) -> str:
        begin, kind, name, other, end = block.groups()
        missing = [each for each in (name, other) if each is not None and each not in reports]
        if missing:
            print(f"left as it is: {kind} {name}; there is no {missing[0]}.json", file=sys.stderr)
            return block[0]
        filled = both(reports[name], reports[other]) if kind == "both" else TABLES[kind](reports[name])
        return f"{begin}\n{filled}\n\n{end}"

    text = arguments.page.read_text(encoding="utf-8")
    arguments.page.write_text(BLOCK.sub(fresh, text), encoding="utf-8")
    if arguments.pictures is not None:
        for name, (report, picture) in DRAWN.items():
            if report in reports:
                file = arguments.pictures / f"forecast-{name}.svg"
                file.write_text(standalone(pictures(reports[report])[picture]), encoding="utf-8")


if __name__ == "__main__":
    main()
