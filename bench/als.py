"""Fit against `implicit.fit`, and exact top-50 against `implicit.recommend`: the ratios of one run.

Run it as `python bench/als.py`; --customers, --products and --interactions give other sizes, --ranked the customers
that are ranked, drawn from all. Data are generated. Both sides take turns, in whole fits and in blocks of ranked
customers, and the median ratio of the turns counts, so that a busy machine slows both. It exits with 1 where a list
is not the one implicit gives, but for products of equal score.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy is imported, as implicit asks for
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np
from implicit.cpu.als import AlternatingLeastSquares
from scipy.sparse import csr_matrix

from models_ml.recommendations.parameters import RecommenderParameters
from models_ml.recommendations.search.ranking import rank_products
from models_ml.recommendations.signals.als import fit_als

_COUNT, _BLOCKS = 50, 5
_TIE = 1e-5  # of the largest score in a list: what float32 sums in another order differ by
_FIT_BOUND, _FITTED_BOUND, _EQUAL_NORM_BOUND = 1.1, 0.25, 1.0


def generate_weights(customers: int, products: int, interactions: int) -> csr_matrix:
    """Return customers x products with as many draws, products by Zipf's law and customers of uneven activity."""
    generator = np.random.default_rng(0)
    popularity = 1.0 / np.arange(1, products + 1) ** 0.8
    column = generator.choice(products, interactions, p=popularity / popularity.sum())
    row = (customers * generator.random(interactions) ** 1.5).astype(np.int64)
    weights = csr_matrix(
        (generator.random(interactions, dtype=np.float32), (row, column)), shape=(customers, products)
    )
    weights.sum_duplicates()
    return weights


def compare(
    turns: Iterable[tuple[Callable[[], Any], Callable[[], Any]]], name: str, bound: float
) -> list[Any]:
    """Let both sides of each turn run, print seconds and the median ratio, return the results of every turn."""
    seconds, results = [], []
    for sides in turns:
        taken = []
        for run in sides:
            begin = time.perf_counter()
            results.append(run())
            taken.append(time.perf_counter() - begin)
        seconds.append(taken)
    ours, theirs = np.sum(seconds, axis=0)
    ratios = [mine / other for mine, other in seconds]
    print(
        f"{name:22} ours {ours:7.2f} s   implicit {theirs:7.2f} s   ratio {statistics.median(ratios):.2f}"
        f" ({min(ratios):.2f} to {max(ratios):.2f}), at most {bound}",
        flush=True,
    )
    return results


def is_same_list(ours: tuple[Any, Any], theirs: tuple[Any, Any]) -> bool:
    """Return whether scores are equal, and products too where no neighbour has the same score."""
    (products, scores), (other_products, other_scores) = ours, theirs
    tie = _TIE * np.abs(scores).max(axis=1, keepdims=True)
    gap = np.pad(-np.diff(scores, axis=1), ((0, 0), (1, 1)), constant_values=np.inf)
    gap[:, -1] = 0  # what the last one ties with is not in the list
    is_alone = (gap[:, :-1] > 2 * tie) & (gap[:, 1:] > 2 * tie)
    is_equal = products == other_products
    return bool((np.abs(scores - other_scores) <= tie).all() and is_equal[is_alone].all())


def main() -> int:
    """Print the ratios; return 1 where lists differ."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--customers", type=int, default=100_000)
    parser.add_argument("--products", type=int, default=50_000)
    parser.add_argument("--interactions", type=int, default=3_000_000)
    parser.add_argument("--sweeps", type=int, default=5)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--ranked", type=int, default=20_000)
    options = parser.parse_args()

    parameters = replace(RecommenderParameters(), iterations=options.sweeps)
    weights = generate_weights(options.customers, options.products, options.interactions)
    confidence = weights.copy()
    confidence.data = 1 + weights.data / np.float32(parameters.unobserved_weight)

    def fit_bare() -> AlternatingLeastSquares:
        model = AlternatingLeastSquares(
            factors=parameters.factors, iterations=parameters.iterations, random_state=parameters.seed
        )
        model.fit(confidence, show_progress=False)
        return model

    size = f"{options.customers} customers x {options.products} products"
    print(f"{size}, {weights.nnz} pairs, {parameters.factors} factors, {parameters.iterations} sweeps")
    fits = compare(
        [(lambda: fit_als(weights, parameters), fit_bare)] * options.rounds, "fit", bound=_FIT_BOUND
    )
    (customer_factors, product_factors), model = fits[-2:]

    def rank_both(
        block: np.ndarray[Any, Any], factors: np.ndarray[Any, Any]
    ) -> tuple[Callable[[], Any], Callable[[], Any]]:
        bought = weights[block]
        return (
            lambda: rank_products(customer_factors[block], factors, _COUNT, excluded=bought),
            lambda: model.recommend(block, bought, N=_COUNT, filter_already_liked_items=True),
        )

    drawn = np.random.default_rng(1).permutation(options.customers)[: options.ranked]
    norms = np.linalg.norm(product_factors, axis=1, keepdims=True)
    equal_norm = np.where(norms > 0, product_factors / np.maximum(norms, np.finfo(np.float32).tiny), 0)
    is_same = True
    for name, factors, bound in (
        ("top 50, fitted factors", product_factors, _FITTED_BOUND),
        ("top 50, equal norms", equal_norm.astype(np.float32), _EQUAL_NORM_BOUND),
    ):
        model.user_factors, model.item_factors = customer_factors, factors
        lists = compare(
            [rank_both(block, factors) for block in np.array_split(drawn, _BLOCKS)], name, bound=bound
        )
        is_same &= all(is_same_list(*lists[turn : turn + 2]) for turn in range(0, len(lists), 2))
    print("same lists" if is_same else "the lists differ")
    return 0 if is_same else 1


if __name__ == "__main__":
    sys.exit(main())
