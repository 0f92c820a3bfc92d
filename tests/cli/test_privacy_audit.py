"""`kindred privacy audit`: what the warehouse of the last night holds of people, as text and as JSON."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from importlib.util import find_spec

import pytest


def test_the_audit_is_told_as_json_and_agrees_with_what_is_published(kindred, sample_night, published):
    ended = kindred("privacy", "audit", "--json", DATA_DIR=str(sample_night.data_dir))
    assert ended.code == 0, ended.errors
    audit = json.loads(ended.output)
    consents = published.execute("""
        select purpose, status, if(is_default, 'default', 'decision') as decided_by, count(*)
        from marts.customer_consents group by all
    """).fetchall()
    counted = Counter()
    for row in audit["consents"]:
        counted[row["purpose"], row["status"], row["decided_by"]] += row["customers"]
    assert counted == {tuple(key): customers for *key, customers in consents}
    assert {row["source"] for row in audit["consents"]} >= {"decision", "restrict", "default"}
    assert audit["overdue"] == []
    assert {row["kind"] for row in audit["requests"]} == {"access", "erase", "restrict"}
    assert sum(row["open"] for row in audit["requests"]) == len(audit["open_requests"])
    stored = {(row["personal_data"], row["table_name"]): row["columns"] for row in audit["stored"]}
    assert set(stored["direct", "raw.crm_customers"]) >= {"email", "phone", "national_id", "street_address"}
    assert stored["sensitive", "marts.dim_customers"] == ["birth_date", "gender", "income_band"]
    assert stored["indirect", "marts.fct_orders"][0] == "order_id"
    assert not any(table == "marts.dim_products" for _, table in stored)
    log = published.execute(
        "select purpose, table_name, customers from quality.processing_log order by 1, 2"
    ).fetchall()
    assert [(row["purpose"], row["table_name"], row["customers"]) for row in audit["processing"]] == log


def test_the_audit_is_told_in_aligned_columns(kindred, sample_night):
    ended = kindred("privacy", "audit", DATA_DIR=str(sample_night.data_dir))
    assert ended.code == 0, ended.errors
    lines = ended.output.splitlines()
    assert lines[0] == "Privacy audit as of 2026-06-30 20:38 UTC"
    heading = next(line for line in lines if line.split()[:2] == ["personal", "data"])
    rows = [line for line in lines if line.split()[:1] in (["direct"], ["sensitive"], ["indirect"])]
    assert len(rows) > 50
    assert {len(line.split()[0]) <= heading.index("table name") - 2 for line in rows} == {True}
    assert {line[heading.index("table name") - 1] for line in rows} == {" "}


@pytest.mark.parametrize("arguments", [(), ("--json",)])
def test_without_a_warehouse_the_command_says_what_to_run(kindred, tmp_path, arguments):
    ended = kindred("privacy", "audit", *arguments, DATA_DIR=str(tmp_path))
    assert ended.code == 1
    assert "kindred nightly" in ended.errors


def test_counts_with_noise_are_told_once_or_the_extra_is_named(kindred, sample_night, tmp_path):
    (tmp_path / "warehouse").mkdir()
    shutil.copy(sample_night.data_dir / "warehouse" / "kindred.duckdb", tmp_path / "warehouse")
    first, second = (kindred("privacy", "counts", "--json", DATA_DIR=str(tmp_path)) for _ in range(2))
    if find_spec("opendp") is None:
        assert first.code == 1
        assert "kindred[private-counts]" in first.errors
    else:
        assert json.loads(first.output)["segments"]["frequent_buyers"] >= 0
        assert first.output == second.output
