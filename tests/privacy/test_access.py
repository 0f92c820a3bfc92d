"""Who asks what is held of them: every row of theirs with its file, nothing of anybody else, once for each request."""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

import pytest

from dagster_project.lib.activation.delivery.state import open_state
from dagster_project.lib.privacy.access import gather
from dagster_project.lib.privacy.access_exports import WITHHELD
from dagster_project.lib.privacy.access_person import Identifier

NOW = datetime(2026, 7, 1, 2)
NOWHERE = Path("no", "deliveries.duckdb")
BY_CUSTOMER = ("crm_customers", "crm_interactions", "crm_preferences", "crm_surveys")
BY_EMAIL = ("email_events", "products_reviews", "enrichment_attributes", "consents_decisions")
BY_MORE = ("raw.enrichment_attributes", "raw.consents_decisions")
"""Of which a row that names a telephone or a browser alone is no record of the identity graph."""
NUMBERED = {
    "clickstream_events": "'user|' || user_id, 'visitor|' || visitor_id",
    "pos_orders": "'customer|' || customer_id, 'loyalty|' || loyalty_id, 'guest_order|' || order_id",
    "pos_sales": "'customer|' || customer_id, 'loyalty|' || loyalty_id, 'guest_order|' || order_id",
    **dict.fromkeys(BY_CUSTOMER, "'customer|' || customer_id"),
    **dict.fromkeys(BY_EMAIL, "'customer|' || customer_id, 'email|' || lower(trim(email))"),
}
"""Raw table -> the records of the identity graph that a row is of, the first that it names."""
DIRECTLY = "\nunion all\n".join(
    f"select '{table}' as name, _file_id, _row_number, _feed || '|' || trim(coalesce({records})) as record_key"
    f" from raw.{table}"
    for table, records in NUMBERED.items()
)
COUNTED = f"""
with rows as ({DIRECTLY}),
theirs as (
    select rows.* from rows join intermediate.int_records_resolved using (record_key) where customer_id = $customer
)
select 'raw.' || name, count(*) from theirs group by all
union all
select 'raw.pos_order_lines', count(*) from raw.pos_order_lines where order_id in (
    select order_id from raw.pos_orders join theirs using (_file_id, _row_number) where name = 'pos_orders'
) having count(*) > 0
"""
MANY_SOURCES = """
select customer_id from marts.customer_identities
group by 1 order by count(distinct (source, source_table)) desc, 1 limit 5
"""
ON_SHARED_BROWSERS = """
select distinct own.customer_id from marts.fct_events as own
join marts.customer_identities as browser
    on browser.record_kind = 'visitor' and browser.source_record_id = own.visitor_id
where browser.customer_id <> own.customer_id order by 1 limit 2
"""
WITH_A_CARD_OF_OTHERS = """
with cards as (
    select distinct own.customer_id, trim(raw.loyalty_id) as loyalty_id from raw.crm_customers as raw
    join marts.customer_identities as own
        on own.record_kind = 'customer' and own.source_record_id = trim(raw.customer_id)
)
select cards.customer_id, cards.loyalty_id from cards
join marts.customer_identities as others on others.record_kind = 'loyalty' and others.source_record_id = loyalty_id
group by all having not bool_or(cards.customer_id = others.customer_id) order by all limit 1
"""


@pytest.fixture(scope="module")
def answers(held):
    """Of who has most sources, and of who uses browsers of others."""
    people = [customer for (customer,) in held.execute(MANY_SOURCES).fetchall()]
    sharing = [customer for (customer,) in held.execute(ON_SHARED_BROWSERS).fetchall()]
    assert len(people) == 5
    assert len(sharing) == 2
    return [gather(held, NOWHERE, [Identifier("customer_id", name)], NOW) for name in people + sharing]


def _leaves(value):
    if isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _leaves(part)
    elif isinstance(value, str):
        yield value


def _strings(answer):
    return set(_leaves(json.loads(json.dumps(asdict(answer), default=str))))


def test_every_raw_row_of_a_person_is_listed_with_its_file_and_no_other(held, answers):
    assert len(answers[0].exports) >= 10
    for answer in answers:
        expected = dict(held.execute(COUNTED, {"customer": answer.customer_ids[0]}).fetchall())
        listed = {
            table: sum(1 for row in rows if table not in BY_MORE or row["email"] or row["customer_id"])
            for table, rows in answer.exports.items()
            if table.removeprefix("raw.") in {*NUMBERED, "pos_order_lines"}
        }  # fmt: skip
        assert {table: rows for table, rows in listed.items() if rows} == expected
        rows = [row for rows in answer.exports.values() for row in rows]
        assert all(row["file_path"] and row["row_number"] and row["ingested_at"] for row in rows)


