"""A throw-away Redis on loopback, in a temporary folder: for tests and benchmarks, and by hand.

    python -m tools.redis_server        prints its URL and runs until Ctrl-C

Every write is on disk before it is answered (`appendonly yes`, `appendfsync always`): only then is what
was published still there after `kill -9` and after a power cut.
"""

import socket

from tools.servers.certificates import make_certificates
from tools.servers.server import Server, free_port, main, wanted


class RedisServer(Server):
    """One Redis. `tls` opens a second port with a certificate that `ca.pem` in its folder vouches for."""

    def __init__(self, *, password: str = "", tls: bool = False, config: str = "") -> None:
        program = wanted("redis-server", "redis-server")
        super().__init__()
        self.password = password
        self.port = free_port()
        lines = [
            f"port {self.port}",
            "bind 127.0.0.1",
            f"dir {self.folder}",
            "save ''",
            "appendonly yes",
            "appendfsync always",
            config,
        ]
        if password:
            lines.append(f"requirepass {password}")
        if tls:
            make_certificates(self.folder)
            self.tls_port = free_port()
            lines += [
                f"tls-port {self.tls_port}",
                "tls-cert-file server.pem",
                "tls-key-file server.key",
                "tls-ca-cert-file ca.pem",
                "tls-auth-clients no",
            ]
        (self.folder / "redis.conf").write_text("\n".join(lines), encoding="utf-8")
        self._command = [program, "redis.conf"]

    @property
    def url(self) -> str:
        secret = f":{self.password}@" if self.password else ""
        return f"redis://{secret}127.0.0.1:{self.port}"

    @property
    def tls_url(self) -> str:
        secret = f":{self.password}@" if self.password else ""
        return f"rediss://{secret}127.0.0.1:{self.tls_port}?ssl_ca_certs={self.folder / 'ca.pem'}"

    def command(self) -> list[str]:
        return self._command

    def answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as connection:
                secret = f"AUTH {self.password}\r\n" if self.password else ""
                connection.sendall(f"{secret}PING\r\nQUIT\r\n".encode())
                answer = b""
                while part := connection.recv(1024):
                    answer += part
        except OSError:
            return False
        return b"+PONG" in answer


if __name__ == "__main__":
    main(RedisServer)
