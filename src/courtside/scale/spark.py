"""The job: observations out of Kafka, each game folded where its state is, messages and features out.

A micro-batch is a range of the log. Where the job dies in it, the same range is folded again from the same
state, and the same messages go out again with the same ids: consumers drop what they have seen. Features
of a batch are written into a folder of its own, over what a dead job left there.
"""

import threading
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import msgspec

from courtside.errors import BusError
from courtside.scale.processor import ROWS, GameProcessor, Recipe
from courtside.scale.rows import AT_18, FEATURE_NAMES, MESSAGE, MOMENT_NAMES, RUNNING, SET_ASIDE
from courtside.scale.topics import Topics

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame, SparkSession
    from pyspark.sql.streaming.listener import StreamingQueryProgress
    from pyspark.sql.streaming.query import StreamingQuery

ROCKSDB = "org.apache.spark.sql.execution.streaming.state.RocksDBStateStoreProvider"
MOST_RECORDS = 20_000
ID_HEADER = "id"
"""Header of a record with the name that it keeps across repeated deliveries."""
_LOOK_SECONDS = 1


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """What a run is told. `checkpoint` and `features` are folders or URIs that all workers can reach."""

    servers: str
    topics: Topics
    recipe: Recipe
    checkpoint: str
    features: str | None = None
    once: bool = False
    """Fold what is there now, then end."""
    trigger_seconds: float = 1.0
    partitions: int | None = None
    """Of the state; None is one a core. A checkpoint keeps those that it began with."""
    most_records: int = MOST_RECORDS
    """Of one micro-batch."""
    client: Mapping[str, str] = {}
    """Further settings of Kafka's clients, as `security.protocol`."""


class Batch(msgspec.Struct, frozen=True):
    """What a micro-batch came to."""

    number: int
    records: int
    messages: int
    set_aside: int
    seconds: float


class Run:
    """A query that is under way. Whoever starts it follows it to its end."""

    def __init__(self, spark: "SparkSession", job: Job) -> None:
        self._job = job
        self._query_id = ""
        self._known = threading.Event()
        self._counts: dict[int, dict[str, int]] = {}
        writer = _folded(spark, job).writeStream.foreachBatch(self._write)
        if job.once:
            writer = writer.trigger(availableNow=True)
        else:
            writer = writer.trigger(processingTime=f"{job.trigger_seconds} seconds")
        self.query: StreamingQuery = writer.option("checkpointLocation", job.checkpoint).start()
        self._query_id = self.query.id
        self._known.set()

    def follow(self, told: Callable[[Batch], None], stop: threading.Event | None = None) -> None:
        """Wait until the query ends, or `stop` is set, and tell of each micro-batch.

        Raises `BusError` where the query failed.
        """
        from pyspark.errors import StreamingQueryException

        last = -1
        ended = False
        try:
            while not ended:
                ended = bool(self.query.awaitTermination(_LOOK_SECONDS))
                for progress in self.query.recentProgress:
                    if progress.batchId > last and progress.numInputRows:
                        last = progress.batchId
                        told(self._batch(progress))
                if stop is not None and stop.is_set():
                    self.query.stop()
                    return
        except StreamingQueryException as error:
            raise BusError(
                f"the job stopped: {reason_of(str(error))}; "
                "its checkpoint is whole: start it again and it goes on where it was"
            ) from error

    def _batch(self, progress: "StreamingQueryProgress") -> Batch:
        counts = self._counts.pop(progress.batchId, {})
        return Batch(
            progress.batchId,
            progress.numInputRows,
            counts.get(MESSAGE, 0),
            counts.get(SET_ASIDE, 0),
            progress.batchDuration / 1000,
        )

    def _write(self, batch: "DataFrame", number: int) -> None:
        self._known.wait()
        self._counts[number] = write(batch, number, self._job, self._query_id)


