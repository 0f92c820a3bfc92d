"""Exact search for the best products without scoring them all.

Products stand by falling norm of their factors. By Cauchy and Schwarz no product from a place on can score more than
|customer| * |product at that place|; once that is no more than a customer's count-th best score so far, the customer
is done. Stages grow, so that those who are done early cost little.

Products with a boost do not obey that bound: they are scored first, each by itself, and then left out of the stages.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix

_FIRST_STAGE = 512
_LARGEST_STAGE = 8192
_ROUNDING = np.float32(1.0 + 1e-5)  # a bound computed in float32 may fall short of the score it bounds

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Catalogue:
    """Eligible products by falling norm: their positions, factors and norms, and the place of each position or -1."""

    positions: Array
    factors: Array
    norms: Array
    places: Array

    @classmethod
    def of(cls, product_factors: Array, eligible: Array | None) -> Catalogue:
        """Return the catalogue of the eligible products (all where None)."""
        positions = np.arange(len(product_factors)) if eligible is None else np.flatnonzero(eligible)
        norms = np.linalg.norm(product_factors[positions], axis=1).astype(np.float32)
        order = np.argsort(-norms, kind="stable")
        positions = positions[order]
        places = np.full(len(product_factors), -1, dtype=np.int64)
        places[positions] = np.arange(len(positions))
        factors = np.ascontiguousarray(product_factors[positions], dtype=np.float32)
        return cls(positions.astype(np.int32), factors, norms[order], places)


def search_block(
    customers: Array,
    catalogue: Catalogue,
    count: int,
    *,
    boosts: csr_matrix | None,
    excluded: csr_matrix | None,
) -> tuple[Array, Array]:
    """Return positions and scores of the `count` best products of each customer, in no particular order.

    customers: their factors. What is missing is -1 with score -inf.
    """
    best = np.full((len(customers), count), -1, dtype=np.int64)
    scores = np.full((len(customers), count), -np.inf, dtype=np.float32)
    hidden_row, hidden = _stored_places(excluded, catalogue, len(customers))
    if boosts is not None and boosts.nnz:
        row, place, boost = _boosted(boosts, catalogue, hidden_row, hidden)
        value = np.einsum("pf,pf->p", customers[row], catalogue.factors[place]) + boost
        _merge(best, scores, row, place, value)
        hidden_row, hidden = np.append(hidden_row, row), np.append(hidden, place)
    by_place = np.argsort(hidden, kind="stable")
    hidden_row, hidden = hidden_row[by_place], hidden[by_place]

    lengths = np.linalg.norm(customers, axis=1) * _ROUNDING
    start, size = 0, max(_FIRST_STAGE, 2 * count)
    while start < len(catalogue.positions):
        threshold = scores.min(axis=1)
        active = np.flatnonzero(lengths * catalogue.norms[start] > threshold)
        active = active if start else np.arange(len(customers))
        if not len(active):
            break
        stop = min(start + size, len(catalogue.positions))
        dense = customers[active] @ catalogue.factors[start:stop].T
        first, last = np.searchsorted(hidden, [start, stop])
        _hide(dense, active, hidden_row[first:last], hidden[first:last] - start, len(customers))
        if start:
            found = np.flatnonzero(dense > threshold[active, None])
            row, column = np.divmod(found, stop - start)
            _merge(best, scores, active[row], column + start, dense.ravel()[found])
        else:
            _take_best(best, scores, active, np.broadcast_to(np.arange(stop), dense.shape), dense)
        start, size = stop, min(2 * size, _LARGEST_STAGE)
    positions = np.append(catalogue.positions, np.int32(-1))
    return positions[np.where(np.isneginf(scores), -1, best)], scores


def _stored_places(matrix: csr_matrix | None, catalogue: Catalogue, rows: int) -> tuple[Array, Array]:
    """Return row and place of everything the matrix stores about products of the catalogue."""
    if matrix is None:
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    place = catalogue.places[matrix.indices]
    row = np.repeat(np.arange(rows), np.diff(matrix.indptr))
    return row[place >= 0], place[place >= 0]


def _boosted(
    boosts: csr_matrix, catalogue: Catalogue, hidden_row: Array, hidden: Array
) -> tuple[Array, Array, Array]:
    """Return row, place and boost of the boosted products that are in the catalogue and not hidden."""
    row = np.repeat(np.arange(len(boosts.indptr) - 1), np.diff(boosts.indptr))
    place = catalogue.places[boosts.indices]
    kept = place >= 0
    if len(hidden):
        width = len(catalogue.positions)
        kept &= ~np.isin(row * width + place, hidden_row * width + hidden)
    return row[kept], place[kept], boosts.data[kept]


def _hide(dense: Array, active: Array, row: Array, column: Array, rows: int) -> None:
    """Set the scores of hidden products to -inf; row counts in the block, dense holds its active rows only."""
    line = np.full(rows, -1, dtype=np.int64)
    line[active] = np.arange(len(active))
    is_here = line[row] >= 0
    dense[line[row[is_here]], column[is_here]] = -np.inf


def _merge(best: Array, scores: Array, row: Array, place: Array, value: Array) -> None:
    """Let products compete for the rows' best ones. row: in ascending order."""
    if not len(row):
        return
    is_first = np.append(True, row[1:] != row[:-1])
    rows = row[is_first]
    places, values = _pad(np.cumsum(is_first) - 1, place, value, len(rows))
    _take_best(best, scores, rows, places, values)


def _take_best(best: Array, scores: Array, rows: Array, places: Array, values: Array) -> None:
    """Keep, of what the rows have and what comes, as many of the highest scores as there is room for."""
    count = scores.shape[1]
    if (
        values.shape[1] > 4 * count
    ):  # partition is several times faster than argpartition, so let it thin out first
        cut = np.partition(values, values.shape[1] - count, axis=1)[:, values.shape[1] - count]
        line, column = np.nonzero((values >= cut[:, None]) & (values > -np.inf))
        places, values = _pad(line, places[line, column], values[line, column], len(rows))
    values = np.hstack([scores[rows], values])
    places = np.hstack([best[rows], places])
    kept = np.argpartition(values, values.shape[1] - count, axis=1)[:, values.shape[1] - count :]
    scores[rows] = np.take_along_axis(values, kept, axis=1)
    best[rows] = np.take_along_axis(places, kept, axis=1)


def _pad(line: Array, place: Array, value: Array, lines: int) -> tuple[Array, Array]:
    """Lay products out one line each, filled up with -1 and -inf. line: in ascending order."""
    counts = np.bincount(line, minlength=lines)
    slot = np.arange(len(line)) - (np.cumsum(counts) - counts)[line]
    places = np.full((lines, counts.max()), -1, dtype=np.int64)
    values = np.full(places.shape, -np.inf, dtype=np.float32)
    places[line, slot] = place
    values[line, slot] = value
    return places, values
