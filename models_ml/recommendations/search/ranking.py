"""Ranking: the exact best products of each customer under filters, in blocks, so that memory stays bounded.

Here belongs the contract of a ranking. How most products are never scored is in bounded_search.py; where scores come
from does not matter here.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix

from models_ml.recommendations import blas
from models_ml.recommendations.search.bounded_search import Catalogue, search_block

_BLOCK_CUSTOMERS = 512


def rank_products(
    customer_factors: np.ndarray[Any, Any],
    product_factors: np.ndarray[Any, Any],
    count: int,
    *,
    boosts: csr_matrix | None = None,
    excluded: csr_matrix | None = None,
    eligible: np.ndarray[Any, Any] | None = None,
) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Return the `count` best products of each customer and their scores, best first.

    score_ui = customer_factors_u . product_factors_i + boosts_ui, for the products that are `eligible` (products
    booleans; all where None) and not stored in `excluded` (customers x products).

    Both results are customers x count: positions of products (int32), and float32 scores. Where fewer products are
    left, the row ends in -1 with score -inf. Equal scores stand in the order of the products; which of several equal
    ones just at the cut get in is fixed but arbitrary.
    """
    catalogue = Catalogue.of(product_factors, eligible)
    products = np.full((len(customer_factors), count), -1, dtype=np.int32)
    scores = np.full((len(customer_factors), count), -np.inf, dtype=np.float32)

    def rank_block(start: int) -> None:
        block = slice(start, start + _BLOCK_CUSTOMERS)
        found, values = search_block(
            np.ascontiguousarray(customer_factors[block], dtype=np.float32),
            catalogue,
            count,
            boosts=None if boosts is None else boosts[block],
            excluded=None if excluded is None else excluded[block],
        )
        order = np.lexsort((found, -values), axis=1)
        products[block] = np.take_along_axis(found, order, axis=1)
        scores[block] = np.take_along_axis(values, order, axis=1)

    # a thread a block, none of BLAS's own: blocks do not wait for each other, and each is the same on any thread
    with blas.on_one_thread(), ThreadPoolExecutor(os.cpu_count()) as threads:
        list(threads.map(rank_block, range(0, len(customer_factors), _BLOCK_CUSTOMERS)))
    return products, scores


def take_best(scores: np.ndarray[Any, Any], count: int) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Return positions and values of the `count` largest of each row of rows x products that are all in memory.

    As of `rank_products`: best first, equal ones in the order of products, -1 with -inf where a row has no more
    products above -inf.
    """
    rows, width = scores.shape
    kept = min(count, width)
    positions = np.full((rows, count), -1, dtype=np.int32)
    values = np.full((rows, count), -np.inf, dtype=np.float32)
    if not kept:
        return positions, values
    best = np.argpartition(-scores, kept - 1, axis=1)[:, :kept]
    found = np.take_along_axis(scores, best, axis=1)
    order = np.lexsort((best, -found), axis=1)
    values[:, :kept] = np.take_along_axis(found, order, axis=1)
    positions[:, :kept] = np.take_along_axis(best, order, axis=1)
    positions[np.isneginf(values)] = -1
    return positions, values
