"""Importing finished games into a store: whatever lies in a folder, in parallel, and only once."""

import hashlib
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor, wait
from multiprocessing import get_context
from multiprocessing.queues import Queue
from pathlib import Path
from queue import Empty

import msgspec

from courtside.errors import BadHistory, BadInput, CourtsideError
from courtside.formats.recordings import Recordings
from courtside.formats.stats_layout import StatsRow, Teams, find_teams, parse_game
from courtside.training import history_files
from courtside.training.history_game import Header, HistoryGame, game_of
from courtside.training.history_index import INDEX_NAME, IndexEntry, read_index
from courtside.training.history_recordings import read_recorded, recorded_files
from courtside.training.history_store import LAYOUT, BrokenGame, Source, SourceWriter, parts, read_source

RECORDINGS = "recordings"
REPORT_EVERY = 10
"""Games between two reports of progress."""
POLL_SECONDS = 0.2

Progress = Callable[[str, int], None]
"""Called with a source's name and how many more of its games are done."""


class Task(msgspec.Struct, frozen=True):
    """One source to import: a file in the stats layout, or all recordings of a folder."""

    path: Path
    name: str
    fingerprint: str
    games: int


class Plan(msgspec.Struct, frozen=True):
    """What is to be imported, and what is in the store already, just as it lies in the folder."""

    tasks: list[Task]
    unchanged: list[Source]


def plan(folder: Path, store: Path, *, force: bool = False) -> Plan:
    """Look at a folder, or at a single file; raises `BadHistory` where there is nothing to import.

    A source is imported again when its content, its `games.csv` or the form of the store has changed.
    """
    if not folder.exists():
        raise BadHistory("no_files", f"{folder} does not exist; name a folder with play-by-play files")
    known = {source.name: source for source in map(read_source, parts(store))}
    tasks: list[Task] = []
    unchanged: list[Source] = []
    owners: dict[str, str] = {}
    for path, name, games, ids in _sources(folder):
        fingerprint = _fingerprint(path)
        for game_id in ids:
            if game_id in owners:
                raise BadHistory(
                    "twice",
                    f"game {game_id} is in {owners[game_id]} and in {name}; keep one of the two in {folder}",
                )
        owners |= dict.fromkeys(ids, name)
        source = known.get(name)
        if source and not force and (source.fingerprint, source.layout) == (fingerprint, LAYOUT):
            unchanged.append(source)
        else:
            tasks.append(Task(path, name, fingerprint, games))
    if not owners:
        raise BadHistory(
            "no_files",
            f"no play-by-play in {folder}: neither Parquet or CSV files in the stats layout "
            "nor recordings (playbyplay_<id>.json)",
        )
    return Plan(tasks, unchanged)


def run(tasks: list[Task], store: Path, *, jobs: int, progress: Progress) -> Iterator[Source]:
    """Import; yields each source when it stands in the store. Raises `BadHistory` for an unreadable file."""
    store.mkdir(parents=True, exist_ok=True)
    if jobs == 1 or len(tasks) < 2:
        for task in tasks:
            yield import_source(task, store, progress)
        return
    context = get_context("spawn")
    reports: Queue[tuple[str, int]] = context.Queue()
    with ProcessPoolExecutor(
        min(jobs, len(tasks)), mp_context=context, initializer=_start_worker, initargs=(reports,)
    ) as pool:
        # The largest first: the last one to end should be a small one.
        order = sorted(tasks, key=lambda task: -task.games)
        running: set[Future[Source | str]] = {pool.submit(_work, task, store) for task in order}
        try:
            while running:
                done, running = wait(running, POLL_SECONDS, return_when="FIRST_COMPLETED")
                _drain(reports, progress)
                for future in done:
                    result = future.result()
                    if isinstance(result, str):
                        raise BadHistory("file", result)
                    yield result
        finally:
            for future in running:
                future.cancel()
            reports.close()


