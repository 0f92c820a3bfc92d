"""What each command answers, and how it ends."""

from __future__ import annotations

import json
import os
import shutil

import pytest
from click.testing import CliRunner

from dagster_project.cli.main import kindred as command
from dagster_project.lib.common.errors import KindredError
from dagster_project.lib.common.warehouse import connect
from dagster_project.lib.personalization.records.tables import create_record_tables


@pytest.fixture
def call(monkeypatch, tmp_path):
    """Call the command on a data folder of its own; an error that a user can mend is raised."""
    (tmp_path / "data").mkdir()
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))

    def called(*arguments):
        result = CliRunner().invoke(command, list(arguments), catch_exceptions=False)
        return result.exit_code, result.output

    return called


@pytest.mark.parametrize(
    "arguments",
    [[], ["api"], ["campaigns", "schema"], ["content"], ["content", "lint"], ["content", "preview"],
     ["offers", "schema"], ["contract"], ["contract", "check"], ["contract", "infer"], ["contract", "schema"],
     ["destinations"], ["destinations", "ddl"], ["destinations", "rejected"],
     ["destinations", "schema"], ["destinations", "sync"], ["docs"], ["nightly"], ["privacy"],
     ["privacy", "access"], ["privacy", "consents"], ["privacy", "schema"], ["sample"],
     ["recommendations"], ["recommendations", "rollback"], ["recommendations", "tune"],
     ["recommendations", "versions"],
     ["segment"], ["segment", "list"], ["segment", "preview"], ["tracking-plan", "schema"], ["ui"],
     ["publication", "schema"], ["warehouse", "backup"], ["warehouse", "restore"], ["warehouse", "schema"]],
)  # fmt: skip
def test_every_command_explains_itself(call, arguments):
    code, output = call(*arguments, "--help")
    assert code == 0
    assert "Usage:" in output


def test_contracts_are_listed_with_the_table_they_fill(call, tmp_path):
    assert "no feeds" in call("contract", "check")[1]
    (tmp_path / "data" / "landing" / "pos" / "sales").mkdir(parents=True)
    assert call("contract", "check") == (0, f"{'pos/sales':<28} fills raw.pos_sales\n")


def test_documents_need_a_warehouse(call):
    with pytest.raises(KindredError, match="no warehouse"):
        call("docs")


@pytest.mark.parametrize("arguments", [["versions"], ["rollback"], ["rollback", "--json"]])
def test_versions_and_a_rollback_need_a_warehouse(call, arguments):
    with pytest.raises(KindredError, match="no warehouse"):
        call("recommendations", *arguments)


def test_versions_are_listed_with_what_became_of_them(call, tmp_path):
    database = tmp_path / "data" / "warehouse" / "kindred.duckdb"
    with connect(database) as connection:
        create_record_tables(connection)
        connection.execute(
            """
            insert into quality.model_versions values
            ('hybrid', 'v2', 'refused', '2026-01-02', '', '{"as_of": "2026-01-02T00:00:00"}', 'run', 'worse', null),
            ('hybrid', 'v1', 'champion', '2026-01-01', '', '{"as_of": "2026-01-01T00:00:00"}', 'run', null, null),
            ('churn', 'v0', 'champion', '2026-01-01', '', '{}', 'run', null, null)
            """
        )
    code, output = call("recommendations", "versions")
    assert code == 0
    assert [line.split()[:2] for line in output.splitlines()] == [["v2", "refused"], ["v1", "champion"]]
    assert output.splitlines()[0].endswith("artefact gone  worse")
    listed = json.loads(call("recommendations", "versions", "--json")[1])
    assert [(version["model_version"], version["reason"]) for version in listed] == [
        ("v2", "worse"),
        ("v1", None),
    ]


def test_a_sample_says_what_it_wrote_and_never_over_someones_own_files(call, tmp_path):
    code, output = call("sample", "--customers", "60", "--out", str(tmp_path / "shop"))
    assert code == 0
    assert "landing/crm/customers" in output
    own = tmp_path / "own" / "landing" / "crm" / "customers"
    own.mkdir(parents=True)
    (own / "mine.csv").write_text("customer_id\n1\n")
    with pytest.raises(KindredError):
        call("sample", "--customers", "60", "--out", str(tmp_path / "own"))
    assert (own / "mine.csv").exists()


def test_published_tables_are_sent_once_and_told_as_json(kindred, sample_night, tmp_path):
    (tmp_path / "destinations.yml").write_text(f"destinations: [{{name: crm, folder: {tmp_path / 'out'}}}]\n")
    for folder in ("published", "landing"):
        (tmp_path / folder).symlink_to(sample_night.data_dir / folder)
    place = {"DATA_DIR": str(tmp_path), "CONFIG_DIR": str(tmp_path)}

    def sync(*more):
        ended = kindred("destinations", "sync", "--json", *more, **place)
        return [(entry["collection"], entry["status"]) for entry in json.loads(ended.output)]

    tables = ["activation.customer_recommendations", "activation.segment_memberships"]
    assert sync("--dry-run") == [(table, "planned") for table in tables]
    assert not (tmp_path / "out").exists()
    assert sync("crm") == [(table, "delivered") for table in tables]
    assert (tmp_path / "out" / "segment_memberships.csv").exists()
    assert sync() == [(table, "unchanged") for table in tables]
    assert (
        "activation.segment_memberships           unchanged"
        in kindred("destinations", "sync", **place).output
    )
    assert "destinations.yml has no crn" in kindred("destinations", "sync", "crn", **place).errors
    assert "has taken everything" in kindred("destinations", "rejected", "crm", **place).output
    statements = kindred("destinations", "ddl", "crm", "--warehouse", "bigquery", **place).output
    assert "create table if not exists segment_memberships (`customer_id` string" in statements


def test_documents_are_written_for_a_warehouse(kindred, sample_night, tmp_path):
    shutil.copytree(sample_night.data_dir / "warehouse", tmp_path / "warehouse")
    ended = kindred("docs", DATA_DIR=str(tmp_path))
    assert ended.code == 0, ended.errors
    page = tmp_path / "warehouse" / "dbt" / "static_index.html"
    assert "segment_memberships" in page.read_text()
    assert (tmp_path / "warehouse" / "data_docs" / "index.html").exists()


def test_a_misspelt_command_is_told_the_nearest_one():
    """Commands are loaded when they are called, so that none was known to suggest."""
    result = CliRunner().invoke(command, ["segmnt"])
    assert result.exit_code == 2
    assert "Did you mean 'segment'?" in result.output


def test_the_ui_starts_without_advice_that_is_meant_for_others(call, monkeypatch):
    """Its first lines were a warning of Dagster's about the command that Kindred itself calls."""
    from dagster_project.cli import ui

    started = []
    monkeypatch.setattr(ui, "prepare_dagster_home", lambda settings: None)
    monkeypatch.setattr(ui, "ensure_manifest", lambda: None)
    monkeypatch.setenv("PYTHONWARNINGS", "")
    monkeypatch.delenv("PYTHONWARNINGS")
    monkeypatch.setattr(
        ui.os, "execv", lambda program, arguments: started.append(os.environ["PYTHONWARNINGS"])
    )
    assert call("ui")[0] == 0
    assert started == ["ignore:Function `dev_command` is superseded"]
