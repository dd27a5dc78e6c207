"""The Kubernetes set: valid by its schemas, restricted, and every name in it leads somewhere."""

import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from courtside import __version__
from tests.support.deployment import (
    DEPLOY,
    KUBERNETES,
    Manifest,
    Selector,
    Workload,
    decode,
    manifests,
    workloads,
)

ALL = manifests()
WORKLOADS = workloads()
ROLES = ("ingest", "engine", "gateway")
every_workload = pytest.mark.parametrize("workload", WORKLOADS.values(), ids=WORKLOADS)


class ImageTag(msgspec.Struct, frozen=True, rename="camel"):
    name: str
    new_tag: str


class Kustomization(msgspec.Struct, frozen=True):
    resources: list[str]
    images: list[ImageTag] = []


class Target(msgspec.Struct, frozen=True, rename="camel"):
    kind: str
    name: str


class Autoscaler(msgspec.Struct, frozen=True, rename="camel"):
    scale_target_ref: Target
    min_replicas: int
    max_replicas: int
    metrics: list[dict[str, object]]


class Budget(msgspec.Struct, frozen=True, rename="camel"):
    selector: Selector
    max_unavailable: int


class Policy(msgspec.Struct, frozen=True, rename="camel"):
    pod_selector: Selector
    policy_types: list[str]
    ingress: list[dict[str, object]] = []
    egress: list[dict[str, object]] = []


def of(kind: str) -> dict[str, Manifest]:
    return {each.metadata.name: each for each in ALL if each.kind == kind}


def kustomization(folder: Path) -> Kustomization:
    return decode((folder / "kustomization.yaml").read_text(encoding="utf-8"), Kustomization)


