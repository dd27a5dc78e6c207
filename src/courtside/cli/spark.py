"""`courtside spark`: the same engine on Spark, over a log in Kafka and over history."""

import os
import re
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from courtside.cli.settings_options import SettingsCommand, settings_of
from courtside.cli.training import Day
from courtside.redact import hide_secrets

if TYPE_CHECKING:
    from courtside.scale.spark import Batch

FOLDER = click.Path(path_type=Path, file_okay=False)
FILE = click.Path(path_type=Path, dir_okay=False, exists=True)
SETTINGS = (
    "model",
    "ensemble",
    "data_dir",
    "run_threshold",
    "alert_threshold",
    "drought_seconds",
    "coverage",
)
_URI = re.compile(r"[a-z][a-z0-9+.-]+://")
_DAY_SECONDS = 86_400.0


class FoldCommand(click.Command):
    """A command that takes those settings on which the messages of a game depend."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        every = SettingsCommand(name=None).params
        self.params += [param for param in every if param.name in (*SETTINGS, "config")]


@click.group()
def spark() -> None:
    """The same engine on Spark Structured Streaming, and over history in batch.

    Needs pip install 'courtside[spark]' and Java 17.

    \b
    Examples:
      courtside spark run --kafka 127.0.0.1:9092 --checkpoint state --features features
      courtside spark features --history history --out table
    """


_MASTER = click.option(
    "--master", default="local[*]", show_default=True, metavar="MASTER", help="Spark's master: where it runs."
)
_MEMORY = click.option(
    "--memory", default="1g", show_default=True, metavar="SIZE", help="Memory of the driver's Java."
)


@spark.command(cls=FoldCommand)
@click.option(
    "--kafka",
    "servers",
    required=True,
    metavar="HOST:PORT,...",
    help="Brokers; kafka:// before them is fine.",
)
@click.option(
    "--checkpoint",
    default="spark-checkpoint",
    show_default=True,
    metavar="DIR",
    help="Folder or URI of what survives a restart: how far it read, and the state of each game.",
)
@click.option(
    "--features", metavar="DIR", help="Folder or URI for features as Parquet; without it there are none."
)
@click.option(
    "--jars",
    type=FOLDER,
    metavar="DIR",
    help="Folder with Spark's Kafka connector; without it Spark downloads the connector.",
)
@click.option(
    "--prefix",
    default="courtside",
    show_default=True,
    metavar="NAME",
    help="First word of the topics: PREFIX.observations is read, PREFIX.dead_letters gets what cannot be.",
)
@click.option(
    "--messages", metavar="TOPIC", help="Topic that messages go to; without it PREFIX.spark.messages."
)
@click.option("--once", is_flag=True, help="Fold what is in the log now, then end.")
@click.option(
    "--trigger",
    "trigger_seconds",
    default=1.0,
    show_default=True,
    type=click.FloatRange(0.0),
    metavar="SECONDS",
    help="Time between the starts of two micro-batches; 0 is one after the other.",
)
@click.option(
    "--max-records",
    default=20_000,
    show_default=True,
    type=click.IntRange(1),
    metavar="N",
    help="Most records of one micro-batch.",
)
@click.option(
    "--partitions",
    type=click.IntRange(1),
    metavar="N",
    help="Parts of the state, folded beside one another; without it one a core. A checkpoint keeps its own.",
)
@click.option(
    "--forget-after",
    "forget_seconds",
    default=_DAY_SECONDS,
    show_default=True,
    type=click.FloatRange(0.0),
    metavar="SECONDS",
    help="A game that is over and has been silent this long leaves the state.",
)
@click.option(
    "--client",
    type=FILE,
    metavar="FILE",
    help="Properties of Kafka's clients (security.protocol, sasl.jaas.config ...), a line each.",
)
@_MASTER
@_MEMORY
@click.option("--json", "as_json", is_flag=True, help="Print each micro-batch as a line of JSON.")
def run(
    servers: str,
    checkpoint: str,
    features: str | None,
    jars: Path | None,
    prefix: str,
    messages: str | None,
    once: bool,
    trigger_seconds: float,
    max_records: int,
    partitions: int | None,
    forget_seconds: float,
    client: Path | None,
    master: str,
    memory: str,
    as_json: bool,
    **options: object,
) -> None:
    """Fold the log of observations in Kafka on Spark, and write what follows back to Kafka.

    Says the same as an engine of 'courtside run', message for message, with the same model and settings.
    Killed and started again with the same checkpoint it goes on: nothing is lost, and a message that goes
    out twice has the same id both times. Stops with Ctrl-C.

    \b
    Examples:
      courtside spark run --kafka 127.0.0.1:9092 --checkpoint state
      courtside spark run --kafka kafka://broker:9092 --jars jars --features features --once
      courtside spark run --kafka broker:9093 --client client.properties --master spark://host:7077
    """
    from courtside.scale.session import check_spark, close_session, connector_jars, open_session

    settings = settings_of(options)
    check_spark()
    brokers = _brokers(servers)
    properties = {} if client is None else _properties(client)
    found = None if jars is None else connector_jars(jars)

    from courtside.app.forecasting import open_forecasting
    from courtside.app.models import resolve
    from courtside.engine.settings import EngineSettings
    from courtside.scale.processor import Recipe
    from courtside.scale.spark import Job, Run
    from courtside.scale.topics import Topics, prepare

    recipe = Recipe(
        model=str(resolve(settings).resolve()),
        version=open_forecasting(settings).forecaster.version,
        ensemble=settings.ensemble,
        settings=settings.part(EngineSettings),
        with_features=features is not None,
        forget_ms=round(forget_seconds * 1000),
    )
    job = Job(
        servers=brokers,
        topics=Topics.of(prefix, messages),
        recipe=recipe,
        checkpoint=_place(checkpoint),
        features=None if features is None else _place(features),
        once=once,
        trigger_seconds=trigger_seconds,
        partitions=partitions,
        most_records=max_records,
        client=properties,
    )
    with _until_stopped() as stop:
        _say(as_json, "starting Spark")
        session = open_session("courtside", master, jars=found, kafka=True, memory=memory)
        try:
            prepare(session, brokers, job.topics, properties)
            _say(as_json, f"{job.topics.observations} -> {job.topics.messages}, model {recipe.version}")
            told = _Told(as_json)
            Run(session, job).follow(told.batch, stop)
        finally:
            close_session(session)
    told.end()


@spark.command("features")
@click.option(
    "--history", "store", required=True, type=FOLDER, metavar="STORE", help="Store that an import wrote."
)
@click.option("--out", required=True, metavar="DIR", help="Folder or URI for the table.")
@click.option("--from", "first", type=Day(), metavar="DATE", help="Only games from that day on.")
@click.option("--until", type=Day(), metavar="DATE", help="Only games before that day.")
@click.option(
    "--spreads", type=FILE, metavar="FILE", help="CSV with closing home spreads (game_id, close_home_spread)."
)
@click.option(
    "--check", is_flag=True, help="Build the same table without Spark too, and compare every number."
)
@_MASTER
@_MEMORY
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def features(
    store: Path,
    out: str,
    first: str | None,
    until: str | None,
    spreads: Path | None,
    check: bool,
    master: str,
    memory: str,
    as_json: bool,
) -> None:
    """Build the table that models are trained on: every game at 18:00, and at moments from tip to end.

    The same numbers as 'courtside train' works with, as Parquet; what is unknown is null. Games before
    --from are rated all the same. Exit status 1 where --check finds a difference.

    \b
    Examples:
      courtside spark features --history history --out table
      courtside spark features --history history --out table --from 2023-10-01 --until 2024-07-01 --check
    """
    from courtside.scale.session import check_spark, close_session, open_session

    check_spark()

    from courtside.scale.history import write_history
    from courtside.training.dataset import read_spreads
    from courtside.training.history_store import HistoryStore

    if check and _URI.match(out):
        raise click.BadParameter(f"{out} cannot be read from here; write to a folder", param_hint="--check")
    quotes = None if spreads is None else read_spreads(spreads)
    HistoryStore(store)
    place = _place(out)
    _say(as_json, "starting Spark")
    began = time.monotonic()
    session = open_session("courtside-features", master, memory=memory)
    try:
        games = write_history(
            session,
            store,
            place,
            spreads=quotes,
            until=until,
            after=first,
            progress=lambda season, count: _say(
                as_json, f"{time.monotonic() - began:6.0f} s  {season}: {count:,} games"
            ),
        )
    finally:
        close_session(session)
    found = _compare(store, place, quotes, until, first, as_json) if check else None
    if as_json:
        import msgspec

        click.echo(msgspec.json.encode({"games": games, "out": out, "differences": found}))
    else:
        click.echo(f"{games:,} games in {out}, {time.monotonic() - began:.0f} s")
        if found == []:
            click.echo("the same without Spark: every number of every row")
    if found:
        from courtside.errors import BadHistory

        raise BadHistory("differs", f"{out} is not what this machine alone makes of it: {'; '.join(found)}")


def _compare(
    store: Path,
    out: str,
    spreads: dict[str, float] | None,
    until: str | None,
    first: str | None,
    as_json: bool,
) -> list[str]:
    from courtside.forecast.rating_book import RatingBook
    from courtside.scale.table import differences, read_table
    from courtside.training.dataset import build

    _say(as_json, "building the same without Spark")
    alone = build(store, RatingBook(), spreads=spreads, until=until, after=first)
    return differences(read_table(Path(out)), alone)


class _Told:
    """What a run says while it goes on."""

    def __init__(self, as_json: bool) -> None:
        self._as_json = as_json
        self._records = self._messages = self._set_aside = 0

    def batch(self, batch: "Batch") -> None:
        self._records += batch.records
        self._messages += batch.messages
        self._set_aside += batch.set_aside
        if self._as_json:
            import msgspec

            click.echo(msgspec.json.encode(batch))
            return
        aside = f", {batch.set_aside} set aside" if batch.set_aside else ""
        click.echo(
            f"batch {batch.number}: {batch.records:,} records, {batch.messages:,} messages{aside}, "
            f"{batch.seconds:.1f} s"
        )

    def end(self) -> None:
        if self._as_json:
            return
        aside = f"; {self._set_aside:,} records set aside" if self._set_aside else ""
        click.echo(f"{self._records:,} records, {self._messages:,} messages{aside}")


@contextmanager
def _until_stopped() -> Iterator[threading.Event]:
    """Set when SIGINT or SIGTERM comes, so that Spark ends in order."""
    stop = threading.Event()
    before = {
        number: signal.signal(number, lambda *_: stop.set()) for number in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _say(quiet: bool, what: str) -> None:
    if not quiet:
        click.echo(what, err=True)


def _brokers(text: str) -> str:
    """`HOST:PORT,...` as Kafka's clients want it."""
    places = text.removeprefix("kafka://").rstrip("/")
    for place in places.split(","):
        host, colon, port = place.rpartition(":")
        if not host or not colon or not port.isdecimal() or "@" in host or "/" in place:
            raise click.BadParameter(
                f"{hide_secrets(text)!r} names no broker; give HOST:PORT, and passwords in a --client file",
                param_hint="--kafka",
            )
    return places


def _properties(file: Path) -> dict[str, str]:
    """A file of Java properties: `name=value`, comments begin with #."""
    found: dict[str, str] = {}
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        name, equals, value = line.partition("=")
        if not equals:
            raise click.BadParameter(
                f"{file} has no '=' in line {number}; write name=value", param_hint="--client"
            )
        found[name.strip()] = value.strip()
    return found


def _place(text: str) -> str:
    """A URI as it is; a folder with its whole path, as Spark's processes need not run in this one."""
    return text if _URI.match(text) else os.path.abspath(text)
