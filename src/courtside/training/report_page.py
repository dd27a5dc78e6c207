"""The report as one page that needs nothing beside itself: no script, no address, no network."""

from html import escape
from importlib.resources import files

from courtside.training.report import Report
from courtside.training.report_pictures import pictures
from courtside.training.report_sections import (
    games_table,
    halftime_table,
    margins_table,
    members_table,
    models_table,
    runs_table,
    slices_table,
    win_table,
)
from courtside.training.report_words import MOMENTS, best_games, games, headline, worst_games

_CAPTIONS = {
    "baselines": (
        "Against the other methods",
        "Our error in points less theirs on the same games, with the range that is 95% sure. Left of the "
        "line we are closer; where a bar crosses the line these games prove nothing. An arrow: further off "
        "than the picture is wide.",
    ),
    "pit": (
        "Is the whole distribution right?",
        "Even bars, their tops between the lines: yes. A valley: our ranges are too narrow. A hill: they "
        "are too wide. A slope: we lean to one side.",
    ),
    "coverage": (
        "Did the ranges hold?",
        "By season, with two standard errors. A range that is called 80% sure should hold 80% of outcomes.",
    ),
    "width": ("How wide are the ranges?", "By season, from the lower to the upper end, in points."),
    "brier": (
        "Win chance through the game",
        "Brier score by minute: 0 is certain and right, 0.25 a coin. Lower is better.",
    ),
    "margin": (
        "Final margin through the game",
        "How far the forecast of the final margin was off at each minute, on average.",
    ),
}
_BEST = "The ten that we knew best, those first in which the lead then moved most"
_WORST = "The ten that surprised us most"
_TERMS = (
    ("Range", "From its lower to its upper end; both belong to it. Widths are upper minus lower end."),
    (
        "MAE, RMSE, CRPS",
        "How far off, in points: on average, with large misses counting more, and for the whole "
        "distribution. Lower is better.",
    ),
    (
        "Brier, log loss",
        "How far chances were from what came: squared, and by surprise. Lower is better.",
    ),
    (
        "AUC",
        "Of two games, one that the home team won and one that it lost: how often the first had the higher "
        "chance. 0.5 is guessing, 1 never wrong.",
    ),
    (
        "Calibration error",
        "The mean gap between chance and frequency in ten groups. Perfect chances would show the floor by "
        "luck alone, and in 19 of 20 trials stay below the limit.",
    ),
    (
        "95% sure, p",
        "From a paired test on the same games (Diebold-Mariano), where games of one date count as one.",
    ),
)


def page(report: Report) -> str:
    """HTML of the whole report; equal reports give equal pages. Raises `BadConfig` without Matplotlib."""
    drawn = pictures(report)
    style = files("courtside.training").joinpath("report.css").read_text(encoding="utf-8")
    return "".join(
        (
            '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            f"<title>How good the forecasts are</title>\n<style>\n{style}</style>\n</head>\n<body>\n<main>\n",
            "<h1>How good the forecasts are</h1>\n",
            f'<p class="dim">{escape(games(report.n))}, {escape(report.first_date)} to '
            f"{escape(report.last_date)}; no game was known to the model that forecast it.</p>\n",
            '<section class="headline">\n',
            *(f"<p>{escape(sentence)}</p>\n" for sentence in headline(report)),
            "</section>\n",
            "<h2>The margin at halftime, said with six minutes left</h2>\n",
            halftime_table(report),
            _pictures(drawn, "baselines", "pit", "coverage", "width"),
            slices_table(report),
            members_table(report),
            "<h2>The chance to win</h2>\n",
            "<p>Each dot is a group of games to which we gave about the same chance. On the line: it came as "
            "often as we said. In the band: the rest is luck.</p>\n",
            '<div class="moments">\n',
            *(
                f"<figure>{_named(drawn[f'reliability_{moment}'], f'Said and came, {words}')}</figure>\n"
                for moment, words in MOMENTS.items()
                if moment != "average"
            ),
            "</div>\n",
            win_table(report),
            _pictures(drawn, "brier", "margin"),
            margins_table(report),
            runs_table(report),
            "<h2>Games</h2>\n",
            games_table(
                "The ten that we knew best, those first in which the lead then moved most",
                best_games(report.games),
            ),
            games_table(_WORST, worst_games(report.games)),
            "<h2>The models, and how to read this</h2>\n",
            models_table(report),
            f"<p>Made with <code>{escape(report.command)}</code></p>\n<dl>\n",
            *(f"<dt>{escape(term)}</dt><dd>{escape(meaning)}</dd>\n" for term, meaning in _TERMS),
            "</dl>\n</main>\n</body>\n</html>\n",
        )
    )


def _pictures(drawn: dict[str, str], *names: str) -> str:
    figures = (
        f"<figure><h3>{escape(_CAPTIONS[name][0])}</h3>{_named(drawn[name], _CAPTIONS[name][0])}"
        f"<figcaption>{escape(_CAPTIONS[name][1])}</figcaption></figure>\n"
        for name in names
    )
    return f'<div class="pictures">\n{"".join(figures)}</div>\n'


def _named(svg: str, label: str) -> str:
    """A screen reader says the name; the figures are in the tables."""
    return svg.replace("<svg", f'<svg role="img" aria-label="{escape(label)}"', 1)
