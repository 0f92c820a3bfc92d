"""Both commands overwrite nothing, keep out of a night's way and answer programs too."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from filelock import FileLock

from dagster_project.lib.backups.contents import DESCRIPTION
from dagster_project.lib.backups.taking import take_backup
from dagster_project.lib.common.errors import KindredError
from tests.backups.small_warehouse import NOW


def _read_all(warehouse: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in warehouse.rglob("*") if path.is_file()}


def test_nothing_is_overwritten(call, taken, warehouse, tmp_path):
    before = _read_all(warehouse)
    with pytest.raises(KindredError, match="is there already, and not empty"):
        call("backup", str(taken))
    with pytest.raises(KindredError, match=r"there is a warehouse in .* add --replace"):
        call("restore", str(taken))
    assert _read_all(warehouse) == before
    with pytest.raises(KindredError, match="lies in the warehouse itself"):
        take_backup(warehouse, warehouse / "backup", NOW)


def test_no_backup_is_taken_or_restored_while_a_night_runs(call, taken, warehouse, tmp_path):
    with FileLock(warehouse / "night.lock"):
        for arguments in (["backup", str(tmp_path / "backup")], ["restore", str(taken), "--replace"]):
            with pytest.raises(KindredError, match="another night is running"):
                call(*arguments)
    assert not (tmp_path / "backup").exists()


def test_both_commands_answer_programs_too(call, warehouse, tmp_path):
    folder = tmp_path / "backup"
    taken = json.loads(call("backup", str(folder), "--json"))
    assert taken["as_of"] == "2026-02-28T00:00:00Z"
    assert taken["files"] == len(json.loads((folder / DESCRIPTION).read_text())["files"])
    assert taken["bytes"] == sum(p.stat().st_size for p in (folder / "warehouse").rglob("*") if p.is_file())
    restored = json.loads(call("restore", str(folder), "--replace", "--json"))
    assert restored["as_of"] == taken["as_of"]
    assert Path(restored["put_aside"]).is_dir()
    assert restored["erasures"] == 0