def test_no_address_number_or_name_of_anybody_else_is_in_it(held, answers):
    for answer in answers:
        (customer, *_), strings = answer.customer_ids, _strings(answer)
        own = {identifier["match_key"] for identifier in answer.identifiers}
        others = held.execute(
            "select distinct unnest([identifier_value, match_key]) from marts.customer_identifiers"
            " where customer_id <> ? union select customer_id from marts.dim_customers where customer_id <> ?",
            [customer, customer],
        ).fetchall()
        foreign = {value for (value,) in others} - own
        named = {
            text
            for string in strings
            for text in (string, *re.findall(r"[^\s\"',;<>=/]+@[^\s\"',;<>&]+", string))
        }
        named |= {text for string in strings for text in re.findall(r"c_[0-9a-f]{32}", string)}
        assert len(foreign) > 500
        assert not named & foreign
        names = {
            (row["first_name"], row["last_name"])
            for rows in (*answer.exports.values(), *answer.tables.values())
            for row in rows
            if "last_name" in row
        }
        known = held.execute(
            "select first_name, last_name from raw.crm_customers where trim(customer_id) in"
            " (select source_record_id from marts.customer_identities where customer_id = ?)",
            [customer],
        ).fetchall()
        assert {name for _, name in names} <= {name for _, name in known} | {None}


def test_what_is_somebody_elses_in_a_row_of_theirs_is_withheld(held):
    customer, card = held.execute(WITH_A_CARD_OF_OTHERS).fetchone()
    answer = gather(held, NOWHERE, [Identifier("customer_id", customer)], NOW)
    rows = answer.exports["raw.crm_customers"]
    assert WITHHELD in {row["loyalty_id"] for row in rows}
    assert {row["customer_id"] for row in rows} <= {known["match_key"] for known in answer.identifiers}
    assert card not in _strings(answer)


def test_a_refused_row_is_that_of_whose_id_stands_in_it_as_a_word(held):
    ((raw_row,),) = held.execute(
        "select raw_row from quality.rejected_rows where source = 'clickstream'"
    ).fetchall()
    user = json.loads(raw_row)["user_id"]
    (row,) = gather(held, NOWHERE, [Identifier("customer_id", user)], NOW).refused["quality.rejected_rows"]
    assert row["raw_row"] == raw_row
    assert row["file_path"].startswith("clickstream/")
    stranger = gather(held, NOWHERE, [Identifier("customer_id", "C100458")], NOW)
    assert user != "C100458"
    assert stranger.refused["quality.rejected_rows"] == []


def test_every_table_that_has_a_customer_id_is_looked_through(held, answers):
    tables = held.execute("""
        select schema_name || '.' || table_name from duckdb_columns()
        join duckdb_tables() using (schema_name, table_name)
        where column_name = 'customer_id' and schema_name in ('marts', 'activation', 'experiments')
    """).fetchall()
    assert len(tables) > 25
    for answer in answers:
        for (table,) in tables:
            (rows,) = held.execute(
                f"select count(*) from {table} where customer_id = ?", [answer.customer_ids[0]]
            ).fetchone()
            pairs = len(answer.tables.get(table, []))
            assert pairs == rows, table


def test_destinations_are_counted_by_the_rows_that_they_hold_under_the_persons_id(held, answers, tmp_path):
    (customer, *_) = answers[-1].customer_ids
    stranger = "c_" + "0" * 32
    keys = [[customer, "for_you", 1], [customer, "for_you", 2], [stranger, "for_you", 1]]
    with open_state(tmp_path / "deliveries.duckdb") as state:
        state.executemany(
            "insert into deliveries.holdings values ('site', 'activation.customer_recommendations', ?, 1)",
            [[json.dumps(key)] for key in keys] + [["part-1.csv"], ["7"]],
        )
    asked = [Identifier("customer_id", customer)]
    assert gather(held, tmp_path / "deliveries.duckdb", asked, NOW).destinations == [
        {"destination": "site", "table_name": "activation.customer_recommendations", "rows": 2}
    ]
