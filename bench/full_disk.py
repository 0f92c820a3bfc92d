"""What a night does whose disk is full, at every stage that writes: the error, the snapshot before, the night after.

A night over a small shop meets a full disk (in memory, mounted by root) at one stage after the other, goes on where it
was, and in the end is held against one that always had room.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "nightly"))

from full_disks import NoDiskError, run_until_full, small_disk
from small_shop import generate_small_shop

from tests.conftest import run_kindred

MOMENTS = (
    ("the start", "start:1", 0),
    ("ingestion", "start:1", 2 << 20),
    ("ingestion, its commits", "start:1", 4 << 20),
    ("erasure", "ingestion:2", 0),
    ("transformation", "privacy:1", 3 << 20),
    ("models", "validation:2", 3 << 20),
    ("segments", "products:1", 1 << 20),
    ("recommendations", "readouts:1", 1 << 20),
    ("publication", "monitoring:1", 8 << 20),
    ("report", "dagster_project.lib.publication.snapshot._write", 200 << 10),
    ("delivery", "publication:2", 600 << 10),
)
"""Stage, since when the disk is full, and bytes that are left on it: so many that Dagster can note what it does, so few
that the stage cannot.
"""
_LEFT_OUT = {"quality.validation_results", "quality.ingested_files", "quality.delivery_log"}
"""What says how often a gate was passed, when files came, and what was delivered before, with or without room."""


def main() -> None:
    """Print a line a stage, then a summary."""
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        config = work / "config"
        config.mkdir()
        (config / "recommendations.yml").write_text("ranking: blend\n")
        (config / "destinations.yml").write_text(
            "destinations:\n  - {kind: files, name: exports, folder: exports}\n"
        )
        generate_small_shop(work / "shop")
        where = {"CONFIG_DIR": str(config), "AS_OF": "latest"}
        whole = work / "whole"
        with small_disk(work / "disk", 400) as disk:
            shutil.copytree(work / "shop" / "landing", whole / "landing")
            assert run_kindred("nightly", DATA_DIR=str(whole), **where).code == 0
            shutil.copytree(work / "shop" / "landing", disk / "landing")
            shutil.copytree(whole / "published", disk / "published", symlinks=True)
            clean = [_meet(disk, *moment, config) for moment in MOMENTS]
            ended = run_kindred("nightly", DATA_DIR=str(disk), **where)
            differing = sorted(dict(_checksums(disk).items() ^ _checksums(whole).items()))
        print(
            f"with room: exit code {ended.code}, {len(differing)} tables differ from a whole night's {differing}"
        )
    print(
        f"{sum(clean)} of {len(clean)} stages told of a full disk, with exit code 1 and the last snapshot in place"
    )


def _meet(disk: Path, stage: str, moment: str, left: int, config: Path) -> bool:
    """Whether the night ended as it should."""
    before = (disk / "published" / "current").resolve()
    begin = time.perf_counter()
    ended = run_until_full(moment, left, disk, CONFIG_DIR=str(config))
    seconds = time.perf_counter() - begin
    after = (disk / "published" / "current").resolve()
    stays = (after == before) == (stage != "delivery") and (after / "kindred.duckdb").exists()
    is_told = "is full" in ended.errors and "Traceback" not in ended.output + ended.errors
    last = ended.errors.strip().rpartition("\n")[2]
    print(
        f"{stage:<24} exit code {ended.code}, told {is_told}, snapshot {stays}, {seconds:.0f} s: {last}",
        flush=True,
    )
    return ended.code == 1 and is_told and stays


def _checksums(data_dir: Path) -> dict[str, str]:
    tables = json.loads((data_dir / "published" / "current" / "manifest.json").read_text())["tables"]
    return {name: table["checksum"] for name, table in tables.items() if name not in _LEFT_OUT}


if __name__ == "__main__":
    try:
        main()
    except NoDiskError as error:
        print(f"left out: {error}")
