"""What a user may call a record, and what is said of names that mean nothing or too much."""

from __future__ import annotations

from hashlib import md5

import duckdb
import pytest

from dagster_project.lib.common.errors import KindredError
from dagster_project.lib.transformation.explanation.names import find_records


def _id_of(record: str) -> str:
    return f"c_{md5(record.encode()).hexdigest()}"


OLD, NEW, LOYALTY, OTHER = (
    "crm/customers|customer|1",
    "crm/customers|customer|2",
    "pos/orders|loyalty|L1",
    "web/events|user|7",
)
SAME_ID = "crm/customers|customer|7"
GONE = _id_of("crm/customers|customer|9")


@pytest.fixture(scope="module")
def connection(tmp_path_factory):
    """Customer NEW has OLD, whose id is not in use any more, and LOYALTY; OTHER and SAME_ID are two with one id."""
    customers = {
        OLD: _id_of(NEW),
        NEW: _id_of(NEW),
        LOYALTY: _id_of(NEW),
        OTHER: _id_of(OTHER),
        SAME_ID: _id_of(SAME_ID),
    }
    with duckdb.connect(str(tmp_path_factory.mktemp("names") / "kindred.duckdb")) as connection:
        connection.execute("""
            create schema intermediate; create schema marts;
            create table intermediate.int_records_resolved (
                record_key varchar, record_kind varchar, source_record_id varchar, customer_id varchar
            );
            create table intermediate.int_persons_prepared (record_key varchar);
            create table marts.customer_id_aliases (customer_id varchar, current_customer_id varchar)
        """)
        for record, customer in customers.items():
            _, kind, source_id = record.split("|")
            connection.execute(
                "insert into intermediate.int_records_resolved values (?, ?, ?, ?)",
                [record, kind, source_id, customer],
            )
            if _id_of(record) != customer:
                connection.execute(
                    "insert into marts.customer_id_aliases values (?, ?)", [_id_of(record), customer]
                )
        connection.execute("insert into marts.customer_id_aliases values (?, null)", [GONE])
        connection.execute("insert into intermediate.int_persons_prepared values (?)", [SAME_ID])
        yield connection


@pytest.mark.parametrize(
    ("name", "record"),
    [
        (OLD, OLD),
        ("L1", LOYALTY),
        ("2", NEW),
        (_id_of(NEW), NEW),
        (_id_of(OLD), OLD),
        (_id_of(LOYALTY), LOYALTY),
    ],
)
def test_a_record_an_id_of_its_source_and_any_id_its_customer_ever_had_mean_a_record(
    connection, name, record
):
    assert find_records(connection, [name, OTHER]) == [record, OTHER]
    assert find_records(connection, [OTHER, name]) == [OTHER, record]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("ann@x.org", "the second name is no record, customer or id in a source"),
        (GONE, "the second name is the id of a customer who has no records left"),
        ("7", "the second name is an id of 2 customers, in crm/customers|customer, web/events|user"),
    ],
)
def test_a_name_of_nobody_and_one_of_several_is_refused_without_being_repeated(connection, name, message):
    with pytest.raises(KindredError) as refused:
        find_records(connection, [OLD, name])
    assert refused.value.message.startswith(message)
    assert "ann@x.org" not in str(refused.value)
    assert refused.value.remedy
