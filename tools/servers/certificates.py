"""Certificates for tests of TLS: an authority of their own, and a server that it vouches for."""

import subprocess
from pathlib import Path

from tools.servers.server import wanted


def make_certificates(folder: Path) -> None:
    """Writes `ca.pem`, and for 127.0.0.1 `server.pem`, `server.key` (PKCS 8) and `server-both.pem`."""
    authority = ["-subj", "/CN=Courtside tests", "-keyout", "ca.key", "-out", "ca.pem"]
    _openssl(folder, "req", "-x509", *_NEW_KEY, *authority)
    request = ["-subj", "/CN=127.0.0.1", "-keyout", "server.key", "-out", "server.csr"]
    _openssl(folder, "req", *_NEW_KEY[:-2], *request)
    (folder / "names").write_text("subjectAltName=IP:127.0.0.1\n", encoding="ascii")
    signed = ["-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "1", "-extfile", "names"]
    _openssl(folder, "x509", "-req", "-in", "server.csr", "-out", "server.pem", *signed)
    both = [(folder / name).read_text(encoding="ascii") for name in ("server.key", "server.pem")]
    (folder / "server-both.pem").write_text("".join(both), encoding="ascii")


_NEW_KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "1"]


def _openssl(folder: Path, *arguments: str) -> None:
    command = [wanted("openssl", "openssl"), *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"openssl {arguments[0]} failed: {done.stderr.strip()}")
