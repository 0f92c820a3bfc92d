"""Whom the night can speak to, counted: segments and how they overlap, who came and left, clusters, scores.

Belongs here: SQL over segments, clusters and scores. Does not belong here: how customers buy and come back (buying.py).
A group too small to tell leaves this file without its size (suppression.py).
"""

from __future__ import annotations

from typing import Any

from dagster_project.lib.publication.report.reader import Reader, Row
from dagster_project.lib.publication.report.suppression import (
    SMALLEST_GROUP,
    is_small,
    tell,
    tell_parts,
    tell_share,
)

_SEGMENTS, _OVERLAPS = "activation.segments", "activation.segment_overlaps"
_SCORES = "marts.customer_scores"


def read_segments(reader: Reader) -> list[Row]:
    """Every segment there is, the largest first, with its last 30 days; no size where it is small.

    Of what only a few members did in these days, or all but a few, the share is none; of what few bought, so are orders
    and revenue.
    """
    segments = reader.rows(
        """
        select segments.*, performance.orders_30_days as orders, performance.revenue_30_days as revenue,
            performance.conversion_rate_30_days as conversion_rate,
            performance.email_click_rate_30_days as click_rate,
            coalesce(events.entered, 0) as entered, coalesce(events.exited, 0) as exited,
            segments.customers >= $smallest as is_shown
        from activation.segments as segments
        left join activation.segment_performance as performance
            on segments.segment = performance.segment and segments.run_id = performance.run_id
        left join (
            select segment, count(*) filter (event = 'entered') as entered,
                count(*) filter (event = 'exited') as exited
            from activation.segment_events group by 1
        ) as events on segments.segment = events.segment
        order by is_published desc, is_shown desc, case when is_shown then segments.customers end desc, segment
        """,
        [_SEGMENTS, "activation.segment_performance", "activation.segment_events"],
        {"smallest": SMALLEST_GROUP},
    )
    for segment in segments:
        size = segment["customers"]
        segment |= {"entered": tell(segment["entered"]), "exited": tell(segment["exited"])}
        if is_small((segment["conversion_rate"] or 0) * size):
            segment |= {"orders": None, "revenue": None}
        for rate in ("conversion_rate", "click_rate"):
            segment[rate] = tell_share(segment[rate], size)
    return segments


def read_overlaps(reader: Reader) -> dict[str, Any]:
    """Labels of the segments large enough to show, and of each row's customers the share in each column.

    A share is 0 where too few are in both, or all but a few of the row are: it would tell their number.
    """
    rows = reader.rows(
        """
        with shown as (
            select segment, label, customers from activation.segments where is_published and customers >= $smallest
        )
        select one.label, other.label as other_label, shared.share
        from activation.segment_overlaps as shared
        inner join shown as one on shared.segment = one.segment
        inner join shown as other on shared.other_segment = other.segment
        where shared.segment <> shared.other_segment and shared.customers >= $smallest
            and one.customers - shared.customers not between 1 and $smallest - 1
        """,
        [_SEGMENTS, _OVERLAPS],
        {"smallest": SMALLEST_GROUP},
    )
    labels = sorted({row["label"] for row in rows})
    shares = {(row["label"], row["other_label"]): row["share"] for row in rows}
    return {
        "labels": labels,
        "rows": [
            {
                "label": one,
                "shares": [None if one == other else shares.get((one, other), 0.0) for other in labels],
            }
            for one in labels
        ],
    }


def read_clusters(reader: Reader) -> list[Row]:
    """The clusters, the largest first; a share tells a size too, and goes with it."""
    clusters = reader.rows(
        """
        select cluster, label, customers, share, silhouette, drift, fitted_at
        from marts.dim_clusters order by customers desc, cluster
        """,
        ["marts.dim_clusters"],
    )
    for cluster, told in zip(clusters, tell_parts([c["customers"] for c in clusters]), strict=True):
        cluster |= {"customers": told, "share": cluster["share"] if isinstance(told, int) else None}
    return clusters


def count_scores(reader: Reader) -> list[Row]:
    """Customers by tenths of the probability to buy within 30 days, the likeliest first, and what they are worth."""
    tenths = reader.rows(
        """
        select least(floor(purchase_probability_30_days * 10), 9)::integer as tenth, count(*) as customers,
            avg(value_12_months) as value
        from marts.customer_scores group by 1 order by 1 desc
        """,
        [_SCORES],
    )
    most = max((tenth["customers"] for tenth in tenths), default=0)
    return [
        {
            "label": f"{tenth['tenth'] * 10}–{tenth['tenth'] * 10 + 10}%",
            "customers": tell(tenth["customers"]),
            "value": None if is_small(tenth["customers"]) else tenth["value"],
            "share": 0 if is_small(tenth["customers"]) else tenth["customers"] / most,
        }
        for tenth in tenths
    ]


def read_score_models(reader: Reader) -> list[Row]:
    """Of each score the model in use and its rivals, on the newest days that neither learnt from."""
    return reader.rows(
        """
        with champions as (
            select model, model_version from quality.model_versions
            where status = 'champion' and model in ('purchase_30_days', 'churn', 'value_12_months')
        )
        select champions.model as score, evaluations.model, evaluations.metric, evaluations.value,
            evaluations.ci_low, evaluations.ci_high, evaluations.model = champions.model as is_champion
        from champions
        inner join quality.model_evaluations as evaluations
            on evaluations.model_version = champions.model_version and starts_with(evaluations.model, champions.model)
        where evaluations.split = 'test'
            and evaluations.metric in ('auc', 'log_loss', 'calibration_error', 'tweedie_deviance', 'rank_correlation')
        order by score, metric, is_champion desc, evaluations.model
        """,
        ["quality.model_versions", "quality.model_evaluations"],
    )
