"""Our ALS fit against bare `implicit.fit`, and our top 50 against `implicit.recommend`: the ratios of one run.

Run it as `python bench/als.py`, with --customers, --products and --interactions for other sizes. Data are generated.
Both sides take turns and the median counts, so that a busy machine slows both. It exits with 1 where the lists differ.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy is imported, as implicit asks for
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np
from implicit.cpu.als import AlternatingLeastSquares
from scipy.sparse import csr_matrix

from models_ml.recommendations.als import fit_als
from models_ml.recommendations.parameters import RecommenderParameters
from models_ml.recommendations.ranking import rank_products

_COUNT = 50


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


def compare(ours: Callable[[], Any], theirs: Callable[[], Any], rounds: int) -> tuple[float, float, Any, Any]:
    """Return the median seconds of both, taking turns, and their last results."""
    seconds: tuple[list[float], list[float]] = ([], [])
    results: list[Any] = [None, None]
    for _ in range(rounds):
        for side, run in enumerate((ours, theirs)):
            begin = time.perf_counter()
            results[side] = run()
            seconds[side].append(time.perf_counter() - begin)
    return statistics.median(seconds[0]), statistics.median(seconds[1]), results[0], results[1]


def main() -> int:
    """Print both ratios; return 1 where a customer's best score is not the one implicit finds."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--customers", type=int, default=20_000)
    parser.add_argument("--products", type=int, default=20_000)
    parser.add_argument("--interactions", type=int, default=600_000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()

    parameters = replace(RecommenderParameters(), iterations=5)
    weights = generate_weights(options.customers, options.products, options.interactions)
    confidence = weights.copy()
    confidence.data = 1.0 + np.float32(parameters.confidence) * weights.data

    def fit_bare() -> AlternatingLeastSquares:
        model = AlternatingLeastSquares(
            factors=parameters.factors,
            iterations=parameters.iterations,
            regularization=parameters.regularization,
            alpha=1.0,
            random_state=parameters.seed,
        )
        model.fit(confidence, show_progress=False)
        return model

    size = f"{options.customers} customers x {options.products} products"
    print(f"{size}, {weights.nnz} pairs, {parameters.factors} factors")
    ours, theirs, _, model = compare(lambda: fit_als(weights, parameters), fit_bare, options.rounds)
    print(f"fit    ours {ours:6.2f} s   implicit {theirs:6.2f} s   ratio {ours / theirs:.2f}")

    customers = np.arange(options.customers)
    ours, theirs, (_, ranked), (_, recommended) = compare(
        lambda: rank_products(model.user_factors, model.item_factors, _COUNT, excluded=weights),
        lambda: model.recommend(customers, weights, N=_COUNT, filter_already_liked_items=True),
        options.rounds,
    )
    print(f"top {_COUNT} ours {ours:6.2f} s   implicit {theirs:6.2f} s   ratio {ours / theirs:.2f}")
    is_same = np.allclose(ranked, recommended, atol=1e-4)
    print("same scores" if is_same else "the scores differ")
    return 0 if is_same else 1


if __name__ == "__main__":
    sys.exit(main())
