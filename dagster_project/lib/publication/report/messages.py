"""Who is written to and shown what, counted: messages of campaigns, what became of them, offers, actions, faults.

Belongs here: SQL over what the night decided to send. Does not belong here: whom segments hold (audiences.py).
"""

from __future__ import annotations

from dagster_project.lib.publication.report.figures import SMALLEST_SEGMENT
from dagster_project.lib.publication.report.reader import Reader, Row

SHOWN_DAYS = 28
STATUSES = ("due", "sent", "suppressed", "exited")
_QUEUE = "activation.campaign_queue"
_PERFORMANCE = "quality.content_performance"
_BOUND = {"smallest": SMALLEST_SEGMENT}


def count_messages(reader: Reader) -> list[Row]:
    """One row a campaign and step: template, and customers by status, none where they are few but some."""
    counts = ", ".join(
        f"count(*) filter (status = '{status}') as all_{status},"
        f" case when all_{status} not between 1 and $smallest - 1 then all_{status} end as {status}"
        for status in STATUSES
    )
    return reader.rows(
        f"select campaign, step, any_value(template) as template, {counts} from {_QUEUE} group by 1, 2 order by 1, 2",
        [_QUEUE],
        _BOUND,
    )


def count_reasons(reader: Reader) -> list[Row]:
    """Why messages are not due: one row a campaign, status and reason, customers none where they are few."""
    return reader.rows(
        f"""
        select campaign, status, reason, count(distinct customer_id) as counted,
            case when counted >= $smallest then counted end as customers
        from {_QUEUE} where status <> 'due' and reason is not null group by 1, 2, 3 order by 1, counted desc, 2, 3
        """,
        [_QUEUE],
        _BOUND,
    )


def read_performance(reader: Reader) -> list[Row]:
    """What became of what was shown within the last days, by campaign, template and channel; none for small counts.

    click_rate: of what was shown, none unless both are told. revenue: none where few made it.
    """
    rows = reader.rows(
        """
        select campaign, template, channel, sum(shown)::bigint as shown, sum(clicked)::bigint as clicked,
            sum(converted)::bigint as converted, sum(revenue) as revenue
        from quality.content_performance
        where shown_date > (select max(shown_date) from quality.content_performance) - $days::integer
        group by all order by shown desc, campaign, template, channel
        """,
        [_PERFORMANCE],
        {"days": SHOWN_DAYS},
    )
    for row in rows:
        for name in ("shown", "clicked", "converted"):
            row[name] = row[name] if row[name] == 0 or row[name] >= SMALLEST_SEGMENT else None
        is_known = row["shown"] and row["clicked"] is not None
        row["click_rate"] = row["clicked"] / row["shown"] if is_known else None
        row["revenue"] = row["revenue"] if row["converted"] is not None else None
    return rows


def count_actions(reader: Reader) -> list[Row]:
    """What is worth most to do next: customers by action and channel, with their mean score."""
    return reader.rows(
        """
        select action, channel, count(*) as counted,
            case when counted >= $smallest then counted end as customers,
            case when counted >= $smallest then avg(score) end as score
        from activation.next_best_actions group by 1, 2 order by counted desc, 1, 2
        """,
        ["activation.next_best_actions"],
        _BOUND,
    )


def count_offers(reader: Reader) -> list[Row]:
    """Offers by priority, with how many customers may have each tonight."""
    return reader.rows(
        """
        select offers.offer, offers.kind, offers.ends_on_date, count(own.customer_id) as counted,
            case when counted not between 1 and $smallest - 1 then counted end as customers
        from activation.offers as offers left join activation.customer_offers as own using (offer)
        group by all order by any_value(offers.priority), offers.offer
        """,
        ["activation.offers", "activation.customer_offers"],
        _BOUND,
    )


def read_faults(reader: Reader) -> list[Row]:
    """Faults of templates by file and line, with how many customers have nothing for them."""
    return reader.rows(
        "select template, file, line, reason, customers from quality.content_faults order by file, line, template",
        ["quality.content_faults"],
    )
