"""Popularity within groups of customers: segments, regions, newcomers; each leans on everybody where it is small.

Here belong scores that all members of a group share. Which customers form a group is the caller's business.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix

from models_ml.recommendations.interactions import Interactions

SMALLEST_GROUP = 10
"""Members with interactions that a group needs for a list of its own."""
PRIOR_CUSTOMERS = 20.0
ARRIVAL_DAYS = 28.0
_PRIOR_EXPOSURE = 0.25
_FIRST_DAYS = 1.0

Array = np.ndarray[Any, Any]


def count_votes(weights: csr_matrix) -> csr_matrix:
    """Return w / (1 + w) of each decayed weight: however often somebody buys a product, it is at most one vote."""
    votes = weights.copy()
    votes.data = weights.data / (1.0 + weights.data)
    return votes


def score_groups(votes: csr_matrix, members: csr_matrix) -> tuple[Array, Array]:
    """Return the popularity of products in each group (groups x products, float32), and which groups have their own.

    votes: customers x products, see `count_votes`. members: groups x customers, 1 where somebody is in a group.

    score_gi = (votes of g for i + prior * overall_i) / (votes of g + prior)
    overall_i = votes for i / all votes;  prior = 20 times the votes of a mean voter

    A group with fewer than 10 members who voted gets the overall popularity.
    """
    total = np.asarray(votes.sum(axis=0), dtype=float).ravel()
    voters = np.diff(votes.indptr) > 0
    overall = total / max(total.sum(), np.finfo(float).tiny)
    prior = PRIOR_CUSTOMERS * total.sum() / max(np.count_nonzero(voters), 1)
    of_groups = csr_matrix(members @ votes).toarray().astype(float)
    shrunk = (of_groups + prior * overall) / np.maximum(
        of_groups.sum(axis=1, keepdims=True) + prior, np.finfo(float).tiny
    )
    has_own = (members @ voters.astype(float)) >= SMALLEST_GROUP
    return np.where(has_own[:, None], shrunk, overall).astype(np.float32), has_own


def select_newcomers(interactions: Interactions, is_known: Array) -> Interactions:
    """Return what people do whom nobody knows: all of anonymous visitors, the first day of everybody else.

    is_known: booleans of the customers of `interactions`.
    """
    first = np.zeros(len(interactions.customers))
    np.maximum.at(first, interactions.customer, interactions.age_days)
    is_new = interactions.age_days >= first[interactions.customer] - _FIRST_DAYS
    kept = is_new | ~is_known[interactions.customer]
    names = ("customer", "product", "kind", "age_days")
    return replace(interactions, **{name: getattr(interactions, name)[kept] for name in names})


def credit_arrivals(popularity: Array, arrived_days: Array, decay_days: float) -> Array:
    """Return popularity as it would be had every product been there all the time (float32).

    popularity: products, sums that decay with exp(-age / decay_days). arrived_days: days since each product arrived;
    inf or nan where that is not known, or long ago.

    A product of d days has had the share exposure = 1 - exp(-d / decay_days) of the time that counts. Those of at most
    28 days score (popularity + .25 mean) / (exposure + .25), with the mean over just those of popularity / exposure:
    what new arrivals are measured to be worth is what a product of today starts with.
    """
    days = np.where(np.isfinite(arrived_days), np.maximum(arrived_days, 0.0), np.inf)
    is_new = days <= ARRIVAL_DAYS
    if not is_new.any():
        return popularity.astype(np.float32)
    exposure = -np.expm1(-days / decay_days)
    mean = popularity[is_new].sum() / max(exposure[is_new].sum(), _PRIOR_EXPOSURE)
    credited = (popularity + _PRIOR_EXPOSURE * mean) / (exposure + _PRIOR_EXPOSURE)
    return np.where(is_new, credited, popularity).astype(np.float32)
