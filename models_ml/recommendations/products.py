"""What is known of products beside who touched them: category, brand, price and offer, on the axis of the models.

Here belong facts of the catalogue as the night knows them. Everything is optional: a shop without categories or prices
has arrays that say so. What products are called and what is written about them belongs to content/.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from models_ml.recommendations.signals.category_offers import score_discounts

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class ProductAttributes:
    """One element per product: position of its category and of its brand (int32, -1 unknown), the rest float32.

    price: in the shop's own currency, nan unknown; models only ever compare prices with each other. discount: the share
    of the list price that is saved, 0 unknown. available_days: since it is to be had, below 0 before that, nan unknown.
    """

    category: Array
    brand: Array
    price: Array
    discount: Array
    available_days: Array

    @classmethod
    def unknown(cls, count: int) -> ProductAttributes:
        """Return the attributes of `count` products of which nothing is known."""
        nothing, unknown = np.full(count, -1, dtype=np.int32), np.full(count, np.nan, dtype=np.float32)
        return cls(nothing, nothing.copy(), unknown, np.zeros(count, dtype=np.float32), unknown.copy())

    @property
    def is_available(self) -> Array:
        """Which products are to be had by the catalogue's date, booleans."""
        return self.available_days >= 0

    def before(self, days: float) -> ProductAttributes:
        """Return the attributes so many days earlier: nobody knows what was reduced then.

        Of categories, brands and prices only today's are known, and stand for those of then.
        """
        discount = np.zeros_like(self.discount) if days else self.discount
        return replace(self, discount=discount, available_days=self.available_days - np.float32(days))

    def __len__(self) -> int:
        """Return the number of products."""
        return len(self.category)


def collect_attributes(frame: pd.DataFrame | None, products: Sequence[str]) -> ProductAttributes:
    """Return the attributes of these products.

    frame: one row per product with product_id and, each optional, category, brand, price, list_price, available_days;
    None for a shop that knows nothing. products: ids in the order of the models' axis; those without a row are unknown.
    """
    if frame is None or frame.empty:
        return ProductAttributes.unknown(len(products))
    rows = frame.set_index(frame["product_id"].astype(str)).reindex(
        pd.Index(products, dtype=object).astype(str)
    )
    price = _read(rows, "price")
    price = np.where(price > 0, price, np.float32(np.nan))
    return ProductAttributes(
        category=_number(rows, "category"),
        brand=_number(rows, "brand"),
        price=price,
        discount=score_discounts(price, _read(rows, "list_price")),
        available_days=_read(rows, "available_days"),
    )


def _read(rows: pd.DataFrame, column: str) -> Array:
    if column not in rows:
        return np.full(len(rows), np.nan, dtype=np.float32)
    return rows[column].to_numpy(dtype=np.float32, na_value=np.nan)


def _number(rows: pd.DataFrame, column: str) -> Array:
    """Return the position of each value among the sorted distinct values, -1 where it is missing."""
    if column not in rows:
        return np.full(len(rows), -1, dtype=np.int32)
    codes, _ = pd.factorize(rows[column], sort=True)
    return codes.astype(np.int32)
