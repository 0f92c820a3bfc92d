"""Whoever said no between two nights is made anew, by whatever the export names them."""

from __future__ import annotations

import shutil
from datetime import datetime

import pytest

from dagster_project.lib.common import warehouse
from dagster_project.lib.transformation.increments import begin_build
from dagster_project.lib.transformation.micro_batch.customers_anew import make_customers_anew
from dagster_project.lib.transformation.micro_batch.micro_batch import _resolve_consents

AT = datetime(2026, 6, 30, 12)
STATUS = "select purpose, status from marts.customer_consents where customer_id = ? order by 1"


@pytest.fixture
def database(sample_night, tmp_path):
    """The sample's warehouse, in which the next build has begun."""
    path = tmp_path / "kindred.duckdb"
    shutil.copy(sample_night.data_dir / "warehouse" / "kindred.duckdb", path)
    with warehouse.connect(path) as connection:
        begin_build(connection, "code")
    return path


def _ask(database, query, *values):
    with warehouse.connect(database) as connection:
        return connection.execute(query, list(values)).fetchall()


def _customer(database, kind):
    """A customer without a denial, and the number of one of their records."""
    return _ask(database, f"""
        select customer_id, min(source_record_id) from marts.customer_identities
        where record_kind = '{kind}' and customer_id not in (
            select customer_id from marts.customer_consents where status = 'denied' and not is_default
        ) group by 1 order by 1 limit 1
    """)[0]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "table", "columns", "row"),
    [
        ("customer", "privacy_requests", "request_id, kind, customer_id, requested_at", "'r', 'erase', ?, ?"),
        (
            "visitor",
            "consents_decisions",
            "purpose, status, visitor_id, decided_at",
            "'personalization', 'denied', ?, ?",
        ),
    ],
)
def test_a_no_that_mentions_no_record_is_its_customers_at_once(database, kind, table, columns, row):
    customer, name = _customer(database, kind)
    _ask(
        database,
        f"insert into raw.{table} ({columns}, _feed, _file_id, _row_number) values ({row}, 'f', 100000, 1)",
        name,
        AT,
    )
    assert _resolve_consents(database) == {customer}
    make_customers_anew(database, [customer])
    assert ("personalization", "denied") in _ask(database, STATUS, customer)
    assert _resolve_consents(database) == set()
