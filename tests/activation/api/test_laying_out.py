"""A store lies on the disk only while it is laid out, whoever is killed meanwhile."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys

from tests.activation.api.nights import publish

MODULE = "dagster_project.lib.activation.api.store_building"


def test_nothing_of_a_store_lies_on_the_disk(tmp_path, open_api):
    publish(tmp_path, "run_1")
    # As process number 1 leaves it, which in a container is always the one that runs; and names of nobody's.
    for leftover in (".api-1-killed", f".api-{os.getpid()}-killed", ".api-x", ".api-"):
        (tmp_path / leftover).mkdir()
        (tmp_path / leftover / "store.sqlite").touch()
    with open_api(tmp_path, tmp_path) as client:
        assert client.get("/customers/c1/segments").json()["is_known"]
        assert sorted(path.name for path in tmp_path.iterdir()) == ["current", "snapshots"]


def test_what_another_lays_out_stays(tmp_path, open_api):
    publish(tmp_path, "run_1")
    other = tmp_path / ".api-of-another-container"
    other.mkdir()
    with (other / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with open_api(tmp_path, tmp_path):
            assert other.exists()
    with open_api(tmp_path, tmp_path):
        assert not other.exists()


def test_laying_out_ends_with_whoever_began_it(tmp_path):
    # Nobody writes into it, so that reading it never ends.
    os.mkfifo(tmp_path / "manifest.json")
    command = [sys.executable, "-m", MODULE, str(tmp_path), str(tmp_path / "store.sqlite")]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as process:
        try:
            process.stdin.close()
            assert process.wait(30) == 1
        finally:
            process.kill()
