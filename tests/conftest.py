"""What tests of all stages share: the command, one night over the sample, the real data beside the checkout."""

from __future__ import annotations

import gc
import json
import os
import shutil
import signal
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pytest
from filelock import FileLock

from dagster_project.cli.jobs import COLLECT_AFTER
from dagster_project.settings import quiet_the_tools
from tests.processes import Ended, call_kindred, keep_to_own_cores, run_apart, use_one_thread

if TYPE_CHECKING:
    from playwright.sync_api import Browser

PROJECT = Path(__file__).resolve().parent.parent
SHARED = PROJECT.parent / "shared" / "data"
quiet_the_tools()  # what the command does for itself, for the tests that import its parts
gc.set_threshold(*COLLECT_AFTER)  # likewise
use_one_thread()
keep_to_own_cores()
# a run that a shell began in the background ignores interrupts, and with Dagster's handlers SIGTERM too: servers that
# tests start would inherit that and never end
signal.signal(signal.SIGINT, signal.default_int_handler)
DEAREST_FIRST = ("nightly/test_online_retail.py", "nightly", "transformation", "examples", "dbt")
"""Folders whose files take minutes: begun last, one of them would go on alone while the other worker has nothing. The
very first reads no night of another file's, so that the second worker has not to wait for it.
"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest; within a folder the order stays."""

    def place(item: pytest.Item) -> int:
        path = item.path.relative_to(PROJECT / "tests")
        for place, dear in enumerate(DEAREST_FIRST):
            if path.is_relative_to(dear):
                return place
        return len(DEAREST_FIRST)

    items.sort(key=place)


def run_kindred(*arguments: str, **environment: str) -> Ended:
    """Run the command as a user does, in a process of its own."""
    kept = {
        name: value for name, value in os.environ.items() if name not in ("DATA_DIR", "CONFIG_DIR", "AS_OF")
    }
    return run_apart(call_kindred, *arguments, environment={**kept, **environment})


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


@pytest.fixture(scope="session")
def built_once(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, Callable[[Path], None]], Path]:
    """A folder by its name, filled by the worker of a run that asks first; the others wait, and none writes to it."""
    own = tmp_path_factory.getbasetemp()
    shared = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own

    def folder(name: str, fill: Callable[[Path], None]) -> Path:
        path, filled = shared / name, shared / f"{name}.filled"
        with FileLock(shared / f"{name}.lock"):
            if not filled.exists():
                shutil.rmtree(path, ignore_errors=True)
                path.mkdir()
                fill(path)
                filled.touch()
        return path

    return folder


@dataclass(frozen=True)
class BuiltNight:
    """A night that has ended."""

    data_dir: Path
    first: Ended

    @classmethod
    def run(cls, folder: Path, landing: Path, **environment: str) -> None:
        """Run a night over these exports in a folder of its own."""
        (folder / "data").mkdir()
        # a copy: who asks in it to be forgotten is taken out of its files
        shutil.copytree(landing, folder / "data" / "landing")
        where = {"DATA_DIR": str(folder / "data"), "AS_OF": "latest"}
        cls(folder / "data", run_kindred("nightly", **{**where, **environment})).write(folder)

    def write(self, folder: Path) -> None:
        """Leave in the folder how the night ended, for `read`."""
        (folder / "ended.json").write_text(json.dumps(asdict(self.first)))

    @classmethod
    def read(cls, folder: Path) -> BuiltNight:
        """The night that ran in a folder."""
        return cls(folder / "data", Ended(**json.loads((folder / "ended.json").read_text())))

    @property
    def snapshot(self) -> Path:
        return (self.data_dir / "published" / "current").resolve()


@pytest.fixture(scope="session")
def sample_night(built_once: Callable[..., Path], sample_landing: Path) -> BuiltNight:
    """The one night over the sample that tests read; none of them may write to it."""
    night = BuiltNight.read(built_once("sample", lambda folder: BuiltNight.run(folder, sample_landing)))
    assert night.first.code == 0, night.first.output + night.first.errors
    return night


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser for the tests of a file. Not for longer: while it runs, asyncio is taken in its worker."""
    from playwright.sync_api import sync_playwright

    from docs.take_screenshots import CHROMIUM_FLAGS

    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        pytest.skip("Chromium is not installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def published(sample_night: BuiltNight) -> Iterator[duckdb.DuckDBPyConnection]:
    """The published tables of the sample, as an analyst opens them."""
    with duckdb.connect(str(sample_night.snapshot / "kindred.duckdb"), read_only=True) as connection:
        yield connection
