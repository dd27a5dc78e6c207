"""A throw-away Kafka broker on loopback, in a temporary folder: for tests and benchmarks, and by hand.

    python -m tools.kafka_server        prints its URL and runs until Ctrl-C
    python -m tools.kafka_server fetch  only brings its jars, 43 MB, once

The jars come from Maven and are kept in the user's cache folder (XDG_CACHE_HOME). Besides the open port
there is one with passwords and one with passwords and TLS. Who comes through the open port may do
everything, and so may `admin`; `guest` may do what access rules allow, at first nothing.
"""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

from tools.servers.certificates import make_certificates
from tools.servers.server import Server, free_port, main, wanted

ADMIN_PASSWORD = "admin-password"
GUEST_PASSWORD = "guest-password"
_POM = Path(__file__).parent / "servers" / "kafka" / "pom.xml"
_LOG = "-Dorg.slf4j.simpleLogger"
# A broker that serves a few thousand records is mostly start-up: the quick compiler gets there first.
_JAVA = ("-Xmx512m", "-Xms128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto",
         f"{_LOG}.defaultLogLevel=warn", f"{_LOG}.log.kafka.server.KafkaRaftServer=info")  # fmt: skip
_CLUSTER = "MkU3OEVBNTcwNTJENDM2Qg"


class KafkaServer(Server):
    """One broker, which is its own controller, without ZooKeeper."""

    def __init__(self) -> None:
        java = wanted("java", "default-jre-headless")
        wanted("openssl", "openssl")
        libraries = fetch()
        super().__init__()
        self.port, self.sasl_port, self.tls_port, controller = (free_port() for _ in range(4))
        make_certificates(self.folder)
        (self.folder / "server.properties").write_text(self._properties(controller), encoding="utf-8")
        self._java = [java, *_JAVA, "-cp", f"{libraries}/*"]

    @property
    def url(self) -> str:
        return f"kafka://127.0.0.1:{self.port}"

    def sasl_url(self, user: str, password: str) -> str:
        return f"kafka://{user}:{password}@127.0.0.1:{self.sasl_port}"

    @property
    def tls_url(self) -> str:
        options = f"security_protocol=SASL_SSL&ssl_ca_location={self.folder / 'ca.pem'}"
        return f"kafka://admin:{ADMIN_PASSWORD}@127.0.0.1:{self.tls_port}?{options}"

    def start(self) -> None:
        if not (self.folder / "data").exists():
            self._tool("kafka.tools.StorageTool", "format", "-t", _CLUSTER, "-c", "server.properties")
        super().start()

    def command(self) -> list[str]:
        return [*self._java, "kafka.Kafka", "server.properties"]

    def answers(self) -> bool:
        if "Kafka Server started" not in self.output()[self._told :]:
            return False
        try:
            socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
        except OSError:
            return False
        return True

    _told = 0

    def kill(self) -> None:
        super().kill()
        self._told = len(self.output()) if (self.folder / "output").exists() else 0

    def _tool(self, *arguments: str) -> None:
        command = [*self._java, *arguments]
        done = subprocess.run(command, cwd=self.folder, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"{arguments[0]} failed: {done.stderr.strip()[-2000:]}")

    def _properties(self, controller: int) -> str:
        listeners = (
            f"OPEN://127.0.0.1:{self.port},SASL://127.0.0.1:{self.sasl_port},TLS://127.0.0.1:{self.tls_port}"
        )
        login = (
            "org.apache.kafka.common.security.plain.PlainLoginModule required "
            f'user_admin="{ADMIN_PASSWORD}" user_guest="{GUEST_PASSWORD}";'
        )
        return "\n".join(
            (
                "process.roles=broker,controller",
                "node.id=1",
                f"controller.quorum.voters=1@127.0.0.1:{controller}",
                f"listeners={listeners},CONTROLLER://127.0.0.1:{controller}",
                f"advertised.listeners={listeners}",
                "controller.listener.names=CONTROLLER",
                "inter.broker.listener.name=OPEN",
                "listener.security.protocol.map="
                "OPEN:PLAINTEXT,SASL:SASL_PLAINTEXT,TLS:SASL_SSL,CONTROLLER:PLAINTEXT",
                "sasl.enabled.mechanisms=PLAIN",
                f"listener.name.sasl.plain.sasl.jaas.config={login}",
                f"listener.name.tls.plain.sasl.jaas.config={login}",
                "listener.name.tls.ssl.keystore.type=PEM",
                f"listener.name.tls.ssl.keystore.location={self.folder / 'server-both.pem'}",
                "authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer",
                "super.users=User:ANONYMOUS;User:admin",
                f"log.dirs={self.folder / 'data'}",
                "offsets.topic.replication.factor=1",
                "offsets.topic.num.partitions=1",
                "transaction.state.log.replication.factor=1",
                "transaction.state.log.min.isr=1",
                "transaction.state.log.num.partitions=1",
                # A broker that was killed may come back at once under its own number.
                "broker.session.timeout.ms=1000",
                "broker.heartbeat.interval.ms=200",
                "group.initial.rebalance.delay.ms=0",
                # Tests let members die, and do not wait six seconds each time.
                "group.min.session.timeout.ms=100",
                "auto.create.topics.enable=false",
            )
        )


def fetch() -> Path:
    """The folder of the jars. Raises `NotInstalled` where they are missing and there is no Maven."""
    cache = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "courtside"
    folder = cache / "kafka-4.1.0"
    if folder.is_dir():
        return folder
    maven = wanted("mvn", "maven")
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache) as scratch:
        pom = shutil.copy(_POM, scratch)
        copy = ["dependency:copy-dependencies", "-DoutputDirectory=libs", "-DincludeScope=runtime"]
        done = subprocess.run(
            [maven, "-q", "-B", "-f", pom, *copy], cwd=scratch, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise RuntimeError(f"Maven cannot bring Kafka: {(done.stdout + done.stderr).strip()[-2000:]}")
        try:
            (Path(scratch) / "libs").rename(folder)
        except OSError:
            # Somebody else was quicker; theirs is as good.
            if not folder.is_dir():
                raise
    return folder


if __name__ == "__main__":
    if sys.argv[1:] == ["fetch"]:
        print(fetch())
    else:
        main(KafkaServer)
