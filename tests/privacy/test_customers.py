"""Whom a name means: today's customer, whatever the name is an id of."""

from __future__ import annotations

import duckdb
import pytest

from dagster_project.lib.common.errors import KindredError
from dagster_project.lib.privacy.customers import find_customer


@pytest.fixture
def connection():
    with duckdb.connect() as connection:
        connection.execute("""
            create schema marts;
            create table marts.dim_customers as from (values ('c_1'), ('c_2')) as t (customer_id);
            create table marts.customer_id_aliases as
            from (values ('c_old', 'c_1'), ('c_gone', null)) as t (customer_id, current_customer_id);
            create table marts.customer_identities as from (values
                ('crm', 'customers', 'customer', '1', 'c_1'), ('pos', 'orders', 'customer', '1', 'c_1'),
                ('crm', 'customers', 'customer', '2', 'c_2'), ('pos', 'sales', 'guest_order', '2', 'c_1'),
                ('pos', 'sales', 'guest_order', 'a|b', 'c_2'), ('pos', 'sales', 'guest_order', 'c_2', 'c_1')
            ) as t (source, source_table, record_kind, source_record_id, customer_id)
        """)
        yield connection


@pytest.mark.parametrize(
    ("name", "customer"),
    [("c_1", "c_1"), ("c_old", "c_1"), ("1", "c_1"), ("crm/customers|customer|2", "c_2"),
     ("pos/sales|guest_order|2", "c_1"), ("pos/sales|guest_order|a|b", "c_2"), ("a|b", "c_2"), ("c_2", "c_2")],
)  # fmt: skip
def test_a_name_is_a_record_a_customer_of_today_or_of_old_or_an_id_in_a_source(connection, name, customer):
    assert find_customer(connection, name) == customer


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("ann@x.example", "no customer, record or id"),
        ("c_gone", "no records left; see marts.identity_changes"),
        ("2", "an id of 2 customers, in crm/customers|customer, pos/sales|guest_order"),
    ],
)
def test_a_name_that_means_nobody_or_several_is_not_repeated(connection, name, told):
    with pytest.raises(KindredError) as raised:
        find_customer(connection, name)
    assert told in str(raised.value) and "@" not in str(raised.value)
