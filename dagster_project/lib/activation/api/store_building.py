"""Lays one snapshot out for look-ups by id: an SQLite file with a row for each customer, list and product.

A table of DuckDB has no index, so that a look-up reads all of its customers. Ids are numbered and lists name products
by number, which keeps a hundred thousand customers' lists in some hundred megabytes. Reading is `store`'s.
"""

from __future__ import annotations

import json
import os
import sqlite3
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb

from dagster_project.lib.activation.content.customers import OFFERS
from dagster_project.lib.activation.content.formats import read_currency
from dagster_project.lib.activation.content.variables import OFFER_KEYS
from dagster_project.lib.common.sql import quote_literal

LIST_NAMES = ("for_you", "discover", "content")
"""Their places number a customer's lists: customer * len(LIST_NAMES) + place."""
_AT_ONCE = 2_000
_LISTS_AT_ONCE = 6_000
_MEMORY = "2GB"
"""What does not fit goes to the disk for a while."""
_NICENESS = 10
"""Whoever answers requests, and the night, go before."""
_TABLES = """
create table customers (
    number integer primary key, customer_id text, row text, profile text, segments text, offers text
);
create table lists (number integer primary key, products text);
create table reasons (number integer primary key, strategy text, reason text);
create table products (number integer primary key, product_id text, product text, similar text, bought_together text);
create table aliases (customer_id text primary key, current text) without rowid;
create table visitors (visitor_id text primary key, customer_id text) without rowid;
create table places (country text, city text, weather text, temperature real, holiday text);
create table segments (segment text primary key, products text) without rowid;
create table documents (name text primary key, document text) without rowid;
"""
_INDEXES = """
create unique index customers_by_id on customers (customer_id);
create unique index products_by_id on products (product_id);
create index places_by_city on places (city);
"""
_NUMBERED = """
create temp table numbered_customers as
    select customer_id, row_number() over (order by customer_id) as number from activation.content_variables;
create temp table numbered_products as
    select product_id, row_number() over (order by product_id) as number from marts.dim_products;
create temp table numbered_reasons as
    select strategy, reason, row_number() over (order by strategy, reason) as number
    from (select distinct strategy, reason from activation.customer_recommendations);
"""
_SORTED = f"""
create temp table sorted_lists as
    select c.number * {len(LIST_NAMES)} + list_position({list(LIST_NAMES)}, r.list_name) - 1 as list_number,
        r.rank, r.score, p.number, w.number as reason
    from activation.customer_recommendations as r
    join numbered_customers as c using (customer_id)
    join numbered_products as p using (product_id)
    join numbered_reasons as w
        on w.strategy is not distinct from r.strategy and w.reason is not distinct from r.reason
    where list_contains({list(LIST_NAMES)}, r.list_name)
    order by list_number;
"""
"""Grouped a part at a time: the lists of all customers at once would take gigabytes of memory."""
_LISTED = (
    "'[' || to_json(list({number} order by rank)) || ',' || to_json(list(round(score, 6) order by rank))"
)
"""Two arrays of a list, best first; six decimals of a score say all that it has to."""
_LISTS = f"""
    select list_number, {_LISTED.format(number="number")} || ',' || to_json(list(reason order by rank)) || ']'
    from sorted_lists where list_number >= $first and list_number < $first + {_LISTS_AT_ONCE}
    group by 1 order by 1
"""
_QUERIES = {
    "customers": """
        select c.number, customer_id, to_json(v), p.profile, s.segments, o.offers
        from numbered_customers as c
        join activation.content_variables as v using (customer_id)
        left join marts.customer_profiles as p using (customer_id)
        left join (
            select customer_id, to_json(list({segment: segment, is_primary: is_primary,
                entered_at: strftime(entered_at, '%Y-%m-%dT%H:%M:%SZ')} order by segment)) as segments
            from activation.segment_memberships group by all
        ) as s using (customer_id)
        left join (
            select customer_id, to_json(list(offer order by rank)) as offers
            from activation.customer_offers group by all
        ) as o using (customer_id)
        order by 1
    """,
    "reasons": "select number, strategy, reason from numbered_reasons order by 1",
    "products": f"""
        with listed as (
            select r.product_id, r.strategy, {_LISTED.format(number="p.number")} || ']' as products
            from activation.product_recommendations as r
            join numbered_products as p on p.product_id = r.recommended_product_id
            group by all
        )
        select n.number, product_id, to_json({{product_id: product_id, name: p.name, category: p.category,
            brand: p.brand, price: p.price, list_price: p.list_price, currency: p.currency,
            image_url: p.image_url, product_url: p.product_url}}), s.products, b.products
        from numbered_products as n join marts.dim_products as p using (product_id)
        left join listed as s on s.product_id = n.product_id and s.strategy = 'similar'
        left join listed as b on b.product_id = n.product_id and b.strategy = 'bought_together'
        order by 1
    """,
    "aliases": """
        select customer_id, current_customer_id from marts.customer_id_aliases
        where current_customer_id is not null order by 1
    """,
    "visitors": """
        select source_record_id, max_by(customer_id, row(last_seen_at, customer_id)) from marts.customer_identities
        where record_kind = 'visitor' group by 1 order by 1
    """,
    "places": """
        select lower(s.country), lower(s.city), any_value(c.weather), any_value(c.temperature), any_value(c.holiday)
        from marts.fct_sessions as s join marts.session_contexts as c using (session_id)
        where s.city is not null and s.started_at::date = $today::date group by all order by all
    """,
    "segments": f"""
        select r.segment, {_LISTED.format(number="p.number")} || ']'
        from activation.segment_recommendations as r join numbered_products as p using (product_id)
        group by 1 order by 1
    """,
}  # fmt: skip


