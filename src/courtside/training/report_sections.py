"""The tables of a report's page, as HTML. Every text is escaped."""

from collections.abc import Iterable, Sequence
from html import escape

from courtside.training.report import GameForecast, HalftimeSlice, Report
from courtside.training.report_words import (
    KINDS,
    MOMENTS,
    games,
    interval,
    margin,
    method,
    points,
    season,
    signed,
    story,
    verdict,
)
from courtside.training.scores_paired import Paired


def halftime_table(report: Report) -> str:
    half = report.halftime
    rows = [("ours", f"{half.mae:.3f}", f"{half.rmse:.3f}", f"{half.n:,}", "", "", "")]
    for name, scores in half.baselines.items():
        test = half.paired[name]
        rows.append(
            (
                method(name),
                f"{scores.mae:.3f}",
                f"{scores.rmse:.3f}",
                f"{scores.n:,}",
                signed(test.delta),
                _sure(test),
                verdict(test),
            )
        )
    head = ("", "MAE", "RMSE", "games", "ours minus theirs", "95% sure", "verdict")
    return _table("Points off at halftime", head, rows, first_is_ours=True)


def slices_table(report: Report) -> str:
    named = [(season(year), one) for year, one in report.seasons.items()]
    named += [(KINDS.get(kind, kind), one) for kind, one in report.season_types.items()]
    named.append(("all", report.halftime))
    return _table(
        "By season, and playoffs apart (± two standard errors)",
        ("", "games", "MAE", "80% held", "95% held", "80% width", "95% width", "against the lead"),
        [
            (
                name,
                f"{one.n:,}",
                f"{one.mae:.3f}",
                f"{one.coverage80:.1%} ± {2 * one.se80:.1%}",
                f"{one.coverage95:.1%} ± {2 * one.se95:.1%}",
                f"{one.width80:.1f}",
                f"{one.width95:.1f}",
                _against_lead(one),
            )
            for name, one in named
        ],
    )


def _against_lead(one: HalftimeSlice) -> str:
    test = one.paired.get("persistence")
    if test is None:
        return ""
    return signed(test.delta) if test.se is None else f"{signed(test.delta)} ± {2 * test.se:.3f}"


def members_table(report: Report) -> str:
    return _table(
        "What our halftime forecast is made of",
        ("", "MAE alone", "weight", "games"),
        [
            (method(name), f"{one.mae:.3f}", f"{one.weight:.0%}", f"{one.n:,}")
            for name, one in report.members.items()
        ],
    )


def win_table(report: Report) -> str:
    win = report.win_probability
    others = list(win.baselines)
    head = ("", "Brier", *(f"Brier, {method(name)}" for name in others), "log loss", "AUC")
    return _table(
        f"Chance to win, {games(win.n)}",
        (*head, "calibration error", "floor", "limit"),
        [
            (
                MOMENTS[moment],
                f"{scores.brier:.4f}",
                *(f"{scores.baselines[name].brier:.4f}" for name in others),
                f"{scores.log_loss:.4f}",
                "" if scores.auc is None else f"{scores.auc:.3f}",
                f"{scores.ece:.4f}",
                f"{scores.ece_floor:.4f}",
                f"{scores.ece_floor95:.4f}",
            )
            for moment, scores in win.by_moment.items()
        ],
    )


def margins_table(report: Report) -> str:
    return _table(
        f"Final margin, {games(report.final_margin.n)}",
        ("", "MAE", "RMSE", "80% held", "95% held", "80% width", "95% width"),
        [
            (
                MOMENTS[moment],
                f"{scores.mae:.2f}",
                f"{scores.rmse:.2f}",
                f"{scores.coverage80:.1%}",
                f"{scores.coverage95:.1%}",
                f"{scores.width80:.1f}",
                f"{scores.width95:.1f}",
            )
            for moment, scores in report.final_margin.by_moment.items()
        ],
    )


def runs_table(report: Report) -> str:
    runs = report.runs
    if runs is None:
        return ""
    rows = [("ours", f"{runs.brier:.5f}", f"{runs.log_loss:.5f}", "", "", "")]
    for name, scores in runs.baselines.items():
        test = runs.paired[name]
        gap = signed(test.delta, 5)
        rows.append(
            (
                method(name),
                f"{scores.brier:.5f}",
                f"{scores.log_loss:.5f}",
                gap,
                _sure(test, 5),
                verdict(test),
            )
        )
    return "<h2>Scoring runs</h2>\n" + _table(
        f"Chance of {runs.points} unanswered points within {runs.seconds} seconds, at {runs.n:,} moments",
        ("", "Brier", "log loss", "ours minus theirs", "95% sure", "verdict"),
        rows,
        first_is_ours=True,
    )


def games_table(caption: str, chosen: Sequence[GameForecast]) -> str:
    return _table(
        caption,
        ("game", "in words", "6:00 left in Q2", "we said", "80% range", "halftime", "off by"),
        [
            (
                f"{game.date}\n{game.away} at {game.home}",
                story(game),
                margin(game.lead, game.home, game.away),
                margin(game.forecast, game.home, game.away),
                interval(game.lower80, game.upper80, game.home, game.away),
                margin(game.actual, game.home, game.away),
                points(abs(game.forecast - game.actual)),
            )
            for game in chosen
        ],
    )


def models_table(report: Report) -> str:
    return _table(
        "Which games a model learned from, and on which it was then tested",
        ("model", "learned from", "until", "games", "tested from", "until"),
        [
            (
                model.version,
                model.trained_from,
                model.trained_until,
                f"{model.trained_games:,}",
                model.tested_from,
                model.tested_until,
            )
            for model in report.models
        ],
    )


def _sure(test: Paired, digits: int = 3) -> str:
    if test.lower95 is None or test.upper95 is None:
        return ""
    return f"{signed(test.lower95, digits)} to {signed(test.upper95, digits)}"


def _table(
    caption: str, head: Sequence[str], rows: Iterable[Sequence[str]], *, first_is_ours: bool = False
) -> str:
    words = {"in words", "verdict"}
    kinds = [' class="words"' if name in words else "" for name in head]
    names = "".join(f"<th{kind}>{escape(name)}</th>" for name, kind in zip(head, kinds, strict=True))
    body = []
    for number, row in enumerate(rows):
        cells = zip(row[1:], kinds[1:], strict=True)
        said = "".join(f"<td{kind}>{escape(cell)}</td>" for cell, kind in cells)
        ours = ' class="ours"' if first_is_ours and not number else ""
        body.append(f'<tr{ours}><th scope="row">{escape(row[0])}</th>{said}</tr>\n')
    if not body:
        return ""
    # The caption stays in place where a narrow screen scrolls the columns.
    return (
        f'<div class="table"><p>{escape(caption)}</p>\n'
        f'<div tabindex="0" role="region" aria-label="{escape(caption)}"><table>\n'
        f"<thead><tr>{names}</tr></thead>\n<tbody>\n{''.join(body)}</tbody>\n</table></div></div>\n"
    )
