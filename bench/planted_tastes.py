"""NDCG@10 of the published lists as a share of an oracle's, in generated shops whose customers' tastes are known.

Three sizes by three densities, on both tracks: all products, and never bought before. In brackets the share that
popularity reaches. It exits with 1 where the published lists fall below popularity's, or below 0.9 of the oracle's on
all products where most is known. Run it as `python bench/planted_tastes.py`, with --strategy for another than the
published one.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy is imported, as implicit asks for
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "recommendations"))
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from planted import DAYS, TEST_DAYS, compare_with_oracle, plant_shop

SIZES = [(500, 200), (2000, 600), (5000, 1500)]
DENSITIES = (0.02, 0.1, 0.5)
"""Purchases of a customer before the cutoff, as a share of the number of products."""
PUBLISHED = "hybrid"
TRACKS = {"": "all products", "_never_bought": "never bought"}
_NEAR = 0.9


def main() -> int:
    """Print a line a size and density; return 1 where the published lists are worse than they may be."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--strategy", default=PUBLISHED)
    strategy = parser.parse_args().strategy
    is_worse = False
    for customers, products in SIZES:
        for density in DENSITIES:
            begin = time.perf_counter()
            purchases = density * products
            shop = plant_shop(customers, products, purchases * DAYS / (DAYS - TEST_DAYS))
            shares = compare_with_oracle(shop)
            figures = "   ".join(
                f"{title} {shares[strategy, track]:.3f} ({shares['popularity', track]:.3f})"
                for track, title in TRACKS.items()
            )
            seconds = time.perf_counter() - begin
            print(
                f"{customers:5d} customers x {products:4d} products, {purchases:4.0f} purchases each"
                f"   {figures}   {seconds:.1f} s",
                flush=True,
            )
            is_worse |= any(shares[strategy, track] < shares["popularity", track] for track in TRACKS)
            is_worse |= density == max(DENSITIES) and shares[strategy, ""] < _NEAR
    print(
        "worse than it may be" if is_worse else "never below popularity, near the oracle where much is known"
    )
    return int(is_worse)


if __name__ == "__main__":
    sys.exit(main())
