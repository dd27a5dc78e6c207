"""A server for tests and benchmarks: on loopback, in a temporary folder, ended by its process id."""

import contextlib
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from abc import ABC, abstractmethod
from pathlib import Path
from typing import Self

READY_SECONDS = 60.0
STOP_SECONDS = 20.0
# Below what Linux gives to outgoing connections: a client that keeps knocking at a port where nobody
# listens now and then gets that very port for itself, and the server could not come back to it.
PORTS = range(20_000, 30_000)


class NotInstalled(Exception):
    """A program that the server needs is not there; the message says what to install."""


def free_port() -> int:
    while True:
        port = random.choice(PORTS)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


class Server(ABC):
    """Started, killed and started again on the same ports and data, until `close` removes them."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="courtside-server-"))
        self._process: subprocess.Popen[bytes] | None = None

    @property
    @abstractmethod
    def url(self) -> str:
        """What `--bus` takes."""

    @abstractmethod
    def command(self) -> list[str]: ...

    @abstractmethod
    def answers(self) -> bool:
        """Whether it is ready for clients."""

    def start(self) -> None:
        """Returns when it answers."""
        with (self.folder / "output").open("ab") as output:
            self._process = subprocess.Popen(
                self.command(), cwd=self.folder, stdin=subprocess.DEVNULL, stdout=output, stderr=output
            )
        give_up = time.monotonic() + READY_SECONDS
        while not self.answers():
            if self._process.poll() is not None or time.monotonic() > give_up:
                self.kill()
                raise RuntimeError(f"{self.command()[0]} does not start: {self.output()[-2000:]}")
            time.sleep(0.02)

    def kill(self) -> None:
        """As when the machine fails: nothing is told to anybody."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        self._end(signal.SIGTERM)

    def freeze(self) -> None:
        """It stands still: connections stay open, and nothing answers until `thaw`."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)

    def output(self) -> str:
        return (self.folder / "output").read_text(encoding="utf-8", errors="replace")

    def close(self) -> None:
        self.kill()
        shutil.rmtree(self.folder)

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _end(self, number: signal.Signals) -> None:
        if self._process is None:
            return
        self._process.send_signal(number)
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None


def wanted(program: str, package: str) -> str:
    """The path of a program. Raises `NotInstalled`."""
    found = shutil.which(program)
    if found is None:
        raise NotInstalled(f"{program} is not installed: apt-get install {package}")
    return found


def main(build: type[Server]) -> None:
    """By hand: prints the URL, and runs until Ctrl-C or SIGTERM."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with build() as server, contextlib.suppress(KeyboardInterrupt):
            print(server.url, "Ctrl-C ends it and removes its data", sep="\n", flush=True)
            signal.pause()
    except NotInstalled as error:
        sys.exit(str(error))
