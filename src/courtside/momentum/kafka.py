"""Topics on a Kafka broker: the only file of this room that knows the library (extra `kafka`).

Both ends wait while the broker is away, and say so in `trouble`. A writer's records are stored once and in
order however often it has to send them; a reader begins at the oldest record there is, and keeps no state.
"""

import logging
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import msgspec

from courtside.bus.address import parse_address
from courtside.errors import BadConfig, BusError

if TYPE_CHECKING:
    from confluent_kafka import KafkaError, Message

log = logging.getLogger("courtside.momentum")

PORT = 9092
OPTIONS = (
    "security_protocol",
    "sasl_mechanism",
    "ssl_ca_location",
    "ssl_certificate_location",
    "ssl_key_location",
    "ssl_key_password",
    "ssl_endpoint_identification_algorithm",
)
REPLICATION = "replication_factor"
"""An option of the address that says nothing of the connection: the topic is made with what the cluster has
as its default."""
PARTITIONS = 6
RETENTION_MS = 30 * 86_400_000
CHECK_SECONDS = 1.0
"""How often a broker that fell silent is asked whether it is back."""
MOST_WAITING = 50_000
"""Records that a writer holds for a broker that is away, before it makes its caller wait."""


def connection(url: str) -> dict[str, str]:
    """What both ends are told to reach `kafka://user:password@host:port,host:port?option=value`.

    Raises `BadConfig`, which shows no password.
    """
    if not url.startswith("kafka://"):
        raise BadConfig("the broker's address is not like kafka://127.0.0.1:9092")
    address = parse_address(url, PORT, (*OPTIONS, REPLICATION))
    config = {"bootstrap.servers": address.where, "client.id": "courtside-momentum"}
    config |= {
        name.replace("_", "."): value for name, value in address.options.items() if name != REPLICATION
    }
    if address.user is not None:
        config |= {"sasl.username": address.user, "sasl.password": address.password or ""}
        config.setdefault("security.protocol", "SASL_PLAINTEXT")
        config.setdefault("sasl.mechanism", "PLAIN")
    return config


class Record(msgspec.Struct, frozen=True):
    """A record of the topic, and where it lies."""

    value: bytes
    partition: int
    offset: int


class _Link:
    """What a connection last said of the broker."""

    def __init__(self, config: Mapping[str, str], *, quiet: bool = False) -> None:
        self.config = dict(config)
        self._quiet = quiet
        self.trouble: str | None = None
        """Why nothing moves now; None while all is well."""
        self.failure: BusError | None = None

    def heard(self, error: "KafkaError") -> None:
        """What the library reports while it is polled; what waiting does not mend is kept in `failure`.

        That one connection was lost says nothing: there are other brokers, and idle ones are cut.
        """
        from confluent_kafka import KafkaError as Codes

        if error.code() == Codes._ALL_BROKERS_DOWN:
            self.fell_silent()
        elif error.code() in (Codes._AUTHENTICATION, Codes.SASL_AUTHENTICATION_FAILED, Codes._SSL):
            self.failure = BusError(
                f"the broker at {self.config['bootstrap.servers']} refuses the connection "
                f"({error.str()}); check user and password of --kafka"
            )
        elif error.fatal():
            self.failure = BusError(
                f"the broker takes no more of this process ({error.str()}); start it again"
            )

    def fell_silent(self) -> None:
        if self.trouble is None:
            self.trouble = f"no broker answers at {self.config['bootstrap.servers']}"
            if not self._quiet:
                log.warning("%s; waiting for it", self.trouble)

    def answered(self) -> None:
        if self.trouble is not None:
            log.info("the broker at %s is back", self.config["bootstrap.servers"])
            self.trouble = None


def make_topic(config: Mapping[str, str], topic: str, *, seconds: float) -> bool:
    """Make the topic where it is missing; False while no broker answers. Raises `BusError` for a refusal."""
    from confluent_kafka import KafkaError, KafkaException
    from confluent_kafka.admin import AdminClient
    from confluent_kafka.cimpl import NewTopic

    link = _Link(config, quiet=True)
    admin = AdminClient({**config, "log_level": 0, "error_cb": link.heard})  # type: ignore[dict-item]
    settings = {"cleanup.policy": "delete", "retention.ms": str(RETENTION_MS)}
    try:
        if topic in admin.list_topics(timeout=seconds).topics:
            return True
        wanted = NewTopic(topic, num_partitions=PARTITIONS, config=settings)
        admin.create_topics([wanted], request_timeout=seconds)[topic].result(seconds)
    except KafkaException as error:
        reason: KafkaError = error.args[0]
        admin.poll(0)
        if link.failure is not None:
            raise link.failure from error
        if reason.code() == KafkaError.TOPIC_ALREADY_EXISTS:
            return True
        if reason.retriable() or reason.code() in (
            KafkaError._TRANSPORT,
            KafkaError._TIMED_OUT,
            KafkaError._ALL_BROKERS_DOWN,
        ):
            return False
        raise BusError(
            f"topic {topic} cannot be made ({reason.str()}); make it with {PARTITIONS} partitions, "
            "or use a login that may"
        ) from error
    except TimeoutError:
        return False
    return True


