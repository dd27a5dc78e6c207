"""A bus by its URL."""

from urllib.parse import urlsplit

from courtside.bus.bus import Bus
from courtside.bus.memory import MemoryBus
from courtside.bus.settings import BusSettings
from courtside.errors import BadConfig, BusError
from courtside.redact import hide_secrets

URL_FORMS = "memory, redis://host:port, rediss://host:port (TLS) or kafka://host:port,host:port"


def open_bus(settings: BusSettings) -> Bus:
    """The bus that `settings.bus` names; it connects when it is started.

    Raises `BadConfig` for another URL, `BusError` where the library for it is missing; no error holds a
    password.
    """
    if settings.bus == "memory":
        return MemoryBus(settings.partitions)
    scheme = urlsplit(settings.bus).scheme
    if scheme in ("redis", "rediss"):
        try:
            from courtside.bus.redis_streams import RedisBus
        except ImportError as error:
            raise BusError("a bus over Redis needs redis-py: pip install 'courtside[redis]'") from error
        return RedisBus(settings)
    if scheme == "kafka":
        try:
            from courtside.bus.kafka import KafkaBus
        except ImportError as error:
            raise BusError(
                "a bus over Kafka needs confluent-kafka: pip install 'courtside[kafka]'"
            ) from error
        return KafkaBus(settings)
    raise BadConfig(f"bus {hide_secrets(settings.bus)!r} is none of {URL_FORMS}")