def import_source(task: Task, store: Path, progress: Progress) -> Source:
    """Import one source in this process."""
    writer = SourceWriter(store, task.name)
    broken: list[BrokenGame] = []
    done = 0
    try:
        for game_id, game in _games(task):
            if isinstance(game, BadInput):
                kind = getattr(game, "kind", "bad_input")
                broken.append(BrokenGame(game_id, kind, str(game)))
            else:
                writer.add(game)
            done += 1
            if done % REPORT_EVERY == 0:
                progress(task.name, REPORT_EVERY)
        progress(task.name, done % REPORT_EVERY)
    except BaseException:
        writer.abandon()
        raise
    return writer.finish(task.name, task.fingerprint, broken)


def read_game(game_id: str, rows: list[StatsRow], entry: IndexEntry | None) -> HistoryGame:
    """One game of a file in the stats layout; raises `BadHistory` where it is broken."""
    teams = find_teams(rows)
    header = Header(
        game_id=game_id,
        date=entry.date if entry else None,
        home_id=teams.home_id,
        home=(entry and entry.home) or teams.home,
        away_id=teams.away_id,
        away=(entry and entry.away) or teams.away,
    )
    game = game_of(header, parse_game(rows, teams, header.date))
    if entry is not None:
        _check_against(entry, teams, game)
    return game


def _check_against(entry: IndexEntry, teams: Teams, game: HistoryGame) -> None:
    facts = game.facts
    for what, found, said in (
        ("home team", teams.home_id, entry.home_id),
        ("visiting team", teams.away_id, entry.away_id),
        ("final score of home", facts.home_score, entry.home_score),
        ("final score of the visitors", facts.away_score, entry.away_score),
    ):
        if said is not None and found != said:
            raise BadHistory("index", f"{what} {found} by the plays, {said} by {INDEX_NAME}")


def _sources(folder: Path) -> Iterator[tuple[Path, str, int, set[str]]]:
    """Path, name in the store, number of games and their ids."""
    files = history_files.stats_files(folder) if folder.is_dir() else [folder]
    for path in files:
        ids = history_files.game_ids(path)
        yield path, path.name.replace(".", "-"), len(ids), ids
    if folder.is_dir() and recorded_files(folder):
        ids = set(Recordings.open(folder).game_ids)
        yield folder, RECORDINGS, len(ids), ids


def _games(task: Task) -> Iterator[tuple[str, HistoryGame | BadInput]]:
    """Every game of a source, or what is wrong with it."""
    if task.path.is_dir():
        recordings = Recordings.open(task.path)
        for game_id, reason in recordings.skipped.items():
            yield game_id, BadHistory("recording", reason)
        for game_id in recordings.game_ids:
            try:
                yield game_id, read_recorded(recordings, game_id)
            except BadInput as error:
                yield game_id, error
        return
    index = read_index(task.path.parent)
    for game_id, rows in history_files.read_games(task.path):
        try:
            yield game_id, read_game(game_id, rows, index.get(game_id))
        except BadInput as error:
            yield game_id, error


def _fingerprint(path: Path) -> str:
    digest = hashlib.sha256()
    if path.is_dir():
        files = recorded_files(path)
    else:
        index = path.parent / INDEX_NAME
        files = [path, *([index] if index.is_file() else [])]
    for file in files:
        digest.update(file.name.encode())
        with file.open("rb") as stream:
            digest.update(hashlib.file_digest(stream, "sha256").digest())
    return digest.hexdigest()


_reports: "Queue[tuple[str, int]] | None" = None


def _start_worker(reports: "Queue[tuple[str, int]]") -> None:
    global _reports
    _reports = reports


def _report(name: str, games: int) -> None:
    if _reports is not None:
        _reports.put((name, games))


def _work(task: Task, store: Path) -> Source | str:
    """In a worker: errors for people go back as their text, because not every error can be pickled."""
    try:
        return import_source(task, store, _report)
    except CourtsideError as error:
        return str(error)


def _drain(reports: "Queue[tuple[str, int]]", progress: Progress) -> None:
    while True:
        try:
            progress(*reports.get_nowait())
        except Empty:
            return
