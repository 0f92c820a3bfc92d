"""What is known at the moment of sending: of the snapshot, of landing since the night, and of what was sent before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import duckdb

from dagster_project.lib.activation.campaigns.campaigns import Campaigns
from dagster_project.lib.activation.mail.due import Key
from dagster_project.lib.activation.mail.sent_messages import SentMessages, Status
from dagster_project.lib.activation.newest import MARKETING_EMAIL, PERSONALIZATION, NewestFacts, deniers

_STRENGTH: Sequence[Status] = ("deferred", "failed", "sending", "sent")
_PURCHASES = """
    select customer_id, max(purchased_at) from (
        select customer_id, ordered_at as purchased_at from marts.fct_orders where not is_return
        union all
        select customer_id, occurred_at from marts.fct_events where event_name = 'purchase'
    ) where customer_id in (select customer_id from activation.campaign_queue where status = 'due') group by all
"""
_EVENTS = """
    select customer_id, event_name, max(occurred_at) from marts.fct_events
    where event_name in (select unnest(?::varchar[]))
        and customer_id in (select customer_id from activation.campaign_queue where status = 'due')
    group by all
"""
_MEMBERS = """
    select customer_id, segment from activation.segment_memberships
    where segment in (select unnest(?::varchar[]))
        and customer_id in (select customer_id from activation.campaign_queue where status = 'due')
"""
_ALIASES = """
    select customer_id, current_customer_id from marts.customer_id_aliases
    where current_customer_id in (select customer_id from activation.campaign_queue where status = 'due')
"""
_CUSTOMERS = "select distinct customer_id from activation.campaign_queue where status = 'due'"


@dataclass(frozen=True)
class Facts:
    """Of customers who are due something."""

    deniers: frozenset[str]
    """Customers who said no since the night: to mail, or to being known, by which messages are written."""
    purchases: Mapping[str, datetime]
    events: Mapping[tuple[str, str], datetime]
    """Customer and name of an event that ends a campaign -> when last."""
    members: frozenset[tuple[str, str]]
    """Customer and segment that begins a campaign."""
    statuses: Mapping[Key, Status]
    """What became of each message of which a server heard."""
    deferred: Mapping[Key, datetime]
    """When each was offered last that is still due."""
    sent: Sequence[tuple[str, datetime]]
    """Customer and time of each message that went, or may have."""


def read_facts(
    connection: duckdb.DuckDBPyConnection,
    campaigns: Campaigns,
    memory: SentMessages,
    newest: NewestFacts,
) -> Facts:
    """Gather them. connection: to a published snapshot. memory: of what was sent, read for customers of the queue."""
    purchases = dict(connection.execute(_PURCHASES).fetchall())
    for customer, bought_at in newest.purchases.items():
        purchases[customer] = max(bought_at, purchases.get(customer, bought_at))
    names = [event for campaign in campaigns.campaigns for event in campaign.exit.events]
    segments = [c.trigger.segment for c in campaigns.campaigns if c.trigger.segment]
    aliases = dict(connection.execute(_ALIASES).fetchall())
    statuses: dict[Key, Status] = {}
    offered: dict[Key, datetime] = {}
    sent: list[tuple[str, datetime]] = []
    customers = [customer for (customer,) in connection.execute(_CUSTOMERS).fetchall()]
    for message in memory.read([*customers, *aliases]):
        campaign, step, customer, began_at = message.key
        current = aliases.get(customer, customer)
        key = campaign, step, current, began_at
        if key not in statuses or _STRENGTH.index(message.status) > _STRENGTH.index(statuses[key]):
            statuses[key] = message.status
        offered[key] = message.sent_at
        if message.status in ("sent", "sending"):
            sent.append((current, message.sent_at))
    return Facts(
        deniers(newest.denials, MARKETING_EMAIL, PERSONALIZATION),
        purchases,
        {(customer, event): at for customer, event, at in connection.execute(_EVENTS, [names]).fetchall()},
        frozenset(connection.execute(_MEMBERS, [segments]).fetchall()),
        statuses,
        {key: at for key, at in offered.items() if statuses[key] == "deferred"},
        sent,
    )
