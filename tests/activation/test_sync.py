"""Published tables reach their destinations whole, once, and only when they changed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import get_args

import duckdb
import pytest

from dagster_project.lib.activation.destinations import Destination, FileFormat, load_destinations
from dagster_project.lib.activation.sync import sync
from dagster_project.lib.common.errors import KindredError


@pytest.fixture
def data_dir(tmp_path):
    """A published snapshot with one small table."""
    current = tmp_path / "published" / "current"
    current.mkdir(parents=True)
    with duckdb.connect(str(current / "kindred.duckdb")) as connection:
        connection.execute("create schema activation")
        connection.execute(
            "create table activation.segment_memberships as select 'c_1' as customer_id, 'a' as segment"
        )
    _write_manifest(tmp_path, "1")
    return tmp_path


def _write_manifest(data_dir, checksum):
    tables = {"activation.segment_memberships": {"rows": 1, "checksum": checksum}}
    (data_dir / "published" / "current" / "manifest.json").write_text(json.dumps({"tables": tables}))


def _destination(kind="csv"):
    return Destination(name="crm", folder="out", format=kind, tables=["activation.segment_memberships"])


@pytest.mark.parametrize("kind", get_args(FileFormat))
def test_a_table_is_written_in_the_format_asked_for(data_dir, kind):
    sync(data_dir / "published" / "current", data_dir, [_destination(kind)])
    path = data_dir / "out" / f"segment_memberships.{kind}"
    assert duckdb.sql(f"select * from '{path}'").fetchall() == [("c_1", "a")]
    assert not list((data_dir / "out").glob("*.part"))


@pytest.mark.parametrize("kind", get_args(FileFormat))
def test_a_format_stands_on_the_page_of_the_config_folder(kind):
    page = Path(__file__).resolve().parents[2] / "config" / "README.md"
    section = page.read_text().split("## destinations.yml")[1].split("\n## ")[0]
    assert f"`{kind}`" in section


def test_what_is_there_already_is_not_sent_again_and_what_changed_is(data_dir):
    current = data_dir / "published" / "current"
    assert [d.is_changed for d in sync(current, data_dir, [_destination()])] == [True]
    assert [d.is_changed for d in sync(current, data_dir, [_destination()])] == [False]
    _write_manifest(data_dir, "2")
    assert [d.is_changed for d in sync(current, data_dir, [_destination()])] == [True]
    (data_dir / "out" / "segment_memberships.csv").unlink()
    assert [d.is_changed for d in sync(current, data_dir, [_destination()])] == [True]


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t", "\r"])
def test_what_a_spreadsheet_would_run_is_text_in_a_csv_and_itself_elsewhere(data_dir, begin):
    name = f"{begin}cmd|'/c calc'!A1"
    with duckdb.connect(str(data_dir / "published" / "current" / "kindred.duckdb")) as connection:
        connection.execute(
            "create or replace table activation.segment_memberships as select ? as customer_id, -1 as rank",
            [name],
        )
    found = {}
    for kind, reader in {"csv": "read_csv", "jsonl": "read_json", "parquet": "read_parquet"}.items():
        sync(data_dir / "published" / "current", data_dir, [_destination(kind)])
        options = ", all_varchar = true" if kind == "csv" else ""
        path = data_dir / "out" / f"segment_memberships.{kind}"
        found[kind] = duckdb.sql(f"select * from {reader}('{path}'{options})").fetchall()
    assert found == {"csv": [(f"'{name}", "-1")], "jsonl": [(name, -1)], "parquet": [(name, -1)]}


def test_a_dry_run_writes_nothing(data_dir):
    assert [
        d.is_changed
        for d in sync(data_dir / "published" / "current", data_dir, [_destination()], dry_run=True)
    ]
    assert not (data_dir / "out").exists()


def test_a_table_that_is_not_published_is_told(data_dir):
    destination = Destination(name="crm", folder="out", tables=["marts.salaries"])
    with pytest.raises(KindredError, match=r"crm asks for marts\.salaries, which is not published"):
        sync(data_dir / "published" / "current", data_dir, [destination])


def test_a_mistake_in_the_file_is_told_with_its_line(tmp_path):
    (tmp_path / "destinations.yml").write_text(
        "destinations:\n  - name: crm\n    folder: out\n    format: xml\n"
    )
    with pytest.raises(KindredError, match=r"destinations.yml line 4: destinations\.0\.format"):
        load_destinations(tmp_path)
    assert load_destinations(tmp_path / "nowhere") == []
