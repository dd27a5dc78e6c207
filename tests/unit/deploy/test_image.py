"""What the image is made of, and what runs in it: the wheel of its build context, with its environment."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import urllib.request
import zipfile
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from courtside import __version__
from tests.support.deployment import DEPLOY, ROOT, compose, dockerfile, image_environment, workloads

INSTRUCTIONS = dockerfile()
SECONDS = 30.0


class Running(msgspec.Struct, frozen=True):
    process: subprocess.Popen[str]
    url: str
    folder: Path


def said(word: str) -> list[str]:
    return [rest for each, rest in INSTRUCTIONS if each == word]


def context() -> list[str]:
    """What the Dockerfile copies out of the repository."""
    copies = [rest.split() for rest in said("COPY") if not rest.startswith("--from=")]
    return [name for *sources, _ in copies for name in sources]


def test_the_context_is_what_is_copied_and_nothing_else() -> None:
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    admitted = {line[1:] for line in lines if line.startswith("!")}
    assert "*" in lines
    assert admitted == set(context())
    assert all((ROOT / name).exists() for name in admitted)


def test_the_image_is_built_in_two_stages_from_a_python_that_is_named() -> None:
    bases = [rest.split()[0] for rest in said("FROM")]
    assert bases == ["python:3.11-slim"] * 2
    assert all("latest" not in rest for _, rest in INSTRUCTIONS)


def test_the_process_is_nobody_and_is_started_without_a_shell() -> None:
    [user], [entry], [command], [stop] = said("USER"), said("ENTRYPOINT"), said("CMD"), said("STOPSIGNAL")
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", user)
    assert json.loads(entry) + json.loads(command) == ["courtside", "run"]
    assert stop == "SIGTERM"
    services = [each for each in compose().services.values() if each.image.startswith("courtside:")]
    assert {each.user for each in services} == {user}
    pods = [workloads()[role].template.spec.security_context for role in ("ingest", "engine", "gateway")]
    assert {f"{each.run_as_user}:{each.fs_group}" for each in pods} == {user}


def health_check() -> list[str]:
    [line] = said("HEALTHCHECK")
    command: list[str] = json.loads(line.partition("CMD ")[2])
    return command


def test_compose_asks_as_the_image_does() -> None:
    services = [each for each in compose().services.values() if each.image.startswith("courtside:")]
    assert all(each.healthcheck.test == ["CMD", *health_check()] for each in services)


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the context alone, and unpacked."""
    folder = tmp_path_factory.mktemp("image")
    for name in context():
        source = ROOT / name
        ignore = shutil.ignore_patterns("__pycache__")
        if source.is_dir():
            shutil.copytree(source, folder / "context" / name, ignore=ignore)
        else:
            (folder / "context").mkdir(exist_ok=True)
            shutil.copy2(source, folder / "context" / name)
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(build, cwd=folder / "context", capture_output=True, check=True)
    [wheel] = folder.glob(f"courtside-{__version__}-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


@pytest.fixture
def container(installed: Path, tmp_path: Path) -> Iterator[Running]:
    """`courtside run` with the environment of the image, on loopback, in an empty folder."""
    data = tmp_path / "data"
    data.mkdir()
    place = {"HOME": str(data), "COURTSIDE_DATA_DIR": str(data), "TMPDIR": str(tmp_path / "temporary")}
    here = {"COURTSIDE_HOST": "127.0.0.1", "COURTSIDE_HTTP_PORT": "0", "COURTSIDE_WS_PORT": "0"}
    Path(place["TMPDIR"]).mkdir()
    process = subprocess.Popen(
        [sys.executable, "-m", "courtside", "run"],
        cwd=data,
        env=image_environment()
        | place
        | here
        | {"PYTHONPATH": str(installed), "COURTSIDE_SOURCE": "simulate"},
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert process.stderr is not None
        lines = iter(process.stderr.readline, "")
        address = next(found for line in lines if (found := re.search(r"listening on (http://\S+)", line)))
        yield Running(process, address[1].rstrip("/"), tmp_path)
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate(timeout=SECONDS)


def fetch(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=SECONDS) as answer:
        assert answer.status == 200
        body: bytes = answer.read()
    return body


@pytest.mark.timeout(90)
def test_what_the_image_runs_is_healthy_and_stops_when_it_is_told_to(container: Running) -> None:
    health = json.loads(fetch(f"{container.url}/health"))
    assert health["version"] == __version__
    assert json.loads(fetch(f"{container.url}/ready"))["ready"] is True
    assert b"<html" in fetch(f"{container.url}/").lower(), "the dashboard is in the wheel"
    port = container.url.rpartition(":")[2]
    assert "127.0.0.1:8080/" in health_check()[-1]
    asked = [sys.executable, *health_check()[1:-1], health_check()[-1].replace(":8080/", f":{port}/")]
    assert subprocess.run(asked, check=False).returncode == 0
    container.process.send_signal(signal.SIGTERM)
    assert container.process.wait(timeout=SECONDS) == 0
    assert subprocess.run(asked, capture_output=True, check=False).returncode != 0


@pytest.mark.timeout(90)
def test_it_writes_into_its_data_folder_and_nowhere_else(container: Running, installed: Path) -> None:
    before = {path for path in installed.rglob("*") if path.is_file()}
    fetch(f"{container.url}/games")
    container.process.send_signal(signal.SIGTERM)
    assert container.process.wait(timeout=SECONDS) == 0
    written = {
        path.relative_to(container.folder).parts[0] for path in container.folder.rglob("*") if path.is_file()
    }
    assert written == {"data"}
    assert not (container.folder / "data" / ".cache").exists(), "no library keeps anything of its own"
    assert {path for path in installed.rglob("*") if path.is_file()} == before
    assert os.listdir(container.folder / "temporary") == []


def test_the_folder_of_data_belongs_to_the_user() -> None:
    [user] = said("USER")
    owner, _, group = user.partition(":")
    made = f"--owner={owner} --group={group} --mode=0700 {image_environment()['COURTSIDE_DATA_DIR']}"
    assert any(made in rest for rest in said("RUN"))
    assert (DEPLOY / "Dockerfile").read_text(encoding="utf-8").count("/data /data") == 1
