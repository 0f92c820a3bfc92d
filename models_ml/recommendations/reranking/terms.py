"""Terms: what customers may get at all, and by what lots are drawn for them, whatever the rules."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix

from models_ml.recommendations.search.membership import is_stored

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Terms:
    """eligible: booleans over the catalogue, what may be recommended at all. forbidden: customers x products, stored
    where a customer may not get a product. customer_keys, product_keys: uint64 of each customer and of each product of
    the catalogue, by which lots are drawn; hashes of ids, so that they stay the same from night to night.
    """

    eligible: Array
    forbidden: csr_matrix
    customer_keys: Array
    product_keys: Array

    def of(self, rows: slice) -> Terms:
        """Return those of some customers."""
        return replace(self, forbidden=self.forbidden[rows], customer_keys=self.customer_keys[rows])

    def allow(self, products: Array) -> Array:
        """Return booleans, the shape of `products` (customers x count): what the customer of each row may get."""
        is_eligible = self.eligible[np.maximum(products, 0)]
        return (products >= 0) & is_eligible & ~is_stored(self.forbidden, products)
