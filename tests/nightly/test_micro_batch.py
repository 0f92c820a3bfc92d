"""What comes between two nights is taken in for whom it is about, and the next night finds nothing to correct."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import duckdb
import pytest
from jobs import call_micro_batch

from tests.processes import Ended, run_apart

VISIT = [
    ("view_item", "18:00:00"),
    ("view_item", "18:01:00"),
    ("view_item", "18:02:00"),
    ("view_item", "18:03:00"),
    ("add_to_cart", "18:04:00"),
]
"""One event more than high intent needs, all on the day on which the sample ends."""
VISITED = "SKU-806753"
"""What the visit looks at: a product of the sample."""
ENTERED = {"high_intent_visitors", "category_considerers", "first_time_visitors"}
"""Of the segments that the night before published; whether another is large enough is the next one's to say."""


def run_micro_batch(data_dir: Path) -> Ended:
    """The job that the sensor asks for, in a process of its own."""
    environment = {**os.environ, "DATA_DIR": str(data_dir), "AS_OF": "latest"}
    return run_apart(call_micro_batch, environment=environment)


def deliver_visit(data_dir: Path, visitor: str) -> None:
    """A file with one visit by somebody nobody knows."""
    events = [
        {"event_id": f"{visitor}{place}", "occurred_at": f"2026-06-30T{time}Z", "visitor_id": visitor,
         "event_name": name, "product_id": VISITED, "page_url": "https://shop.example/p1"}
        for place, (name, time) in enumerate(VISIT)
    ]  # fmt: skip
    path = data_dir / "landing" / "clickstream" / "events" / f"{visitor}.jsonl"
    path.write_text("\n".join(map(json.dumps, events)) + "\n")


def ask(data_dir: Path, query: str, *values: object) -> list[tuple]:
    """Rows of the published snapshot."""
    database = data_dir / "published" / "current" / "kindred.duckdb"
    with duckdb.connect(str(database), read_only=True) as connection:
        return connection.execute(query, list(values)).fetchall()


@pytest.fixture(scope="module")
def between_nights(sample_night, tmp_path_factory) -> Path:
    """A folder in which a night ended and one visit came in by a micro-batch."""
    data_dir = tmp_path_factory.mktemp("between") / "data"
    shutil.copytree(sample_night.data_dir, data_dir, symlinks=True)
    deliver_visit(data_dir, "v_first")
    ended = run_micro_batch(data_dir)
    assert ended.code == 0, ended.errors[-2000:]
    return data_dir


def test_a_newcomer_is_a_customer_in_segments_at_once(between_nights):
    ((customer,),) = ask(
        between_nights, "select distinct customer_id from marts.fct_events where visitor_id = 'v_first'"
    )
    segments = ask(
        between_nights, "select segment from activation.segment_memberships where customer_id = ?", customer
    )
    assert {segment for (segment,) in segments} == ENTERED
    entries = ask(
        between_nights, "select segment, event from activation.segment_events where customer_id = ?", customer
    )
    assert {segment for segment, event in entries if event == "entered"} == ENTERED
    assert ask(
        between_nights, "select state from marts.customer_lifecycle where customer_id = ?", customer
    ) == [("visitor",)]


def test_a_newcomer_is_shown_what_the_visit_was_about_and_nobody_elses_lists_change(
    sample_night, between_nights
):
    ((customer,),) = ask(
        between_nights, "select distinct customer_id from marts.fct_events where visitor_id = 'v_first'"
    )
    table = "activation.customer_recommendations"
    others = f"select * from {table} where customer_id <> ? order by all"
    assert ask(between_nights, others, customer) == ask(sample_night.data_dir, others, customer)
    shown = f"select product_id, reason from {table} where customer_id = ? and list_name = 'for_you'"
    reasons = dict(ask(between_nights, shown, customer))
    assert reasons[VISITED] == "viewed before"
    assert any(reason.startswith("because you viewed ") for reason in reasons.values())
    lists = f"select list_name, count(*) from {table} where customer_id = ? group by 1 order by 1"
    assert [name for name, _ in ask(between_nights, lists, customer)] == ["content", "discover", "for_you"]
    with duckdb.connect(str(between_nights / "warehouse" / "kindred.duckdb"), read_only=True) as connection:
        counted = connection.execute(
            "select customers, rows_removed, rows_added from operations.micro_batch_recommendations"
        ).fetchall()
    assert counted == [(1, 0, sum(rows for _, rows in ask(between_nights, lists, customer)))]


