"""No value of a row leaves the database: not in outcomes, kept results, pages, or logs."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from expectations.documents import write_data_docs

CANARY = "canary.person@example.com"


@pytest.fixture
def unreadable(warehouse: duckdb.DuckDBPyConnection) -> Iterator[tuple[str, ...]]:
    """Changes after which a column only fails when it is read: DuckDB's error then quotes the value."""
    yield (
        f"create or replace table raw.typed as select * replace ('{CANARY}' as quantity) from {{table}}",
        "drop table {table}",
        "create view {table} as select * replace (quantity::double as quantity) from raw.typed",
    )
    warehouse.execute("drop view raw.pos_sales")


@pytest.fixture
def everything(
    judge, unreadable, tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture
) -> str:
    """All that validation says of tables whose columns hold the canary where it fails each kind of expectation."""
    caplog.set_level(logging.DEBUG)
    kept = tmp_path / "results"
    said = [
        judge(
            "raw.crm_customers",
            f"update {{table}} set email = '{CANARY}', last_name = null",
            results_folder=kept,
        ),
        judge("raw.clickstream_events", f"update {{table}} set event_name = '{CANARY}'", results_folder=kept),
        judge("marts.dim_customers", f"update {{table}} set customer_id = '{CANARY}'", results_folder=kept),
        judge(
            "activation.customer_recommendations",
            f"update {{table}} set customer_id = '{CANARY}', list_name = '{CANARY}', run_id = '{CANARY}'",
            results_folder=kept,
        ),
        judge("raw.pos_sales", *unreadable, results_folder=kept),
    ]
    write_data_docs(kept, tmp_path / "docs")
    files = [path.read_text() for path in tmp_path.rglob("*") if path.suffix in {".json", ".html"}]
    assert len(files) > len(said)
    printed = capfd.readouterr()
    assert any(not outcome.is_success for outcomes in said for outcome in outcomes)
    return "\n".join([repr(said), *files, caplog.text, printed.out, printed.err])


def test_no_personal_value_is_said_anywhere(everything: str) -> None:
    assert CANARY not in everything
    assert "canary" not in everything


def test_a_column_that_cannot_be_read_is_not_evaluated_and_blocks(judge, unreadable) -> None:
    outcomes = judge("raw.pos_sales", *unreadable)
    blocked = [o for o in outcomes if o.column_name == "quantity" and o.severity == "error"]
    assert [(o.is_success, o.observed_value) for o in blocked] == [(False, "not evaluated")]
