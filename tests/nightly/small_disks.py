"""A disk of a few hundred megabytes, on which a night meets the end of the room at a write of its own."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from killed_nights import Reader, Shop
from killing import BALLAST, Kill

from tests.processes import Ended

MEGABYTES = 400
STAGES_BEFORE = {
    "ingestion": "start",
    "transformation": "privacy",
    "training": "scores",
    "publication": "monitoring",
    "delivery": "publication",
}
"""Where room ends -> the stage after which it does."""


@contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    """A disk at this folder. OSError where this machine makes none, such as for who is not root."""
    folder.mkdir()
    options = ["-t", "tmpfs", "-o", f"size={MEGABYTES}m", "tmpfs", str(folder)]
    made = subprocess.run(["mount", *options], capture_output=True, text=True, check=False)
    if made.returncode:
        raise OSError(f"no disk can be mounted here ({made.stderr.strip()})")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def run_without_room(shop: Shop, data_dir: Path, stage: str, record: Path) -> Ended:
    """A night whose disk is full from the first write after a stage has told of its end on; then there is room.

    data_dir: a folder at the top of a small disk.
    """
    try:
        return shop.watch(data_dir, record, Kill(stage, 0, "full"))
    finally:
        (data_dir.parent / BALLAST).unlink(missing_ok=True)


def find_faults(ended: Ended, data_dir: Path, current: Path | None) -> list[str]:
    """What is wrong with how a night ended that had no room. current: the snapshot of before, where it has to stay."""
    faults = []
    if ended.code != 1:
        faults.append(f"it ended with {ended.code}")
    if (
        f"kindred: the disk of {data_dir} is full: " not in ended.errors
        or "make room there" not in ended.errors
    ):
        faults.append(f"no clear error: {ended.errors[-1500:]}")
    if "Traceback" in ended.errors:
        faults.append("a traceback")
    if current and (data_dir / "published" / "current").resolve() != current:
        faults.append("another snapshot is current")
    Reader(data_dir).read()
    return faults
