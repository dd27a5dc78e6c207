"""The files of deploy/, read into what tests ask of them."""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

import msgspec

from courtside.config import describe_settings, load_settings
from courtside.settings import Settings

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
KUBERNETES = DEPLOY / "kubernetes"
VARIABLES = {setting.env for setting in describe_settings()} | {"COURTSIDE_CONFIG"}

_Kind = TypeVar("_Kind")


class _Camel(msgspec.Struct, frozen=True, rename="camel"):
    """Fields that are not named here are not asked for."""


class Health(msgspec.Struct, frozen=True):
    test: list[str]


class SecretUse(msgspec.Struct, frozen=True):
    source: str
    target: str


class Dependency(msgspec.Struct, frozen=True):
    condition: str
    required: bool = True


class Limits(msgspec.Struct, frozen=True):
    cpus: str
    memory: str


class ComposeResources(msgspec.Struct, frozen=True):
    limits: Limits


class ComposeDeploy(msgspec.Struct, frozen=True):
    resources: ComposeResources


class Service(msgspec.Struct, frozen=True):
    """A service of the compose file; what has no default here every service must say."""

    image: str
    user: str
    profiles: list[str]
    read_only: bool
    cap_drop: list[str]
    security_opt: list[str]
    restart: str
    healthcheck: Health
    deploy: ComposeDeploy
    networks: list[str]
    tmpfs: list[str]
    environment: dict[str, str] = {}
    secrets: list[str | SecretUse] = []
    configs: list[SecretUse] = []
    ports: list[str] = []
    volumes: list[str] = []
    depends_on: dict[str, Dependency] = {}


class NamedFile(msgspec.Struct, frozen=True):
    file: str


class ComposeFile(msgspec.Struct, frozen=True):
    services: dict[str, Service]
    configs: dict[str, NamedFile]
    secrets: dict[str, NamedFile]
    networks: dict[str, dict[str, bool]]
    volumes: dict[str, dict[str, str]]


class Metadata(_Camel, frozen=True):
    name: str
    namespace: str = ""
    labels: dict[str, str] = {}
    annotations: dict[str, str] = {}


class Manifest(_Camel, frozen=True):
    """One object of Kubernetes with the file that it is in; `spec` is converted by whoever knows the kind."""

    api_version: str
    kind: str
    metadata: Metadata
    spec: dict[str, object] = {}
    data: dict[str, str] = {}
    string_data: dict[str, str] = {}
    file: str = ""

    @property
    def name(self) -> str:
        return f"{self.kind}/{self.metadata.name}"


class Selector(_Camel, frozen=True):
    match_labels: dict[str, str] = {}


class EnvVar(_Camel, frozen=True):
    name: str
    value: str


class ContainerPort(_Camel, frozen=True):
    name: str
    container_port: int


class HttpGet(_Camel, frozen=True):
    path: str
    port: str


class Probe(_Camel, frozen=True):
    http_get: HttpGet | None = None


class Capabilities(_Camel, frozen=True):
    drop: list[str]


class ContainerSecurity(_Camel, frozen=True):
    allow_privilege_escalation: bool
    read_only_root_filesystem: bool
    capabilities: Capabilities


class Resources(_Camel, frozen=True):
    requests: dict[str, str]
    limits: dict[str, str]


class Container(_Camel, frozen=True):
    name: str
    image: str
    ports: list[ContainerPort]
    startup_probe: Probe
    liveness_probe: Probe
    readiness_probe: Probe
    security_context: ContainerSecurity
    resources: Resources
    env: list[EnvVar] = []


class Seccomp(_Camel, frozen=True):
    type: str


class PodSecurity(_Camel, frozen=True):
    run_as_non_root: bool
    run_as_user: int
    fs_group: int
    seccomp_profile: Seccomp


class PodSpec(_Camel, frozen=True):
    containers: list[Container]
    security_context: PodSecurity
    enable_service_links: bool
    automount_service_account_token: bool
    service_account_name: str
    termination_grace_period_seconds: int


class PodTemplate(_Camel, frozen=True):
    metadata: "PodMetadata"
    spec: PodSpec


class PodMetadata(_Camel, frozen=True):
    labels: dict[str, str]
    annotations: dict[str, str] = {}


class Workload(_Camel, frozen=True):
    """A Deployment or StatefulSet; `replicas` is None where an autoscaler says how many."""

    selector: Selector
    template: PodTemplate
    replicas: int | None = None
    strategy: dict[str, object] = {}


def decode(text: str, kind: type[_Kind]) -> _Kind:
    return msgspec.yaml.decode(text.encode(), type=kind)


def compose() -> ComposeFile:
    return decode((DEPLOY / "compose.yaml").read_text(encoding="utf-8"), ComposeFile)


def manifests(*files: Path) -> list[Manifest]:
    """Every object in these files of Kubernetes; in all but the lists of kustomize, where none is named."""
    found = []
    for path in files or sorted(KUBERNETES.rglob("*.yaml")):
        if path.name == "kustomization.yaml":
            continue
        for text in re.split(r"^---$", path.read_text(encoding="utf-8"), flags=re.M):
            one = decode(text, Manifest)
            found.append(msgspec.structs.replace(one, file=str(path.relative_to(KUBERNETES))))
    return found


def workloads() -> dict[str, Workload]:
    return {
        each.metadata.name: msgspec.convert(each.spec, Workload)
        for each in manifests()
        if each.kind in ("Deployment", "StatefulSet")
    }


def dockerfile() -> list[tuple[str, str]]:
    """Its instructions: the word, and what follows with continued lines as one."""
    text = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
    lines = re.sub(r"^#.*\n", "", text, flags=re.M).replace("\\\n", " ").splitlines()
    return [(word, rest.strip()) for word, _, rest in (line.partition(" ") for line in lines) if word]


def image_environment() -> dict[str, str]:
    """What the image sets."""
    [said] = [rest for word, rest in dockerfile() if word == "ENV"]
    return dict(pair.split("=", 1) for pair in said.split())


def toml_settings(path: Path) -> dict[str, object]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def loaded(environ: Mapping[str, str], secret: Path) -> Settings:
    """Settings as a container has them: of image and deployment from its environment, and from its secret."""
    given = {name: value for name, value in environ.items() if name.startswith("COURTSIDE_")}
    del given["COURTSIDE_CONFIG"]
    return load_settings({}, given, secret)
