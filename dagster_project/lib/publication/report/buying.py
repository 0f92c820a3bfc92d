"""How customers buy and come back, counted: recency, frequency and revenue in fifths, lifecycle, cohorts.

Belongs here: SQL over features, lifecycle and retention. Does not belong here: segments (audiences.py).
"""

from __future__ import annotations

from typing import Any

from dagster_project.lib.publication.report.figures import SMALLEST_SEGMENT
from dagster_project.lib.publication.report.reader import Reader, Row

STATES = ("visitor", "new", "active", "loyal", "returned", "at_risk", "lapsed")
FIFTHS = (5, 4, 3, 2, 1)
_FEATURES = "marts.customer_features"


def count_rfm(reader: Reader) -> dict[str, Any]:
    """Known buyers by fifths of recency and frequency, and the revenue of each fifth by revenue.

    grid: a row a fifth of recency, the latest buyers first, of cells {customers, share}; share is of the fullest cell,
    and small cells have no number.
    """
    cells = reader.rows(
        """
        select recency_score as recency, frequency_score as frequency, count(*) as customers
        from marts.customer_features where is_known and recency_score is not null group by 1, 2
        """,
        [_FEATURES],
    )
    counted = {(cell["recency"], cell["frequency"]): cell["customers"] for cell in cells}
    most = max(counted.values(), default=0)
    fifths = reader.rows(
        """
        select monetary_score as fifth, count(*) as customers, sum(total_revenue) as revenue,
            sum(total_revenue) / nullif(sum(sum(total_revenue)) over (), 0) as share,
            median(recency_days) as recency_days, avg(order_count) as orders
        from marts.customer_features where is_known and monetary_score is not null group by 1 order by 1 desc
        """,
        [_FEATURES],
    )
    return {
        "buyers": sum(counted.values()),
        "fifths": fifths,
        "grid": [
            {
                "recency": recency,
                "cells": [
                    _cell(counted.get((recency, frequency), 0), most) for frequency in reversed(FIFTHS)
                ],
            }
            for recency in FIFTHS
        ]
        if counted
        else [],
    }


def count_lifecycle(reader: Reader) -> list[Row]:
    """Customers by state, in the order of a life, and who came into it within the last 30 days, none where few."""
    rows = reader.rows(
        """
        with counted as (
            select lifecycle.state, count(*) as customers,
                count(*) filter (lifecycle.changed_at > features.as_of - interval 30 days) as came
            from marts.customer_lifecycle as lifecycle
            inner join marts.customer_features as features on lifecycle.customer_id = features.customer_id
            group by 1
        )
        select * replace (case when came not between 1 and $smallest - 1 then came end as came) from counted
        """,
        ["marts.customer_lifecycle", _FEATURES],
        {"smallest": SMALLEST_SEGMENT},
    )
    found = {row["state"]: row for row in rows}
    most = max((row["customers"] for row in rows), default=0)
    return [
        {**found[state], "share": found[state]["customers"] / most}
        for state in STATES
        if state in found and found[state]["customers"] >= SMALLEST_SEGMENT
    ]


def read_cohorts(reader: Reader) -> dict[str, Any]:
    """By month of the first order, how many bought again so many months later; the newest 12 cohorts and months."""
    rows = reader.rows(
        """
        select cohort_month, months_since, customers, retention_rate
        from activation.cohort_retention
        where cohort_month >= (select max(cohort_month) - interval 11 months from activation.cohort_retention)
            and months_since between 1 and 11
        order by 1 desc, 2
        """,
        ["activation.cohort_retention"],
    )
    sizes = {row["cohort_month"]: row["customers"] for row in rows}
    rates = {(row["cohort_month"], row["months_since"]): row["retention_rate"] for row in rows}
    months = range(1, max((month for _, month in rates), default=0) + 1)
    return {
        "months": list(months),
        "cohorts": [
            {
                "month": cohort,
                "customers": size if size >= SMALLEST_SEGMENT else None,
                "rates": [
                    rates.get((cohort, month)) if size >= SMALLEST_SEGMENT else None for month in months
                ],
            }
            for cohort, size in sizes.items()
        ],
    }


def _cell(customers: int, most: int) -> dict[str, Any]:
    is_shown = customers >= SMALLEST_SEGMENT
    return {"customers": customers if is_shown else None, "share": customers / most if is_shown else 0.0}
