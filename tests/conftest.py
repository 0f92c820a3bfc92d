"""What tests of all stages share: the command, one night over the sample, the real data beside the checkout."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from dagster_project.settings import quiet_the_tools

PROJECT = Path(__file__).resolve().parent.parent
SHARED = PROJECT.parent / "shared" / "data"
quiet_the_tools()  # what the command does for itself, for the tests that import its parts


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    output: str
    errors: str


def run_kindred(*arguments: str, **environment: str) -> Ended:
    """Run the command as a user does, in a process of its own."""
    kept = {
        name: value for name, value in os.environ.items() if name not in ("DATA_DIR", "CONFIG_DIR", "AS_OF")
    }
    ended = subprocess.run(
        [str(Path(sys.executable).with_name("kindred")), *arguments],
        env={**kept, **environment}, cwd=PROJECT, capture_output=True, text=True, timeout=500, check=False,
    )  # fmt: skip
    return Ended(ended.returncode, ended.stdout, ended.stderr)


@pytest.fixture(scope="session")
def kindred() -> Callable[..., Ended]:
    """The command, given its arguments and its environment by name; returns code, output and errors."""
    return run_kindred


@pytest.fixture(scope="session")
def sample_landing() -> Path:
    """The committed sample's exports; copy before you change."""
    return PROJECT / "data" / "sample" / "landing"


@pytest.fixture(scope="session")
def sample_truth() -> Path:
    """Who is who in the sample."""
    return PROJECT / "data" / "sample" / "truth"


@pytest.fixture(scope="session")
def online_retail() -> Path:
    """The 305 daily files of Online Retail."""
    folder = SHARED / "online_retail"
    if not folder.is_dir():
        pytest.skip("Online Retail is not beside this checkout (../shared/data/online_retail)")
    return folder


@pytest.fixture(scope="session")
def shared_data() -> Callable[[str], Path]:
    """A public data set's folder by its name; the test is skipped where it is not there."""

    def folder(name: str) -> Path:
        if not (SHARED / name).is_dir():
            pytest.skip(f"{name} is not beside this checkout (../shared/data/{name})")
        return SHARED / name

    return folder


@dataclass(frozen=True)
class BuiltNight:
    """A night over the sample that has ended."""

    data_dir: Path
    first: Ended
    snapshot: Path


@pytest.fixture(scope="session")
def sample_night(tmp_path_factory: pytest.TempPathFactory, sample_landing: Path) -> BuiltNight:
    """The one night over the sample that tests read; none of them may write to it."""
    data_dir = tmp_path_factory.mktemp("sample") / "data"
    data_dir.mkdir()
    (data_dir / "landing").symlink_to(sample_landing)
    ended = run_kindred("nightly", DATA_DIR=str(data_dir), AS_OF="latest")
    assert ended.code == 0, ended.output + ended.errors
    return BuiltNight(data_dir, ended, (data_dir / "published" / "current").resolve())


@pytest.fixture
def published(sample_night: BuiltNight) -> Iterator[duckdb.DuckDBPyConnection]:
    """The published tables of the sample, as an analyst opens them."""
    with duckdb.connect(str(sample_night.snapshot / "kindred.duckdb"), read_only=True) as connection:
        yield connection
