"""What the models found wrong in the data: events outside the tracking plan, amounts without an exchange rate.

Belongs here: SQL that counts them by kind. Does not belong here: rows and files that did not fit (arrivals.py).
"""

from __future__ import annotations

from dagster_project.lib.publication.report.reader import Reader, Row


def count_findings(reader: Reader) -> Row:
    """Findings of the tracking plan by event, currencies of orders, and ranges of days without a rate."""
    plan = reader.rows(
        """
        select event_name, finding, parameter, sum(events)::bigint as events,
            min(first_seen_at) as first_seen_at, max(last_seen_at) as last_seen_at
        from quality.tracking_plan_findings
        group by 1, 2, 3 order by events desc, event_name, finding, parameter
        """,
        ["quality.tracking_plan_findings"],
    )
    events = reader.row(
        "select count(*) filter (tracking_plan_finding is not null) as events from marts.fct_events",
        ["marts.fct_events", "quality.tracking_plan_findings"],
    )
    currencies = reader.rows(
        "select * from quality.order_currencies order by is_base desc, orders desc, currency",
        ["quality.order_currencies"],
    )
    missing = reader.rows(
        "select * from quality.missing_exchange_rates order by orders desc, currency, first_ordered_at",
        ["quality.missing_exchange_rates"],
    )
    return {
        "plan": plan,
        "events": events.get("events", 0),
        "currencies": currencies,
        "missing_rates": missing,
        "without_rate": sum(row["orders"] for row in missing),
    }
