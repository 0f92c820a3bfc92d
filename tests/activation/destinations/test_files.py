"""Published tables reach a folder or an object store whole, once, and only when they changed."""

from __future__ import annotations

import json
from pathlib import Path
from threading import Thread
from typing import get_args

import duckdb
import fsspec
import pytest
from fsspec.implementations.local import LocalFileSystem

from dagster_project.lib.activation.delivery.state import open_state
from dagster_project.lib.activation.destinations.base import Secrets
from dagster_project.lib.activation.destinations.declared import load_destinations
from dagster_project.lib.activation.destinations.files import FileFormat, FilesDestination
from dagster_project.lib.activation.destinations.sending import Snapshot, send
from dagster_project.lib.common.errors import KindredError
from dagster_project.lib.common.sql import quote_literal

TABLE = "activation.segment_memberships"


@pytest.fixture
def published(new_snapshot):
    """A snapshot with one small table."""
    return new_snapshot({TABLE: ("select 'c_1' as customer_id, 'a' as segment", ("customer_id", "segment"))})


def _destination(kind="csv", folder="out", **more):
    return FilesDestination(name="crm", folder=folder, format=kind, tables=[TABLE], **more)


def _send(published, destination, **how):
    return send(published.snapshot, destination, **how)


@pytest.mark.parametrize("kind", get_args(FileFormat))
def test_a_table_is_written_in_the_format_asked_for(published, kind):
    _send(published, _destination(kind))
    path = published.folder / "out" / f"segment_memberships.{kind}"
    assert duckdb.sql(f"select * from '{path}'").fetchall() == [("c_1", "a")]
    assert not list((published.folder / "out").glob("*.part"))


@pytest.mark.parametrize("kind", get_args(FileFormat))
def test_a_format_stands_on_the_page_of_the_config_folder(kind):
    page = Path(__file__).resolve().parents[3] / "config" / "README.md"
    section = page.read_text().split("## destinations.yml")[1].split("\n## ")[0]
    assert f"`{kind}`" in section


def test_what_is_there_already_is_not_sent_again_and_what_changed_is(published):
    def statuses():
        return [delivery.status for delivery in _send(published, _destination())]

    assert statuses() == ["delivered"]
    assert statuses() == ["unchanged"]
    published.replace(TABLE, "select 'c_1' as customer_id, 'b' as segment")
    assert statuses() == ["delivered"]
    (published.folder / "out" / "segment_memberships.csv").unlink()
    assert statuses() == ["delivered"]


def test_by_date_every_night_has_its_file_and_the_folder_reads_as_one_table(published):
    destination = _destination("parquet", by_date=True)
    _send(published, destination)
    published.replace(TABLE, "select 'c_2' as customer_id, 'a' as segment", as_of="2026-07-02T01:00:00Z")
    _send(published, destination)
    found = duckdb.sql(
        f"select customer_id, as_of_date::varchar from '{published.folder}/out/**/*.parquet' order by 1"
    )
    assert found.fetchall() == [("c_1", "2026-07-01"), ("c_2", "2026-07-02")]


def test_an_object_store_is_written_as_a_folder_is(published):
    _send(published, _destination("jsonl", folder="memory://bucket/kindred"))
    store = fsspec.filesystem("memory")
    assert json.loads(store.cat_file("/bucket/kindred/segment_memberships.jsonl")) == {
        "customer_id": "c_1",
        "segment": "a",
    }
    assert [
        delivery.status for delivery in _send(published, _destination("jsonl", "memory://bucket/kindred"))
    ] == ["unchanged"]


def test_a_store_whose_package_is_not_there_fails_with_its_name(published):
    (delivery,) = _send(published, _destination(folder="nosuchstore://bucket"))
    assert delivery.status == "failed"
    assert "nosuchstore:// cannot be written" in delivery.reason


def test_a_file_that_is_half_written_is_nobodys(published, monkeypatch):
    def break_off(self, local, path, **_):
        Path(path).write_text("half")
        raise OSError("the disk is full")

    _send(published, _destination())
    published.replace(TABLE, "select 'c_9' as customer_id, 'b' as segment")
    monkeypatch.setattr(LocalFileSystem, "put_file", break_off)
    (delivery,) = _send(published, _destination())
    monkeypatch.undo()
    path = published.folder / "out" / "segment_memberships.csv"
    assert (delivery.status, path.read_text()) == ("failed", "customer_id,segment\nc_1,a\n")
    _send(published, _destination())
    assert path.read_text() == "customer_id,segment\nc_9,b\n"


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t", "\r"])
def test_what_a_spreadsheet_would_run_is_text_in_a_csv_and_itself_elsewhere(published, begin):
    name = f"{begin}cmd|'/c calc'!A1"
    published.replace(
        TABLE, f"select chr({ord(begin)}) || {quote_literal(name[1:])} as customer_id, -1 as rank"
    )
    found = {}
    for kind, reader in {"csv": "read_csv", "jsonl": "read_json", "parquet": "read_parquet"}.items():
        _send(published, _destination(kind))
        options = ", all_varchar = true" if kind == "csv" else ""
        path = published.folder / "out" / f"segment_memberships.{kind}"
        found[kind] = duckdb.sql(f"select * from {reader}('{path}'{options})").fetchall()
    assert found == {"csv": [(f"'{name}", "-1")], "jsonl": [(name, -1)], "parquet": [(name, -1)]}


def test_a_dry_run_writes_nothing(published):
    (delivery,) = _send(published, _destination(), dry_run=True)
    assert (delivery.status, delivery.added) == ("planned", 1)
    assert not (published.folder / "out").exists()


def test_a_table_that_is_not_published_is_told(published):
    destination = FilesDestination(name="crm", folder="out", tables=["marts.salaries", TABLE])
    failed, delivered = _send(published, destination)
    assert (failed.collection, failed.status) == ("marts.salaries", "failed")
    assert failed.reason == "it is not published; name one of: activation.segment_memberships"
    assert delivered.status == "delivered"


def test_a_secret_that_the_environment_does_not_have_is_named(published):
    destination = _destination(folder="memory://bucket", storage={"token": "${NO_SUCH_TOKEN}"})
    (delivery,) = _send(published, destination)
    assert delivery.reason == "the environment of the night does not have NO_SUCH_TOKEN"
    assert Secrets({"A": "1"}).fill("x${A}y") == "x1y"


def test_nothing_published_is_told(tmp_path):
    snapshot = Snapshot(
        tmp_path / "current", tmp_path / "deliveries.duckdb", tmp_path, Secrets({}), lambda _: {}
    )
    with pytest.raises(KindredError, match="nothing is published yet"):
        send(snapshot, _destination())


def test_a_mistake_in_the_file_is_told_with_its_line(tmp_path):
    (tmp_path / "destinations.yml").write_text(
        "destinations:\n  - name: crm\n    folder: out\n    format: xml\n"
    )
    with pytest.raises(KindredError, match=r"destinations.yml line 4: destinations\.0\.format"):
        load_destinations(tmp_path)
    assert load_destinations(tmp_path / "nowhere") == []


def test_two_deliveries_at_once_take_turns(published):
    deliveries = published.snapshot.deliveries
    with open_state(deliveries):
        other = Thread(target=lambda: outcomes.extend(_send(published, _destination())))
        outcomes: list[object] = []
        other.start()
        other.join(0.5)
        assert other.is_alive()
    other.join()
    assert [delivery.status for delivery in outcomes] == ["delivered"]
