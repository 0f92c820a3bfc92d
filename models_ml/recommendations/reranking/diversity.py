"""Diversity: maximal marginal relevance, so that a list does not say the same thing fifty times.

Carbonell and Goldstein 1998, "The Use of MMR, Diversity-Based Reranking for Reordering Documents and Producing
Summaries". With S the products chosen so far, the next is the candidate i that maximizes

    lambda * relevance_i  -  (1 - lambda) * max over j in S of similarity(i, j)

where relevance is the customer's scores brought to 0 .. 1, and similarity is the cosine of two vectors, or 1 within a
group and 0 elsewhere. Here belongs this value alone; what else decides about a slot is in slots.py.
"""

from __future__ import annotations

import numpy as np

from models_ml.recommendations.reranking.rules import Array, Diversity


class MarginalRelevance:
    """The value of every candidate of some customers, given what each of them has been shown so far."""

    def __init__(self, diversity: Diversity, candidates: Array, scores: Array) -> None:
        """Take candidates (customers x depth, -1 where there is none) and their scores (-inf where there is none)."""
        self._diversity = diversity
        self._candidates = np.maximum(candidates, 0)
        self._vectors = None if diversity.vectors is None else diversity.vectors[self._candidates]
        self._relevance = np.float32(diversity.relevance) * scale_relevance(scores)
        self._similarity = np.full(candidates.shape, -np.inf, dtype=np.float32)

    def values(self) -> Array:
        """Return the value of each candidate now (float32, customers x depth)."""
        similarity = np.where(np.isneginf(self._similarity), np.float32(0), self._similarity)
        return self._relevance - np.float32(1.0 - self._diversity.relevance) * similarity

    def show(self, chosen: Array) -> None:
        """Note what each customer is shown next (positions, -1 for nothing)."""
        shown = np.maximum(chosen, 0)
        if self._diversity.vectors is not None and self._vectors is not None:
            similarity = np.matmul(self._vectors, self._diversity.vectors[shown, :, None])[:, :, 0]
        elif self._diversity.groups is not None:
            groups = self._diversity.groups
            similarity = (groups[self._candidates] == groups[shown, None]) & (groups[shown, None] >= 0)
        else:
            raise ValueError("diversity needs vectors or groups")
        similarity = np.where(chosen[:, None] >= 0, similarity, -np.inf).astype(np.float32)
        np.maximum(self._similarity, similarity, out=self._similarity)


def scale_relevance(scores: Array) -> Array:
    """Return each customer's scores brought to 0 .. 1 (float32); 1 where all are equal, 0 where there is none."""
    is_finite = np.isfinite(scores)
    lowest = np.where(is_finite, scores, np.inf).min(axis=1, keepdims=True, initial=np.inf)
    highest = np.where(is_finite, scores, -np.inf).max(axis=1, keepdims=True, initial=-np.inf)
    with np.errstate(invalid="ignore"):
        span = highest - lowest
        scaled = np.where(span > 0, (scores - lowest) / np.where(span > 0, span, 1), 1)
    return np.where(is_finite, scaled, 0).astype(np.float32)