class TopicWriter:
    """Sends records; `poll` tells what became of them. Nothing waits for the broker but `flush`."""

    def __init__(self, config: Mapping[str, str], topic: str) -> None:
        from confluent_kafka import Producer

        self.topic = topic
        self.stored = 0
        self._link = _Link(config)
        self._producer: Producer = Producer(
            {
                **config,
                "enable.idempotence": True,
                "acks": "all",
                # However long the broker is away, what was sent is not given up.
                "message.timeout.ms": 0,
                "linger.ms": 5,
                "compression.type": "zstd",
                "partitioner": "murmur2_random",
                "reconnect.backoff.max.ms": 1_000,
                "queue.buffering.max.messages": 2 * MOST_WAITING,
                "log_level": 0,
                "error_cb": self._link.heard,
            }
        )

    @property
    def trouble(self) -> str | None:
        return self._link.trouble

    @property
    def waiting(self) -> int:
        """Records that the broker has not confirmed."""
        return len(self._producer)

    @property
    def is_full(self) -> bool:
        return self.waiting >= MOST_WAITING

    def send(
        self, key: str, value: bytes, headers: Mapping[str, str], stored: Callable[[int, int], None]
    ) -> None:
        """`stored` hears the partition and the offset, once the record is durable."""

        def confirmed(error: "KafkaError | None", message: "Message") -> None:
            if error is not None:
                self._link.failure = BusError(
                    f"topic {self.topic} does not take a record ({error.str()}); start again once that is "
                    "mended: what is missing is sent then"
                )
                return
            self._link.answered()
            self.stored += 1
            stored(message.partition() or 0, message.offset() or 0)

        self._producer.produce(
            self.topic,
            key=key.encode(),
            value=value,
            headers={name: text.encode() for name, text in headers.items()},
            on_delivery=confirmed,
        )

    def poll(self, seconds: float = 0.0) -> None:
        """Raises `BusError` for what waiting does not mend."""
        self._producer.poll(seconds)
        if self._link.failure is not None:
            raise self._link.failure

    def flush(self, seconds: float) -> int:
        """Wait for the broker to confirm everything; how many records it has not."""
        waiting = self._producer.flush(seconds)
        if self._link.failure is not None:
            raise self._link.failure
        return waiting


class TopicReader:
    """All partitions from their oldest record on, and then what comes."""

    def __init__(self, config: Mapping[str, str], topic: str) -> None:
        from confluent_kafka import Consumer

        self.topic = topic
        self._link = _Link(config)
        self._consumer: Consumer = Consumer(
            {
                **config,
                # The library wants a group; nothing is ever committed to it.
                "group.id": "courtside-momentum-reader",
                "enable.auto.commit": False,
                "auto.offset.reset": "earliest",
                "enable.partition.eof": True,
                "reconnect.backoff.max.ms": 1_000,
                "fetch.error.backoff.ms": 100,
                "log_level": 0,
                "error_cb": self._link.heard,
            }
        )
        self._ends: dict[int, bool] = {}
        """Whether the end of each partition was seen."""
        self._missing = False
        self._checked = -CHECK_SECONDS

    @property
    def trouble(self) -> str | None:
        if self._link.trouble is None and self._missing:
            return f"there is no topic {self.topic} yet; 'courtside produce' makes it"
        return self._link.trouble

    @property
    def caught_up(self) -> bool:
        """Everything that lay in the topic has been read."""
        return bool(self._ends) and all(self._ends.values())

    def read(self, seconds: float, limit: int = 1_000) -> list[Record]:
        """What is there, after `seconds` at most. Raises `BusError` for what waiting does not mend."""
        if not self._ends or self._link.trouble is not None:
            self._check(seconds)
        if self._link.failure is not None:
            raise self._link.failure
        if not self._ends:
            return []
        found = []
        for message in self._consumer.consume(limit, seconds):
            record = self._record(message)
            if record is not None:
                found.append(record)
        return found

    def close(self) -> None:
        self._consumer.close()

    def _check(self, seconds: float) -> None:
        """Ask the broker for the topic, now and then; begin to read it once it is there."""
        from confluent_kafka import OFFSET_BEGINNING, KafkaException, TopicPartition

        now = time.monotonic()
        if now - self._checked < CHECK_SECONDS:
            if not self._ends:
                self._consumer.poll(seconds)
            return
        self._checked = now
        try:
            found = self._consumer.list_topics(self.topic, timeout=max(seconds, 0.5)).topics[self.topic]
        except KafkaException:
            # What the library knows of the reason, a refused password for one, it tells when it is polled.
            self._consumer.poll(0)
            self._link.fell_silent()
            return
        self._link.answered()
        self._missing = found.error is not None or not found.partitions
        if self._missing or self._ends:
            return
        self._ends = dict.fromkeys(found.partitions, False)
        self._consumer.assign(
            [TopicPartition(self.topic, number, OFFSET_BEGINNING) for number in found.partitions]
        )

    def _record(self, message: "Message") -> Record | None:
        from confluent_kafka import KafkaError

        error, partition = message.error(), message.partition() or 0
        if error is not None:
            if error.code() == KafkaError._PARTITION_EOF:
                self._link.answered()
                self._ends[partition] = True
            else:
                self._link.heard(error)
            return None
        self._link.answered()
        value = message.value()
        return Record(value if isinstance(value, bytes) else b"", partition, message.offset() or 0)
