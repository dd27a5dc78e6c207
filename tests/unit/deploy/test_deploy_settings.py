"""What the deployments set is what the program takes."""

import re

import pytest

from tests.support.deployment import (
    DEPLOY,
    KUBERNETES,
    VARIABLES,
    compose,
    image_environment,
    loaded,
    toml_settings,
)

# Without secrets/, which are somebody's own.
FILES = [
    path
    for path in sorted(DEPLOY.rglob("*"))
    if path.is_file() and path.suffix != ".json" and path.parent.name != "secrets"
]
TEXT = {str(path.relative_to(DEPLOY)): path.read_text(encoding="utf-8") for path in FILES}
EXAMPLES = DEPLOY / "secrets.example"


@pytest.mark.parametrize("name", TEXT)
def test_every_variable_that_is_named_is_a_setting(name: str) -> None:
    assert set(re.findall(r"\bCOURTSIDE_[A-Z_]+", TEXT[name])) - VARIABLES == set()


def test_the_one_process_of_compose_starts_with_the_examples() -> None:
    environ = image_environment() | compose().services["courtside"].environment
    settings = loaded(environ, EXAMPLES / "laptop.toml")
    assert (settings.role, settings.bus) == ("all", "memory")
    assert settings.api_keys and settings.host == "0.0.0.0"
    assert (settings.database or "").startswith("postgresql://")


def test_passwords_of_the_examples_fit_together() -> None:
    password = (EXAMPLES / "postgres-password").read_text(encoding="utf-8").strip()
    assert f":{password}@postgres/courtside" in str(toml_settings(EXAMPLES / "laptop.toml")["database"])
    users = (EXAMPLES / "redis-users.acl").read_text(encoding="utf-8")
    [shown] = re.findall(r"user default on >(\S+)", users)
    assert f":{shown}@redis:6379" in str(toml_settings(EXAMPLES / "bus.toml")["bus"])
    stated = (KUBERNETES / "secret.example.yaml").read_text(encoding="utf-8")
    assert f"user default on >{shown} " in stated and f"redis://:{shown}@redis:6379" in stated


def test_every_secret_of_an_example_has_to_be_replaced() -> None:
    for path in EXAMPLES.iterdir():
        for value in re.findall(r">(\S+)|//\w*:([^@]+)@|api_keys = \[\"(.+)\"\]", path.read_text("utf-8")):
            assert "".join(value).startswith("replace-with-"), path.name
