"""What the program counts and measures, in the format that Prometheus reads.

`METRICS` is the one table of names: the objects are made from it and the documentation is checked
against it. Each `Metrics` has a registry of its own, so that two servers in one process (or two
tests) never share a count.
"""

from collections.abc import Mapping

import msgspec
from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    disable_created_metrics,
    generate_latest,
)

# The time at which each series began would be one more series for each; nothing here reads it.
disable_created_metrics()  # type: ignore[no-untyped-call]

SECONDS = (0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Bucket bounds of every latency: 0.2 ms is a step of the engine, 10 s a feed that hangs."""


class MetricDoc(msgspec.Struct, frozen=True):
    """One metric as the documentation has it. A counter's exposed name ends in `_total`."""

    name: str
    kind: str
    labels: tuple[str, ...]
    help: str


METRICS: tuple[MetricDoc, ...] = (
    MetricDoc("courtside_polls_total", "counter", ("endpoint", "outcome"), "Polls of the feed"),
    MetricDoc("courtside_poll_seconds", "histogram", ("endpoint",), "Duration of a poll"),
    MetricDoc("courtside_faults_total", "counter", ("kind",), "Faults of the feed, by kind"),
    MetricDoc("courtside_observations_total", "counter", ("kind",), "Observations accepted"),
    MetricDoc("courtside_step_seconds", "histogram", (), "Duration of an engine step"),
    MetricDoc("courtside_commit_seconds", "histogram", (), "Duration of a journal commit"),
    MetricDoc("courtside_fanout_seconds", "histogram", (), "Duration of handing messages to all clients"),
    MetricDoc("courtside_messages_total", "counter", ("type",), "Messages published, by type"),
    MetricDoc("courtside_messages_sent_total", "counter", ("transport",), "Messages sent to clients"),
    MetricDoc("courtside_messages_coalesced_total", "counter", (), "Messages replaced by newer ones"),
    MetricDoc("courtside_clients", "gauge", ("transport",), "Clients connected to the stream"),
    MetricDoc("courtside_clients_behind", "gauge", (), "Clients with messages waiting for them"),
    MetricDoc("courtside_clients_closed_total", "counter", ("reason",), "Clients closed by the server"),
    MetricDoc("courtside_resumes_total", "counter", ("outcome",), "Games resumed or not recovered"),
    MetricDoc("courtside_client_errors_total", "counter", (), "Frames of clients answered with an error"),
    MetricDoc("courtside_queue_depth", "gauge", ("queue",), "Entries waiting in a queue"),
    MetricDoc("courtside_journal_bytes", "gauge", (), "Size of the journal"),
    MetricDoc("courtside_games", "gauge", ("status",), "Games by status"),
    MetricDoc(
        "courtside_bus_lag", "gauge", ("group",), "Records of the log that a group has still to work on"
    ),
    MetricDoc("courtside_http_requests_total", "counter", ("route", "status"), "HTTP calls answered"),
    MetricDoc("courtside_http_seconds", "histogram", ("route",), "Duration of an HTTP call"),
)


class Metrics:
    """The counters, gauges and histograms of one server.

    >>> metrics = Metrics()
    >>> metrics.faults({"truncated": 2})
    >>> metrics.faults({"truncated": 3})
    >>> metrics.value("courtside_faults_total", kind="truncated")
    3.0
    """

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        docs = {doc.name: doc for doc in METRICS}

        def counter(name: str) -> Counter:
            doc = docs[name]
            return Counter(name, doc.help, doc.labels, registry=self.registry)

        def gauge(name: str) -> Gauge:
            doc = docs[name]
            return Gauge(name, doc.help, doc.labels, registry=self.registry)

        def histogram(name: str) -> Histogram:
            doc = docs[name]
            return Histogram(name, doc.help, doc.labels, registry=self.registry, buckets=SECONDS)

        self.polls = counter("courtside_polls_total")
        self.poll_seconds = histogram("courtside_poll_seconds")
        self.faults_total = counter("courtside_faults_total")
        self.observations = counter("courtside_observations_total")
        self.step_seconds = histogram("courtside_step_seconds")
        self.commit_seconds = histogram("courtside_commit_seconds")
        self.fanout_seconds = histogram("courtside_fanout_seconds")
        self.messages = counter("courtside_messages_total")
        self.messages_sent = counter("courtside_messages_sent_total")
        self.messages_coalesced = counter("courtside_messages_coalesced_total")
        self.clients = gauge("courtside_clients")
        self.bus_lag = gauge("courtside_bus_lag")
        self.clients_behind = gauge("courtside_clients_behind")
        self.clients_closed = counter("courtside_clients_closed_total")
        self.resumes = counter("courtside_resumes_total")
        self.client_errors = counter("courtside_client_errors_total")
        self.queue_depth = gauge("courtside_queue_depth")
        self.journal_bytes = gauge("courtside_journal_bytes")
        self.games_by_status = gauge("courtside_games")
        self.http_requests = counter("courtside_http_requests_total")
        self.http_seconds = histogram("courtside_http_seconds")
        self._fault_totals: dict[str, int] = {}

    def poll(self, endpoint: str, outcome: str, seconds: float) -> None:
        """One poll of the feed has ended."""
        self.polls.labels(endpoint, outcome).inc()
        self.poll_seconds.labels(endpoint).observe(seconds)

    def faults(self, totals: Mapping[str, int]) -> None:
        """Take over the running totals that a source keeps, by kind of fault."""
        for kind, total in totals.items():
            grown = total - self._fault_totals.get(kind, 0)
            if grown > 0:
                self.faults_total.labels(kind).inc(grown)
            self._fault_totals[kind] = total

    def games(self, by_status: Mapping[str, int]) -> None:
        """Replace the counts of games by status."""
        self.games_by_status.clear()
        for status, count in by_status.items():
            self.games_by_status.labels(status).set(count)

    def value(self, name: str, **labels: str) -> float:
        """The present value of one sample; 0 where nothing was counted yet."""
        found = self.registry.get_sample_value(name, labels)
        return 0.0 if found is None else found

    def text(self) -> bytes:
        """Everything, as `GET /metrics` answers it."""
        return generate_latest(self.registry)
