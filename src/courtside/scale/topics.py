"""The topics of the job, looked at through the Kafka client that Spark's connector brings along."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import msgspec

from courtside.errors import BusError

if TYPE_CHECKING:
    from py4j.java_gateway import JavaObject
    from pyspark.sql import SparkSession

TIMEOUT_MS = 10_000
_DEAD_LETTER_PARTITIONS = 1


class Topics(msgspec.Struct, frozen=True):
    """Where the job reads, and where it writes messages and records that cannot be folded."""

    observations: str
    messages: str
    dead_letters: str

    @classmethod
    def of(cls, prefix: str, messages: str | None = None) -> "Topics":
        return cls(f"{prefix}.observations", messages or f"{prefix}.spark.messages", f"{prefix}.dead_letters")


def prepare(spark: "SparkSession", servers: str, topics: Topics, client: Mapping[str, str]) -> None:
    """Make the topics that are written to where they are missing; messages get as many partitions as the
    log has. Raises `BusError` where no broker answers and where there is no log.
    """
    from py4j.protocol import Py4JJavaError

    java = spark._jvm.java.util  # type: ignore[union-attr]
    kafka = spark._jvm.org.apache.kafka.clients.admin  # type: ignore[union-attr]
    settings = java.HashMap()
    limits = {"default.api.timeout.ms": str(TIMEOUT_MS), "request.timeout.ms": str(TIMEOUT_MS)}
    for name, value in {**limits, **client, "bootstrap.servers": servers}.items():
        settings.put(name, value)
    admin = None
    try:
        admin = kafka.AdminClient.create(settings)
        there = admin.listTopics().names().get()
        if not there.contains(topics.observations):
            raise BusError(
                f"there is no topic {topics.observations} at {servers}; start whoever writes the log first "
                "(courtside run), or give the prefix of its topics with --prefix"
            )
        names = java.ArrayList()
        names.add(topics.observations)
        log = admin.describeTopics(names).allTopicNames().get().get(topics.observations)
        wanted = {
            topics.messages: log.partitions().size(),
            topics.dead_letters: _DEAD_LETTER_PARTITIONS,
        }
        fresh = java.ArrayList()
        for name, partitions in wanted.items():
            if not there.contains(name):
                fresh.add(kafka.NewTopic(name, java.Optional.of(partitions), java.Optional.empty()))
        if not fresh.isEmpty():
            admin.createTopics(fresh).all().get()
    except Py4JJavaError as error:
        raise BusError(
            f"Kafka at {servers} cannot be used: {_innermost(error.java_exception)}; "
            "is the broker there, and --kafka its address?"
        ) from error
    finally:
        if admin is not None:
            admin.close()


def _innermost(error: "JavaObject") -> str:
    """What the exception says that all the others are about."""
    cause = error.getCause()
    while cause is not None:
        error, cause = cause, cause.getCause()
    return str(error.getMessage() or error.toString())
