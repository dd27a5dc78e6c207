"""Spark's Kafka connector: four jars, 10 MB, by Maven.

    python -m tools.spark_jars          into the user's cache folder (XDG_CACHE_HOME); prints which
    python -m tools.spark_jars FOLDER   into a folder of your choice

`courtside spark run --jars FOLDER` takes them. PySpark brings everything else itself. Exit status 3 where
Maven is not installed.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tools.servers.server import NotInstalled, wanted

NOT_INSTALLED = 3
_POM = Path(__file__).parent / "servers" / "spark" / "pom.xml"
_WANTED = "spark-sql-kafka-0-10_2.13,spark-token-provider-kafka-0-10_2.13,kafka-clients,commons-pool2"


def fetch(folder: Path | None = None) -> Path:
    """The folder of the jars, filled where it is not there yet. Raises `NotInstalled`."""
    if folder is None:
        folder = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "courtside" / "spark-4.0.0"
    if any(folder.glob("spark-sql-kafka-*.jar")):
        return folder
    maven = wanted("mvn", "maven")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
        pom = shutil.copy(_POM, scratch)
        copy = ["dependency:copy-dependencies", "-DoutputDirectory=libs", f"-DincludeArtifactIds={_WANTED}"]
        done = subprocess.run(
            [maven, "-q", "-B", "-f", pom, *copy], cwd=scratch, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise RuntimeError(f"Maven cannot bring them: {(done.stdout + done.stderr).strip()[-2000:]}")
        # Those who fetch at the same time bring the same.
        folder.mkdir(exist_ok=True)
        for jar in (Path(scratch) / "libs").iterdir():
            os.replace(jar, folder / jar.name)
    return folder


def main() -> None:
    try:
        print(fetch(Path(sys.argv[1]) if len(sys.argv) > 1 else None))
    except NotInstalled as error:
        print(error, file=sys.stderr)
        sys.exit(NOT_INSTALLED)


if __name__ == "__main__":
    main()
