"""The published model beside the others: who leads by how much, and where each interval lies on a shared axis.

Belongs here: judging measurements that are given. Does not belong here: reading them (figures.py) or
drawing them (templates/).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from dagster_project.lib.publication.report.reader import Row

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
    """One metric: its models, the published one first, with places in percent of an axis that starts at zero."""
    top = _round_up(max(max(row["value"], row["ci_high"] or 0) for row in rows.values()))

    def place(model: str) -> tuple[int, str]:
        if model == published:
            return -1, model
        return (ORDER.index(model) if model in ORDER else len(ORDER)), model

    models = []
    for model in sorted(rows, key=place):
        row = rows[model]
        low, high = row["ci_low"], row["ci_high"]
        models.append({
            "label": name_model(model, published), "is_published": model == published, "value": row["value"],
            "ci_low": low, "ci_high": high, "at": _percent(row["value"], top), "customers": row.get("customers"),
            "span": None if low is None or high is None else (_percent(low, top), _percent(high, top)),
        })  # fmt: skip
    ticks = [{"label": f"{top * step / 4:g}", "at": 25 * step} for step in range(5)]
    reference = _percent(rows["popularity"]["value"], top) if "popularity" in rows else None
    return {"title": title, "models": models, "ticks": ticks, "reference": reference}


def _low(row: Row) -> float:
    return -math.inf if row["ci_low"] is None else row["ci_low"]


def _high(row: Row) -> float:
    return math.inf if row["ci_high"] is None else row["ci_high"]


def _percent(value: float, top: float) -> float:
    return round(min(max(value / top, 0.0), 1.0) * 100, 2)


def _round_up(value: float) -> float:
    """The end of the axis: a number whose quarters are short, at or above `value`."""
    ends = (0.02, 0.04, 0.08, 0.1, 0.2, 0.4, 0.6, 0.8, 1.0)
    return next((end for end in ends if end >= value), math.ceil(value))
