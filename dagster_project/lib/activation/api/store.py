"""Looks up customers, lists and products in the store of one snapshot. What is made of them belongs to `answers`."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import zip_longest
from pathlib import Path
from typing import Any
from weakref import finalize

from dagster_project.lib.activation.api.store_tables import LIST_NAMES

_PRODUCTS_AT_HAND = 10_000
_REASONS_AT_HAND = 10_000
_MAPPED_BYTES = 1 << 31
"""SQLite's own limit: so much of the file is read without a system call."""
_CUSTOMER = "select number, customer_id, row, profile, segments, offers, variants from customers where customer_id = ?"


@dataclass(frozen=True)
class Customer:
    """One customer of the snapshot."""

    number: int
    customer_id: str
    row: Mapping[str, Any]
    """Of activation.content_variables, with `profile`."""
    segments: list[dict[str, Any]]
    offers: list[str]
    variants: list[dict[str, str]]
    """Of running experiments that they are in, each with experiment, unit and variant."""

    @property
    def is_personalizable(self) -> bool:
        """Whether they are not against personalization."""
        return self.row["is_personalizable"]

    def variant_of(self, experiment: str | None) -> str | None:
        """The variant of an experiment that they are shown; None where they are in none."""
        return next((own["variant"] for own in self.variants if own["experiment"] == experiment), None)


class Store:
    """The store of one snapshot, for one thread at a time; it is closed when nobody holds it any more."""

    def __init__(self, path: Path) -> None:
        """path: what build_store wrote. It may be removed once it is open."""
        connection = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False
        )
        connection.execute(f"pragma mmap_size = {_MAPPED_BYTES}")
        documents = {
            name: json.loads(document)
            for name, document in connection.execute("select name, document from documents")
        }
        self.run_id: str = documents["manifest"]["run_id"]
        self.as_of: str = documents["manifest"]["as_of"]
        self.currency: str | None = documents["currency"]
        self._offers = {offer["offer"]: offer for offer in documents["offers"]}
        self._connection = connection
        # A connection refers to itself: left alone it would keep its file until garbage is collected.
        finalize(self, connection.close)

        @lru_cache(_PRODUCTS_AT_HAND)
        def read_product(number: int) -> Mapping[str, Any]:
            (product,) = connection.execute(
                "select product from products where number = ?", [number]
            ).fetchone()
            return json.loads(product)

        @lru_cache(_REASONS_AT_HAND)
        def read_reason(number: int) -> Mapping[str, Any]:
            found = connection.execute(
                "select strategy, reason from reasons where number = ?", [number]
            ).fetchone()
            return dict(zip(("strategy", "reason"), found or (None, None), strict=True))

        self._read_product, self._read_reason = read_product, read_reason

    def find_customer(self, customer_id: str) -> Customer | None:
        """A customer by an id of today or by one that was published once; None where nobody is."""
        found = self._one(_CUSTOMER, customer_id)
        if found is None:
            alias = self._one("select current from aliases where customer_id = ?", customer_id)
            found = self._one(_CUSTOMER, alias[0]) if alias else None
        if found is None:
            return None
        number, own_id, row, profile, segments, offers, variants = found
        described = json.loads(row) | {"profile": json.loads(profile or "{}")}
        return Customer(
            number, own_id, described, *(json.loads(part or "[]") for part in (segments, offers, variants))
        )

    def find_visitor(self, visitor_id: str) -> Customer | None:
        """The customer whom a visitor was found to be; None for a visitor whom the snapshot does not know.

        Of experiments on visitors they have this visitor's variants alone.
        """
        found = self._one("select customer_id, variants from visitors where visitor_id = ?", visitor_id)
        customer = self.find_customer(found[0]) if found else None
        if found is None or customer is None:
            return None
        own = [assigned for assigned in customer.variants if assigned["unit"] == "customer"]
        return replace(customer, variants=own + json.loads(found[1] or "[]"))

    def list_of(self, customer: Customer, name: str, limit: int) -> list[dict[str, Any]]:
        """The first products of a customer's list, each with rank, score, strategy and reason; empty for none."""
        number = customer.number * len(LIST_NAMES) + LIST_NAMES.index(name)
        found = self._one("select products from lists where number = ?", number)
        if found is None:
            return []
        return self._listed(found[0], limit)

    def list_of_segment(self, segment: str, limit: int) -> list[dict[str, Any]]:
        """The first products of a segment's list, likewise."""
        found = self._one("select products from segments where segment = ?", segment)
        return self._listed(found[0], limit) if found else []

    def list_beside(self, product_id: str, strategy: str, limit: int) -> list[dict[str, Any]] | None:
        """The first products beside another, `similar` or `bought_together`; None where there is no such product."""
        found = self._one("select similar, bought_together from products where product_id = ?", product_id)
        if found is None:
            return None
        listed = found[0] if strategy == "similar" else found[1]
        return self._listed(listed, limit) if listed else []

    def product(self, product_id: str) -> Mapping[str, Any] | None:
        """A product by its id."""
        found = self._one("select number from products where product_id = ?", product_id)
        return self._read_product(found[0]) if found else None

    def offer(self, name: str) -> Mapping[str, Any]:
        """An offer by its name."""
        return self._offers[name]

    def weather_at(self, country: str | None, city: str | None) -> dict[str, Any]:
        """Weather, temperature and holiday of a town on the night's day; empty where nobody visited from there."""
        found = self._one(
            "select weather, temperature, holiday from places where city = ? and country = coalesce(?, country)",
            (city or "").lower(),
            country and country.lower(),
        )
        return dict(zip(("weather", "temperature", "holiday"), found, strict=True)) if found else {}

    def _one(self, query: str, *values: Any) -> tuple[Any, ...] | None:
        return self._connection.execute(query, values).fetchone()

    def _listed(self, text: str, limit: int) -> list[dict[str, Any]]:
        numbers, scores, *reasons = (column[:limit] for column in json.loads(text))
        return [
            {"rank": rank, **self._read_product(number), "score": score, **self._read_reason(reason)}
            for rank, (number, score, reason) in enumerate(
                zip_longest(numbers, scores, *reasons or [[]], fillvalue=0), 1
            )
        ]
