"""A throw-away PostgreSQL on loopback, in a temporary folder.

    python tools/postgres.py start              prints its folder and its URL
    python tools/postgres.py restart FOLDER     as after a crash: connections break, data stays
    python tools/postgres.py pause FOLDER       stops it without removing anything
    python tools/postgres.py stop FOLDER        stops it and removes the folder

PostgreSQL refuses to run as root; started by root it runs as the system user `postgres`. Nothing
is flushed to disk: this is for tests only. Exit status 3 where PostgreSQL is not installed.
"""

import os
import pwd
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

NOT_INSTALLED = 3
_OPTIONS = "-c fsync=off -c full_page_writes=off -c shared_buffers=16MB"


def programs() -> Path | None:
    """The folder of `initdb` and `postgres`, the newest where there are several."""
    found = shutil.which("initdb")
    if found:
        return Path(found).resolve().parent
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return versions[-1].parent if versions else None


def run_as_user(*command: str | Path) -> None:
    prefix = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    done = subprocess.run([*prefix, *map(str, command)], capture_output=True, text=True, cwd="/", check=False)
    if done.returncode:
        sys.exit(f"{command[0]} failed: {done.stderr.strip() or done.stdout.strip()}")


def start(programs: Path) -> None:
    folder = Path(tempfile.mkdtemp(prefix="courtside-postgres-"))
    password = folder / "password"
    password.write_text(secrets.token_hex(8), encoding="ascii")
    if os.geteuid() == 0:
        user = pwd.getpwnam("postgres")
        for path in (folder, password):
            os.chown(path, user.pw_uid, user.pw_gid)
    data = folder / "data"
    run_as_user(
        programs / "initdb",
        *("--pgdata", data, "--username", "courtside", "--pwfile", password, "--auth", "scram-sha-256"),
        *("--encoding", "UTF8", "--no-sync", "--no-instructions"),
    )
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    (data / "postgresql.auto.conf").write_text(
        f"port = {port}\nlisten_addresses = '127.0.0.1'\nunix_socket_directories = ''\n", encoding="ascii"
    )
    control(programs, folder, "start")
    print(folder)
    print(f"postgresql://courtside:{password.read_text(encoding='ascii')}@127.0.0.1:{port}/postgres")


def control(programs: Path, folder: Path, action: str) -> None:
    log = str(folder / "data" / "log")
    options = [] if action == "stop" else ["--options", _OPTIONS, "--log", log]
    mode = [] if action == "start" else ["--mode", "immediate"]
    run_as_user(programs / "pg_ctl", action, "--pgdata", folder / "data", "--wait", *mode, *options)


def main(arguments: list[str]) -> None:
    found = programs()
    if found is None:
        print("PostgreSQL is not installed: apt-get install postgresql", file=sys.stderr)
        sys.exit(NOT_INSTALLED)
    match arguments:
        case ["start"]:
            start(found)
        case ["restart", folder]:
            control(found, Path(folder), "restart")
        case ["pause", folder]:
            control(found, Path(folder), "stop")
        case ["stop", folder]:
            if (Path(folder) / "data" / "postmaster.pid").exists():
                control(found, Path(folder), "stop")
            shutil.rmtree(folder)
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
