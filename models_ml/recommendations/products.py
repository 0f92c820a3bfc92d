"""What is known of products beside who touched them: category, brand and price, on the axis of the models.

Here belong facts of the catalogue as the night knows them. Everything is optional: a shop without categories or prices
has arrays that say so. What products are called and what is written about them belongs to content/.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class ProductAttributes:
    """One element per product: position of its category and of its brand (int32, -1 unknown), and price (nan unknown).

    Prices are in the shop's own currency; models only ever compare them with each other.
    """

    category: Array
    brand: Array
    price: Array

    @classmethod
    def unknown(cls, count: int) -> ProductAttributes:
        """Return the attributes of `count` products of which nothing is known."""
        nothing = np.full(count, -1, dtype=np.int32)
        return cls(nothing, nothing.copy(), np.full(count, np.nan, dtype=np.float32))

    def __len__(self) -> int:
        """Return the number of products."""
        return len(self.category)


def collect_attributes(frame: pd.DataFrame | None, products: Sequence[str]) -> ProductAttributes:
    """Return the attributes of these products.

    frame: one row per product with product_id and, each optional, category, brand, price; None for a shop that knows
    nothing. products: ids in the order of the models' axis; those without a row are unknown.
    """
    if frame is None or frame.empty:
        return ProductAttributes.unknown(len(products))
    rows = frame.set_index(frame["product_id"].astype(str)).reindex(
        pd.Index(products, dtype=object).astype(str)
    )
    price = np.full(len(rows), np.nan, dtype=np.float32)
    if "price" in rows:
        price = rows["price"].to_numpy(dtype=np.float32, na_value=np.nan)
    return ProductAttributes(
        category=_number(rows, "category"),
        brand=_number(rows, "brand"),
        price=np.where(price > 0, price, np.float32(np.nan)),
    )


def _number(rows: pd.DataFrame, column: str) -> Array:
    """Return the position of each value among the sorted distinct values, -1 where it is missing."""
    if column not in rows:
        return np.full(len(rows), -1, dtype=np.int32)
    codes, _ = pd.factorize(rows[column], sort=True)
    return codes.astype(np.int32)
