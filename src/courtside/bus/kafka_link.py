"""How a Kafka cluster is reached, and what its errors mean."""

import asyncio
import logging
import socket
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import TypeVar

from confluent_kafka import KafkaError, KafkaException

from courtside.bus.address import parse_address
from courtside.bus.settings import BusSettings
from courtside.bus.trouble import Trouble
from courtside.errors import BadConfig, BusError
from courtside.redact import hide_secrets

_log = logging.getLogger(__name__)

TURN_SECONDS = 0.05
"""How long a thread waits for Kafka before it looks at what its program wants."""
PROBE_SECONDS = 1.0
"""How long a broker may take to answer who is there."""
_CLOSE_SECONDS = 5.0
_OPTIONS = {
    "security_protocol": "security.protocol",
    "sasl_mechanism": "sasl.mechanism",
    "ssl_ca_location": "ssl.ca.location",
    "ssl_certificate_location": "ssl.certificate.location",
    "ssl_key_location": "ssl.key.location",
    "ssl_key_password": "ssl.key.password",
    "ssl_endpoint_identification_algorithm": "ssl.endpoint.identification.algorithm",
}
_OWN_OPTIONS = ("replication_factor",)
_REFUSED = {
    KafkaError._AUTHENTICATION,
    KafkaError._SSL,
    KafkaError.SASL_AUTHENTICATION_FAILED,
    KafkaError.UNSUPPORTED_SASL_MECHANISM,
    KafkaError.TOPIC_AUTHORIZATION_FAILED,
    KafkaError.GROUP_AUTHORIZATION_FAILED,
    KafkaError.CLUSTER_AUTHORIZATION_FAILED,
    KafkaError.INVALID_SESSION_TIMEOUT,
    KafkaError.MSG_SIZE_TOO_LARGE,
}

Config = dict[str, str | int | bool | Callable[..., None]]
_Client = TypeVar("_Client")


class KafkaLink:
    """The address of a cluster, what every client of it is told, and what they say of it.

    What clients report may be a single lost connection: it is a suspicion, which whoever probes the
    cluster turns into trouble or drops.
    """

    def __init__(self, settings: BusSettings, trouble: Trouble) -> None:
        self.address = parse_address(settings.bus, 9092, (*_OPTIONS, *_OWN_OPTIONS))
        self.prefix = settings.prefix
        self.replication_factor = _whole("replication_factor", self.address.options)
        self.trouble = trouble
        self.suspicion: str | None = None
        self.refusal: str | None = None
        self._config = self._told()

    @property
    def where(self) -> str:
        return self.address.where

    def client(self, build: Callable[[Config], _Client], more: Config) -> _Client:
        """A producer, consumer or administrator of this cluster."""
        try:
            return build({**self._config, **more})
        except KafkaException as error:
            said = self.clean(error.args[0].str())
            raise BusError(f"kafka cannot be used as --bus says: {said}") from error

    def on_error(self, error: KafkaError) -> None:
        """What librdkafka reports of brokers; called in the thread that polls."""
        said = self.clean(error.str())
        if error.code() in (KafkaError._AUTHENTICATION, KafkaError._SSL):
            self.refusal = said
        if error.code() != KafkaError._TRANSPORT or self.suspicion is None:
            self.suspicion = said

    def clean(self, text: str) -> str:
        secrets = tuple(filter(None, (self.address.password, self.address.options.get("ssl_key_password"))))
        return hide_secrets(" ".join(text.split()), secrets)

    def refused(self, said: str) -> BusError:
        return BusError(f"kafka at {self.where} refuses: {said}; check user, password and TLS in --bus")

    def failed(self, error: KafkaError) -> BusError:
        said = self.clean(error.str())
        if error.code() == KafkaError.INVALID_SESSION_TIMEOUT:
            return BusError(
                f"kafka at {self.where} does not allow this session: {said}; set bus_session_seconds to what "
                "its group.min.session.timeout.ms and group.max.session.timeout.ms allow"
            )
        if error.code() == KafkaError.MSG_SIZE_TOO_LARGE:
            return BusError(
                f"kafka at {self.where} refuses a record: {said}; raise max.message.bytes of the topic"
            )
        return BusError(f"kafka at {self.where} refuses: {said}")

    @staticmethod
    def lasting(error: KafkaError) -> bool:
        """Whether waiting does not mend it."""
        return error.fatal() or error.code() in _REFUSED

    async def resolve(self) -> None:
        """Raises `BusError` where no host of the address exists."""
        loop = asyncio.get_running_loop()
        for host, port in self.address.hosts:
            try:
                await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            except socket.gaierror as error:
                reason = error.strerror
            else:
                return
        raise BusError(f"kafka at {self.where} does not answer: {reason}; check --bus")

    def _told(self) -> Config:
        address = self.address
        config: Config = {
            "bootstrap.servers": address.where,
            "client.id": "courtside",
            # It comes back as soon as the broker does.
            "reconnect.backoff.ms": 50,
            "reconnect.backoff.max.ms": 1_000,
            "socket.timeout.ms": 10_000,
            "socket.keepalive.enable": True,
            # Every lost connection would be a line; what lasts is told as trouble.
            "log_level": 0,
            "error_cb": self.on_error,
        }
        for name, value in address.options.items():
            if name in _OPTIONS:
                config[_OPTIONS[name]] = value
        if address.user is not None:
            config["sasl.username"] = address.user
            config["sasl.password"] = address.password or ""
            config.setdefault("sasl.mechanism", "PLAIN")
            config.setdefault("security.protocol", "SASL_PLAINTEXT")
        return config


def _whole(name: str, options: Mapping[str, str]) -> int:
    """-1, which is the cluster's default, where it is not given."""
    try:
        return int(options.get(name, "-1"))
    except ValueError as error:
        raise BadConfig(f"bus has {name} {options[name]!r}; write a whole number") from error


class Poller(ABC):
    """A thread that asks one librdkafka client for what it has, and wakes the event loop."""

    def __init__(self, name: str) -> None:
        self.failure: BusError | None = None
        self.closing = threading.Event()
        self._loop = asyncio.get_running_loop()
        self._ended = asyncio.Event()
        self._thread = threading.Thread(target=self._run, name=f"kafka {name}", daemon=True)

    @abstractmethod
    def open(self) -> None: ...

    @abstractmethod
    def turn(self) -> None:
        """Once round: at most about `TURN_SECONDS`, unless there is much to do."""

    @abstractmethod
    def close(self) -> None: ...

    @abstractmethod
    def woken(self) -> None:
        """In the event loop, after `wake`."""

    def begin(self) -> None:
        self._thread.start()

    def wake(self) -> None:
        self._loop.call_soon_threadsafe(self.woken)

    async def end(self) -> None:
        """Waits until the client is closed, but not for a broker that is away."""
        self.closing.set()
        try:
            async with asyncio.timeout(_CLOSE_SECONDS):
                await self._ended.wait()
        except TimeoutError:
            _log.warning("%s is still waiting for its broker, and is left behind", self._thread.name)

    def _run(self) -> None:
        try:
            self.open()
            try:
                while not self.closing.is_set() and self.failure is None:
                    self.turn()
            finally:
                self.close()
        except BusError as error:
            self.failure = error
        except Exception as error:
            # The thread ends here; whoever waits for it must hear why.
            _log.exception("%s ended", self._thread.name)
            self.failure = BusError(f"{self._thread.name} ended: {error}")
        try:
            self.wake()
            self._loop.call_soon_threadsafe(self._ended.set)
        except RuntimeError:
            # Nobody waited: the event loop is closed.
            pass
