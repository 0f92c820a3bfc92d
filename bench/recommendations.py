"""The published lists of Online Retail against every baseline: NDCG@10, recall@10 and paired bootstraps of differences.

Run it as `python bench/recommendations.py`. It makes two nights in a temporary folder, one as of 28 days before the end
and one at the end. Measured are the first ten rows of `for_you` and of `discover` as the first night published them,
against what the second knows of purchases after it (`discover`: of products the customer had never bought), over known
customers who bought before and after. Baselines rank the same products with the models of the first night, and plain
`implicit` is tuned and fitted on the same purchases. It exits with 1 where the hybrid is not the best, a lower bound is
not above 0, or NDCG@10 is below .40 or .16.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy is imported, as implicit asks for
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import duckdb
import numpy as np
from recommendation_sides import plain_implicit
from scipy.sparse import csr_matrix

from dagster_project.lib.personalization.records.artefacts import load_artefact
from models_ml.recommendations.metrics.bootstrap import bootstrap_interval
from models_ml.recommendations.metrics.ndcg import score_ndcg
from models_ml.recommendations.metrics.recall import score_recall
from models_ml.recommendations.search.membership import is_stored, mark_pairs
from models_ml.recommendations.strategies import rank_strategy
from models_ml.recommendations.strategy_names import STRATEGIES

ROOT = Path(__file__).resolve().parents[1]
SALES = ROOT.parent / "shared" / "data" / "online_retail"
AS_OF = "2011-11-11T12:50:00Z"
LENGTH = 10
TARGETS = {"for_you": 0.40, "discover": 0.16}
_LINES = """
select customer_id, product_id, ordered_at from marts.fct_order_lines where not is_return and product_id is not null
"""


def make_night(folder: Path, as_of: str) -> float:
    """Run a night over the whole data set; return its seconds."""
    begin = time.perf_counter()
    environment = {
        **os.environ,
        "DATA_DIR": str(folder),
        "CONFIG_DIR": str(ROOT / "examples" / "online_retail" / "config"),
        "AS_OF": as_of,
    }
    command = [str(Path(sys.executable).with_name("kindred")), "nightly"]
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - begin


def read_first(folder: Path) -> tuple[Any, Any, set[str], set[str], str]:
    """Return what the night published, its moment, the known customers, the active products and the model's version."""
    with duckdb.connect(str(folder / "warehouse" / "kindred.duckdb"), read_only=True) as warehouse:
        lists = warehouse.execute(
            "select * from activation.customer_recommendations where rank <= ? order by customer_id, rank",
            [LENGTH],
        ).df()
        as_of = warehouse.execute("select as_of from operations.current_night").fetchall()[0][0]
        known = warehouse.execute("select customer_id from marts.dim_customers where is_known").fetchall()
        active = warehouse.execute(
            "select product_id from marts.dim_products where item_type = 'product' and is_active"
        ).fetchall()
    version = str(lists.loc[lists["list_name"] == "for_you", "model_version"].iloc[0])
    return lists, as_of, {row[0] for row in known}, {row[0] for row in active}, version


def main() -> int:
    """Print the table of each list; return 1 where something is not as it should be."""
    if not SALES.is_dir():
        print(f"skipped: {SALES.relative_to(ROOT.parent)} is not there")
        return 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copytree(SALES, folder / "landing" / "pos" / "sales", ignore=shutil.ignore_patterns("NOTICE*"))
        print(f"night of {AS_OF}: {make_night(folder, AS_OF):.0f} s")
        lists, as_of, known, active, version = read_first(folder)
        hybrid = load_artefact(folder / "warehouse" / "models", version)
        make_night(folder, "latest")
        with duckdb.connect(str(folder / "warehouse" / "kindred.duckdb"), read_only=True) as warehouse:
            lines = warehouse.execute(_LINES).df()
    customers, products = hybrid.recommender.interactions.customers, hybrid.recommender.interactions.products
    after = mark_pairs(lines[lines["ordered_at"] > as_of], customers, products)
    before = mark_pairs(lines[lines["ordered_at"] <= as_of], customers, products)
    eligible = np.isin(products, np.array(sorted(active)))
    bought = lines[lines["ordered_at"] <= as_of]
    settings = plain_implicit.tune(bought, as_of, customers, products)
    print(f"plain implicit, {plain_implicit.TRIALS} trials: {settings}")
    plain = plain_implicit.fit(bought, customers, products, settings)
    is_measured = np.isin(customers, np.array(sorted(known))) & (np.diff(before.indptr) > 0)
    failed = False
    for list_name, is_discovery in (("for_you", False), ("discover", True)):
        relevant = csr_matrix(after - after.multiply(before)) if is_discovery else after
        relevant.eliminate_zeros()
        measured = np.flatnonzero(is_measured & (np.diff(relevant.indptr) > 0))
        published = lists[lists["list_name"] == list_name]
        row = {customer: place for place, customer in enumerate(customers[measured])}
        ranked = {"published": np.full((len(measured), LENGTH), -1, dtype=np.int32)}
        position = {product: place for place, product in enumerate(products)}
        for customer, rank, product in zip(
            published["customer_id"], published["rank"], published["product_id"], strict=True
        ):
            if customer in row:
                ranked["published"][row[customer], rank - 1] = position[product]
        for strategy in STRATEGIES[1:]:
            ranked[strategy] = rank_strategy(
                hybrid, strategy, measured, LENGTH, eligible, is_discovery=is_discovery
            )
        ranked["plain implicit"] = plain_implicit.rank(
            plain, measured, bought=before if is_discovery else None, eligible=eligible
        )
        failed |= compare(list_name, ranked, relevant[measured])
    return int(failed)


def compare(list_name: str, ranked: dict[str, np.ndarray[Any, Any]], relevant: csr_matrix) -> bool:
    """Print the metrics of every strategy; return whether the published list falls short."""
    counts = np.diff(relevant.indptr)
    values = {name: score_ndcg(is_stored(relevant, products), counts) for name, products in ranked.items()}
    print(f"{list_name}: {len(counts)} customers")
    failed = values["published"].mean() < TARGETS[list_name]
    for name, ndcg in sorted(values.items(), key=lambda item: -item[1].mean()):
        recall = score_recall(is_stored(relevant, ranked[name]), counts).mean()
        text = f"  {name:20} ndcg@10 {ndcg.mean():.4f}  recall@10 {recall:.4f}"
        if name != "published":
            low, high = bootstrap_interval(values["published"] - ndcg, seed=1)
            text += (
                f"  published better by {(values['published'] - ndcg).mean():.4f} ({low:.4f} to {high:.4f})"
            )
            failed |= low <= 0
        print(text)
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
