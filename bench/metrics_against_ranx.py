"""Our metrics against those of ranx on random cases: the largest difference of any customer's value.

ranx stands in the folder of what Kindred is measured against, apart from what it runs with. It exits with 1 where a
metric differs by more than rounding.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np
from ranx import Qrels, Run, evaluate

from models_ml.recommendations.metrics.average_precision import score_average_precision
from models_ml.recommendations.metrics.ndcg import score_ndcg
from models_ml.recommendations.metrics.precision import score_precision
from models_ml.recommendations.metrics.recall import score_recall
from models_ml.recommendations.metrics.reciprocal_rank import score_reciprocal_rank

Array = np.ndarray[Any, Any]

CUSTOMERS, PRODUCTS, LENGTH, SEED = 2000, 60, 10, 20240229
_ROUNDING = 1e-9

METRICS: dict[str, Callable[[Array, Array], Array]] = {
    "ndcg": score_ndcg,
    "recall": score_recall,
    "precision": lambda hits, relevant: score_precision(hits),
    "map": score_average_precision,
    "mrr": lambda hits, relevant: score_reciprocal_rank(hits),
}


def main() -> int:
    """Print the largest difference of each metric; return 1 where one is more than rounding."""
    generator = np.random.default_rng(SEED)
    ranked = np.array([generator.permutation(PRODUCTS)[:LENGTH] for _ in range(CUSTOMERS)])
    wanted = [
        set(generator.choice(PRODUCTS, generator.integers(1, 25), replace=False)) for _ in range(CUSTOMERS)
    ]
    hits = np.array([[product in each for product in row] for row, each in zip(ranked, wanted, strict=True)])
    relevant = np.array([len(each) for each in wanted])
    truth = Qrels({f"c{row:05d}": {f"p{product}": 1 for product in each} for row, each in enumerate(wanted)})
    lists = Run(
        {
            f"c{row:05d}": {f"p{product}": float(LENGTH - rank) for rank, product in enumerate(products)}
            for row, products in enumerate(ranked)
        }
    )
    differs = False
    for metric, score in METRICS.items():
        theirs = evaluate(truth, lists, f"{metric}@{LENGTH}", return_mean=False)
        largest = float(np.abs(score(hits, relevant) - np.asarray(theirs)).max())
        differs |= largest > _ROUNDING
        print(f"{metric}@{LENGTH:<10d} largest difference of {CUSTOMERS} customers {largest:.1e}")
    return int(differs)


if __name__ == "__main__":
    sys.exit(main())
