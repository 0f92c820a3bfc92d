"""The published model beside the others: who leads, and by how much.

Belongs here: judging measurements that are given. Does not belong here: reading them (figures.py) or
drawing them (drawings/).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from dagster_project.lib.publication.report.drawings.forest import Estimate
from dagster_project.lib.publication.report.reader import Row
from dagster_project.lib.publication.report.writing import write_measure

METRICS = {"ndcg@10": "NDCG@10", "recall@10": "Recall@10"}
BOTH_LISTS = {
    "ndcg@10": "NDCG@10, all products",
    "ndcg@10_never_bought": "NDCG@10, never bought before",
    "recall@10": "Recall@10, all products",
    "recall@10_never_bought": "Recall@10, never bought before",
}
ORDER = ("popularity", "personal_frequency", "als")
LABELS = {
    "popularity": "Popularity", "personal_frequency": "Personal frequency", "als": "ALS", "ease": "EASE",
    "item_knn": "Item kNN", "user_knn": "User kNN", "blend": "Blend",
}  # fmt: skip
NEVER_BOUGHT = "ndcg@10_never_bought"


def compare_models(
    champion: Row | None, evaluations: list[Row], metrics: Mapping[str, str] = METRICS
) -> dict[str, Any]:
    """Return panels (one a metric that was measured), verdict, and the models that lead the published one.

    metrics: name -> title of what has a panel.

    verdict, by NDCG@10: 'ahead' or 'behind' where the 95 % intervals of the published model and of popularity are
    apart, 'leaning' or 'trailing' where they overlap, 'unknown' where either was not measured.
    """
    published = champion["model"] if champion else None
    by_metric: dict[str, dict[str, Row]] = {}
    for row in evaluations:
        if row["value"] is not None:
            by_metric.setdefault(str(row["metric"]).lower(), {})[row["model"]] = row
    panels = [
        _panel(title, by_metric[metric], published)
        for metric, title in metrics.items()
        if metric in by_metric
    ]
    measured = by_metric.get("ndcg@10", {})
    ours, popularity = measured.get(str(published)), measured.get("popularity")
    unseen = by_metric.get(NEVER_BOUGHT, {})
    return {
        "published": published,
        "panels": panels,
        "ours": ours,
        "popularity": popularity,
        "verdict": judge(ours, popularity),
        "leaders": [
            name_model(model, published)
            for model, row in sorted(measured.items(), key=lambda item: -item[1]["value"])
            if ours and row["value"] > ours["value"]
        ],
        "unseen": (unseen.get(str(published)), unseen.get("popularity")),
    }


def judge(ours: Row | None, popularity: Row | None) -> str:
    """Name the outcome of one metric; without intervals, only the values decide and nothing is certain."""
    if ours is None or popularity is None:
        return "unknown"
    if ours["value"] > popularity["value"]:
        return "ahead" if _low(ours) > _high(popularity) else "leaning"
    return "behind" if _high(ours) < _low(popularity) else "trailing"


def name_model(model: str, published: str | None) -> str:
    """A model's name for people."""
    name = LABELS.get(model, model.replace("_", " "))
    return f"Published ({name})" if model == published else name


def _panel(title: str, rows: dict[str, Row], published: str | None) -> dict[str, Any]:
    """One metric: its models, the published one first, and the value of popularity, None where it was not measured."""

    def place(model: str) -> tuple[int, str]:
        if model == published:
            return -1, model
        return (ORDER.index(model) if model in ORDER else len(ORDER)), model

    models = [
        Estimate(
            name_model(model, published),
            rows[model]["value"],
            rows[model]["ci_low"],
            rows[model]["ci_high"],
            told=write_measure(rows[model]["value"]),
            is_chosen=model == published,
        )
        for model in sorted(rows, key=place)
    ]
    first = rows[min(rows, key=place)]
    reference = rows["popularity"]["value"] if "popularity" in rows else None
    return {"title": title, "models": models, "reference": reference, "customers": first.get("customers")}


def _low(row: Row) -> float:
    return -math.inf if row["ci_low"] is None else row["ci_low"]


def _high(row: Row) -> float:
    return math.inf if row["ci_high"] is None else row["ci_high"]
