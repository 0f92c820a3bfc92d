"""A snapshot appears at once and whole, shares what did not change, and never shows analysts who somebody is."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from dagster_project.lib.publication import snapshot
from dagster_project.lib.publication.manifest import Night

KEYS = {"marts.people": ("customer_id",)}
DIRECT = {"marts.people": ["email", "first_name"]}


@pytest.fixture
def warehouse(tmp_path):
    with duckdb.connect(str(tmp_path / "kindred.duckdb")) as connection:
        connection.execute("""
            create schema marts; create schema activation; create schema experiments; create schema quality;
            create table marts.people as
                select 'c_1' as customer_id, 'ann@example.com' as email, 'Annabel' as first_name;
            create table activation.segments as select 'c_1' as customer_id, 'run 1' as run_id;
            create table activation.content_blocks as
                select 'c_1' as customer_id, 'subject canary' as subject, 'page canary' as html, 'mail canary' as text;
            create table quality.rejected_rows as select 'a.csv' as file_path, 'raw canary' as raw_row;
            create table quality.nulled_values as select 'a.csv' as file_path, 'value canary' as raw_value;
            create table quality.model_versions as select 'als' as model, 'v1' as model_version, 'champion' as status;
            create table quality.ingested_files as
                select 1 as file_id, 'a.csv' as file_path, 'h' as content_hash, 'loaded' as status,
                    1 as rows_in, 1 as rows_loaded, 0 as rows_rejected;
        """)
        yield connection


def _publish(warehouse, folder, number, direct=DIRECT, kept=7):
    night = Night(f"run {number}", datetime(2026, 1, number), datetime(2026, 1, number, 2))
    return snapshot.publish(
        warehouse, folder, night, {"index.html": f"<p>{number}</p>"}, direct, KEYS, kept=kept
    )


def test_current_points_at_the_newest_and_both_databases_open(warehouse, tmp_path):
    _publish(warehouse, tmp_path / "published", 1)
    newest = _publish(warehouse, tmp_path / "published", 2)
    current = tmp_path / "published" / "current"
    assert current.is_symlink()
    assert current.resolve() == newest.folder
    assert json.loads((current / "manifest.json").read_text())["run_id"] == "run 2"
    assert (current / "report" / "index.html").read_text() == "<p>2</p>"
    assert not list((tmp_path / "published" / "snapshots").glob(".building-*"))


def test_the_analysts_copy_leaves_out_direct_identifiers_and_raw_text(warehouse, tmp_path):
    folder = _publish(warehouse, tmp_path / "published", 1).folder
    with duckdb.connect(str(folder / "analyst.duckdb"), read_only=True) as analyst:
        assert analyst.execute("describe marts.people").fetchall()[0][0] == "customer_id"
        assert len(analyst.execute("describe marts.people").fetchall()) == 1
    assert b"ann@example.com" not in (folder / "analyst.duckdb").read_bytes()
    assert b"Annabel" not in (folder / "analyst.duckdb").read_bytes()
    assert b"raw canary" not in (folder / "analyst.duckdb").read_bytes()
    assert b"value canary" not in (folder / "analyst.duckdb").read_bytes()
    for rendered in (b"subject canary", b"page canary", b"mail canary"):
        assert rendered not in (folder / "analyst.duckdb").read_bytes()
    assert (folder / "kindred.duckdb").stat().st_mode & 0o777 == 0o600
    assert (folder / "parquet").stat().st_mode & 0o777 == 0o700


def test_a_table_of_which_analysts_get_no_column_is_not_in_their_copy(warehouse, tmp_path):
    hidden = {"marts.people": ["customer_id", "email", "first_name"]}
    folder = _publish(warehouse, tmp_path / "published", 1, direct=hidden).folder
    tables = "select table_schema || '.' || table_name from information_schema.tables"
    with duckdb.connect(str(folder / "analyst.duckdb"), read_only=True) as analyst:
        assert ("marts.people",) not in analyst.execute(tables).fetchall()
    with duckdb.connect(str(folder / "kindred.duckdb"), read_only=True) as full:
        assert ("marts.people",) in full.execute(tables).fetchall()


def test_what_did_not_change_is_shared_with_the_snapshot_before_and_what_did_is_not(warehouse, tmp_path):
    first = _publish(warehouse, tmp_path / "published", 1).folder
    second = _publish(warehouse, tmp_path / "published", 2).folder
    names = [
        "kindred.duckdb",
        "analyst.duckdb",
        "parquet/marts/people.parquet",
        "parquet/activation/segments.parquet",
    ]
    assert all((first / name).samefile(second / name) for name in names)
    warehouse.execute("update activation.segments set run_id = 'run 3'")
    third = _publish(warehouse, tmp_path / "published", 3).folder
    assert (second / names[2]).samefile(third / names[2])
    assert not any((second / name).samefile(third / name) for name in (names[0], names[1], names[3]))
    with duckdb.connect(str(third / "kindred.duckdb"), read_only=True) as published:
        assert published.execute("select run_id from activation.segments").fetchall() == [("run 3",)]


def test_a_column_newly_declared_personal_leaves_the_analysts_copy_though_no_row_changed(warehouse, tmp_path):
    _publish(warehouse, tmp_path / "published", 1, direct={})
    folder = _publish(warehouse, tmp_path / "published", 2).folder
    assert b"Annabel" not in (folder / "analyst.duckdb").read_bytes()


def test_a_failure_while_building_leaves_the_last_snapshot_current(warehouse, tmp_path):
    first = _publish(warehouse, tmp_path / "published", 1).folder
    warehouse.execute("insert into marts.people values ('c_2', 'bo@example.com', 'Bo')")
    with pytest.raises(KeyError):
        _publish(warehouse, tmp_path / "published", 2, direct={"marts.people": ["no_such_column"]})
    assert (tmp_path / "published" / "current").resolve() == first
    assert [path.name for path in first.parent.iterdir()] == [first.name]
    assert _publish(warehouse, tmp_path / "published", 3).manifest["tables"]["marts.people"]["rows"] == 2


@pytest.mark.parametrize("leftover", [".building-killed", ".going-20260101T000000-killed"])
def test_what_a_killed_night_left_half_built_or_half_removed_goes_with_the_next_one(
    warehouse, tmp_path, leftover
):
    half = tmp_path / "published" / "snapshots" / leftover
    half.mkdir(parents=True)
    (half / "kindred.duckdb").write_bytes(b"half")
    _publish(warehouse, tmp_path / "published", 1)
    assert not half.exists()


def test_a_link_that_a_killed_night_did_not_make_current_goes_with_the_next_one(
    warehouse, tmp_path, monkeypatch
):
    published = tmp_path / "published"
    first = _publish(warehouse, published, 1).folder
    with monkeypatch.context() as killed:
        killed.setattr(Path, "replace", _be_killed)
        with pytest.raises(KeyboardInterrupt):
            _publish(warehouse, published, 2)
    assert (published / "current").resolve() == first
    third = _publish(warehouse, published, 3).folder
    assert (published / "current").resolve() == third
    assert sorted(path.name for path in published.iterdir()) == ["current", "snapshots"]


def test_a_snapshot_is_removed_whole_or_does_not_look_like_one(warehouse, tmp_path, monkeypatch):
    """Half removed it was the folder changed last, so that it stayed in the place of a whole one."""
    published = tmp_path / "published"
    _publish(warehouse, published, 1)
    with monkeypatch.context() as killed:
        killed.setattr(snapshot.shutil, "rmtree", _be_killed)
        with pytest.raises(KeyboardInterrupt):
            _publish(warehouse, published, 2, kept=1)
    whole = [path for path in (published / "snapshots").iterdir() if not path.name.startswith(".")]
    assert whole == [(published / "current").resolve()]
    third = _publish(warehouse, published, 3, kept=1).folder
    assert list((published / "snapshots").iterdir()) == [third]


def _be_killed(*arguments: object) -> None:
    raise KeyboardInterrupt


@pytest.mark.parametrize("kept", [1, 3])
def test_only_as_many_of_the_newest_snapshots_stay_as_are_asked_for(warehouse, tmp_path, kept):
    folders = [
        _publish(warehouse, tmp_path / "published", number, kept=kept).folder for number in range(1, 5)
    ]
    assert sorted((tmp_path / "published" / "snapshots").iterdir()) == folders[-kept:]


def test_nobody_looks_into_a_snapshot_before_its_files_are_closed_to_them(warehouse, tmp_path, monkeypatch):
    modes = []
    copy_all = snapshot.Copier.copy_all

    def copy_and_look(copier):
        modes.append(copier.folder.stat().st_mode & 0o777)
        copy_all(copier)

    monkeypatch.setattr(snapshot.Copier, "copy_all", copy_and_look)
    folder = _publish(warehouse, tmp_path / "published", 1).folder
    assert modes == [0o700]
    assert folder.stat().st_mode & 0o777 == 0o755


def test_addresses_inside_texts_are_blotted_out_for_analysts_alone(warehouse, tmp_path):
    warehouse.execute("""
        create table marts.events as select
            '{"form": "ann@example.com", "q": 1}'::json as parameters,
            'https://x.example/?e=ann%40example.com' as page_url
    """)
    folder = _publish(warehouse, tmp_path / "published", 1).folder
    with duckdb.connect(str(folder / "analyst.duckdb"), read_only=True) as analyst:
        assert analyst.execute(
            "select parameters->>'form', parameters->>'q', page_url from marts.events"
        ).fetchall() == [("[e-mail]", "1", "https://x.example/?e=[e-mail]")]
    with duckdb.connect(str(folder / "kindred.duckdb"), read_only=True) as full:
        assert full.execute("select parameters->>'form' from marts.events").fetchall() == [
            ("ann@example.com",)
        ]
