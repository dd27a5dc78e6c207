"""A Spark session on this machine or a cluster, with the Kafka connector where it is wanted."""

import importlib.util
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING

from courtside.errors import BadConfig

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

CONNECTOR = "org.apache.spark:spark-sql-kafka-0-10_2.13:4.0.0"
"""By its coordinates; of the same version as PySpark, or the two do not understand each other."""

_CONNECTOR_JAR = "spark-sql-kafka-0-10"
_NEEDED = ("pyspark", "pandas", "pyarrow", "google.protobuf")
_SETTINGS = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.execution.arrow.pyspark.enabled": "true",
    "spark.sql.adaptive.enabled": "false",
}
_EVERY_START = (
    "WARNING: Using incubator modules",
    "Setting default log level to",
    "To adjust logging level use",
    "Streaming TransformWithStateInPandas Python worker",
    "Starting Streaming TransformWithStateInPandas Python worker",
)
_LOOPBACK = {"spark.driver.bindAddress": "127.0.0.1", "spark.driver.host": "127.0.0.1"}


def check_spark() -> None:
    """Raises `BadConfig` where PySpark or Java is not there, before anything is started."""
    missing = [name for name in _NEEDED if importlib.util.find_spec(name.partition(".")[0]) is None]
    if missing:
        raise BadConfig(f"Spark needs {', '.join(missing)}: pip install 'courtside[spark]'")
    home = os.environ.get("JAVA_HOME")
    if shutil.which("java") is None and not (home and (Path(home) / "bin" / "java").is_file()):
        raise BadConfig("Spark needs Java 17: install it (Debian: apt-get install default-jre-headless)")


def connector_jars(folder: Path) -> list[Path]:
    """The jars of a folder that holds the connector; raises `BadConfig` where it does not."""
    jars = sorted(folder.glob("*.jar")) if folder.is_dir() else []
    if not any(jar.name.startswith(_CONNECTOR_JAR) for jar in jars):
        raise BadConfig(
            f"{folder} holds no {_CONNECTOR_JAR} jar; 'python -m tools.spark_jars {folder}' fetches it, "
            "or leave --jars out where Spark can download"
        )
    return jars


def open_session(
    name: str,
    master: str,
    *,
    jars: Sequence[Path] | None = None,
    kafka: bool = False,
    memory: str = "1g",
    conf: Mapping[str, str] | None = None,
) -> "SparkSession":
    """A session of its own. Without `jars` Spark downloads the connector itself, where `kafka` wants it."""
    from py4j.protocol import Py4JJavaError
    from pyspark import SparkConf, SparkContext
    from pyspark.errors import PySparkRuntimeError
    from pyspark.java_gateway import launch_gateway
    from pyspark.sql import SparkSession

    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    os.environ.setdefault("PYSPARK_DRIVER_PYTHON", sys.executable)
    log4j = Path(__file__).with_name("log4j2.properties")
    settings = {
        **_SETTINGS,
        **(_LOOPBACK if master.startswith("local") else {}),
        "spark.driver.memory": memory,
        "spark.driver.extraJavaOptions": f"-Dlog4j2.configurationFile={log4j.as_uri()} -XX:+UseSerialGC",
        **_connector(jars, kafka),
        **(conf or {}),
    }
    launched = SparkConf(loadDefaults=False).setAppName(name).setMaster(master).setAll([*settings.items()])
    reading, writing = os.pipe()
    quiet = threading.Thread(target=_pass_on, args=(os.fdopen(reading, "r"),), daemon=True)
    quiet.start()
    try:
        # Both streams of Java: what it says goes to standard error, and what every start says nowhere.
        gateway = launch_gateway(  # type: ignore[no-untyped-call]
            launched, {"stdout": writing, "stderr": writing}
        )
    except PySparkRuntimeError as error:
        raise BadConfig("Java does not start Spark; 'java -version' has to say 17 or 21") from error
    finally:
        os.close(writing)
    try:
        return SparkSession(SparkContext(conf=launched, gateway=gateway))
    except Py4JJavaError as error:
        raise BadConfig(
            f"Spark does not start: {error.java_exception.getMessage()}; is {master!r} a master?"
        ) from error


def close_session(spark: "SparkSession") -> None:
    """Stops Spark and the Java beside it, and returns when it has ended."""
    from pyspark import SparkContext

    gateway = spark.sparkContext._gateway
    spark.stop()
    if gateway is None:
        return
    gateway.shutdown()
    java: subprocess.Popen[bytes] = gateway.proc
    if java.stdin is not None:
        java.stdin.close()
    java.wait()
    # The next session of this process starts a Java of its own.
    SparkContext._gateway = SparkContext._jvm = None


def _pass_on(said: IO[str]) -> None:
    with said:
        for line in said:
            if line.strip() and not line.startswith(_EVERY_START):
                sys.stderr.write(line)


def _connector(jars: Sequence[Path] | None, kafka: bool) -> dict[str, str]:
    if not kafka:
        return {}
    if jars is None:
        return {"spark.jars.packages": CONNECTOR}
    return {"spark.jars": ",".join(str(jar.resolve()) for jar in jars)}
