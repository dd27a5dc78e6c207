"""The compose file: valid, everything in it as little privileged as can be, and of one piece."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from courtside import __version__
from tests.support.deployment import DEPLOY, SecretUse, Service, compose

COMPOSE = compose()
SERVICES = COMPOSE.services
EXAMPLES = DEPLOY / "secrets.example"
every_service = pytest.mark.parametrize("service", SERVICES.values(), ids=SERVICES)


def check(path: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(path)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_it_is_valid_by_the_schema_of_the_compose_specification() -> None:
    done = check(DEPLOY / "compose.yaml")
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_typing_error_would_be_found(tmp_path: Path) -> None:
    broken = tmp_path / "compose.yaml"
    text = (DEPLOY / "compose.yaml").read_text(encoding="utf-8")
    broken.write_text(text.replace("read_only: true", "readonly: true"), encoding="utf-8")
    done = check(broken)
    assert done.returncode == 1 and "readonly" in done.stdout + done.stderr


@every_service
def test_a_container_is_nobody_on_a_disk_that_it_cannot_write(service: Service) -> None:
    user, _, group = service.user.partition(":")
    assert int(user) > 0 and int(group) > 0
    assert service.read_only
    assert service.cap_drop == ["ALL"]
    assert service.security_opt == ["no-new-privileges:true"]
    assert any(place.startswith("/tmp") for place in service.tmpfs)


@every_service
def test_a_container_has_bounds_a_health_check_and_a_profile(service: Service) -> None:
    assert service.healthcheck.test[0] == "CMD", "no shell"
    assert service.deploy.resources.limits.memory and service.deploy.resources.limits.cpus
    assert service.profiles and service.restart == "unless-stopped"


@every_service
def test_ports_are_open_on_this_machine_only(service: Service) -> None:
    assert all(port.startswith("127.0.0.1:") for port in service.ports)


def test_stores_and_brokers_have_no_way_out_and_publish_nothing() -> None:
    assert COMPOSE.networks["stores"] == {"internal": True}
    for name in ("postgres", "redis", "kafka"):
        assert SERVICES[name].networks == ["stores"] and not SERVICES[name].ports


def test_prometheus_reaches_every_part_of_the_program() -> None:
    ours = [service for service in SERVICES.values() if service.image.startswith("courtside:")]
    assert len(ours) == 4
    assert all("watched" in service.networks for service in [*ours, SERVICES["prometheus"]])


def test_images_have_one_version_each_and_ours_is_that_of_the_package() -> None:
    versions: dict[str, set[str]] = {}
    for service in SERVICES.values():
        name, _, tag = service.image.partition(":")
        assert tag and tag != "latest"
        versions.setdefault(name, set()).add(tag)
    assert all(len(tags) == 1 for tags in versions.values())
    assert versions["courtside"] == {__version__}


def test_every_dependency_is_waited_for_until_it_is_healthy() -> None:
    for service in SERVICES.values():
        for name, dependency in service.depends_on.items():
            assert dependency.condition == "service_healthy"
            shared = set(service.profiles) & set(SERVICES[name].profiles)
            assert shared == set(service.profiles) or not dependency.required


@pytest.mark.parametrize("profile", ["redis", "kafka"])
def test_a_bus_has_all_three_roles_over_it(profile: str) -> None:
    roles = {
        service.environment["COURTSIDE_ROLE"]
        for service in SERVICES.values()
        if profile in service.profiles and "COURTSIDE_ROLE" in service.environment
    }
    assert roles == {"ingest", "engine", "gateway"}
    assert profile in SERVICES[profile].profiles


def test_every_secret_that_is_used_has_an_example_of_the_same_name() -> None:
    used = {
        use.source if isinstance(use, SecretUse) else use
        for service in SERVICES.values()
        for use in service.secrets
    }
    assert used == set(COMPOSE.secrets)
    for name, secret in COMPOSE.secrets.items():
        folder, _, file = secret.file.removeprefix("./").partition("/")
        assert folder == "secrets", name
        assert (EXAMPLES / file).is_file()
    assert "/secrets/" in (DEPLOY / ".gitignore").read_text(encoding="utf-8")


def test_no_password_is_in_the_file_itself() -> None:
    for service in SERVICES.values():
        for variable, value in service.environment.items():
            if re.search(r"PASSWORD|KEY|SECRET|TOKEN", variable):
                assert variable.endswith("_FILE") and value.startswith("/run/secrets/")


def test_every_file_that_is_mounted_is_there() -> None:
    mounted = [volume.split(":")[0] for service in SERVICES.values() for volume in service.volumes]
    files = [*(config.file for config in COMPOSE.configs.values()), *(v for v in mounted if v[0] == ".")]
    assert len(files) >= 4
    assert [file for file in files if not (DEPLOY / file).exists()] == []
    assert {v for v in mounted if v[0] not in "./"} == set(COMPOSE.volumes)


def test_nothing_that_was_acknowledged_is_lost_by_redis_or_kafka() -> None:
    redis = dict(
        line.split(maxsplit=1)
        for line in (DEPLOY / "redis.conf").read_text(encoding="utf-8").splitlines()
        if line and not line.startswith("#")
    )
    assert (redis["appendonly"], redis["appendfsync"]) == ("yes", "always")
    assert redis["maxmemory-policy"] == "noeviction"
    kafka = SERVICES["kafka"].environment
    assert kafka["KAFKA_LOG_FLUSH_INTERVAL_MESSAGES"] == "1"
    assert kafka["KAFKA_AUTO_CREATE_TOPICS_ENABLE"] == "false"
    assert set(kafka["KAFKA_PROCESS_ROLES"].split(",")) == {"broker", "controller"}


def test_the_health_checks_of_redis_use_a_user_that_can_only_ping() -> None:
    users = (EXAMPLES / "redis-users.acl").read_text(encoding="utf-8").splitlines()
    [probe] = [line for line in users if line.startswith("user probe ")]
    assert probe.endswith("-@all +ping")
    assert "probe" in SERVICES["redis"].healthcheck.test
