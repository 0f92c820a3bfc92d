"""What a published night says is due, whom it is for and what it reads like: read from the snapshot, nothing judged."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

import duckdb

from dagster_project.lib.common.fingerprints import hash_text

AT_ONCE = 500
"""So many messages are held in memory with their texts."""
_DUE = """
    select q.campaign, q.step, blocks.template, blocks.variant_id, q.customer_id, q.began_at, q.due_at,
        customers.email, customers.first_name, customers.last_name, customers.country,
        coalesce(consents.status = 'granted', false)
    from activation.campaign_queue as q
    inner join activation.content_blocks as blocks using (customer_id, template)
    inner join marts.dim_customers as customers using (customer_id)
    left join marts.customer_consents as consents
        on q.customer_id = consents.customer_id and consents.purpose = 'marketing_email'
    where q.status = 'due' and blocks.campaign = q.campaign
    order by q.due_at, q.campaign, q.step, q.customer_id
"""
_TEXTS = """
    select customer_id, template, subject, html, text from activation.content_blocks
    where campaign is not null and customer_id in (select unnest(?::varchar[]))
"""
Key = tuple[str, int, str, datetime]
"""Campaign, step, customer and when it began for them: a message goes once."""


@dataclass(frozen=True)
class DueMessage:
    """One message for one customer. Times are UTC, naive."""

    campaign: str
    step: int
    template: str
    variant_id: str | None
    customer_id: str
    began_at: datetime
    """When the campaign began for the customer."""
    due_at: datetime
    address: str | None = field(repr=False)
    first_name: str | None = field(repr=False)
    last_name: str | None = field(repr=False)
    country: str | None = field(repr=False)
    is_allowed: bool
    """Whether marketing by e-mail is."""

    @property
    def key(self) -> Key:
        """What makes it this message."""
        return self.campaign, self.step, self.customer_id, self.began_at

    @property
    def message_id(self) -> str:
        """A name made of its key, the same whenever it is asked for."""
        return hash_text(*self.key)[:32]


@dataclass(frozen=True)
class Texts:
    """What a message reads like."""

    subject: str = field(repr=False)
    html: str = field(repr=False)
    text: str = field(repr=False)


class TextReader:
    """Reads texts when they are wanted, since most of a queue may have been sent already."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        """connection: to a published snapshot."""
        self._connection = connection
        self._at_hand: dict[tuple[str, str], Texts] = {}

    def read(self, message: DueMessage, following: Iterable[DueMessage]) -> Texts:
        """The message's. following: what is wanted next, read along, since many at once cost little more than one."""
        place = message.customer_id, message.template
        if place not in self._at_hand:
            customers = list({message.customer_id, *(later.customer_id for later in following)})
            found = self._connection.execute(_TEXTS, [customers]).fetchall()
            self._at_hand = {(customer, template): Texts(*parts) for customer, template, *parts in found}
        return self._at_hand[place]


def read_due(connection: duckdb.DuckDBPyConnection) -> list[DueMessage]:
    """Every message, earliest due first. connection: to a published snapshot."""
    return [DueMessage(*row) for row in connection.execute(_DUE).fetchall()]
