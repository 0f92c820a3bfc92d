"""Slots: lists filled from the top, each slot with the best candidate that the rules allow there.

Here belong pins, caps and the share of promotions, which decide about slots; the same step is taken for a block of
customers at once. Where rules are at odds, pins come first, then caps, then shares, then diversity.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from models_ml.recommendations.reranking.diversity import MarginalRelevance
from models_ml.recommendations.reranking.rules import PINNED, PROMOTED, RANKED, Array, Cap, Rules, Share

_ROUNDING = 1e-9
"""0.29 * 100 is a little less than 29 in binary."""


@dataclass(frozen=True)
class Filled:
    """products, placements: customers x slots; -1 where a list has ended. columns: of the candidates; -1 for none."""

    products: Array
    placements: Array
    columns: Array


def fill_slots(candidates: Array, scores: Array, pinned: Array, rules: Rules, *, reserve: int) -> Filled:
    """Fill the slots of each customer from candidates, best first.

    candidates, scores: customers x depth, -1 and -inf where there is none; the last `reserve` columns are only there
    for a share that lacks promotions. pinned: customers x slots, the product that stands there anyway, or -1.

    A list ends where nothing is left that a cap or the largest share allows; pins further down still stand.
    """
    count, length = pinned.shape
    filled = Filled(pinned.copy(), np.where(pinned >= 0, PINNED, RANKED), np.full((count, length), -1))
    if not candidates.shape[1]:
        return filled
    rows = np.arange(count)
    caps = [_CapCount(cap, candidates, pinned) for cap in rules.caps]
    share = None if rules.share is None else _ShareCount(rules.share, candidates)
    marginal = None if rules.diversity is None else MarginalRelevance(rules.diversity, candidates, scores)
    is_open = candidates >= 0
    for slot in range(length):
        is_pinned = pinned[:, slot] >= 0
        allowed = is_open.copy()
        for cap in caps:
            allowed &= cap.allows(slot)
        plain = allowed.copy()
        plain[:, candidates.shape[1] - reserve :] = False
        usual = _best(plain, marginal)
        column = usual
        if share is not None:
            column = share.choose(slot, allowed, plain, marginal)
        takes = ~is_pinned & (column >= 0)
        chosen = np.where(takes, candidates[rows, np.maximum(column, 0)], pinned[:, slot])
        is_open[rows[takes], column[takes]] = False
        is_open[~is_pinned & (column < 0)] = False
        filled.products[:, slot] = chosen
        filled.columns[:, slot] = np.where(takes, column, -1)
        filled.placements[takes & (column != usual), slot] = PROMOTED
        for cap in caps:
            cap.take(np.where(takes, chosen, -1))
        if share is not None:
            share.take(chosen)
        if marginal is not None:
            marginal.show(chosen)
    filled.placements[(filled.placements == PROMOTED) & ~_is_promoted(filled.products, rules.share)] = RANKED
    return filled


def _best(allowed: Array, marginal: MarginalRelevance | None) -> Array:
    """Return the column of each customer's best allowed candidate, -1 where none is; of equals the first."""
    if marginal is None:
        column = np.argmax(allowed, axis=1)
    else:
        column = np.argmax(np.where(allowed, marginal.values(), -np.inf), axis=1)
    return np.where(allowed.any(axis=1), column, -1)


def _is_promoted(products: Array, share: Share | None) -> Array:
    if share is None:
        return np.zeros(products.shape, dtype=bool)
    return share.is_promoted[np.maximum(products, 0)] & (products >= 0)


class _CapCount:
    """How many of each group stand in the first slots; what is pinned there counts from the start."""

    def __init__(self, cap: Cap, candidates: Array, pinned: Array) -> None:
        self._cap = cap
        # the last column counts what is in no group
        self._counts = np.zeros((len(candidates), int(cap.groups.max(initial=-1)) + 2), dtype=np.int32)
        self._groups = np.where(candidates >= 0, cap.groups[np.maximum(candidates, 0)], -1)
        for slot in range(min(cap.first, pinned.shape[1])):
            self.take(pinned[:, slot])

    def allows(self, slot: int) -> Array:
        if slot >= self._cap.first:
            return np.ones(self._groups.shape, dtype=bool)
        counts = np.take_along_axis(self._counts, self._groups, axis=1)
        return (counts < self._cap.at_most) | (self._groups < 0)

    def take(self, chosen: Array) -> None:
        groups = np.where(chosen >= 0, self._cap.groups[np.maximum(chosen, 0)], -1)
        self._counts[np.arange(len(chosen)), groups] += 1


class _ShareCount:
    """How many promoted products stand so far."""

    def __init__(self, share: Share, candidates: Array) -> None:
        self._share = share
        self._is_promoted = _is_promoted(candidates, share)
        self._count = np.zeros(len(candidates), dtype=np.int32)

    def choose(self, slot: int, allowed: Array, plain: Array, marginal: MarginalRelevance | None) -> Array:
        """Return the column for a slot; the smallest share gives way where no promoted product is left."""
        least = int(np.floor(self._share.minimum * (slot + 1) + _ROUNDING))
        most = int(np.ceil(self._share.maximum * (slot + 1) - _ROUNDING))
        free = np.where((self._count >= most)[:, None], plain & ~self._is_promoted, plain)
        column = _best(free, marginal)
        lacks = self._count < least
        if lacks.any():
            promoted = _best(allowed & self._is_promoted, marginal)
            column = np.where(lacks & (promoted >= 0), promoted, column)
        return column

    def take(self, chosen: Array) -> None:
        self._count += _is_promoted(chosen, self._share)
