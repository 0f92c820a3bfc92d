"""Who is written to and shown what, counted: messages of campaigns, what became of them, offers, actions, faults.

Belongs here: SQL over what the night decided to send. Does not belong here: whom segments hold (audiences.py).
"""

from __future__ import annotations

from itertools import groupby

from dagster_project.lib.publication.report.reader import Reader, Row
from dagster_project.lib.publication.report.suppression import tell, tell_part, tell_parts, tell_rate

SHOWN_DAYS = 28
STATUSES = ("due", "sent", "suppressed", "exited")
_QUEUE = "activation.campaign_queue"
_PERFORMANCE = "quality.content_performance"


def count_messages(reader: Reader) -> list[Row]:
    """One row a campaign and step: template, and customers by status, none where they are few but some."""
    counts = ", ".join(f"count(*) filter (status = '{status}') as {status}" for status in STATUSES)
    messages = reader.rows(
        f"select campaign, step, any_value(template) as template, {counts} from {_QUEUE} group by 1, 2 order by 1, 2",
        [_QUEUE],
    )
    return [message | {status: tell(message[status]) for status in STATUSES} for message in messages]


def count_reasons(reader: Reader) -> list[Row]:
    """Why messages are not due: one row a campaign, status and reason, customers none where they are few.

    How many have a status is told, so beside a small number another one of the status is withheld.
    """
    reasons = reader.rows(
        f"""
        select campaign, status, reason, count(distinct customer_id) as customers
        from {_QUEUE} where status <> 'due' and reason is not null group by 1, 2, 3 order by 1, customers desc, 2, 3
        """,
        [_QUEUE],
    )
    for _, group in groupby(sorted(reasons, key=_status_of), _status_of):
        rows = list(group)
        for row, told in zip(rows, tell_parts([row["customers"] for row in rows]), strict=True):
            row["customers"] = told
    return reasons


def _status_of(row: Row) -> tuple[str, str]:
    return row["campaign"], row["status"]


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
        row["converted"] = tell_part(row["converted"], row["clicked"])
        row["clicked"] = tell_part(row["clicked"], row["shown"])
        row["shown"] = tell(row["shown"])
        row["click_rate"] = tell_rate(row["clicked"], row["shown"])
        row["revenue"] = row["revenue"] if row["converted"] is not None else None
    return rows


def count_actions(reader: Reader) -> list[Row]:
    """What is worth most to do next: customers by action and channel, with their mean score.

    They are all known customers, whose number is told, so beside a small group another one is withheld.
    """
    actions = reader.rows(
        """
        select action, channel, count(*) as customers, avg(score) as score
        from activation.next_best_actions group by 1, 2 order by customers desc, 1, 2
        """,
        ["activation.next_best_actions"],
    )
    for action, told in zip(actions, tell_parts([a["customers"] for a in actions]), strict=True):
        action |= {"customers": told, "score": action["score"] if isinstance(told, int) else None}
    return actions


def count_offers(reader: Reader) -> list[Row]:
    """Offers by priority, with how many customers may have each tonight."""
    offers = reader.rows(
        """
        select offers.offer, offers.kind, offers.ends_on_date, count(own.customer_id) as customers
        from activation.offers as offers left join activation.customer_offers as own using (offer)
        group by all order by any_value(offers.priority), offers.offer
        """,
        ["activation.offers", "activation.customer_offers"],
    )
    return [offer | {"customers": tell(offer["customers"])} for offer in offers]


def read_faults(reader: Reader) -> list[Row]:
    """Faults of templates by file and line, with how many customers have nothing for them."""
    faults = reader.rows(
        "select template, file, line, reason, customers from quality.content_faults order by file, line, template",
        ["quality.content_faults"],
    )
    return [fault | {"customers": tell(fault["customers"])} for fault in faults]
