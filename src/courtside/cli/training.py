"""`courtside train` and `courtside evaluate`: models out of history, and how good they are."""

import shlex
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from courtside.cli.machine import TRAINING, cores, need

if TYPE_CHECKING:
    from courtside.training.report import Report

FOLDER = click.Path(path_type=Path, file_okay=False)
FILE = click.Path(path_type=Path, dir_okay=False, exists=True)
_STEPS = 50
"""How often progress of an import is told."""
HISTORY_HELP = "Imported store, or a folder of seasons (it is then imported first)."


class Day(click.ParamType[str]):
    """`2024-06-17`."""

    name = "date"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        try:
            return date.fromisoformat(value).isoformat()
        except ValueError:
            self.fail(f"{value!r} is not a date; give one as 2024-06-17", param, ctx)


@click.command()
@click.option("--history", required=True, type=FOLDER, metavar="DIR", help=HISTORY_HELP)
@click.option("--out", required=True, type=FOLDER, metavar="DIR", help="Folder for the model.")
@click.option("--until", type=Day(), metavar="DATE", help="Learn from the games before that day only.")
@click.option(
    "--spreads",
    type=FILE,
    metavar="FILE",
    help="CSV with closing home spreads (game_id, close_home_spread), for games with a quote.",
)
@click.option("--mlflow", "tracking", metavar="URI", help="Log the training to MLflow and register it there.")
@click.option("--jobs", type=click.IntRange(1), metavar="N", help="Processes; without it, one a core.")
@click.option("--json", "as_json", is_flag=True, help="Print the model's manifest as JSON.")
def train(
    history: Path,
    out: Path,
    until: str | None,
    spreads: Path | None,
    tracking: str | None,
    jobs: int | None,
    as_json: bool,
) -> None:
    """Learn a model from history. The same games give the same model, to the byte.

    \b
    Examples:
      courtside train --history history --out model
      courtside train --history history --out model --until 2023-10-01
      courtside train --history history --out model --spreads closing.csv --mlflow http://127.0.0.1:5000
    """
    need("training", TRAINING, "train")
    from courtside.training.dataset import read_spreads
    from courtside.training.train import Training
    from courtside.training.train import train as fit

    with _told() as progress, _imported(history, jobs or cores(), progress) as store:
        bundle = fit(
            Training(
                store=store,
                until=until,
                spreads={} if spreads is None else read_spreads(spreads),
                jobs=jobs or cores(),
            ),
            out,
            progress,
        )
    manifest = bundle.manifest
    registered = None
    if tracking is not None:
        from courtside.training.mlflow_log import log_training

        span = manifest.data
        registered = log_training(
            tracking,
            bundle.folder,
            {"until": until or "", "games": span.games, "last_date": span.last_date},
            manifest.metrics,
        )
    if as_json:
        import msgspec

        click.echo(msgspec.json.encode(manifest))
        return
    size = sum(file.bytes for file in manifest.files.values())
    click.echo(f"model {manifest.version} in {bundle.folder}, {size / 1e6:.1f} MB")
    click.echo(f"learned from {manifest.data.games:,} games until {manifest.data.last_date}")
    for name, value in manifest.metrics.items():
        click.echo(f"{name.replace('_', ' '):<18}{value:g}")
    if registered is not None:
        click.echo(f"registered at {tracking} as courtside {registered}")
    click.echo(f"use it: courtside models use {bundle.folder}")


@click.command()
@click.option("--history", required=True, type=FOLDER, metavar="DIR", help=HISTORY_HELP)
@click.option("--from", "first", required=True, type=Day(), metavar="DATE", help="First day to judge.")
@click.option("--to", "last", required=True, type=Day(), metavar="DATE", help="Last day to judge.")
@click.option(
    "--train-until",
    type=Day(),
    metavar="DATE",
    help="Learn from the games before that day; the first day to judge, where nothing is said.",
)
@click.option(
    "--rolling", type=click.Choice(["season"]), help="Learn anew at the start of each season that is judged."
)
@click.option("--model", type=FOLDER, metavar="DIR", help="Judge this model, on games after those it knows.")
@click.option(
    "--games",
    type=FILE,
    metavar="FILE",
    help="CSV with a column game_id: only these games. Columns dejavu, lstm, ensemble, forecast and "
    "prediction are others' forecasts of halftime, which ours are compared with.",
)
@click.option(
    "--spreads", type=FILE, metavar="FILE", help="CSV with closing home spreads: forecasts know the market."
)
@click.option(
    "--out",
    default=Path("report.json"),
    show_default=True,
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Report to write; the page with pictures goes beside it as .html.",
)
@click.option("--jobs", type=click.IntRange(1), metavar="N", help="Processes; without it, one a core.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON too.")
def evaluate(
    history: Path,
    first: str,
    last: str,
    train_until: str | None,
    rolling: str | None,
    model: Path | None,
    games: Path | None,
    spreads: Path | None,
    out: Path,
    jobs: int | None,
    as_json: bool,
) -> None:
    """Judge forecasts of games that their model had not seen.

    \b
    Examples:
      courtside evaluate --history history --from 2021-10-01 --to 2024-06-30 --rolling season
      courtside evaluate --history history --from 2019-12-26 --to 2021-01-20 --games originals.csv
      courtside evaluate --history history --from 2024-10-01 --to 2025-06-30 --model model
    """
    if last < first:
        raise click.BadParameter(f"{last} is before {first}; give a later day", param_hint="--to")
    if sum(value is not None for value in (train_until, rolling, model)) > 1:
        raise click.UsageError("give one of --train-until, --rolling and --model")
    if train_until is not None and train_until > first:
        raise click.BadParameter(
            f"{train_until} is after {first}: the model would know games that it is judged on; "
            "give a day not after --from",
            param_hint="--train-until",
        )
    need("training", TRAINING, "train")
    from courtside.training.dataset import read_spreads
    from courtside.training.evaluation import Evaluation, evaluation, read_games
    from courtside.training.report import encode_report
    from courtside.training.report_page import page

    _make_folder(out)
    with _told() as progress, _imported(history, jobs or cores(), progress) as store:
        report = evaluation(
            Evaluation(
                store=store,
                first=first,
                last=last,
                train_until=train_until,
                rolling="season" if rolling else None,
                model=model,
                games=None if games is None else read_games(games),
                spreads=None if spreads is None else read_spreads(spreads),
                jobs=jobs or cores(),
                command=shlex.join(["courtside", *sys.argv[1:]]),
            ),
            progress,
        )
    encoded = encode_report(report)
    html = out.with_suffix(".html")
    _write(out, encoded)
    _write(html, page(report).encode())
    if as_json:
        click.echo(encoded)
        return
    _tell(report)
    click.echo(f"written: {out} and {html}")