def build_store(snapshot: Path, path: Path) -> None:
    """Write the store of a snapshot into an empty file; to be called in a process of its own.

    snapshot: a folder with kindred.duckdb and manifest.json. path: the file, which its owner alone may read.
    """
    os.nice(_NICENESS)
    manifest = json.loads((snapshot / "manifest.json").read_text())
    with (
        duckdb.connect(str(snapshot / "kindred.duckdb"), read_only=True) as source,
        sqlite3.connect(path) as target,
    ):
        spilled = quote_literal(f"{path}.spilled")
        # One thread leaves the other cores to the night; what is spilled must not land in the snapshot.
        source.execute(
            f"set threads = 1; set memory_limit = '{_MEMORY}'; set temp_directory = {spilled}; set TimeZone = 'UTC'"
        )
        source.execute(_NUMBERED + _SORTED)
        target.executescript(f"pragma journal_mode = off; pragma synchronous = off; {_TABLES}")
        for table, query in _QUERIES.items():
            _copy(source, target, table, query, {"today": manifest["as_of"]} if "$today" in query else {})
        (last,) = source.execute("select coalesce(max(list_number), -1) from sorted_lists").fetchone() or (
            -1,
        )
        for first in range(0, last + 1, _LISTS_AT_ONCE):
            _copy(source, target, "lists", _LISTS, {"first": first})
        documents = {
            "manifest": {key: manifest[key] for key in ("run_id", "as_of")},
            "currency": read_currency(source),
            "offers": [
                dict(zip(OFFER_KEYS, values, strict=True)) for values in source.execute(OFFERS).fetchall()
            ],
        }
        target.executemany(
            "insert into documents values (?, ?)",
            [(name, json.dumps(value)) for name, value in documents.items()],
        )
        target.executescript(_INDEXES)
    target.close()


def _copy(
    source: duckdb.DuckDBPyConnection,
    target: sqlite3.Connection,
    table: str,
    query: str,
    values: Mapping[str, Any],
) -> None:
    found = source.execute(query, values or None)
    marks = ", ".join("?" * len(found.description))
    while rows := found.fetchmany(_AT_ONCE):
        target.executemany(f"insert into {table} values ({marks})", rows)


def _end_with_input() -> None:
    os.read(0, 1)
    os._exit(1)


def main() -> None:
    """Build the store that two arguments name; what went wrong is told by its kind, since messages may hold values.

    It ends when its input does: whoever began it holds the other end, and a store that nobody opens must not stay.
    """
    threading.Thread(target=_end_with_input, daemon=True).start()
    try:
        build_store(Path(sys.argv[1]), Path(sys.argv[2]))
    except Exception as error:
        sys.exit(type(error).__name__)


if __name__ == "__main__":
    main()
