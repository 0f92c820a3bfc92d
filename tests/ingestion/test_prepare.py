"""Before a night reads anything: is there something to read, if not where is it, and may the sample stand in."""

from __future__ import annotations

from pathlib import Path

import pytest

from dagster_project.lib.common.errors import KindredError
from dagster_project.lib.ingestion import prepare as prepare_module
from dagster_project.lib.ingestion.prepare import check_landing, is_sample, prepare_landing, stray_files


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


@pytest.fixture
def sample(tmp_path):
    folder = tmp_path / "sample" / "crm" / "customers"
    folder.mkdir(parents=True)
    (folder / "a.csv").write_text("customer_id\n1\n")
    return tmp_path / "sample"


@pytest.fixture
def prepare(tmp_path, sample):
    """Prepare a data folder that the user named or not; returns its files in landing."""
    landing, database = tmp_path / "data" / "landing", tmp_path / "data" / "warehouse" / "kindred.duckdb"

    def run(*, is_named: bool) -> list[str]:
        prepare_landing(landing, database, sample, is_named=is_named)
        return sorted(path.relative_to(landing).as_posix() for path in landing.rglob("*") if path.is_file())

    return run


def test_a_folder_that_was_never_used_gets_the_sample_unless_somebody_named_it(prepare, tmp_path):
    with pytest.raises(KindredError, match="there is nothing to load"):
        prepare(is_named=True)
    assert prepare(is_named=False) == [".sample", "crm/customers/a.csv"]
    assert is_sample(tmp_path / "data" / "landing")


def test_a_sample_that_was_copied_half_is_copied_whole_by_the_next_night(
    prepare, sample, tmp_path, monkeypatch
):
    """The next night took half of it for exports of the user's, and saw them as of now."""
    (sample / "pos" / "sales").mkdir(parents=True)
    (sample / "pos" / "sales" / "b.csv").write_text("order_id\n1\n")
    with monkeypatch.context() as killed:
        killed.setattr(prepare_module.shutil, "copytree", _copy_half)
        with pytest.raises(KeyboardInterrupt):
            prepare(is_named=False)
    assert not is_sample(tmp_path / "data" / "landing")
    whole = [".sample", "crm/customers/a.csv", "pos/sales/b.csv"]
    assert prepare(is_named=False) == whole
    assert (tmp_path / "data" / "landing" / "crm" / "customers" / "a.csv").read_text() == "customer_id\n1\n"
    assert prepare(is_named=False) == whole


def _copy_half(source: Path, target: Path, **settings: bool) -> None:
    (target / "crm" / "customers").mkdir(parents=True)
    (target / "crm" / "customers" / "a.csv").write_text("cust")
    raise KeyboardInterrupt


@pytest.mark.parametrize("is_named", [True, False])
def test_a_warehouse_goes_on_with_what_it_holds_though_landing_was_emptied(prepare, tmp_path, is_named):
    (tmp_path / "data" / "warehouse").mkdir(parents=True)
    (tmp_path / "data" / "warehouse" / "kindred.duckdb").touch()
    assert prepare(is_named=is_named) == []


@pytest.mark.parametrize("is_named", [True, False])
def test_exports_of_a_user_stay_alone(prepare, tmp_path, is_named):
    feed = tmp_path / "data" / "landing" / "pos" / "sales"
    feed.mkdir(parents=True)
    (feed / "a.csv").touch()
    (tmp_path / "data" / "landing" / "pos" / "stray.csv").touch()
    assert prepare(is_named=is_named) == ["pos/sales/a.csv", "pos/stray.csv"]
    assert stray_files(tmp_path / "data" / "landing") == ["pos/stray.csv"]
