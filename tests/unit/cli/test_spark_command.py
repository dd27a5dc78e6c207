"""`courtside spark` says in one line what is missing, before it starts anything."""

import importlib.util
import shutil
from pathlib import Path

import pytest

from courtside.cli import execute


def run(*arguments: str) -> int:
    return execute(["spark", "run", *arguments])


@pytest.fixture
def jars(tmp_path: Path) -> str:
    (tmp_path / "spark-sql-kafka-0-10_2.13-4.0.0.jar").touch()
    return str(tmp_path)


def test_without_pyspark_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "pyspark" else find(name))
    assert run("--kafka", "127.0.0.1:9092") == 2
    assert capsys.readouterr().err == "courtside: Spark needs pyspark: pip install 'courtside[spark]'\n"


def test_without_java_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    monkeypatch.delenv("JAVA_HOME", raising=False)
    assert execute(["spark", "features", "--history", "h", "--out", "o"]) == 2
    assert "needs Java 17" in capsys.readouterr().err


def test_a_folder_without_the_connector_is_refused_with_the_command_that_fetches_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("--kafka", "127.0.0.1:9092", "--jars", str(tmp_path)) == 2
    assert "python -m tools.spark_jars" in capsys.readouterr().err


@pytest.mark.parametrize("brokers", ["broker", "broker:port", ":9092", "kafka://ann:secret@broker:9092"])
def test_what_is_no_broker_is_refused(brokers: str, jars: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--kafka", brokers, "--jars", jars) == 2
    assert "give HOST:PORT" in capsys.readouterr().err


def test_a_password_in_the_address_is_not_repeated(jars: str, capsys: pytest.CaptureFixture[str]) -> None:
    run("--kafka", "kafka://ann:secret@broker:9092", "--jars", jars)
    assert "secret" not in capsys.readouterr().err


def test_a_line_of_the_client_s_file_without_a_value_is_named(
    jars: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "client.properties"
    file.write_text("# how to get in\nsecurity.protocol=SASL_SSL\n\nsasl.mechanism\n")
    assert run("--kafka", "broker:9092", "--jars", jars, "--client", str(file)) == 2
    assert "has no '=' in line 4" in capsys.readouterr().err


def test_a_table_elsewhere_cannot_be_checked_here(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["--history", "h", "--out", "s3a://bucket/table", "--check"]
    assert execute(["spark", "features", *arguments]) == 2
    assert "write to a folder" in capsys.readouterr().err


def test_a_store_that_is_none_is_named_before_spark_starts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert execute(["spark", "features", "--history", str(tmp_path), "--out", str(tmp_path / "out")]) == 1
    assert "holds no imported history" in capsys.readouterr().err
