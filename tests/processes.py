"""Processes of their own for what tests run, forked from one that has imported the heavy packages.

Each would import them for seconds, and Kindred's own modules too. What the environment says is a process's own to find
out, when it asks for definitions or settings. What is tested of the installed command, of signals, of start-up and of
other models than the project's belongs in a process that is not forked.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

PROJECT = Path(__file__).resolve().parent.parent
ALL_THREADS = "KINDRED_TESTS_USE_ALL_THREADS"
"""In an environment: DuckDB computes as it does for users, see `use_one_thread`."""
_PACKAGES = [
    "alembic.config", "babel.dates", "dagster", "dagster._core.storage.sqlite_storage", "dagster_dbt", "dbt.cli.main",
    "dbt.adapters.duckdb", "dbt.task.build", "duckdb_engine", "fsspec", "gensim.models.word2vec", "great_expectations",
    "httpx", "implicit.cpu.als", "lightgbm", "limits.storage", "pandas", "phonenumbers", "psycopg", "redis",
    "scipy.stats", "sklearn.cluster", "sklearn.linear_model", "sklearn.metrics", "tenacity",
]  # fmt: skip
_OWN = [
    ".".join(path.relative_to(PROJECT).with_suffix("").parts)
    for room in ("dagster_project/lib", "expectations", "models_ml")
    for path in sorted((PROJECT / room).rglob("*.py"))
    if path.stem != "__init__"
]
_PROCESSES = multiprocessing.get_context("forkserver")
_PROCESSES.set_forkserver_preload([*_PACKAGES, *_OWN, "tests.loaded"])


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    output: str
    errors: str


def run_apart(
    function: Callable[..., object], *arguments: str, environment: Mapping[str, str], timeout: float = 500
) -> Ended:
    """Call a function of an importable module in a process with this environment, as its main program would.

    TimeoutError after `timeout` seconds, when the process is killed.
    """
    with TemporaryDirectory() as folder:
        output, errors = Path(folder) / "output", Path(folder) / "errors"
        process = start_apart(function, *arguments, environment=environment, output=output, errors=errors)
        process.join(timeout)
        if process.is_alive():
            process.kill()
            process.join()
            raise TimeoutError(f"{function.__name__} {' '.join(arguments)} took more than {timeout} seconds")
        return Ended(process.exitcode or 0, output.read_text(), errors.read_text())


def start_apart(
    function: Callable[..., object],
    *arguments: str,
    environment: Mapping[str, str],
    output: Path,
    errors: Path,
) -> BaseProcess:
    """Begin such a call, and leave its end to the caller. output, errors: files of what it says."""
    process = _PROCESSES.Process(target=_call, args=(function, arguments, dict(environment), output, errors))
    process.start()
    return process


def _call(
    function: Callable[..., object],
    arguments: tuple[str, ...],
    environment: dict[str, str],
    output: Path,
    errors: Path,
) -> None:
    for path, stream in ((output, sys.stdout), (errors, sys.stderr)):
        with path.open("wb") as file:
            os.dup2(file.fileno(), stream.fileno())
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(PROJECT)
    if ALL_THREADS not in environment:
        use_one_thread()
    function(*arguments)


def keep_to_own_cores() -> None:
    """Let a worker of a run, and what it starts, compute on its share of the cores.

    Most of a night is Python, of which one thread computes at a time: where its threads move from core to core beside
    those of another worker, it takes a tenth longer.
    """
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if worker is None or not hasattr(os, "sched_setaffinity"):
        return
    workers = int(os.environ["PYTEST_XDIST_WORKER_COUNT"])
    cores = sorted(os.sched_getaffinity(0))
    own = cores[int(worker.removeprefix("gw")) % workers :: workers]
    os.sched_setaffinity(0, own or cores)


def use_one_thread() -> None:
    """Let every database that this process opens from here on compute on one thread.

    DuckDB shares out a table from 122,880 rows on. Over the few hundred of a test a second thread wins nothing, and
    beside another worker it costs a tenth.
    """
    import duckdb

    connect = duckdb.connect

    def connect_and_settle(*arguments: Any, **settings: Any) -> duckdb.DuckDBPyConnection:
        connection = connect(*arguments, **settings)
        connection.execute("set threads = 1")
        return connection

    duckdb.connect = connect_and_settle


def call_kindred(*arguments: str) -> None:
    """The command, as its console script calls it."""
    from dagster_project.cli.main import main

    sys.argv = ["kindred", *arguments]
    main()
