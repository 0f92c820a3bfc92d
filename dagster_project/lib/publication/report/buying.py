"""How customers buy and come back, counted: recency, frequency and revenue in fifths, lifecycle, cohorts.

Belongs here: SQL over features, lifecycle and retention. Does not belong here: segments (audiences.py).
"""

from __future__ import annotations

from typing import Any

from dagster_project.lib.publication.report.reader import Reader, Row
from dagster_project.lib.publication.report.suppression import Told, tell, tell_part, tell_parts, tell_share

STATES = ("visitor", "new", "active", "loyal", "returned", "at_risk", "lapsed")
FIFTHS = (5, 4, 3, 2, 1)
_FEATURES = "marts.customer_features"


def count_rfm(reader: Reader) -> dict[str, Any]:
    """Known buyers by fifths of recency and frequency, and the revenue of each fifth by revenue.

    grid: a row a fifth of recency, the latest buyers first, of cells {customers, share}; share is of the fullest cell,
    and small cells have no number. Since the number of buyers is told, neither have others that would give one away.
    """
    cells = reader.rows(
        """
        select recency_score as recency, frequency_score as frequency, count(*) as customers
        from marts.customer_features where is_known and recency_score is not null group by 1, 2
        """,
        [_FEATURES],
    )
    told = tell_parts([cell["customers"] for cell in cells])
    counted = {(cell["recency"], cell["frequency"]): one for cell, one in zip(cells, told, strict=True)}
    most = max((one for one in told if isinstance(one, int)), default=0)
    fifths = reader.rows(
        """
        select monetary_score as fifth, count(*) as customers, sum(total_revenue) as revenue,
            sum(total_revenue) / nullif(sum(sum(total_revenue)) over (), 0) as share,
            median(recency_days) as recency_days, avg(order_count) as orders
        from marts.customer_features where is_known and monetary_score is not null group by 1 order by 1 desc
        """,
        [_FEATURES],
    )
    for fifth, one in zip(fifths, tell_parts([fifth["customers"] for fifth in fifths]), strict=True):
        fifth["customers"] = one
        if not isinstance(one, int):
            fifth.update(dict.fromkeys(("revenue", "share", "recency_days", "orders")))
    return {
        "buyers": sum(cell["customers"] for cell in cells),
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
    """Customers by state, in the order of a life, and who came into it within the last 30 days; share: of the fullest.

    All of them are every customer, whose number is told, so beside a small state another one is withheld.
    """
    rows = reader.rows(
        """
        select lifecycle.state, count(*) as customers,
            count(*) filter (lifecycle.changed_at > features.as_of - interval 30 days) as came
        from marts.customer_lifecycle as lifecycle
        inner join marts.customer_features as features on lifecycle.customer_id = features.customer_id
        group by 1
        """,
        ["marts.customer_lifecycle", _FEATURES],
    )
    told = tell_parts([row["customers"] for row in rows])
    most = max((one for one in told if isinstance(one, int)), default=0)
    found = {
        row["state"]: {
            "state": row["state"],
            "customers": one,
            "share": one / most if isinstance(one, int) else 0,
            "came": tell_part(row["came"], row["customers"]) if isinstance(one, int) else tell(row["came"]),
        }
        for row, one in zip(rows, told, strict=True)
    }
    return [found[state] for state in STATES if state in found]


def read_cohorts(reader: Reader) -> dict[str, Any]:
    """By month of the first order, how many bought again so many months later; the newest 12 cohorts and months.

    A rate is none where only a few came back, or all but a few.
    """
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
                "customers": tell(size),
                "rates": [tell_share(rates.get((cohort, month)), size) for month in months],
            }
            for cohort, size in sizes.items()
        ],
    }


def _cell(customers: Told, most: int) -> dict[str, Any]:
    return {"customers": customers, "share": customers / most if isinstance(customers, int) and most else 0.0}
