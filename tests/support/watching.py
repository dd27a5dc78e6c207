"""What deploy/ has to watch with: alerts, panels and rules of the adapter, and the queries in them."""

import os
import shutil

import msgspec
import pytest

from tests.support.deployment import DEPLOY, decode

PROMETHEUS = DEPLOY / "prometheus"


class Rule(msgspec.Struct, frozen=True):
    alert: str
    expr: str
    labels: dict[str, str]
    annotations: dict[str, str]


class RuleGroup(msgspec.Struct, frozen=True):
    rules: list[Rule]


class Rules(msgspec.Struct, frozen=True):
    groups: list[RuleGroup]


class Query(msgspec.Struct, frozen=True):
    expr: str


class Panel(msgspec.Struct, frozen=True):
    id: int
    title: str
    type: str
    targets: list[Query] = []


class Dashboard(msgspec.Struct, frozen=True):
    panels: list[Panel]


class Named(msgspec.Struct, frozen=True):
    as_: str = msgspec.field(name="as")


class Metric(msgspec.Struct, frozen=True):
    name: str


class Measured(msgspec.Struct, frozen=True):
    metric: Metric


class ScalingMetric(msgspec.Struct, frozen=True):
    """What an autoscaler goes by."""

    type: str
    external: Measured | None = None
    pods: Measured | None = None


class AdapterRule(msgspec.Struct, frozen=True, rename="camel"):
    series_query: str
    metrics_query: str
    name: Named


class Adapter(msgspec.Struct, frozen=True, rename="camel"):
    rules: list[AdapterRule]
    external_rules: list[AdapterRule]


def read(name: str) -> str:
    return (PROMETHEUS / name).read_text(encoding="utf-8")


ALERTS = [rule for group in decode(read("alerts.yaml"), Rules).groups for rule in group.rules]
PANELS = msgspec.json.decode(
    (DEPLOY / "grafana" / "dashboards" / "courtside.json").read_bytes(), type=Dashboard
).panels
ADAPTER = decode(read("adapter.yaml"), Adapter)
QUERIES = (
    {rule.alert: rule.expr for rule in ALERTS}
    | {f"{panel.title} {n}": each.expr for panel in PANELS for n, each in enumerate(panel.targets)}
    | {rule.name.as_: rule.metrics_query for rule in (*ADAPTER.rules, *ADAPTER.external_rules)}
)


def program(name: str) -> str:
    """The path of `prometheus` or `promtool`; where they are not installed it skips, and fails in CI."""
    path = shutil.which(name)
    if path is None:
        reason = f"needs {name} (Debian: apt-get install prometheus)"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return path
