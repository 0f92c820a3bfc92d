"""Seconds and peak memory of each step of the recommender, from ten thousand customers to a million.

Run it as `python bench/recommender_scale.py`, or with sizes to try fewer: `200000x50000x6000000` is customers,
products and interactions. Each size runs in a process of its own, so that its peak is its own; the peak of a step is
the highest so far. It exits with 1 where 200k customers x 50k products take 4 GiB or more.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from unittest.mock import patch

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy is imported, as implicit asks for
os.environ.setdefault("OMP_WAIT_POLICY", "passive")  # as a night has it
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np
import pandas as pd

from models_ml.recommendations.hybrid import Hybrid
from models_ml.recommendations.interactions import collect_interactions
from models_ml.recommendations.parameters import RecommenderParameters
from models_ml.recommendations.ranker import rolling as rolling_module
from models_ml.recommendations.ranker.model import LISTS
from models_ml.recommendations.ranker.rolling import RollingOrigin
from models_ml.recommendations.recommender import Recommender, fit_recommender
from models_ml.recommendations.search.ranking import rank_products

_SIZES = ("10000x5000x300000", "100000x50000x3000000", "200000x50000x6000000", "1000000x50000x10000000")
_BOUNDED, _BOUND_GIB = "200000x50000x6000000", 4.0
_AS_OF = datetime(2024, 6, 30)
_COUNT = 50
_BLOCK = 20_000
_PARAMETERS = RecommenderParameters()

State = dict[str, Any]


def generate(customers: int, products: int, interactions: int) -> State:
    """Return purchases of a year, products by Zipf's law and customers of uneven activity, and the catalogue."""
    generator = np.random.default_rng(0)
    popularity = 1.0 / np.arange(1, products + 1) ** 0.8
    column = generator.choice(products, interactions, p=popularity / popularity.sum())
    row = (customers * generator.random(interactions) ** 1.5).astype(np.int64)
    minutes = generator.integers(0, 365 * 24 * 60, interactions).astype("timedelta64[m]")
    catalogue = [f"P{number:07d}" for number in range(products)]
    frame = pd.DataFrame(
        {
            "customer_id": np.array([f"c_{number:09d}" for number in range(customers)], dtype=object)[row],
            "product_id": np.array(catalogue, dtype=object)[column],
            "occurred_at": np.datetime64(_AS_OF, "us") - minutes,
            "kind": "purchase",
            "quantity": 1.0,
        }
    )
    return {"frame": frame, "catalogue": catalogue}


def collect(state: State) -> None:
    """Rows to interactions, as a night does first."""
    state["interactions"] = collect_interactions(state["frame"], _AS_OF, state["catalogue"])


def fit(state: State) -> None:
    """Factors of every customer and product."""
    state["recommender"] = fit_recommender(state["interactions"], _PARAMETERS)


def rank(state: State) -> None:
    """The exact best products of every customer by these factors, without those already bought."""
    known: Recommender = state["recommender"]
    rank_products(known.customer_factors, known.product_factors, _COUNT, excluded=known.bought)


def learn(state: State) -> None:
    """The ranker: base models and candidates of each window of the past, and the trees."""
    rolling = RollingOrigin(state.pop("frame"), _AS_OF, state.pop("catalogue"), _PARAMETERS)
    # where chance decides what is bought, it may be found no better than the blend, and is timed all the same
    with patch.object(rolling_module, "judge", lambda *_: frozenset(LISTS)):
        state["ranker"] = rolling.ranker_at(0)


def list_products(state: State) -> None:
    """Both lists of everybody: those active last by the ranker, the others by the blend."""
    hybrid = Hybrid(state["recommender"], state["ranker"])
    customers, products = (len(getattr(state["interactions"], axis)) for axis in ("customers", "products"))
    for start in range(0, customers, _BLOCK):
        block = np.arange(start, min(start + _BLOCK, customers))
        hybrid.rank(block, _COUNT, np.ones(products, dtype=bool))


STEPS: tuple[tuple[str, Callable[[State], None]], ...] = (
    ("interactions", collect),
    ("fit", fit),
    ("rank 50", rank),
    ("learn ranker", learn),
    ("both lists", list_products),
)
"""Every step takes what earlier ones left in the state and leaves its own; a further one is a further line."""


def measure(size: str) -> float:
    """Print each step's seconds and the peak so far in GiB; return the last peak."""
    customers, products, interactions = (int(number) for number in size.split("x"))
    state = generate(customers, products, interactions)
    print(f"{customers} customers x {products} products, {interactions} interactions", flush=True)
    print(f"  {'(generated)':14} {'':10}   peak {peak_gib():5.2f} GiB", flush=True)
    for name, step in STEPS:
        begin = time.perf_counter()
        step(state)
        print(f"  {name:14} {time.perf_counter() - begin:8.1f} s   peak {peak_gib():5.2f} GiB", flush=True)
    return peak_gib()


def peak_gib() -> float:
    """Return the highest resident memory of this process so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


def main() -> int:
    """Measure each size in a process of its own; return 1 where one fails or the bounded one takes too much."""
    if sys.argv[1:2] == ["--one"]:
        peak = measure(sys.argv[2])
        return int(sys.argv[2] == _BOUNDED and peak >= _BOUND_GIB)
    codes = [
        subprocess.run([sys.executable, __file__, "--one", size], check=False).returncode
        for size in sys.argv[1:] or _SIZES
    ]
    return int(any(codes))


if __name__ == "__main__":
    sys.exit(main())
