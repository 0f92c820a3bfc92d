"""Interests out of one pass of SQL are those of the rule applied one interaction at a time."""

from __future__ import annotations

import random
from collections import defaultdict
from datetime import datetime, timedelta

import duckdb
import pytest

BEGIN = datetime(2026, 1, 1)
PRODUCTS = {"kettle": "Kitchen", "spade": "Garden", "bare": None}
CATEGORIES = ["Kitchen", "Garden", "Toys", None]
EVENT_NAMES = ["view_item", "view_item_list", "select_item", "add_to_cart", "add_to_wishlist"]
EVENT_NAMES += ["begin_checkout", "purchase", "search"]
# A history so long that the weight of its first interactions is less than any number holds, most are short.
LENGTHS = [9_000, 2_000, 400, *[1] * 50]


def draw_histories(count: int) -> list[tuple]:
    """Rows of events in no order: customer_id, event_id, event_name, category, product_id, occurred_at."""
    dice = random.Random(20260630)
    rows = []
    for number in range(count):
        length = LENGTHS[number] if number < len(LENGTHS) else dice.randint(1, 40)
        seconds = dice.choice(
            [1, length, 10 * length]
        )  # within one second only event ids tell what came first
        for _ in range(length):
            product = dice.choice([None, *PRODUCTS, "unheard of"])
            category = dice.choice([*CATEGORIES, *CATEGORIES[:1] * 3])
            occurred_at = BEGIN + timedelta(seconds=dice.randrange(seconds))
            event_id = f"{dice.getrandbits(128):032x}"
            name = dice.choice([*EVENT_NAMES, "page_view"])
            rows.append((f"customer {number}", event_id, name, category, product, occurred_at))
    dice.shuffle(rows)
    return rows


def apply_rule(rows: list[tuple], rate: float) -> dict[tuple[str, str], float]:
    """The rule as it is written: v_c += r (1 - v_c), the others -= r v, then v is normalized."""
    interests: dict[str, dict[str, float]] = defaultdict(dict)
    for customer, _, name, category, product, _ in sorted(rows, key=lambda row: (row[5], row[1])):
        if name == "page_view" or (category is None and product is None):
            continue
        about = category or PRODUCTS.get(product) or "unknown"
        vector = interests[customer]
        vector.setdefault(about, 0.0)
        for each, value in vector.items():
            vector[each] = value + rate * (1 - value) if each == about else value - rate * value
        total = sum(vector.values())
        for each in vector:
            vector[each] /= total
    return {(customer, about): value for customer, v in interests.items() for about, value in v.items()}


@pytest.mark.parametrize("rate", [0.1, 0.85])
def test_a_thousand_histories_in_one_pass_are_as_the_rule_makes_them_step_by_step(
    project, create_sources, rate
):
    rows = draw_histories(1_000)
    project.release()
    project.warehouse.unlink(missing_ok=True)
    with duckdb.connect(str(project.warehouse)) as connection:
        create_sources(connection, {}, "2026-07-01")
        connection.execute("insert into operations.warehouse_settings (interest_rate) values (?)", [rate])
        connection.execute("create schema marts")
        connection.execute("create table marts.dim_products (product_id varchar, category varchar)")
        connection.executemany("insert into marts.dim_products values (?, ?)", list(PRODUCTS.items()))
        connection.execute("""
            create table marts.fct_events (customer_id varchar, event_id varchar, event_name varchar,
                category varchar, product_id varchar, occurred_at timestamp)
        """)
        connection.execute(
            "insert into marts.fct_events select unnest($1), unnest($2), unnest($3), unnest($4), unnest($5), "
            "unnest($6)", list(map(list, zip(*rows, strict=True)))
        )  # fmt: skip
    models = ["stg_operations__warehouse_settings", "int_interests_accumulated", "customer_interests"]
    assert project.invoke("run", "--full-refresh", "--select", *models) == []
    project.release()
    with duckdb.connect(str(project.warehouse), read_only=True) as connection:
        found = connection.execute("select customer_id, category, interest from marts.customer_interests")
        interests = {(customer, category): interest for customer, category, interest in found.fetchall()}
    expected = apply_rule(rows, rate)
    assert len(expected) > 3_000
    assert interests == pytest.approx(expected, abs=1e-9)
