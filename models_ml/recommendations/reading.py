"""Reading lists: articles, guides and videos by what a customer is interested in, what is not read yet first.

Here belongs the order of a list and why each item stands where it does. Vectors and profiles come from content/.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.sparse import csr_matrix

from models_ml.recommendations.search.membership import is_stored
from models_ml.recommendations.search.ranking import rank_products

READING_REASONS = ("read before", "close to your interests", "popular now", "from the range")

_CONTENT_SHARE = 0.95
"""Popularity of 0 to 1 spreads much wider than cosines do, so a small share of it settles what texts leave open."""
_READ_PENALTY = -2.0
"""More than any score, -0.95 to 1, can make up for: what was read comes after all that was not."""

Array = np.ndarray[Any, Any]


def rank_reading(
    profiles: Array, vectors: Array, popularity: Array, read: csr_matrix, count: int
) -> tuple[Array, Array, Array]:
    """Return positions of items, their scores and positions in `READING_REASONS`, each customers x count, best first.

    profiles: customers x dimensions. vectors: items x dimensions, rows of both of length 1 or 0. popularity: items,
    0 to 1. read: customers x items, what somebody has read. Where there are fewer items the rows end in -1.

    score_ui = .95 profile_u . vectors_i + .05 popularity_i - 2 (where u has read i)

    An item is close to somebody's interests where its texts say more for it than its popularity does.
    """
    ones = np.ones((len(profiles), 1), dtype=np.float32)
    penalties = read.copy()
    penalties.data = np.full(penalties.nnz, _READ_PENALTY, dtype=np.float32)
    share = np.float32(1.0 - _CONTENT_SHARE)
    items, scores = rank_products(
        np.hstack([np.float32(_CONTENT_SHARE) * profiles, ones]),
        np.hstack([vectors, (share * popularity[:, None]).astype(np.float32)]),
        count,
        boosts=penalties,
    )
    has_read = is_stored(read, items)
    popular = share * popularity[np.maximum(items, 0)]
    by_content = np.where(has_read, scores - np.float32(_READ_PENALTY), scores) - popular
    reasons = np.select([has_read, by_content > popular, popular > 0], [0, 1, 2], default=3).astype(np.int8)
    return items, scores, reasons
