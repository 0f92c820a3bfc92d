"""What templates may say of customers, read from the tables of a night: published ones, or those about to be."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import duckdb

from dagster_project.lib.activation.content.known import (
    ANONYMOUS,
    LISTS,
    LONGEST_LIST,
    describe,
    of_the_day,
    parse_columns,
)
from dagster_project.lib.activation.content.variables import OFFER_KEYS, PRODUCT_KEYS

OFFERS = """
    select offer, kind, title, description, code, percent, amount, category, ends_on_date::varchar, image_url, url
    from activation.offers
"""
"""Columns in the order of OFFER_KEYS."""
_OF_THE_PRODUCT = ", ".join(f"p.{key}" for key in PRODUCT_KEYS if key != "reason")
_REASON = "upper(r.reason[1]) || r.reason[2:]"


def read_known(
    connection: duckdb.DuckDBPyConnection, customers: Sequence[str], today: date
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each customer with what is known of them, by names of `VARIABLES`; who is in no table is left out.

    connection: to tables of marts and activation. today: day of the night, or of a request.
    """
    wanted = list(dict.fromkeys(customers))
    lists = _read_lists(connection, wanted)
    offers = _read_offers(connection, wanted)
    rows = connection.execute(
        "select v.*, p.profile from activation.content_variables as v left join marts.customer_profiles as p"
        " using (customer_id) where v.customer_id in (select unnest(?::varchar[]))",
        [wanted],
    )
    names = [column[0] for column in rows.description]
    found = [parse_columns(dict(zip(names, row, strict=True))) for row in rows.fetchall()]
    touched = _read_products(connection, found)
    for row in found:
        customer = row["customer_id"]
        yield customer, describe(row, today, lists[customer], offers[customer], touched)


def read_variants(
    connection: duckdb.DuckDBPyConnection, customers: Sequence[str]
) -> defaultdict[str, dict[str, str]]:
    """Each customer's experiments with the variant that they are shown: of those that run, unless they are excluded.

    connection: to tables of activation and experiments. Nobody against personalization is shown a variant.
    """
    shown: defaultdict[str, dict[str, str]] = defaultdict(dict)
    rows = connection.execute(
        """
        select a.customer_id, a.experiment_id, a.variant_id
        from experiments.assignments as a join activation.content_variables as v using (customer_id)
        where a.is_running and not a.is_excluded and v.is_personalizable
            and a.customer_id in (select unnest(?::varchar[]))
        """,
        [list(customers)],
    ).fetchall()
    for customer, experiment, variant in rows:
        shown[customer][experiment] = variant
    return shown


def read_stranger(connection: duckdb.DuckDBPyConnection, today: date) -> dict[str, Any]:
    """What templates may say of somebody without a history: the day, and what everybody likes."""
    rows = connection.execute(
        f"""
        select {_OF_THE_PRODUCT}
        from activation.segment_recommendations as r join marts.dim_products as p using (product_id)
        where r.segment = ? and r.rank <= {LONGEST_LIST} and p.name is not null
        order by r.rank
        """,
        [ANONYMOUS],
    ).fetchall()
    products = [dict(zip(PRODUCT_KEYS, (*values, None), strict=True)) for values in rows]
    return of_the_day(today) | {"recommendations": products}


def _read_lists(
    connection: duckdb.DuckDBPyConnection, customers: Sequence[str]
) -> defaultdict[str, dict[str, list[dict[str, Any]]]]:
    lists: defaultdict[str, dict[str, list[dict[str, Any]]]] = defaultdict(dict)
    rows = connection.execute(
        f"""
        select r.customer_id, r.list_name, {_OF_THE_PRODUCT}, {_REASON}
        from activation.customer_recommendations as r join marts.dim_products as p using (product_id)
        where r.customer_id in (select unnest(?::varchar[])) and r.rank <= {LONGEST_LIST}
            and p.name is not null
        order by r.rank
        """,
        [list(customers)],
    ).fetchall()
    for customer, name, *values in rows:
        if name in LISTS:
            product: dict[str, Any] = dict(zip(PRODUCT_KEYS, values, strict=True))
            lists[customer].setdefault(LISTS[name], []).append(product)
    return lists


def _read_offers(
    connection: duckdb.DuckDBPyConnection, customers: Sequence[str]
) -> defaultdict[str, list[dict[str, Any]]]:
    offers: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    rows = connection.execute(
        f"""
        select own.customer_id, o.* from activation.customer_offers as own join ({OFFERS}) as o using (offer)
        where own.customer_id in (select unnest(?::varchar[])) order by own.rank
        """,
        [list(customers)],
    ).fetchall()
    for customer, *values in rows:
        offers[customer].append(dict(zip(OFFER_KEYS, values, strict=True)))
    return offers


def _read_products(
    connection: duckdb.DuckDBPyConnection, rows: Sequence[Mapping[str, Any]]
) -> dict[str, dict[str, Any]]:
    """The products that any of these customers looked at or put in the cart."""
    wanted = {
        product
        for row in rows
        for column in ("viewed_products", "cart_products")
        for product in row[column] or []
    }
    found = connection.execute(
        f"select {_OF_THE_PRODUCT} from marts.dim_products as p"
        " where p.name is not null and p.product_id in (select unnest(?::varchar[]))",
        [sorted(wanted)],
    ).fetchall()
    return {values[0]: dict(zip(PRODUCT_KEYS, (*values, None), strict=True)) for values in found}
