"""A night over the sample, as a user runs it: what it says, what it publishes, what a second one changes."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from datetime import datetime

import duckdb
import pytest

from dagster_project.lib.backups.restoring import restore_backup
from dagster_project.lib.backups.taking import take_backup

CHECKER = "shared/tools/check_published.py"


@pytest.fixture(scope="module")
def checkout(request):
    return request.config.rootpath


def test_the_night_tells_its_stages_in_the_order_of_the_house(sample_night):
    lines = [line.split()[1] for line in sample_night.first.output.splitlines()]
    stages = [stage for place, stage in enumerate(lines) if stage not in lines[:place]]
    assert stages == [
        "start", "ingestion", "validation", "privacy", "transformation", "clusters", "scores", "products", "segments",
        "segment_lists", "assignments", "readouts", "personalization", "content", "monitoring", "publication",
        "activation", "done",
    ]  # fmt: skip
    assert "report/index.html" in sample_night.first.output
    assert sample_night.first.errors == ""


def test_what_is_published_is_what_the_interface_promises(sample_night, checkout):
    checker = checkout.parent / CHECKER
    if not checker.exists():
        pytest.skip("the published interface's checker is not beside this checkout")
    ended = subprocess.run(
        [sys.executable, str(checker), str(sample_night.data_dir), "--upto", "experiments"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ended.stdout == "all holds\n"


def test_rows_in_are_rows_loaded_and_rejected_and_the_faults_planted_are_found(published, sample_truth):
    unbalanced = published.execute(
        "select count(*) from quality.ingested_files where rows_in <> rows_loaded + rows_rejected"
    ).fetchone()
    assert unbalanced == (0,)
    (planted,) = published.execute(
        f"select count(*) from '{sample_truth}/faults.csv' where kind = 'rejected_row'"
    ).fetchone()
    (rejected,) = published.execute(
        "select count(distinct file_path || row_number) from quality.rejected_rows"
    ).fetchone()
    assert rejected == planted > 0


def test_the_manifest_names_every_table_and_file(sample_night, published):
    manifest = json.loads((sample_night.snapshot / "manifest.json").read_text())
    tables = {
        f"{schema}.{table}"
        for schema, table in published.execute(
            "select table_schema, table_name from information_schema.tables where table_catalog = current_database()"
        ).fetchall()
    }
    assert set(manifest["tables"]) == tables
    assert (
        len(manifest["input_files"])
        == published.execute("select count(*) from quality.ingested_files").fetchone()[0]
    )
    assert manifest["model_versions"]


def test_the_analysts_copy_has_neither_direct_identifiers_nor_raw_rows(sample_night):
    with duckdb.connect(str(sample_night.snapshot / "analyst.duckdb"), read_only=True) as analyst:
        columns = {
            row[0] for row in analyst.execute("select column_name from information_schema.columns").fetchall()
        }
        assert not columns & {"first_name", "last_name", "email", "phone", "raw_row", "raw_value"}
        assert "customer_id" in columns


def test_nobody_who_denied_personalization_is_recommended_to(published):
    (denied,) = published.execute(
        "select count(*) from marts.customer_consents where purpose = 'personalization' and status = 'denied'"
    ).fetchone()
    (served,) = published.execute("""
        select count(*) from activation.customer_recommendations
        where customer_id in (
            select customer_id from marts.customer_consents where purpose = 'personalization' and status = 'denied'
        )
    """).fetchone()
    assert denied > 0
    assert served == 0


def test_no_personal_value_reaches_the_nights_output_or_dagsters_storage(sample_night, published):
    values = [row[0] for row in published.execute(
        "select email from marts.dim_customers where email is not null union "
        "select phone from marts.dim_customers where phone is not null and length(phone) > 8"
    ).fetchall()]  # fmt: skip
    assert len(values) > 100
    storage = b"".join(
        path.read_bytes()
        for path in (sample_night.data_dir / "warehouse" / "dagster").rglob("*")
        if path.is_file()
    )
    said = (sample_night.first.output + sample_night.first.errors).encode()
    assert not [value for value in values if value.encode() in storage or value.encode() in said]


def test_identity_finds_most_of_who_is_who(published, sample_truth):
    (both, joined, true) = published.execute(f"""
        with records as (
            select i.customer_id, t.person_id, row_number() over () as place
            from marts.customer_identities i
            join '{sample_truth}/records.parquet' t using (source, source_table, record_kind, source_record_id)
            where not t.is_shared
        )
        select count(*) filter (a.customer_id = b.customer_id and a.person_id = b.person_id),
            count(*) filter (a.customer_id = b.customer_id), count(*) filter (a.person_id = b.person_id)
        from records a join records b on a.place < b.place
            and (a.customer_id = b.customer_id or a.person_id = b.person_id)
    """).fetchone()
    assert both / joined > 0.97
    assert both / true > 0.65


@pytest.fixture(scope="module")
def second_night(sample_night, kindred, tmp_path_factory):
    """The same night again on a warehouse out of a backup, with nothing new in landing."""
    data_dir = tmp_path_factory.mktemp("second") / "data"
    shutil.copytree(sample_night.data_dir, data_dir, symlinks=True)
    warehouse, backup, now = data_dir / "warehouse", data_dir.parent / "backup", datetime(2026, 7, 1)
    take_backup(warehouse, backup, now)
    shutil.rmtree(warehouse)
    warehouse.mkdir()
    restore_backup(backup, warehouse, warehouse / "deliveries.duckdb", now, is_replaced=False)
    ended = kindred("nightly", DATA_DIR=str(data_dir), AS_OF="latest")
    assert ended.code == 0, ended.output + ended.errors
    return data_dir, ended


def test_a_second_night_with_nothing_new_publishes_the_same_content(sample_night, second_night):
    data_dir, _ = second_night
    first = json.loads((sample_night.snapshot / "manifest.json").read_text())
    second = json.loads((data_dir / "published" / "current" / "manifest.json").read_text())
    assert second["run_id"] != first["run_id"]
    assert second["tables"] == first["tables"]
    assert second["model_versions"] == first["model_versions"]
    assert second["as_of"] == first["as_of"]


def test_a_second_night_says_what_it_did_not_repeat(second_night):
    _, ended = second_night
    assert "nothing new in landing" in ended.output
    assert ended.output.count("unchanged inputs") == 17


def test_the_earlier_snapshot_stays_beside_the_current_one(sample_night, second_night):
    data_dir, _ = second_night
    snapshots = sorted(path.name for path in (data_dir / "published" / "snapshots").iterdir())
    assert len(snapshots) == 2
    assert sample_night.snapshot.name in snapshots
    assert (data_dir / "published" / "current").resolve().name in snapshots


def test_a_folder_nobody_named_gets_the_sample_and_says_so(default_night):
    assert default_night.first.code == 0, default_night.first.output + default_night.first.errors
    assert "copying the sample" in default_night.first.output
    assert (default_night.snapshot / "manifest.json").exists()
