"""Publishing: an immutable folder built beside the last one, then made current by one rename.

A reader of `published/current` sees the old snapshot or the new one, never half of either. What may be
published is decided by the checks before this stage.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from dagster_project.lib.common.flushing import flush_folder
from dagster_project.lib.publication.copies import Copier
from dagster_project.lib.publication.manifest import Night, describe, read_manifest

_COMING, _GOING = ".current-", ".going-"
"""How a link begins that is not yet `current`, and a snapshot that is being removed."""


@dataclass(frozen=True)
class Snapshot:
    """What was published."""

    folder: Path
    manifest: dict[str, Any]

    @property
    def rows(self) -> int:
        """Rows of all tables."""
        return sum(entry["rows"] for entry in self.manifest["tables"].values())


def publish(
    connection: duckdb.DuckDBPyConnection,
    published: Path,
    night: Night,
    report: Mapping[str, str],
    withheld: Mapping[str, Sequence[str]],
    keys: Mapping[str, Sequence[str]],
    *,
    kept: int,
) -> Snapshot:
    """Write a snapshot of every published table and make it current.

    published: the folder that holds `snapshots/` and `current`. report: file name -> HTML of each page.
    withheld: `schema.table` -> columns that the analysts' copy leaves out. keys: `schema.table` -> columns
    that name a row, for who follows a table from night to night. kept: how many snapshots stay, the newest.
    """
    snapshots, current = published / "snapshots", published / "current"
    snapshots.mkdir(parents=True, exist_ok=True)
    _remove_leftovers(published)
    building = snapshots / f".building-{night.run_id}"
    building.mkdir(mode=0o700)
    try:
        manifest = describe(connection, night, withheld, keys)
        previous = current.resolve() if current.exists() else None
        Copier(connection, building, manifest, previous, read_manifest(current)).copy_all()
        for name, page in report.items():
            _write(building / "report" / name, page)
        _write(building / "manifest.json", json.dumps(manifest, indent=1))
        flush_folder(building)
    except BaseException:
        # a disk that is full shall not stay so until the next night has come this far
        shutil.rmtree(building)
        raise
    folder = snapshots / f"{night.as_of:%Y%m%dT%H%M%S}-{night.run_id}"
    # only now that each file has the mode it is to have
    building.chmod(0o755)
    building.rename(folder)
    _make_current(current, folder)
    _prune(snapshots, folder, kept)
    return Snapshot(folder, manifest)


def keep_current_only(published: Path) -> None:
    """Remove every snapshot but the current one: the earlier ones hold who was erased since."""
    current = (published / "current").resolve()
    for path in (published / "snapshots").iterdir():
        if path != current:
            shutil.rmtree(path)


def _remove_leftovers(published: Path) -> None:
    """Of nights that were killed: what they were building, removing or about to make current."""
    for pattern in (".building-*", f"{_GOING}*"):
        for leftover in (published / "snapshots").glob(pattern):
            shutil.rmtree(leftover)
    for leftover in published.glob(f"{_COMING}*"):
        leftover.unlink()


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")


def _make_current(current: Path, folder: Path) -> None:
    link = current.with_name(f"{_COMING}{folder.name}")
    link.symlink_to(folder.relative_to(current.parent))
    link.replace(current)


def _prune(snapshots: Path, current: Path, kept: int) -> None:
    """Keep the newest; a reader that has an older one open keeps its files until it closes them."""
    others = [path for path in snapshots.iterdir() if path != current and not path.name.startswith(".")]
    others.sort(key=lambda path: path.stat().st_mtime, reverse=True)
    for path in others[kept - 1 :]:
        # a kill meanwhile would leave half of it, and as the newest
        going = path.rename(path.with_name(f"{_GOING}{path.name}"))
        shutil.rmtree(going)
