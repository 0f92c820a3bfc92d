"""Serving a recommender of an earlier night: what it cannot know by itself.

Here belongs what tonight's interactions add to an older model, and what there is where no model may be served.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
from scipy.sparse import csr_matrix

from models_ml.recommendations.interactions import Interactions
from models_ml.recommendations.parameters import RecommenderParameters
from models_ml.recommendations.recommender import Recommender


def add_purchases(recommender: Recommender, interactions: Interactions) -> Recommender:
    """Return the recommender with what was bought in `interactions` counted as bought, so that it is never discovered.

    Customers and products that the recommender does not know are left out: it has nothing to say of them.
    """
    latest = interactions.bought().tocoo()
    row = pd.Index(recommender.interactions.customers).get_indexer(pd.Index(interactions.customers))
    column = pd.Index(recommender.interactions.products).get_indexer(pd.Index(interactions.products))
    customer, product = row[latest.row], column[latest.col]
    kept = (customer >= 0) & (product >= 0)
    bought = recommender.bought.tocoo()
    rows = np.concatenate([bought.row, customer[kept]])
    columns = np.concatenate([bought.col, product[kept]])
    both = csr_matrix((np.ones(len(rows), np.float32), (rows, columns)), shape=recommender.bought.get_shape())
    both.data[:] = 1.0
    served = replace(recommender)
    served.bought = both
    return served


def make_popular(interactions: Interactions, parameters: RecommenderParameters) -> Recommender:
    """Return a recommender that knows what is popular and what each customer bought, and nothing of taste."""
    customers = np.zeros((len(interactions.customers), 1), dtype=np.float32)
    products = np.zeros((len(interactions.products), 1), dtype=np.float32)
    return Recommender(interactions, parameters, customers, products)
