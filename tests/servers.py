"""Real servers for tests, out of the machine's own binaries; each ends with the tests that asked for it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

import psycopg
import redis

_SECONDS = 30
_POSTGRES_BINARIES = "/usr/lib/postgresql/*/bin"


def find_postgres() -> Path | None:
    """The folder of initdb and postgres, which Debian keeps out of the path."""
    folders = sorted(Path("/").glob(_POSTGRES_BINARIES.lstrip("/")))
    found = shutil.which("initdb")
    return folders[-1] if folders else Path(found).parent if found else None


@contextmanager
def redis_server() -> Iterator[str]:
    """A Redis of its own, in memory alone; yields its address. LookupError where there is no binary."""
    binary = shutil.which("redis-server")
    if binary is None:
        raise LookupError("redis-server is not installed")
    port = _free_port()
    server = subprocess.Popen(
        [binary, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"],
        stdout=subprocess.DEVNULL,
    )
    url = f"redis://127.0.0.1:{port}/0"
    try:
        _wait_for(lambda: redis.Redis.from_url(url).ping(), redis.ConnectionError)
        yield url
    finally:
        _end(server)


@contextmanager
def postgres_server() -> Iterator[str]:
    """A PostgreSQL of its own; yields its address. LookupError where there are no binaries.

    PostgreSQL refuses to run as root: there it runs as the user that Debian's package brings.
    """
    binaries = find_postgres()
    if binaries is None:
        raise LookupError("PostgreSQL is not installed")
    folder = mkdtemp(prefix="kindred-postgres-")
    is_root = os.geteuid() == 0
    run_as = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if is_root else []
    if is_root:
        shutil.chown(folder, "postgres", "postgres")
    data = f"{folder}/data"
    port = _free_port()
    server = None
    try:
        subprocess.run(
            [*run_as, f"{binaries}/initdb", "-D", data, "-U", "kindred", "-A", "trust", "-E", "UTF8", "--no-sync"],
            check=True, stdout=subprocess.DEVNULL, cwd=folder,
        )  # fmt: skip
        server = subprocess.Popen(
            [
                *run_as, f"{binaries}/postgres", "-D", data, "-p", str(port), "-h", "127.0.0.1", "-k", folder,
                "-c", "fsync=off", "-c", "full_page_writes=off", "-c", "log_min_messages=fatal",
            ],
            stderr=subprocess.DEVNULL, cwd=folder,
        )  # fmt: skip
        url = f"postgresql://kindred@127.0.0.1:{port}/postgres"
        _wait_for(lambda: psycopg.connect(url).close(), psycopg.OperationalError)
        yield url
    finally:
        if server is not None:
            _end(server)
        shutil.rmtree(folder, ignore_errors=True)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait_for(answer: Callable[[], object], refusal: type[Exception]) -> None:
    end = time.monotonic() + _SECONDS
    while True:
        try:
            answer()
        except refusal:
            if time.monotonic() > end:
                raise
            time.sleep(0.05)
        else:
            return


def _end(server: subprocess.Popen[bytes]) -> None:
    server.terminate()
    try:
        server.wait(10)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()
