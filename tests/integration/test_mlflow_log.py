"""A training is logged to a real MLflow server on loopback, and its bundle comes back whole."""

import importlib.util
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from courtside.errors import BadConfig, ModelError, ServerUnavailable
from courtside.forecast.bundle import Bundle, DataSpan, Description, write_bundle
from courtside.training.mlflow_log import log_training

if TYPE_CHECKING:
    from mlflow import MlflowClient

STARTING_SECONDS = 90.0
QUIET = {"MLFLOW_DISABLE_TELEMETRY": "true", "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false"}

pytestmark = pytest.mark.timeout(240)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an MLflow server with its runs in SQLite."""
    if importlib.util.find_spec("mlflow") is None or importlib.util.find_spec("sqlalchemy") is None:
        reason = "no MLflow server here: pip install mlflow"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    folder = tmp_path_factory.mktemp("mlflow")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    storing = (
        "--backend-store-uri",
        f"sqlite:///{folder}/mlflow.db",
        "--artifacts-destination",
        f"{folder}/files",
    )
    listening = ("--host", "127.0.0.1", "--port", str(port), "--workers", "1")
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "mlflow", "server", *storing, *listening],
            cwd=folder,
            env=os.environ | QUIET,
            stdout=log,
            stderr=log,
            # A group of its own, so that the worker that it starts ends with it.
            start_new_session=True,
        )
    try:
        wait_until_healthy(process, f"http://127.0.0.1:{port}", folder / "log")
        yield f"http://127.0.0.1:{port}"
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def wait_until_healthy(process: "subprocess.Popen[bytes]", url: str, log: Path) -> None:
    end = time.monotonic() + STARTING_SECONDS
    while time.monotonic() < end:
        assert process.poll() is None, log.read_text(encoding="utf-8")
        try:
            if httpx.get(f"{url}/health", timeout=5.0).status_code == 200:
                return
        except httpx.TransportError:
            threading.Event().wait(0.1)
    pytest.fail(f"MLflow is not up after {STARTING_SECONDS} s: {log.read_text(encoding='utf-8')}")


@pytest.fixture
def client(server: str) -> "MlflowClient":
    from mlflow import MlflowClient

    return MlflowClient(tracking_uri=server, registry_uri=server)


@pytest.fixture
def bundle(tmp_path: Path) -> Bundle:
    description = Description(
        courtside="0.1.0",
        data=DataSpan(first_date="2013-10-29", last_date="2024-06-17", games=14126, seasons=(2013, 2023)),
        metrics={"halftime_mae": 4.7},
        settings={},
    )
    return write_bundle(tmp_path / "bundle", {"linear.json": b"{}", "lstm.onnx": b"\x08\x07"}, description)


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a logging sets there is gone after the test."""
    for name in ("MLFLOW_DISABLE_TELEMETRY", "MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT"):
        monkeypatch.setenv(name, "true")
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "1")


def test_a_training_has_its_parameters_metrics_and_files_in_mlflow(
    server: str, client: "MlflowClient", bundle: Bundle, capsys: pytest.CaptureFixture[str]
) -> None:
    params: dict[str, str | int | float | bool] = {"seed": 7, "until": "2023", "ridge": 1.5}
    params |= {f"weight_{number}": number for number in range(150)}
    version = log_training(server, bundle.folder, params, {"halftime_mae": 4.7, "brier": 0.1779}, "nightly")

    assert capsys.readouterr().out == ""
    registered = client.get_model_version("courtside", version)
    assert registered.run_id is not None
    run = client.get_run(registered.run_id)
    assert run.info.status == "FINISHED"
    assert run.data.params == {name: str(value) for name, value in params.items()}
    assert run.data.metrics == {"halftime_mae": 4.7, "brier": 0.1779}
    assert run.data.tags["courtside.model"] == bundle.version
    assert registered.tags["courtside.data"] == "14126 games, 2013-10-29 to 2024-06-17"
    experiment = client.get_experiment_by_name("nightly")
    assert experiment is not None and run.info.experiment_id == experiment.experiment_id
    files = client.list_artifacts(registered.run_id, "model/bundle")
    assert {file.path.rpartition("/")[2] for file in files} == {"linear.json", "lstm.onnx", "manifest.json"}


