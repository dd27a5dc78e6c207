"""Options and first steps that the commands of the topic share."""

import os
from collections.abc import Callable
from typing import Any, TypeVar

import click

from courtside.momentum.event import TOPIC

DEFAULT_KAFKA = "kafka://127.0.0.1:9092"

F = TypeVar("F", bound=Callable[..., Any])

kafka_option = click.option(
    "--kafka",
    "kafka_url",
    metavar="URL",
    help="Broker, as kafka://host:port[,host:port]. A login is better kept in COURTSIDE_BUS, which is used "
    f"where this is not given.  [default: {DEFAULT_KAFKA}]",
)
topic_option = click.option("--topic", default=TOPIC, show_default=True, metavar="NAME", help="Topic.")


def broker_of(kafka_url: str | None, bus: str | None = None) -> dict[str, str]:
    """How to reach the broker; raises `BadConfig`, also where the library is missing."""
    from courtside.errors import BadConfig
    from courtside.momentum.kafka import connection

    try:
        import confluent_kafka  # noqa: F401
    except ImportError as error:
        raise BadConfig("Kafka needs confluent-kafka: pip install 'courtside[kafka]'") from error
    bus = os.environ.get("COURTSIDE_BUS", "") if bus is None else bus
    return connection(kafka_url or (bus if bus.startswith("kafka://") else DEFAULT_KAFKA))
