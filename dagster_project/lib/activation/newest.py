"""What is known at the moment of sending that no published table says yet.

Nothing is looked up here: `lib/newest_facts.py` does that, since stages do not read each other's files.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

Denials = Mapping[tuple[str, str], datetime]
"""Customer and purpose -> when it was denied last (UTC, naive), of what no published grant is later than.

By a decision, an unsubscription, or a request to erase or restrict, which denies several purposes.
"""
PERSONALIZATION, MARKETING_EMAIL = "personalization", "marketing_email"
"""Purposes without which nobody gets recommendations, or mail."""


@dataclass(frozen=True)
class NewestFacts:
    """What exports say that no night has seen. Times are UTC, naive."""

    denials: Denials = field(default_factory=dict)
    purchases: Mapping[str, datetime] = field(default_factory=dict)
    """Customer -> when last."""


def deniers(denials: Denials, *purposes: str) -> frozenset[str]:
    """Customers who deny one of the purposes."""
    return frozenset(customer for customer, purpose in denials if purpose in purposes)
