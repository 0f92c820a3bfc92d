"""A night killed half-way, twice: run again, it ends with what a night that was not killed publishes."""

from __future__ import annotations

import json
import os
import shutil
import time
from pathlib import Path

import duckdb
from small_shop import generate_small_shop

from tests.processes import call_kindred, start_apart


def _kill_after(stage: str, data_dir: Path, where: dict[str, str]) -> None:
    """Start a night and kill it, with no chance to clean up, as soon as it has told of this stage."""
    output, errors = data_dir / f"{stage}.output", data_dir / f"{stage}.errors"
    night = start_apart(
        call_kindred, "nightly", environment={**os.environ, **where}, output=output, errors=errors
    )
    while not any(line.split()[1:2] == [stage] for line in _read(output).splitlines()):
        assert night.is_alive(), _read(output) + _read(errors)
        time.sleep(0.02)
    night.kill()
    night.join()


def _read(path: Path) -> str:
    return path.read_text() if path.exists() else ""


def test_a_killed_night_run_again_publishes_what_a_whole_one_does(
    kindred, default_night, no_ranker, tmp_path
):
    generate_small_shop(tmp_path / "sample")
    shutil.copytree(tmp_path / "sample" / "landing", tmp_path / "landing")
    where = {"DATA_DIR": str(tmp_path), "CONFIG_DIR": no_ranker, "AS_OF": "latest"}
    for stage in ("ingestion", "transformation"):
        _kill_after(stage, tmp_path, where)
        assert not (tmp_path / "published" / "current").exists()
    ended = kindred("nightly", **where)
    assert ended.code == 0, ended.output + ended.errors
    again = json.loads((tmp_path / "published" / "current" / "manifest.json").read_text())["tables"]
    whole = json.loads((default_night.snapshot / "manifest.json").read_text())["tables"]
    # Results of a gate that was passed before the kill stay, so this table may hold them twice; the ledger tells when
    # files were copied here.
    compared = set(whole) - {"quality.validation_results", "quality.ingested_files"}
    assert {table: again[table]["checksum"] for table in compared} == {
        table: whole[table]["checksum"] for table in compared
    }
    assert _ledger(tmp_path / "published" / "current") == _ledger(default_night.snapshot)


def _ledger(snapshot: Path) -> list[tuple]:
    with duckdb.connect(str(snapshot / "kindred.duckdb"), read_only=True) as published:
        return published.execute("""
            select * exclude (changed_ns, ingested_at, run_id) from quality.ingested_files order by file_id
        """).fetchall()
