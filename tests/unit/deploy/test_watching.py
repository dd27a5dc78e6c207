"""What watches: alerts, autoscaling and the dashboard ask for what the program has."""

import re
import shutil
import subprocess
from pathlib import Path

import msgspec
import pytest

from courtside.monitor.metrics import METRICS
from tests.support.deployment import manifests
from tests.support.watching import ADAPTER, ALERTS, PANELS, PROMETHEUS, QUERIES, ScalingMetric, program, read

DOCS = {doc.name: doc for doc in METRICS}
# What Prometheus adds by itself and what deploy/prometheus/ sets.
ADDED = {"job", "instance", "role", "namespace", "pod"}


def base(name: str) -> str:
    """The metric of a series: histograms have three."""
    return name if name in DOCS else re.sub(r"_(bucket|count|sum)$", "", name)


def promtool(*arguments: str) -> None:
    done = subprocess.run([program("promtool"), *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES)
def test_every_query_asks_for_metrics_and_labels_that_there_are(query: str) -> None:
    named = re.findall(r"\b(up|courtside_\w+)\b(?:\{([^}]*)\})?", re.sub(r'"[^"]*"', '""', query))
    assert named
    for name, selector in named:
        doc = DOCS.get(base(name))
        assert doc is not None or name == "up", name
        own = {"le"} if doc is not None and doc.kind == "histogram" else set()
        own |= set() if doc is None else set(doc.labels)
        assert set(re.findall(r"(\w+)(?:=~|!=|!~|=)", selector)) <= own | ADDED, name
    grouped = {label for labels in re.findall(r"\bby \(([\w, ]+)\)", query) for label in labels.split(", ")}
    every = {label for name, _ in named if base(name) in DOCS for label in DOCS[base(name)].labels}
    assert grouped <= every | ADDED | {"le"}


def test_counters_are_asked_for_their_growth_and_gauges_are_not() -> None:
    for query in QUERIES.values():
        for name in re.findall(r"\b(courtside_\w+)\b", query):
            doc = DOCS[base(name)]
            grows = re.search(rf"(rate|increase)\({name}\b", query) is not None
            assert grows is (doc.kind != "gauge"), query


def test_every_alert_says_what_to_do() -> None:
    assert len(ALERTS) == len({rule.alert for rule in ALERTS}) >= 10
    for rule in ALERTS:
        assert rule.labels["severity"] in ("page", "ticket")
        assert rule.annotations["summary"] and rule.annotations["do"].endswith(".")


def test_every_alert_is_tried_out() -> None:
    for rule in ALERTS:
        assert read("alerts.test.yaml").count(rule.alert) >= 2, "quiet when all is well, and heard when not"


def test_the_dashboard_shows_every_metric() -> None:
    shown = {
        base(name) for panel in PANELS for q in panel.targets for name in re.findall(r"courtside_\w+", q.expr)
    }
    assert shown == DOCS.keys()
    assert len({panel.id for panel in PANELS}) == len(PANELS)
    assert all(panel.targets for panel in PANELS if panel.type != "row")


def test_the_autoscalers_ask_for_what_the_adapter_gives() -> None:
    scalers = [each.spec["metrics"] for each in manifests() if each.kind == "HorizontalPodAutoscaler"]
    metrics = [metric for each in scalers for metric in msgspec.convert(each, list[ScalingMetric])]
    external = {each.external.metric.name for each in metrics if each.external is not None}
    pods = {each.pods.metric.name for each in metrics if each.pods is not None}
    assert pods == {rule.name.as_ for rule in ADAPTER.rules} == {"courtside_clients"}
    assert external == {rule.name.as_ for rule in ADAPTER.external_rules} == {"courtside_bus_lag"}
    for rule in (*ADAPTER.rules, *ADAPTER.external_rules):
        assert rule.series_query.startswith(rule.name.as_)


def test_alerts_are_heard_when_they_should_be_and_only_then() -> None:
    promtool("test", "rules", str(PROMETHEUS / "alerts.test.yaml"))


def test_the_configurations_are_valid(tmp_path: Path) -> None:
    promtool("check", "config", str(PROMETHEUS / "compose.yaml"))
    # Debian's Prometheus is built without Kubernetes: pods found there are taken as found elsewhere.
    found = re.sub(
        r"kubernetes_sd_configs:\n.*\n.*\n", "static_configs: [{targets: [pod]}]\n", read("kubernetes.yaml")
    )
    assert "static_configs" in found and "relabel_configs" in found
    (tmp_path / "kubernetes.yaml").write_text(found, encoding="utf-8")
    shutil.copy2(PROMETHEUS / "alerts.yaml", tmp_path)
    promtool("check", "config", str(tmp_path / "kubernetes.yaml"))
