"""Whether a message that a night called due may still go at this moment, and why not.

What the night weighed is weighed again by what is known now: a campaign that ended, a no that came since, what was
sent.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from dagster_project.lib.activation.campaigns.campaigns import Campaign, Campaigns
from dagster_project.lib.activation.mail.due import DueMessage, Key
from dagster_project.lib.activation.mail.facts import Facts
from dagster_project.lib.activation.mail.quiet_hours import is_quiet
from dagster_project.lib.activation.mail.sent_messages import Status
from dagster_project.lib.activation.mail.settings import MailDestination

NOT_YET, QUIET, STEP_BEFORE = "not yet due", "quiet hours there", "the step before it was not sent"
CAP, SAID_NO = "as many messages as caps allow", "said no since the night"
WAITING = frozenset({NOT_YET, QUIET, STEP_BEFORE, CAP})
"""Reasons that time may do away with: the message stays due."""
WEEK = timedelta(days=7)


@dataclass
class Judge:
    """Judges messages one after the other, and is told of each that went."""

    campaigns: Campaigns
    destination: MailDestination
    facts: Facts
    now: datetime
    """UTC, naive."""

    def __post_init__(self) -> None:
        """Take what is asked of every message out of the facts."""
        self._by_name = {campaign.name: campaign for campaign in self.campaigns.campaigns}
        self._states: dict[Key, Status] = dict(self.facts.statuses)
        since = self.now - WEEK
        self._this_week = Counter(customer for customer, at in self.facts.sent if at > since)
        self._today = Counter(customer for customer, at in self.facts.sent if at.date() == self.now.date())

    def note_sent(self, message: DueMessage) -> None:
        """What went, or may have, counts for caps and for the step after it."""
        self._states[message.key] = "sent"
        self._this_week[message.customer_id] += 1
        self._today[message.customer_id] += 1

    def refusal(self, message: DueMessage) -> str | None:
        """The first reason for which the message does not go now; None where it goes."""
        campaign = self._by_name.get(message.campaign)
        return (
            self._settled(message)
            or ("campaign removed" if campaign is None else self._ended(message, campaign))
            or self._forbidden(message)
            or self._early(message)
        )

    def _settled(self, message: DueMessage) -> str | None:
        match self._states.get(message.key):
            case "sent":
                return "sent already"
            case "sending":
                return "unknown whether it was sent"
            case "failed":
                return "refused by the mail server"
            case _:
                return None

    def _ended(self, message: DueMessage, campaign: Campaign) -> str | None:
        if message.due_at + timedelta(hours=campaign.expires_hours) <= self.now:
            return "too late"
        customer, began_at = message.customer_id, message.began_at
        if campaign.exit.purchase and _is_after(self.facts.purchases.get(customer), began_at):
            return "bought"
        for event in campaign.exit.events:
            if _is_after(self.facts.events.get((customer, event)), began_at):
                return event.replace("_", " ")
        segment = campaign.trigger.segment
        if segment and campaign.exit.left_segment and (customer, segment) not in self.facts.members:
            return "left the segment"
        return None

    def _forbidden(self, message: DueMessage) -> str | None:
        if not message.is_allowed:
            return "no consent to marketing by e-mail"
        # a grant that came since waits for the night, which weighs it; a no counts at once
        return SAID_NO if message.customer_id in self.facts.deniers else None

    def _early(self, message: DueMessage) -> str | None:
        if message.due_at > self.now:
            return NOT_YET
        before = message.campaign, message.step - 1, message.customer_id, message.began_at
        if message.step > 1 and self._states.get(before) not in ("sent", "sending"):
            return STEP_BEFORE
        caps = self.campaigns.caps
        customer = message.customer_id
        if self._today[customer] >= caps.per_day or self._this_week[customer] >= caps.per_week:
            return CAP
        quiet, zone = self.destination.quiet_hours, self.destination.time_zone
        return QUIET if is_quiet(quiet, message.country, zone, self.now) else None


def _is_after(moment: datetime | None, began_at: datetime) -> bool:
    return moment is not None and moment > began_at
