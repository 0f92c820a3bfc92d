"""Which products the words of recommendations.yml mean, as masks over the products a recommender knows.

Here belong the attributes of products and what a name stands for. What is done with the products is not decided here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

from dagster_project.lib.personalization.settings.rules import KINDS, Selection

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from duckdb import DuckDBPyConnection

    Array = np.ndarray[Any, Any]

_READ_ATTRIBUTES = """
select
    product_id, category, subcategory, brand, string_split_regex(lower(tags), '\\s*[,;|]\\s*') as tags,
    coalesce(price < list_price, false) as is_discounted, available_from_date
from marts.dim_products
"""


def read_attributes(connection: DuckDBPyConnection, products: Array) -> pd.DataFrame:
    """Return a row for each of `products` (ids), in their order: what rules may name them by."""
    return connection.execute(_READ_ATTRIBUTES).df().set_index("product_id").reindex(products)


@dataclass
class Products:
    """Products by what they are called; a name that means none is noted once.

    attributes: of `read_attributes`.
    """

    attributes: pd.DataFrame
    unknown: dict[str, None] = field(default_factory=dict)

    def select(self, selection: Selection, where: str) -> Array:
        """Return which products a selection means (booleans). where: file and key of the selection, for the note."""
        import numpy as np

        meant = np.zeros(len(self.attributes), dtype=bool)
        for kind in KINDS:
            for name in getattr(selection, kind):
                found = self._named(kind, name)
                if not found.any():
                    self.unknown[f"{where}: no product has {name!r} among its {kind}"] = None
                meant |= found
        return meant

    @cached_property
    def categories(self) -> Array:
        """The number of each product's category (int32), -1 where it has none."""
        import pandas as pd

        return pd.factorize(self.attributes["category"], sort=True)[0].astype("int32")

    @property
    def is_discounted(self) -> Array:
        """Which products are sold below their list price."""
        return self.attributes["is_discounted"].eq(True).to_numpy()

    def is_new(self, as_of: datetime, days: int) -> Array:
        """Which products became available in so many days before a moment."""
        import pandas as pd

        available = pd.to_datetime(self.attributes["available_from_date"])
        return ((available > as_of - timedelta(days=days)) & (available <= as_of)).to_numpy()

    def _named(self, kind: str, name: str) -> Array:
        import numpy as np

        if kind == "products":
            return np.asarray(self.attributes.index == name)
        if kind == "brands":
            return self.attributes["brand"].eq(name).to_numpy()
        if kind == "categories":
            return (self.attributes["category"].eq(name) | self.attributes["subcategory"].eq(name)).to_numpy()
        positions, tags = self._tags
        return np.isin(np.arange(len(self.attributes)), positions[tags == name.strip().lower()])

    @cached_property
    def _tags(self) -> tuple[Array, Array]:
        """Positions of products, and one tag of each; a product stands there once for every tag."""
        import pandas as pd

        tags = pd.Series(self.attributes["tags"].to_numpy()).explode().dropna()
        return tags.index.to_numpy(), tags.to_numpy(dtype=str)