def test_who_asks_to_be_forgotten_is_against_everything_at_once(sample_night, tmp_path):
    data_dir = tmp_path / "data"
    shutil.copytree(sample_night.data_dir, data_dir, symlinks=True)
    (customer, number), (another, other) = ask(
        data_dir,
        """
        select customer_id, min(source_record_id)
        from marts.customer_identities inner join marts.customer_consents using (customer_id)
        where record_kind = 'customer' and purpose = 'marketing_email' and status = 'granted'
        group by 1 order by 1 limit 2
        """,
    )
    at = "2026-06-30T10:00:00Z"
    (data_dir / "landing" / "privacy" / "requests" / "asked.csv").write_text(
        f"request_id,kind,customer_id,requested_at\nZ1,erase,{number},{at}\nZ2,access,{other},{at}\n"
    )
    ended = run_micro_batch(data_dir)
    assert ended.code == 0, ended.errors[-2000:]
    consents = "select purpose, status from marts.customer_consents where customer_id = ?"
    statuses = dict(ask(data_dir, consents, customer))
    assert {statuses[purpose] for purpose in ("marketing_email", "advertising", "personalization")} == {
        "denied"
    }
    listed = "select count(*) from activation.customer_recommendations where customer_id = ?"
    assert ask(data_dir, listed, customer) == [(0,)]
    assert dict(ask(data_dir, consents, another))["marketing_email"] == "granted"


@pytest.fixture(scope="module")
def smaller_shop(default_night, tmp_path_factory) -> Path:
    """A shop a quarter the size of the sample's, into which four visits came by a micro-batch."""
    data_dir = tmp_path_factory.mktemp("smaller") / "data"
    shutil.copytree(default_night.data_dir, data_dir, symlinks=True)
    for number in range(4):
        deliver_visit(data_dir, f"v_{number}")
    ended = run_micro_batch(data_dir)
    assert ended.code == 0, ended.errors[-2000:]
    return data_dir


def cost_of(data_dir: Path) -> tuple[int, int, int, int]:
    """Customers that are known, and of the one micro-batch customers, rows taken out and rows put in."""
    with duckdb.connect(str(data_dir / "warehouse" / "kindred.duckdb"), read_only=True) as connection:
        (cost,) = connection.execute("""
            select (select count(*) from marts.dim_customers), customers, rows_removed, rows_added
            from operations.micro_batches
        """).fetchall()
    return cost


def test_it_costs_the_customers_concerned_and_nobody_else(between_nights):
    known, customers, removed, added = cost_of(between_nights)
    assert customers == 1 < known
    assert removed == 0
    assert 10 < added < 60


def test_rows_written_follow_the_customers_concerned_and_not_the_size_of_the_shop(
    between_nights, smaller_shop
):
    known, customers, _, added = cost_of(between_nights)
    fewer_known, more_customers, removed, more_added = cost_of(smaller_shop)
    assert known > 3 * fewer_known
    assert (customers, more_customers, removed) == (1, 4, 0)
    # a segment that is published in one shop may be too small in the other
    assert more_added / more_customers == pytest.approx(added / customers, abs=3)


def test_the_night_after_makes_of_it_what_it_was(smaller_shop, kindred, no_ranker, tmp_path):
    data_dir = tmp_path / "data"
    shutil.copytree(smaller_shop, data_dir, symlinks=True)
    memberships = "select customer_id, segment, entered_at from activation.segment_memberships order by all"
    before = ask(data_dir, memberships)
    ended = kindred("nightly", DATA_DIR=str(data_dir), CONFIG_DIR=no_ranker, AS_OF="latest")
    assert ended.code == 0, ended.errors
    published = {segment for _, segment, _ in before}
    assert [row for row in ask(data_dir, memberships) if row[1] in published] == before
    assert ask(data_dir, "select count(*) from marts.identity_changes") == ask(
        smaller_shop, "select count(*) from marts.identity_changes"
    )


def test_a_file_that_replaces_another_waits_for_the_night(between_nights, tmp_path):
    data_dir = tmp_path / "data"
    shutil.copytree(between_nights, data_dir, symlinks=True)
    published = (data_dir / "published" / "current").resolve()
    path = data_dir / "landing" / "clickstream" / "events" / "v_first.jsonl"
    path.write_text("".join(path.read_text().splitlines(keepends=True)[:2]))
    ended = run_micro_batch(data_dir)
    assert ended.code == 1
    assert "a night is needed: a file was replaced" in ended.output + ended.errors
    assert (data_dir / "published" / "current").resolve() == published
