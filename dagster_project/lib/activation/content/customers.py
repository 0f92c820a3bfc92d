"""What templates may say of customers, read from the tables of a night: published ones, or those about to be."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import duckdb

from dagster_project.lib.activation.content.variables import OFFER_KEYS, PRODUCT_KEYS

LONGEST_LIST = 12
_LISTS = {"for_you": "recommendations", "discover": "discoveries", "content": "reading"}
_SCORES = ("purchase_probability_30_days", "churn_probability", "value_12_months")
_AS_THEY_ARE = (
    "first_name", "last_name", "email", "city", "region", "country", "language", "loyalty_tier", "lifecycle_state",
    "primary_segment", "order_count", "total_revenue", "days_since_order", "recent_category", "top_category", "intent",
    "device", "daypart", "weather", "temperature", "holiday",
)  # fmt: skip
_OF_THE_PERSON = ("first_name", "last_name", "email", "language")
"""What somebody is told who is against personalization."""
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
    found = [dict(zip(names, row, strict=True)) for row in rows.fetchall()]
    touched = _read_products(connection, found)
    moment = {"today": today.isoformat(), "is_weekend": today.isoweekday() >= 6}
    for row in found:
        customer = row["customer_id"]
        if not row["is_personalizable"]:
            yield customer, {**moment, **{name: row[name] for name in _OF_THE_PERSON}}
            continue
        yield (
            customer,
            {
                **moment,
                **{name: row[name] for name in _AS_THEY_ARE},
                **lists[customer],
                "segments": json.loads(row["segments"] or "[]"),
                "interests": _largest_first(json.loads(row["interests"] or "{}")),
                "profile": json.loads(row["profile"] or "{}"),
                "scores": {name: row[name] or 0.0 for name in _SCORES},
                "viewed": _products_of(row["viewed_products"], touched),
                "cart": _products_of(row["cart_products"], touched),
                "offers": offers[customer],
            },
        )


def _largest_first(interests: Mapping[str, float]) -> dict[str, float]:
    return dict(sorted(interests.items(), key=lambda pair: (-pair[1], pair[0])))


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
        if name in _LISTS:
            product: dict[str, Any] = dict(zip(PRODUCT_KEYS, values, strict=True))
            lists[customer].setdefault(_LISTS[name], []).append(product)
    return lists


def _read_offers(
    connection: duckdb.DuckDBPyConnection, customers: Sequence[str]
) -> defaultdict[str, list[dict[str, Any]]]:
    offers: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    rows = connection.execute(
        """
        select own.customer_id, own.offer, o.kind, o.title, o.description, o.code, o.percent, o.amount, o.category,
            o.ends_on_date::varchar, o.image_url, o.url
        from activation.customer_offers as own join activation.offers as o using (offer)
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
        for product in json.loads(row[column] or "[]")
    }
    found = connection.execute(
        f"select {_OF_THE_PRODUCT} from marts.dim_products as p"
        " where p.name is not null and p.product_id in (select unnest(?::varchar[]))",
        [sorted(wanted)],
    ).fetchall()
    return {values[0]: dict(zip(PRODUCT_KEYS, (*values, None), strict=True)) for values in found}


def _products_of(column: str | None, products: Mapping[str, dict[str, Any]]) -> list[dict[str, Any]]:
    return [products[product] for product in json.loads(column or "[]") if product in products]
