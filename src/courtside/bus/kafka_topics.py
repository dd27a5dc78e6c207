"""The topics of the bus: made where they are missing, and refused where they are others."""

import asyncio
import shlex
from collections.abc import Mapping

from confluent_kafka import KafkaError, KafkaException
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic

from courtside.bus.kafka_link import KafkaLink
from courtside.errors import BusError

KEPT_BYTES = 256 * 1024 * 1024
"""Of a topic that is not spread: however old its records are, the newest stay."""
_SEGMENT_BYTES = 16 * 1024 * 1024
_SECONDS = 10.0


class Topic:
    """One topic as it should be. `retention_hours` None keeps by size."""

    def __init__(self, name: str, partitions: int, retention_hours: float | None) -> None:
        self.name = name
        self.partitions = partitions
        self.config = (
            {"retention.ms": str(int(retention_hours * 3_600_000))}
            if retention_hours is not None
            else {
                "retention.ms": "-1",
                "retention.bytes": str(KEPT_BYTES),
                "segment.bytes": str(_SEGMENT_BYTES),
            }
        )

    def command(self, servers: str) -> str:
        """What an administrator types to make it."""
        words = ["kafka-topics.sh", "--bootstrap-server", servers, "--create", "--topic", self.name]
        words += ["--partitions", str(self.partitions)]
        for name, value in self.config.items():
            words += ["--config", f"{name}={value}"]
        return shlex.join(words)


def check_topics(wanted: list[Topic], there: Mapping[str, int], where: str) -> None:
    """Raises `BusError` for a topic with another number of partitions."""
    for topic in wanted:
        found = there.get(topic.name, topic.partitions)
        if found < topic.partitions:
            raise BusError(
                f"topic {topic.name} has {found} partitions, and bus_partitions is {topic.partitions}: "
                f"kafka-topics.sh --bootstrap-server {where} --alter --topic {topic.name} "
                f"--partitions {topic.partitions} (while no game is on), or set bus_partitions to {found}"
            )
        if found > topic.partitions:
            raise BusError(
                f"topic {topic.name} has {found} partitions, and bus_partitions is {topic.partitions}; "
                f"set it to {found}, or take another bus_prefix"
            )


async def make_topics(admin: AdminClient, link: KafkaLink, missing: list[Topic]) -> None:
    """Raises `BusError`, with the commands to run, where they may not be made; `KafkaException` where
    asking again may help."""
    made = admin.create_topics(
        [
            NewTopic(
                each.name,
                num_partitions=each.partitions,
                replication_factor=link.replication_factor,
                config=each.config,
            )
            for each in missing
        ],
        request_timeout=_SECONDS,
    )
    refused: KafkaError | None = None
    for future in made.values():
        try:
            await asyncio.wrap_future(future)
        except KafkaException as raised:
            error: KafkaError = raised.args[0]
            if error.code() == KafkaError.TOPIC_ALREADY_EXISTS:
                continue
            if error.retriable() or error.code() in (KafkaError._TIMED_OUT, KafkaError._TRANSPORT):
                raise
            refused = error
    if refused is not None:
        commands = " && ".join(each.command(link.where) for each in missing)
        raise BusError(
            f"kafka at {link.where} has not all topics and makes none for this user "
            f"({link.clean(refused.str())}); run: {commands}"
        )