def test_each_training_is_a_version_of_its_own(server: str, client: "MlflowClient", bundle: Bundle) -> None:
    first = log_training(server, bundle.folder, {}, {})
    second = log_training(server, bundle.folder, {}, {})
    assert int(second) == int(first) + 1
    experiment = client.get_experiment_by_name("courtside")
    assert experiment is not None and len(client.search_runs([experiment.experiment_id])) >= 2


def test_a_registered_version_is_downloaded_and_opened_as_the_page_says(
    server: str, bundle: Bundle, tmp_path: Path
) -> None:
    version = log_training(server, bundle.folder, {}, {})
    subprocess.run(
        [
            *(sys.executable, "-m", "mlflow", "artifacts", "download"),
            *("--artifact-uri", f"models:/courtside/{version}", "--dst-path", "trained"),
        ],
        cwd=tmp_path,
        env=os.environ | QUIET | {"MLFLOW_TRACKING_URI": server},
        capture_output=True,
        check=True,
        timeout=120,
    )
    assert Bundle.open(tmp_path / "trained" / "bundle").parts == bundle.parts


def test_what_mlflow_refuses_is_one_line_and_the_run_has_failed(
    server: str, client: "MlflowClient", bundle: Bundle
) -> None:
    with pytest.raises(ServerUnavailable, match=r"did not take the training: .*what%ever") as raised:
        log_training(server, bundle.folder, {"what%ever": 1}, {}, "refused")
    assert "\n" not in str(raised.value)
    experiment = client.get_experiment_by_name("refused")
    assert experiment is not None
    [run] = client.search_runs([experiment.experiment_id])
    assert run.info.status == "FAILED"


def test_a_bundle_that_is_not_whole_is_not_logged(
    server: str, client: "MlflowClient", bundle: Bundle
) -> None:
    (bundle.folder / "linear.json").write_bytes(b"[]")
    with pytest.raises(ModelError, match=r"linear\.json is not the file"):
        log_training(server, bundle.folder, {}, {}, "broken")
    assert client.get_experiment_by_name("broken") is None


class Forbidding(BaseHTTPRequestHandler):
    """A server that is there and lets nobody in."""

    def do_GET(self) -> None:
        self.send_response(403)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Nothing is printed."""


def test_a_server_that_lets_nobody_in_is_one_line_without_the_password(bundle: Bundle) -> None:
    pytest.importorskip("mlflow")
    with ThreadingHTTPServer(("127.0.0.1", 0), Forbidding) as forbidding:
        thread = threading.Thread(target=forbidding.serve_forever)
        thread.start()
        try:
            with pytest.raises(ServerUnavailable, match=r"did not take the training: .*403") as raised:
                log_training(f"http://ann:hidden@127.0.0.1:{forbidding.server_port}", bundle.folder, {}, {})
        finally:
            forbidding.shutdown()
            thread.join()
    assert "\n" not in str(raised.value) and "hidden" not in str(raised.value)


def test_a_server_that_is_not_there_is_said_at_once(bundle: Bundle) -> None:
    pytest.importorskip("mlflow")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(ServerUnavailable, match=r"no MLflow answers at http://127.*'mlflow server'"):
            log_training(url, bundle.folder, {}, {})


def test_without_mlflow_the_extra_is_named(bundle: Bundle, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "mlflow", None)
    with pytest.raises(BadConfig, match=r"pip install 'courtside\[mlflow\]'"):
        log_training("http://127.0.0.1:9", bundle.folder, {}, {})


def test_a_database_wants_more_than_the_client_of_mlflow(
    bundle: Bundle, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    pytest.importorskip("mlflow")
    monkeypatch.setitem(sys.modules, "mlflow.store.tracking.sqlalchemy_store", None)
    with pytest.raises(BadConfig, match="give the address of an MLflow server, or pip install mlflow"):
        log_training(f"sqlite:///{tmp_path}/mlflow.db", bundle.folder, {}, {})


def test_mlflow_is_not_imported_before_it_is_asked_for() -> None:
    code = "import sys, courtside.training.mlflow_log; sys.exit('mlflow' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