def _tell(report: "Report") -> None:
    halftime, win = report.halftime, report.win_probability
    click.echo(f"{report.n:,} games, {report.first_date} to {report.last_date}")
    click.echo(f"halftime: mean absolute error {halftime.mae:.3f}, CRPS {halftime.crps:.3f}")
    for name, test in halftime.paired.items():
        theirs = halftime.baselines[name].mae
        doubt = "" if test.se is None else f" +- {test.se:.3f}, p {test.p:.2g}"
        click.echo(f"  {name:<18}{theirs:.3f}   ours is {test.delta:+.3f}{doubt}")
    click.echo(
        f"  80% intervals: {halftime.coverage80:.1%} inside, {halftime.width80:.1f} wide; "
        f"95%: {halftime.coverage95:.1%}, {halftime.width95:.1f}"
    )
    click.echo(f"win probability: mean Brier score {win.brier:.4f}")
    for name, moment in win.by_moment.items():
        others = ", ".join(f"{other} {scores.brier:.4f}" for other, scores in moment.baselines.items())
        click.echo(
            f"  {name:<8}{moment.brier:.4f}  ({others}), "
            f"calibration error {moment.ece:.3f} (noise {moment.ece_floor:.3f} to {moment.ece_floor95:.3f})"
        )
    if report.runs is not None:
        walk = report.runs.baselines["random_walk"].brier
        click.echo(f"runs of {report.runs.points}: Brier {report.runs.brier:.4f}, random walk {walk:.4f}")


@contextmanager
def _told() -> Iterator[Callable[[str], None]]:
    """Progress on standard error, each step with the time since the start."""
    from rich.console import Console

    console = Console(stderr=True, highlight=False)
    started = time.monotonic()
    if not console.is_terminal:
        last = ""

        def line(what: str) -> None:
            nonlocal last
            if what != last:
                console.print(f"{time.monotonic() - started:6.0f} s  {what}", markup=False)
                last = what

        yield line
        return
    with console.status("") as status:
        yield lambda what: status.update(f"{time.monotonic() - started:4.0f} s  {what}")


@contextmanager
def _imported(folder: Path, jobs: int, progress: Callable[[str], None]) -> Iterator[Path]:
    """The store itself, or one that is made of a folder of seasons and gone afterwards."""
    import tempfile

    from courtside.training import history_import
    from courtside.training.history_store import parts

    if parts(folder):
        yield folder
        return
    with tempfile.TemporaryDirectory(prefix="courtside-history-") as work:
        store = Path(work)
        plan = history_import.plan(folder, store, force=False)
        total, done = sum(task.games for task in plan.tasks), 0

        def games(name: str, count: int) -> None:
            nonlocal done
            before, done = done, done + count
            # A line for each report of each worker would fill a log with thousands.
            if done * _STEPS // total > before * _STEPS // total:
                progress(f"{done:,} of {total:,} games imported; 'courtside history import' does it for good")

        for source in history_import.run(plan.tasks, store, jobs=jobs, progress=games):
            for broken in source.broken:
                progress(f"left out {broken.game_id}: {broken.reason}")
        yield store


def _make_folder(out: Path) -> None:
    """Before the long work: what cannot be written afterwards is said at once."""
    with _writing(out):
        out.parent.mkdir(parents=True, exist_ok=True)


def _write(path: Path, data: bytes) -> None:
    with _writing(path):
        path.write_bytes(data)


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    from courtside.errors import BadConfig

    try:
        yield
    except OSError as error:
        raise BadConfig(f"cannot write {path} ({error.strerror}); choose another with --out") from error
