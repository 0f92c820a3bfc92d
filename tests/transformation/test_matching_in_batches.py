"""With weights held fixed, who is who does not depend on how the records came: in which batches, after which breaks.

Belongs here: the whole way from files to customers. That ids follow partitions is tested in ids/.
"""

from __future__ import annotations

import hashlib
import random
from collections import defaultdict
from datetime import datetime

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from dagster_project.lib.common import warehouse
from dagster_project.lib.transformation.dbt_project.build import build
from dagster_project.lib.transformation.increments import begin_build
from dagster_project.lib.transformation.sql_functions import match_training

AS_OF = datetime(2026, 5, 1, 12)
BATCHES = 3
GIVEN = [
    "Anna",
    "Boris",
    "Clara",
    "David",
    "Elena",
    "Felix",
    "Greta",
    "Henry",
    "Irene",
    "Jonas",
    "Katja",
    "Louis",
]
SURNAMES = [
    "Abel",
    "Brandt",
    "Carver",
    "Dolan",
    "Engel",
    "Foster",
    "Garner",
    "Hobbs",
    "Ingram",
    "Jansen",
    "Kerr",
]
MODELS = ("int_records_resolved", "int_match_training_planned")
KEPT = ("operations.match_models", "operations.match_name_rarities")


def _people(count: int) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """CRM records, one to three a person and some with a slip, and orders that carry an address or a number."""
    dice = random.Random(7)
    records, orders = [], []
    for person in range(count):
        home = person // 2 if person % 5 == 0 else person
        given_name, surname = dice.choice(GIVEN), SURNAMES[home % len(SURNAMES)]
        email, phone = f"{given_name}.{surname}{person}@x.org".lower(), f"+4420794600{home % 100:02d}"
        born = f"19{50 + person % 50}-{1 + person % 12:02d}-{1 + person % 28:02d}"
        for copy in range(1 + person % 3):
            slip = copy == 2
            records.append({
                "customer_id": f"{person}-{copy}",
                "first_name": given_name[:-1] if slip else given_name,
                "last_name": surname,
                "email": "" if copy == 1 else email,
                "phone": phone,
                "birth_date": "" if slip else born,
                "city": "Leeds" if copy == 1 else "York",
                "postal_code": f"YO{home:02d}",
                "updated_at": "2026-01-01 10:00:00",
            })  # fmt: skip
        orders.append({
            "order_id": f"o{person}", "ordered_at": "2026-02-01 10:00:00", "product_id": "tea", "quantity": "1",
            "unit_price": "2", "email": email if person % 3 else "", "phone": "" if person % 3 == 1 else phone,
        })  # fmt: skip
    return records, orders


RECORDS, ORDERS = _people(60)


def _deliver(shop, batch_of: list[int], batch: int) -> None:
    for feed, rows in (("crm/customers", RECORDS), ("pos/sales", ORDERS)):
        chosen = [row for place, row in enumerate(rows) if batch_of[place % len(batch_of)] == batch]
        if chosen:
            shop.deliver(f"{feed}/{batch}.csv", chosen)


def _customers(shop) -> dict[str, str]:
    """Record key -> customer id."""
    return dict(shop.ask("select record_key, customer_id from intermediate.int_records_resolved"))


def _partition(customers: dict[str, str]) -> set[frozenset[str]]:
    members = defaultdict(set)
    for record, customer in customers.items():
        members[customer].add(record)
    return {frozenset(group) for group in members.values()}


@pytest.fixture(scope="module")
def at_once(new_nightly_shop):
    """All records in one night; the weights are those that it learned."""
    shop = new_nightly_shop(MODELS)
    _deliver(shop, [0], 0)
    shop.night(AS_OF)
    return shop


def _with_weights_of(teacher, shop):
    """Give the shop the weights, and settings by which it never learns others."""
    (shop.folder / "identity.yml").write_text("retrain_growth: 1000000\n")
    with warehouse.connect(shop.database) as connection:
        connection.execute(match_training.TABLES)
        for table in KEPT:
            rows = teacher.ask(f"from {table}")
            marks = ", ".join("?" * len(rows[0]))
            connection.executemany(f"insert into {table} values ({marks})", rows)
    return shop


def _break_off(shop) -> None:
    """A build that ends before it is noted as finished."""
    with warehouse.connect(shop.database) as connection:
        increment = begin_build(connection, "code")
    list(build(shop.database, ["+int_persons_clustered"], is_full=increment.is_full, with_tests=False))


@settings(
    max_examples=2,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],
)
@given(
    batch_of=st.lists(st.integers(0, BATCHES - 1), min_size=11, max_size=11),
    breaks=st.lists(st.booleans(), min_size=BATCHES, max_size=BATCHES),
)
def test_batches_in_any_order_and_broken_nights_end_in_the_same_customers(
    at_once, new_nightly_shop, batch_of, breaks
):
    shop = _with_weights_of(at_once, new_nightly_shop(MODELS))
    for batch, is_broken in enumerate(breaks):
        _deliver(shop, batch_of, batch)
        if is_broken and batch:
            _break_off(shop)
        shop.night(AS_OF)
    expected, found = _customers(at_once), _customers(shop)
    assert _partition(found) == _partition(expected)
    assert max(map(len, _partition(found))) > 2
    own = {"c_" + hashlib.md5(key.encode()).hexdigest(): key for key in expected}
    for one, other in ((found, expected), (expected, found)):
        for record, customer in one.items():
            bearer = own[customer]
            assert other[bearer] == other[record], "an id of one history names other persons in the other"
    pairs = "select * from intermediate.int_person_pairs_compared order by all"
    assert shop.ask(pairs) == at_once.ask(pairs)
    anew = shop.made_anew()
    assert _customers(anew) == found


def test_the_weights_are_the_teachers(at_once, new_nightly_shop):
    shop = _with_weights_of(at_once, new_nightly_shop(MODELS))
    _deliver(shop, [0], 0)
    shop.night(AS_OF)
    version = "select model_version from operations.match_models"
    assert shop.ask(version) == at_once.ask(version)
    assert shop.ask("select is_due from intermediate.int_match_training_planned") == [(False,)]
