"""What recommendations.yml asks for, turned into arrays over tonight's products and customers, and applied to lists.

Here belongs what is prepared once a night and what is done to each block of lists. How settings become rules is in
reranking_rules.py, what each rule does in `models_ml.recommendations.reranking`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dagster_project.lib.personalization.reranking.exclusions import FILE as EXCLUSIONS
from dagster_project.lib.personalization.reranking.exclusions import (
    Exclusion,
    find_excluded,
    load_recommendation_exclusions,
)
from dagster_project.lib.personalization.reranking.product_selections import Products, read_attributes
from dagster_project.lib.personalization.reranking.rules import make_rules
from dagster_project.lib.personalization.settings.recommendations import (
    FILE,
    RecommendationSettings,
    load_recommendation_settings,
)
from dagster_project.lib.personalization.settings.rules import LISTS, LONGEST, Selection

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from duckdb import DuckDBPyConnection
    from scipy.sparse import csr_matrix

    from models_ml.recommendations.reranking.rules import Rules
    from models_ml.recommendations.reranking.stages import Reranked

    Array = np.ndarray[Any, Any]

_MOST_EXCLUDED = 1000
"""Candidates beyond those that rules choose among, for what is kept from a customer; memory bounds them."""


@dataclass(frozen=True)
class Wishes:
    """Both files that say what a shop asks of its lists."""

    settings: RecommendationSettings = field(default_factory=RecommendationSettings)
    exclusions: Sequence[Exclusion] = ()


def load_wishes(config_dir: Path) -> Wishes:
    """Read recommendations.yml and recommendation_exclusions.csv; KindredError names file, line and remedy."""
    return Wishes(load_recommendation_settings(config_dir), load_recommendation_exclusions(config_dir))


@dataclass(frozen=True)
class Reranking:
    """Wishes as arrays; made once a night by `prepare_reranking`.

    eligible: which products may be recommended. excluded: customers of the audience x products. keeps: which products
    for_you may hold although they were bought. notes: names in the files that mean nothing.
    """

    settings: RecommendationSettings
    rules: dict[str, Rules]
    eligible: Array
    excluded: csr_matrix
    keeps: Array
    customer_keys: Array
    product_keys: Array
    notes: list[str]

    @property
    def asks(self) -> bool:
        """Whether the files ask for anything."""
        return self.settings.asks or self.excluded.nnz > 0

    def forbid(self, list_name: str, customers: Array, bought: csr_matrix | None = None) -> csr_matrix:
        """Return what customers (positions in the audience) may not get in a list, customers x products.

        bought: what each of them bought, the same shape; None where nobody bought anything.
        """
        from scipy.sparse import csr_matrix

        forbidden = self.excluded[customers]
        if bought is None or not self.asks or (list_name == "for_you" and self.keeps.all()):
            return forbidden
        kept_out = bought if list_name == "discover" else bought.multiply(~self.keeps)
        forbidden = csr_matrix(forbidden + kept_out)
        forbidden.eliminate_zeros()
        return forbidden

    def depth(self, list_name: str, forbidden: csr_matrix) -> int:
        """Return how many candidates of each customer a list is made of.

        forbidden: of `forbid`; each product in it may cost a candidate, save those that discover leaves out anyway.
        """
        import numpy as np

        least = self.settings.candidates if self.settings.reranks else LONGEST
        if list_name == "discover":
            most = int(self.excluded.getnnz(axis=1).max(initial=0))
        else:
            most = int(np.diff(forbidden.indptr).max(initial=0))
        return least + min(most, _MOST_EXCLUDED)

    def apply(
        self, list_name: str, customers: Array, products: Array, scores: Array, *, forbidden: csr_matrix
    ) -> Reranked:
        """Return the lists of customers (positions in the audience) made of their candidates (customers x depth).

        Where nothing is asked for, the candidates are the lists, as they came.
        """
        from models_ml.recommendations.reranking.stages import keep_order, rerank

        if not self.asks:
            return keep_order(products, scores, LONGEST)
        return rerank(
            products,
            scores,
            self.rules[list_name],
            eligible=self.eligible,
            forbidden=forbidden,
            customer_keys=self.customer_keys[customers],
            product_keys=self.product_keys,
        )


def prepare_reranking(
    connection: DuckDBPyConnection,
    wishes: Wishes,
    *,
    products: Array,
    active: Array,
    popularity: Array,
    taste: Array,
    audience: Sequence[str],
    as_of: datetime,
) -> Reranking:
    """Turn wishes into arrays.

    products: ids of what the recommender knows; active: which of them may be recommended today; popularity: a score of
    each; taste: products x factors. audience: as `marts.read_audience` returned it.
    """
    import numpy as np

    settings = wishes.settings
    known = Products(read_attributes(connection, products))
    excluded, notes = find_excluded(connection, wishes.exclusions, as_of.date())
    eligible = active & ~known.select(settings.exclude, f"{FILE}: exclude") if settings.exclude else active
    keeps = np.ones(len(products), dtype=bool)
    if settings.repeatable:
        keeps = known.select(settings.repeatable, f"{FILE}: repeatable")
    if settings.never_again:
        keeps = keeps & ~known.select(settings.never_again, f"{FILE}: never_again")
    rules = {
        name: make_rules(name, settings, known, popularity=popularity, taste=taste, as_of=as_of)
        for name in LISTS
    }
    return Reranking(
        settings,
        rules,
        eligible,
        _exclude(excluded, known, len(audience)),
        keeps,
        _hash_ids(audience),
        _hash_ids(products.tolist()),
        [*notes, *known.unknown],
    )


def _hash_ids(ids: Sequence[str]) -> Array:
    """Return 64 bits of each id (uint64), the same on every machine and night."""
    import numpy as np

    digests = b"".join(blake2b(name.encode(), digest_size=8).digest() for name in ids)
    return np.frombuffer(digests, dtype="<u8").astype(np.uint64)


def _exclude(excluded: pd.DataFrame, known: Products, customers: int) -> csr_matrix:
    """Return what single customers shall not get, customers of the audience x products."""
    import numpy as np
    from scipy.sparse import csr_matrix

    row, column = [np.array([], dtype=int)], [np.array([], dtype=int)]
    for kind, name_of in (("products", "product_id"), ("categories", "category")):
        for name, rows in excluded.dropna(subset=[name_of]).groupby(name_of)["position"]:
            products = np.flatnonzero(known.select(Selection(**{kind: [str(name)]}), EXCLUSIONS))
            row.append(np.repeat(rows.to_numpy(), len(products)))
            column.append(np.tile(products, len(rows)))
    rows, columns = np.concatenate(row), np.concatenate(column)
    shape = (customers, len(known.attributes))
    return csr_matrix((np.ones(len(rows), dtype=np.float32), (rows, columns)), shape=shape)
