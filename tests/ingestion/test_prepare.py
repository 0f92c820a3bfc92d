"""Before a night reads anything: is there something to read, and if not, where is it."""

from __future__ import annotations

import pytest

from dagster_project.lib.common.errors import KindredError
from dagster_project.lib.ingestion.prepare import check_landing


def _said(folder, *, is_named=True):
    with pytest.raises(KindredError) as told:
        check_landing(folder / "landing", folder / "warehouse" / "kindred.duckdb", is_named=is_named)
    return str(told.value)


def test_files_that_lie_one_folder_too_high_are_named(tmp_path):
    """The night said that landing holds no file, which is not what its owner sees there."""
    (tmp_path / "landing" / "till").mkdir(parents=True)
    (tmp_path / "landing" / "till" / "a.csv").touch()
    said = _said(tmp_path)
    assert f"{tmp_path}/landing/till/a.csv lies above the folders that are read" in said
    assert "move it into a folder of its own" in said


def test_a_data_folder_that_is_landing_itself_is_told(tmp_path):
    (tmp_path / "landing" / "till" / "export").mkdir(parents=True)
    (tmp_path / "landing" / "till" / "export" / "a.csv").touch()
    assert f"DATA_DIR={tmp_path}." in _said(tmp_path / "landing")


def test_a_folder_that_nobody_named_may_be_empty(tmp_path):
    check_landing(tmp_path / "landing", tmp_path / "warehouse" / "kindred.duckdb", is_named=False)
