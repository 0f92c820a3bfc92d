"""Rules of identity.yml choose what dim_customers shows, whatever the order in which files arrive."""

from __future__ import annotations

import duckdb
import pytest

RULES = [
    ("first_name", "most_frequent", None, None),
    ("city", "most_trusted", "shop/clients", 1),
    ("city", "most_trusted", "crm/customers", 2),
    ("phone", "most_trusted", "pos/orders", 1),
    ("phone", "most_trusted", "shop/clients", 2),
]
RECORDS = [
    {"_feed": "crm/customers", "first_name": "Annie", "city": "Bath", "updated_at": "2024-01-05"},
    {"_feed": "shop/clients", "first_name": "Ann", "phone": "030 1234567", "updated_at": "2024-01-01"},
    {"_feed": "web/users", "first_name": "Ann", "city": "Brno", "updated_at": "2024-01-02"},
]
ORDER = {"order_id": "o", "ordered_at": "2024-01-01", "customer_id": "1", "phone": "030 7654321"}


@pytest.fixture(scope="module", params=[(0, 1, 2), (2, 1, 0), (1, 2, 0)], ids=str)
def shown(request, project, create_sources) -> dict[str, tuple]:
    """The one customer of the records, files of several orders: its attributes with and without rules."""

    def fill(connection: duckdb.DuckDBPyConnection, rules: list[tuple]) -> None:
        records = [
            {**RECORDS[i], "customer_id": "1", "_file_id": file}
            for file, i in enumerate(request.param, start=1)
        ]
        create_sources(connection, {"crm_customers": records, "pos_orders": [ORDER]}, "2024-02-01")
        for rule in rules:
            connection.execute("insert into operations.survivorship_rules values (?, ?, ?, ?)", rule)

    answers = {}
    for name, rules in {"declared": RULES, "default": []}.items():
        project.release()
        project.warehouse.unlink(missing_ok=True)
        with duckdb.connect(str(project.warehouse)) as connection:
            fill(connection, rules)
        assert project.invoke("run", "--select", "+dim_customers") == []
        project.release()
        with duckdb.connect(str(project.warehouse), read_only=True) as connection:
            (answers[name],) = connection.execute(
                "select first_name, city, phone from marts.dim_customers"
            ).fetchall()
    return answers


def test_rules_choose_and_without_them_the_latest_value_stands(shown):
    assert shown == {"declared": ("Ann", "Bath", "0307654321"), "default": ("Annie", "Bath", "030 1234567")}
