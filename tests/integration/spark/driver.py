"""A Spark driver in a process of its own, which tests give work to, one after the other.

    python -m tests.integration.spark.driver JARS      a line of JSON in, a line of JSON out

PySpark leaves sockets open when it ends, and among the tests warnings are errors.
"""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from courtside.errors import CourtsideError
from courtside.scale.history import write_history
from courtside.scale.session import close_session, open_session
from courtside.scale.spark import Batch, Job, Run
from courtside.scale.topics import prepare

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


class Stream(msgspec.Struct, frozen=True, tag=True):
    """Run a job to the end of the log."""

    job: Job


class History(msgspec.Struct, frozen=True, tag=True):
    """Write the training table of a store."""

    store: str
    out: str
    until: str | None = None
    after: str | None = None


class Answer(msgspec.Struct, frozen=True):
    """What came of it; `error` where it was refused."""

    batches: Sequence[Batch] = ()
    forgotten: int = 0
    """Games that left the store."""
    games: int = 0
    error: str | None = None


def main(jars: Path) -> None:
    spark = open_session("courtside-tests", "local[2]", jars=sorted(jars.glob("*.jar")), kafka=True)
    try:
        for line in sys.stdin:
            try:
                answer = work(spark, msgspec.json.decode(line, type=Stream | History))
            except CourtsideError as error:
                answer = Answer(error=f"{type(error).__name__}: {error}")
            print(msgspec.json.encode(answer).decode(), flush=True)
    finally:
        close_session(spark)


def work(spark: "SparkSession", asked: Stream | History) -> Answer:
    if isinstance(asked, History):
        games = write_history(spark, Path(asked.store), asked.out, until=asked.until, after=asked.after)
        return Answer(games=games)
    job = asked.job
    prepare(spark, job.servers, job.topics, job.client)
    batches: list[Batch] = []
    run = Run(spark, job)
    run.follow(batches.append)
    progress = [msgspec.json.decode(each.json, type=_Progress) for each in run.query.recentProgress]
    forgotten = sum(
        state.customMetrics["numDeletedTimers"] for each in progress for state in each.stateOperators
    )
    return Answer(batches=batches, forgotten=forgotten)


class _State(msgspec.Struct, frozen=True):
    customMetrics: dict[str, int]


class _Progress(msgspec.Struct, frozen=True):
    """Of what Spark says of a micro-batch."""

    stateOperators: list[_State]


if __name__ == "__main__":
    main(Path(sys.argv[1]))