def check(*files: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "kubernetes_validate", "--strict", *map(str, files)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def chosen(selector: Selector) -> set[str]:
    """The workloads whose pods a selector takes."""
    wanted = selector.match_labels.items()
    return {name for name, each in WORKLOADS.items() if wanted <= each.template.metadata.labels.items()}


def test_every_object_is_valid_by_the_schemas_of_kubernetes() -> None:
    files = [path for path in sorted(KUBERNETES.rglob("*.yaml")) if path.name != "kustomization.yaml"]
    done = check(*files)
    assert done.returncode == 0, done.stdout + done.stderr
    assert (done.stdout + done.stderr).count(" passed for resource ") == len(ALL) > 20


def test_a_typing_error_would_be_found(tmp_path: Path) -> None:
    broken = tmp_path / "gateway.yaml"
    text = (KUBERNETES / "base" / "gateway.yaml").read_text(encoding="utf-8")
    broken.write_text(text.replace("readOnlyRootFilesystem:", "readOnlyRoot:"), encoding="utf-8")
    assert check(broken).returncode != 0


@pytest.mark.parametrize("folder", ["base", "redis", "kafka"])
def test_a_kustomization_names_every_file_beside_it(folder: str) -> None:
    here = KUBERNETES / folder
    files = {path.name for path in here.glob("*.yaml")} - {"kustomization.yaml"}
    named = kustomization(here).resources
    assert {name for name in named if name.endswith(".yaml")} == files
    assert all((here / name).exists() for name in named)
    assert folder == "base" or "../base" in named


def test_the_version_is_that_of_the_package_and_in_one_place() -> None:
    [image] = kustomization(KUBERNETES / "base").images
    assert (image.name, image.new_tag) == ("courtside", __version__)
    images = {container.image for each in WORKLOADS.values() for container in each.template.spec.containers}
    assert images == {"courtside", "redis:7.2-bookworm"}


def test_there_is_a_deployment_of_every_role() -> None:
    for role in ROLES:
        [container] = WORKLOADS[role].template.spec.containers
        assert {each.name: each.value for each in container.env}["COURTSIDE_ROLE"] == role
        assert container.startup_probe.http_get == container.liveness_probe.http_get
        assert container.liveness_probe.http_get is not None
        assert container.liveness_probe.http_get.path == "/health", (
            "a broker that is away is no reason to restart"
        )
        assert container.readiness_probe.http_get is not None
        assert container.readiness_probe.http_get.path == "/ready"


@every_workload
def test_a_pod_is_restricted(workload: Workload) -> None:
    pod = workload.template.spec
    assert pod.security_context.run_as_non_root and pod.security_context.run_as_user > 0
    assert pod.security_context.seccomp_profile.type == "RuntimeDefault"
    for container in pod.containers:
        assert not container.security_context.allow_privilege_escalation
        assert container.security_context.read_only_root_filesystem
        assert container.security_context.capabilities.drop == ["ALL"]
        assert "memory" in container.resources.limits and "cpu" in container.resources.requests
    assert not pod.automount_service_account_token


@every_workload
def test_kubernetes_adds_no_variables_that_the_program_would_refuse(workload: Workload) -> None:
    assert not workload.template.spec.enable_service_links


@every_workload
def test_a_workload_selects_its_own_pods_and_no_others(workload: Workload) -> None:
    assert [WORKLOADS[name] for name in chosen(workload.selector)] == [workload]


@pytest.mark.parametrize("name", ["engine", "gateway"])
def test_an_autoscaler_says_how_many_and_the_deployment_does_not(name: str) -> None:
    scaler = msgspec.convert(of("HorizontalPodAutoscaler")[name].spec, Autoscaler)
    assert (scaler.scale_target_ref.kind, scaler.scale_target_ref.name) == ("Deployment", name)
    assert WORKLOADS[name].replicas is None
    assert 2 <= scaler.min_replicas < scaler.max_replicas
    assert {metric["type"] for metric in scaler.metrics} & {"External", "Pods"}
    assert any(metric["type"] == "Resource" for metric in scaler.metrics)


def test_engines_of_two_versions_never_run_side_by_side() -> None:
    assert WORKLOADS["engine"].strategy == {"type": "Recreate"}


def test_every_role_has_a_budget_for_disruptions() -> None:
    budgets = {name: msgspec.convert(each.spec, Budget) for name, each in of("PodDisruptionBudget").items()}
    assert {name: chosen(budget.selector) for name, budget in budgets.items()} == {
        role: {role} for role in ROLES
    }
    assert WORKLOADS["ingest"].replicas == 2


def test_nothing_may_talk_but_what_a_policy_names() -> None:
    policies = {name: msgspec.convert(each.spec, Policy) for name, each in of("NetworkPolicy").items()}
    nothing = policies.pop("nothing")
    assert chosen(nothing.pod_selector) == set(WORKLOADS)
    assert set(nothing.policy_types) == {"Ingress", "Egress"} and not nothing.ingress and not nothing.egress
    assert chosen(policies["clients"].pod_selector) == {"gateway"}
    assert chosen(policies["feed"].pod_selector) == {"ingest"}
    assert chosen(policies["bus"].pod_selector) == chosen(policies["metrics"].pod_selector) == set(ROLES)
    assert chosen(policies["redis"].pod_selector) == {"redis"}
    for policy in policies.values():
        assert policy.ingress or policy.egress


def test_the_way_to_the_bus_is_that_of_the_bus_in_use() -> None:
    files = {each.file for each in ALL if each.name == "NetworkPolicy/bus"}
    assert files == {"redis/network.yaml", "kafka/network.yaml"}


def test_everything_is_in_the_one_namespace() -> None:
    spaces = {each.metadata.namespace for each in ALL if each.kind != "Namespace"}
    assert spaces == {"courtside"}
    assert of("Namespace")["courtside"].metadata.labels["pod-security.kubernetes.io/enforce"] == "restricted"


def test_redis_has_the_settings_that_it_has_everywhere() -> None:
    said = of("ConfigMap")["redis"].data["redis.conf"]
    assert said == (DEPLOY / "redis.conf").read_text(encoding="utf-8")
    examples = of("Secret")
    users = (DEPLOY / "secrets.example" / "redis-users.acl").read_text(encoding="utf-8")
    assert examples["redis-users"].string_data["redis-users"] == users


def test_the_example_of_secrets_is_applied_by_nothing() -> None:
    assert {each.file for each in ALL if each.kind == "Secret"} == {"secret.example.yaml"}
    for folder in ("base", "redis", "kafka"):
        assert not any("secret" in name for name in kustomization(KUBERNETES / folder).resources)
