"""A night whose disk is full says so and leaves the last snapshot; with room it ends as one that always had some."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import duckdb
import pytest
from full_disks import NoDiskError, run_until_full, small_disk
from small_shop import generate_small_shop


@pytest.fixture
def disk(tmp_path):
    try:
        with small_disk(tmp_path / "disk", 300) as folder:
            yield folder
    except NoDiskError as error:
        pytest.skip(str(error))


def test_a_night_without_room_keeps_the_last_snapshot_and_ends_well_once_there_is_some(
    kindred, default_night, no_ranker, tmp_path, disk
):
    generate_small_shop(tmp_path / "sample")
    shutil.copytree(tmp_path / "sample" / "landing", disk / "landing")
    shutil.copytree(default_night.data_dir / "published", disk / "published", symlinks=True)
    before = (disk / "published" / "current").resolve()
    # while files are loaded, models built, and the snapshot written
    for moment in ("start:1", "ingestion:2", "monitoring:1"):
        ended = run_until_full(moment, 2 << 20, disk, CONFIG_DIR=no_ranker)
        assert ended.code == 1, ended.output + ended.errors
        assert f"kindred: the disk of {disk}" in ended.errors
        assert "is full" in ended.errors
        assert "make room and run it again" in ended.errors
        assert "Traceback" not in ended.output + ended.errors
        assert (disk / "published" / "current").resolve() == before
        assert _count_customers(before) > 0
    ended = kindred("nightly", DATA_DIR=str(disk), CONFIG_DIR=no_ranker, AS_OF="latest")
    assert ended.code == 0, ended.output + ended.errors
    after, whole = _checksums(disk / "published" / "current"), _checksums(default_night.snapshot)
    # the gate that was passed before is in it twice, and when files came is another time
    for table in ("quality.validation_results", "quality.ingested_files"):
        del after[table], whole[table]
    assert (disk / "published" / "current").resolve() != before
    assert after == whole


def _count_customers(snapshot: Path) -> int:
    with duckdb.connect(str(snapshot / "kindred.duckdb"), read_only=True) as published:
        return published.execute("from marts.dim_customers").df().shape[0]


def _checksums(snapshot: Path) -> dict[str, str]:
    tables = json.loads((snapshot / "manifest.json").read_text())["tables"]
    return {name: table["checksum"] for name, table in tables.items()}
