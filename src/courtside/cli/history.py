"""`courtside history`: finished games, imported, listed and downloaded."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from courtside.cli.machine import cores, need

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from courtside.training.history_store import HistoryStore, Source

FOLDER = click.Path(path_type=Path, file_okay=False)
SHOWN_BROKEN = 20


@click.group()
def history() -> None:
    """Historical play-by-play: what forecasts are learned from.

    \b
    Examples:
      courtside history import --from seasons --out history
      courtside history list --history history
      courtside history fetch --season 2024 --out seasons
    """


@history.command("import")
@click.option(
    "--from",
    "folder",
    required=True,
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Folder with play-by-play in the stats layout (Parquet or CSV) or with recorded games; or one file.",
)
@click.option(
    "--out",
    required=True,
    type=FOLDER,
    metavar="STORE",
    help="Store to write to; made if missing, added to if not.",
)
@click.option(
    "--jobs",
    type=click.IntRange(1),
    default=None,
    metavar="N",
    help="Processes; without it, one a core. More than there are files help nothing.",
)
@click.option("--force", is_flag=True, help="Import again what is in the store as it lies in the folder.")
@click.option("--json", "as_json", is_flag=True, help="Print what was done as JSON.")
def import_history(folder: Path, out: Path, jobs: int | None, force: bool, as_json: bool) -> None:
    """Import finished games into a store of columns.

    A file that is in the store already is left alone unless it or its games.csv has changed. Broken games
    are named with the reason and left out.

    \b
    Examples:
      courtside history import --from seasons --out history
      courtside history import --from seasons/nbastats_2023.csv --out history
      courtside history import --from seasons --out history --jobs 1 --force
    """
    from courtside.training import history_import

    need("history in Parquet", ("pyarrow",), "train")
    with _progress(as_json) as bars:
        plan = history_import.plan(folder, out, force=force)
        rows = {task.name: bars.add_task(task.name, total=task.games) for task in plan.tasks}
        overall = bars.add_task("all", total=sum(task.games for task in plan.tasks)) if rows else None

        def progress(name: str, games: int) -> None:
            bars.advance(rows[name], games)
            if overall is not None:
                bars.advance(overall, games)

        imported = list(history_import.run(plan.tasks, out, jobs=jobs or cores(), progress=progress))
    _tell(imported, plan.unchanged, out, as_json)


@history.command("list")
@click.option(
    "--history", "store", required=True, type=FOLDER, metavar="STORE", help="Store that an import wrote."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_history(store: Path, as_json: bool) -> None:
    """Show what a store holds: sources, seasons, games, dates, and the games that were left out.

    \b
    Examples:
      courtside history list --history history
      courtside history list --history history --json
    """
    from courtside.training.history_store import HistoryStore

    need("history in Parquet", ("pyarrow",), "train")
    opened = HistoryStore(store)
    if as_json:
        import msgspec

        seasons = [_season_row(opened, season) for season in opened.seasons]
        click.echo(msgspec.json.encode({"sources": opened.sources, "seasons": seasons}))
        return
    click.echo(f"{'season':<8}{'games':>6}  {'regular':>7}  {'playoffs':>8}  {'other':>5}  dates")
    for season in opened.seasons:
        row = _season_row(opened, season)
        dates = f"{row['first_date']} to {row['last_date']}" if row["first_date"] else "without dates"
        click.echo(
            f"{row['season']:<8}{row['games']:>6}  {row['regular']:>7}  {row['playoffs']:>8}  "
            f"{row['other']:>5}  {dates}"
        )
    _tell_broken([game for source in opened.sources for game in _broken_lines(source)])


@history.command("fetch")
@click.option(
    "--season",
    "seasons",
    required=True,
    multiple=True,
    type=click.IntRange(2019, 2100),
    metavar="YEAR",
    help="Year in which the season begins; may be given several times.",
)
@click.option(
    "--type",
    "season_types",
    multiple=True,
    type=click.Choice(["regular", "playoffs", "play-in"]),
    default=("regular", "playoffs"),
    show_default=True,
    help="Part of the season; may be given several times.",
)
@click.option(
    "--out", required=True, type=FOLDER, metavar="DIR", help="Folder for the games; what is there is kept."
)
@click.option(
    "--pause",
    default=1.0,
    show_default=True,
    type=click.FloatRange(0.2),
    metavar="SECONDS",
    help="Between two requests.",
)
def fetch_history(seasons: tuple[int, ...], season_types: tuple[str, ...], out: Path, pause: float) -> None:
    """Download finished games of the NBA, politely, through nba_api.

    One request at a time. A game that is in the folder is not asked for again, so a download that was
    stopped goes on where it was. The folder can be imported (courtside history import), replayed and
    served (courtside feed).

    \b
    Examples:
      courtside history fetch --season 2024 --out seasons
      courtside history fetch --season 2024 --type playoffs --out seasons --pause 2
    """
    from courtside.cli.loop import run_async
    from courtside.clock import WallClock
    from courtside.training import history_fetch
    from courtside.training.history_nba_api import NbaApi

    site = NbaApi.connect()
    with _progress(False) as bars:
        rows: dict[str, TaskID] = {}

        def progress(name: str, done: int, total: int) -> None:
            if name not in rows:
                rows[name] = bars.add_task(name, total=total)
            bars.update(rows[name], completed=done, total=total)

        fetched = run_async(
            history_fetch.fetch(
                site,
                out,
                seasons=seasons,
                season_types=season_types,
                pause_seconds=pause,
                clock=WallClock(),
                progress=progress,
            )
        )
    click.echo(f"{fetched.new} games downloaded, {fetched.kept} were there; {out} holds {fetched.total}")
    _tell_broken([f"{game_id}  {reason}" for game_id, reason in fetched.missing.items()])


def _progress(quiet: bool) -> "Progress":
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        disable=quiet,
    )


def _tell(imported: "list[Source]", unchanged: "list[Source]", store: Path, as_json: bool) -> None:
    if as_json:
        import msgspec

        click.echo(
            msgspec.json.encode({"imported": imported, "unchanged": [each.name for each in unchanged]})
        )
        return
    for source in sorted(imported, key=lambda source: source.name):
        undated = f", {source.undated} without a date (no games.csv names them)" if source.undated else ""
        click.echo(f"{source.name}: {source.games} games, {source.plays} plays{undated}")
    _tell_broken([line for source in imported for line in _broken_lines(source)])
    if unchanged:
        names = ", ".join(source.name for source in unchanged)
        click.echo(f"unchanged since they were imported: {names} (--force imports them again)")
    games = sum(source.games for source in (*imported, *unchanged))
    click.echo(f"{store}: {games} games of this folder")


def _broken_lines(source: "Source") -> list[str]:
    return [f"{game.game_id}  {game.kind}: {game.reason}" for game in source.broken]


def _tell_broken(lines: list[str]) -> None:
    if not lines:
        return
    click.echo(f"{len(lines)} games left out:")
    for line in lines[:SHOWN_BROKEN]:
        click.echo(f"  {line}")
    if len(lines) > SHOWN_BROKEN:
        click.echo(f"  and {len(lines) - SHOWN_BROKEN} more; 'courtside history list --json' names all")


def _season_row(store: "HistoryStore", season: int) -> dict[str, object]:
    games = store.games(season)
    dates = [game.date for game in games if game.date]
    counts = {kind: sum(game.season_type == kind for game in games) for kind in ("regular", "playoffs")}
    return {
        "season": season,
        "games": len(games),
        **counts,
        "other": len(games) - sum(counts.values()),
        "first_date": min(dates, default=None),
        "last_date": max(dates, default=None),
    }