def _folded(spark: "SparkSession", job: Job) -> "DataFrame":
    """The log as `ROWS`."""
    from pyspark.sql import functions as f

    for name, value in {
        "spark.sql.streaming.stateStore.providerClass": ROCKSDB,
        "spark.sql.streaming.stateStore.rocksdb.changelogCheckpointing.enabled": "true",
        "spark.sql.shuffle.partitions": str(job.partitions or spark.sparkContext.defaultParallelism),
        # Games leave the store while others are played: that needs no batches of its own.
        "spark.sql.streaming.noDataMicroBatches.enabled": "false",
    }.items():
        spark.conf.set(name, value)
    log = (
        spark.readStream.format("kafka")
        .options(**_client(job))
        .option("subscribe", job.topics.observations)
        .option("startingOffsets", "earliest")
        .option("includeHeaders", "true")
        .option("failOnDataLoss", "true")
        .option("maxOffsetsPerTrigger", str(job.most_records))
        .load()
    )
    ids = f.filter(f.col("headers"), lambda header: header["key"] == ID_HEADER)
    records = log.select(
        f.coalesce(f.col("key").cast("string"), f.lit("")).alias("game_id"),
        "partition",
        "offset",
        "value",
        f.get(ids, f.lit(0))["value"].cast("string").alias("id"),
    )
    return records.groupBy("game_id").transformWithStateInPandas(
        GameProcessor(job.recipe), ROWS, "Append", "ProcessingTime"
    )


def _client(job: Job) -> dict[str, str]:
    settings = {**job.client, "bootstrap.servers": job.servers}
    return {f"kafka.{name}": value for name, value in settings.items()}


def write(batch: "DataFrame", number: int, job: Job, query_id: str) -> dict[str, int]:
    """Messages to Kafka and features to their folders; returns how many rows there are of each kind."""
    from pyspark.sql import functions as f

    batch.persist()
    try:
        counts: dict[str, int] = {kind: count for kind, count in batch.groupBy("kind").count().collect()}
        if counts.get(MESSAGE) or counts.get(SET_ASIDE):
            told = batch.where(f.col("kind").isin(MESSAGE, SET_ASIDE))
            _for_kafka(told, job).write.format("kafka").options(**_client(job)).save()
        for kind in (RUNNING, AT_18):
            if job.features is not None and counts.get(kind):
                folder = f"{job.features.rstrip('/')}/{kind}/query={query_id}/batch={number}"
                _table(batch, kind).coalesce(1).write.mode("overwrite").parquet(folder)
        return counts
    finally:
        batch.unpersist()


def _for_kafka(rows: "DataFrame", job: Job) -> "DataFrame":
    """Messages with their id and type; what was set aside with where it lay, and why."""
    from pyspark.sql import functions as f

    def header(name: str, value: "Column") -> "Column":
        return f.struct(f.lit(name).alias("key"), value.cast("binary").alias("value"))

    aside = f.col("kind") == SET_ASIDE
    about_record = f.array(
        header(ID_HEADER, f.concat(f.lit("observations/"), f.col("id"))),
        header("reason", f.col("note")),
        header("stream", f.lit("observations")),
        header("position", f.col("id")),
    )
    about_message = f.array(header(ID_HEADER, f.col("id")), header("type", f.col("note")))
    return rows.select(
        f.when(aside, job.topics.dead_letters).otherwise(job.topics.messages).alias("topic"),
        f.col("game_id").alias("key"),
        f.col("value"),
        f.when(aside, about_record).otherwise(about_message).alias("headers"),
    )


def _table(rows: "DataFrame", kind: str) -> "DataFrame":
    """The features of one kind in columns; what is unknown is null."""
    from pyspark.sql import functions as f

    columns = [f.col("game_id"), f.col("epoch"), f.col("seq")]
    for place, name in enumerate(FEATURE_NAMES[kind]):
        value = f.col("numbers")[place]
        known = value.cast("bigint") if name in MOMENT_NAMES else f.nanvl(value, f.lit(None).cast("double"))
        columns.append(known.alias(name))
    return rows.where(f.col("kind") == kind).select(*columns)


def reason_of(said: str) -> str:
    """The line of a stack of exceptions, Java's and Python's, that says what went wrong."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    ours = [line for line in lines if line.startswith("courtside.errors.")]
    if ours:
        return ours[-1].partition(": ")[2]
    causes = [line.removeprefix("Caused by: ") for line in lines if line.startswith("Caused by: ")]
    return (causes or lines or ["no reason given"])[-1]
