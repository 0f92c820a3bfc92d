"""What nights that are killed have in common: the shop they run over, a reader meanwhile, and how they must end."""

from __future__ import annotations

import json
import os
import re
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random

import duckdb
from small_shop import generate_small_shop
from watched_nights import Kill, Moment, call_watched_night

from tests.processes import Ended, call_kindred, run_apart, start_apart

AS_OF = "2026-07-01T00:00:00Z"
"""Two hours after the small shop's first night: every stage but ingestion does its work again."""
DESTINATION = "destinations:\n  - {name: newsletter, folder: exports, format: csv}\n"
KILLED = -9
_UNCOMPARED = {"quality.validation_results", "quality.delivery_log"}
"""Results of a gate that was passed before the kill stay, so this table may hold them twice; and what was delivered
before the kill is told in the next run's snapshot."""
_NAMES = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{12,64}|\d{8}T\d{6}")


@dataclass(frozen=True)
class Write:
    """A durable write of a whole night, by its place since a stage has told of its end."""

    stage: str
    place: int
    kind: str
    what: str

    def moments(self) -> tuple[Moment, ...]:
        """Before, during and after it; a rename and its like has no middle."""
        return ("before", "during", "after") if self.kind in _WITH_A_MIDDLE else ("before", "after")


_WITH_A_MIDDLE = {"file", "database", "history", "flush"}


@dataclass(frozen=True)
class Shop:
    """A data folder with a night behind it, of which copies have another one."""

    base: Path
    config: str

    def copy(self, folder: Path) -> Path:
        """The same folder again, to run a night on."""
        shutil.copytree(self.base, folder, symlinks=True)
        return folder

    def environment(self, data_dir: Path) -> dict[str, str]:
        """What a night on this folder is told."""
        return {**os.environ, "DATA_DIR": str(data_dir), "CONFIG_DIR": self.config, "AS_OF": AS_OF}

    def run(self, data_dir: Path) -> Ended:
        """A night to its end."""
        return run_apart(call_kindred, "nightly", environment=self.environment(data_dir))

    def watch(self, data_dir: Path, record: Path, kill: Kill | None = None) -> Ended:
        """A night that records its writes, to its end or to the kill."""
        where = (kill.stage, str(kill.write), kill.moment) if kill else ()
        return run_apart(call_watched_night, str(record), *where, environment=self.environment(data_dir))

    def kill_at(self, data_dir: Path, seconds: float, folder: Path) -> int | None:
        """A night that is killed so long after its start; returns how it ended."""
        night = start_apart(
            call_kindred,
            "nightly",
            environment=self.environment(data_dir),
            output=folder / "output",
            errors=folder / "errors",
        )
        night.join(seconds)
        night.kill()
        night.join()
        return night.exitcode


def make_shop(folder: Path) -> Shop:
    """The small shop with one night behind it, in folders of this one, for who has no such night yet."""
    generate_small_shop(folder / "sample")
    (folder / "config").mkdir()
    (folder / "config" / "recommendations.yml").write_text("ranking: blend\n")
    (folder / "config" / "destinations.yml").write_text(DESTINATION)
    shop = Shop(folder / "base", str(folder / "config"))
    shop.base.mkdir()
    shutil.copytree(folder / "sample" / "landing", shop.base / "landing")
    first = {**shop.environment(shop.base), "AS_OF": "latest"}
    ended = run_apart(call_kindred, "nightly", environment=first)
    assert ended.code == 0, ended.output + ended.errors
    return shop


def read_writes(record: Path) -> list[Write]:
    """The writes of a night that ended, in their order. A stage that tells more than once counts by the first time."""
    writes: list[Write] = []
    stage, place, told = "", 0, set[str]()
    for line in record.read_text().splitlines():
        what, *rest = line.split("\t")
        if what == "said" and rest[0] not in told:
            stage, place = rest[0], 0
            told.add(stage)
        elif what == "write":
            writes.append(Write(stage, place, rest[0], rest[1]))
            place += 1
    return writes


def one_of_each(writes: list[Write], rng: Random) -> list[Write]:
    """One write of each kind after each stage, in the night's order."""
    groups: dict[tuple[str, str], list[int]] = {}
    for number, write in enumerate(writes):
        groups.setdefault((write.stage, write.kind), []).append(number)
    return [writes[number] for number in sorted(rng.choice(numbers) for numbers in groups.values())]


def content(data_dir: Path) -> dict[str, str]:
    """`schema.table` -> checksum of what is published."""
    manifest = json.loads((data_dir / "published" / "current" / "manifest.json").read_text())
    return {
        table: entry["checksum"] for table, entry in manifest["tables"].items() if table not in _UNCOMPARED
    }


def list_files(data_dir: Path) -> set[str]:
    """Every file below the folder, by a name without run ids, digests and instants.

    Not counted: what SQLite keeps beside the events of a run that was killed, which belongs to them.
    """
    return {
        _NAMES.sub("…", path.relative_to(data_dir).as_posix())
        for path in data_dir.rglob("*")
        if (path.is_file() or path.is_symlink()) and not path.name.endswith((".db-wal", ".db-shm"))
    }


@dataclass
class Reader:
    """Somebody who opens what is published, again and again."""

    data_dir: Path
    reads: int = 0
    fault: str = ""

    def read(self) -> None:
        """Open the current snapshot as analysts do, and hold its tables against its manifest."""
        snapshot = (self.data_dir / "published" / "current").resolve(strict=True)
        manifest = json.loads((snapshot / "manifest.json").read_text())
        names = ("marts.dim_customers", "activation.customer_recommendations", "quality.model_versions")
        with duckdb.connect(str(snapshot / "kindred.duckdb"), read_only=True) as connection:
            for name in names:
                row = connection.execute(f"select count(*) from {name}").fetchone()
                told = manifest["tables"][name]["rows"]
                if row != (told,):
                    raise AssertionError(f"{snapshot.name}: {name} has {row} rows, its manifest says {told}")
        self.reads += 1


@contextmanager
def reading_throughout(data_dir: Path) -> Iterator[Reader]:
    """Somebody reads until the end of the block; what goes wrong stands in `fault`."""
    reader, is_over = Reader(data_dir), threading.Event()

    def poll() -> None:
        while not is_over.is_set() and not reader.fault:
            try:
                reader.read()
            except (OSError, duckdb.Error, AssertionError, KeyError) as error:
                reader.fault = f"{type(error).__name__}: {error}"
            time.sleep(0.2)

    thread = threading.Thread(target=poll)
    thread.start()
    try:
        yield reader
    finally:
        is_over.set()
        thread.join()
