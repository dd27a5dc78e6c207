"""A trained model goes to MLflow: a run with its parameters, metrics and files, and a registered version.

What is registered is the bundle as it is: data, no pickle. MLflow is imported only when it is asked for;
its client (`mlflow-skinny`) is enough, since the server runs wherever its owner runs it.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import httpx

from courtside.errors import BadConfig, ServerUnavailable
from courtside.forecast.bundle import Bundle
from courtside.redact import hide_secrets

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities import Run

REGISTERED_NAME = "courtside"
FOLDER, PART = "model", "bundle"
"""In MLflow a bundle is `model/bundle`, and `model` is what is registered. MLflow may put a note of its own
beside what is downloaded; within the bundle that would be a file that the manifest does not name."""

PARAMS_A_CALL = 100
"""MLflow takes no more."""
ANSWER_SECONDS = 10.0
_VARIABLES = {  # of the environment, where they are not set
    # A training reports to nobody but the server that was named.
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT": "true",
    # Its own default holds up a training for minutes where the server goes away.
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "3",
}


def log_training(
    uri: str,
    bundle_folder: Path,
    params: Mapping[str, str | int | float | bool],
    metrics: Mapping[str, float],
    experiment: str = "courtside",
) -> str:
    """Log one training to the MLflow at `uri` and register its bundle; returns the registered version.

    Raises `ModelError` where the bundle is not whole, `BadConfig` where MLflow is not installed, and
    `ServerUnavailable` where the server does not answer or refuses; a run that had begun is then marked
    as failed.
    """
    bundle = Bundle.open(bundle_folder)
    data = bundle.manifest.data
    tags = {
        "courtside.model": bundle.version,
        "courtside.version": bundle.manifest.courtside,
        "courtside.data": f"{data.games} games, {data.first_date} to {data.last_date}",
    }
    with _client(uri) as client:
        run = client.create_run(_experiment(client, experiment), run_name=bundle.version, tags=tags)
        status = "FAILED"
        try:
            _log_values(client, run, params, metrics)
            client.log_artifacts(run.info.run_id, str(bundle_folder), f"{FOLDER}/{PART}")
            version = _register(client, run, tags)
            status = "FINISHED"
        finally:
            client.set_terminated(run.info.run_id, status)
    return version


@contextmanager
def _client(uri: str) -> "Iterator[MlflowClient]":
    """A client of the server, whose errors are ours."""
    shown = hide_secrets(uri)
    for name, value in _VARIABLES.items():
        os.environ.setdefault(name, value)
    try:
        from mlflow import MlflowClient
        from mlflow.exceptions import MlflowException
    except ImportError as error:
        raise BadConfig(
            f"MLflow is not installed ({error}); install it with pip install 'courtside[mlflow]'"
        ) from error
    _need_answer(uri, shown)
    try:
        yield MlflowClient(tracking_uri=uri, registry_uri=uri)
    except (MlflowException, OSError) as error:
        said = hide_secrets(" ".join(str(error).split())).rstrip(".")
        raise ServerUnavailable(
            f"MLflow at {shown} did not take the training: {said}; check the address and its rights"
        ) from error
    except ImportError as error:
        raise BadConfig(
            f"{shown} needs more of MLflow than its client ({error}); give the address of an MLflow server, "
            "or pip install mlflow"
        ) from error


def _need_answer(uri: str, shown: str) -> None:
    """MLflow itself tries for minutes before it says that nobody is there."""
    if not uri.startswith(("http://", "https://")):
        return
    try:
        httpx.get(f"{uri.rstrip('/')}/health", timeout=ANSWER_SECONDS)
    except (httpx.TransportError, httpx.InvalidURL) as error:
        raise ServerUnavailable(
            f"no MLflow answers at {shown} ({error}); start one with 'mlflow server' or check the address"
        ) from error


def _experiment(client: "MlflowClient", name: str) -> str:
    known = client.get_experiment_by_name(name)
    return client.create_experiment(name) if known is None else known.experiment_id


def _log_values(
    client: "MlflowClient",
    run: "Run",
    params: Mapping[str, str | int | float | bool],
    metrics: Mapping[str, float],
) -> None:
    from mlflow.entities import Metric, Param

    run_id, at_ms = run.info.run_id, run.info.start_time
    told = [Param(name, str(value)) for name, value in params.items()]
    for first in range(0, len(told), PARAMS_A_CALL):
        client.log_batch(run_id, params=told[first : first + PARAMS_A_CALL])
    client.log_batch(run_id, [Metric(name, float(value), at_ms, 0) for name, value in metrics.items()])


def _register(client: "MlflowClient", run: "Run", tags: Mapping[str, str]) -> str:
    from mlflow.exceptions import MlflowException

    try:
        client.create_registered_model(REGISTERED_NAME)
    except MlflowException as error:
        if error.error_code != "RESOURCE_ALREADY_EXISTS":
            raise
    registered = client.create_model_version(
        REGISTERED_NAME,
        source=f"runs:/{run.info.run_id}/{FOLDER}",
        run_id=run.info.run_id,
        tags=dict(tags),
        await_creation_for=0,
    )
    return str(registered.version)
