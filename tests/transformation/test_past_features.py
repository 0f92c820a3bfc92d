"""Features of a past instant, rebuilt on a later night, are those that were computed that night, but for late data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from random_histories import START, Histories

SEED = 11
NIGHTS = (datetime(2026, 2, 20, 13, 30), datetime(2026, 4, 2, 2), datetime(2026, 5, 30, 21))
MODELS = (
    "customer_features", "customer_category_features", "customer_interests", "customer_profiles",
    "customer_lifecycle_changes", "fct_sessions", "session_contexts",
)  # fmt: skip
LATE = ("C003", "C017", "C041")
LATE_AT = NIGHTS[0] + timedelta(minutes=1)
Facts = dict[str, list[tuple]]


@dataclass
class Past:
    """Nights that ran as the data came, each with what it computed; and the same instants rebuilt afterwards."""

    computed: dict[datetime, Facts]
    rebuilt: dict[datetime, Facts]
    with_late_rows: Facts
    names: dict[str, str]
    """Customer by key in the CRM."""
    reported: list[tuple]
    """Late rows of the ledger, by file that has any, and the first night that did without."""


@pytest.fixture(scope="module")
def past(new_nightly_shop) -> Past:
    """Three nights over 60 random histories, the first two rebuilt after the last, the second again with late rows."""
    shop = new_nightly_shop()
    shop.models = MODELS
    histories = Histories(SEED, customers=60, days=150)
    found = Past({}, {}, {}, {}, [])

    def compute(as_of: datetime) -> Facts:
        shop.night(as_of)
        return shop.facts()

    for after, night in zip((START - timedelta(days=1), *NIGHTS), NIGHTS, strict=False):
        for number, (folder, rows) in enumerate(histories.in_files(after, night)):
            shop.deliver(f"{folder}/{night:%Y%m%d}_{number}.csv", rows)
        found.computed[night] = compute(night)
    for night in NIGHTS[:2]:
        found.rebuilt[night] = compute(night)
    shop.deliver("clickstream/events/late.csv", [
        {"event_id": f"late {customer}", "occurred_at": LATE_AT, "visitor_id": f"new device of {customer}",
         "user_id": customer, "event_name": "view_item", "category": "lamps", "product_id": "lamps"}
        for customer in LATE
    ])  # fmt: skip
    found.with_late_rows = compute(NIGHTS[1])
    found.names = dict(shop.ask("""
        select source_record_id, customer_id from marts.customer_identities
        where source_table = 'customers' and record_kind = 'customer'
    """))  # fmt: skip
    found.reported = shop.ask("""
        select file_path, rows_late, first_late_at, first_missed_at from quality.ingested_files where rows_late > 0
    """)
    return found


@pytest.mark.parametrize("night", NIGHTS[:2])
@pytest.mark.parametrize("model", MODELS)
def test_what_is_rebuilt_is_what_was_computed_that_night(past, night, model):
    assert past.rebuilt[night][model] == past.computed[night][model]


@pytest.mark.parametrize("model", MODELS)
def test_time_moves_every_table(past, model):
    first, second, third = (past.computed[night][model] for night in NIGHTS)
    assert first and first != second != third


def test_late_rows_change_those_whom_they_are_about_and_are_reported(past):
    about = {past.names[customer] for customer in LATE}
    for model in ("customer_features", "customer_category_features", "customer_interests"):
        before, after = set(past.rebuilt[NIGHTS[1]][model]), set(past.with_late_rows[model])
        assert {row[0] for row in before ^ after} == about, model
    assert past.reported == [("clickstream/events/late.csv", len(LATE), LATE_AT, NIGHTS[1])], (
        "what came in time is not told, nor are nights that ended before"
    )
