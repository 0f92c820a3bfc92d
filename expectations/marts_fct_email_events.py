"""What must hold before e-mail events are published: their names are those that features and segments look for."""

from __future__ import annotations

import great_expectations as gx

from expectations.common import build_suite, vocabulary, volume

EVENT_NAMES = ("sent", "delivered", "open", "click", "bounce", "unsubscribe", "complaint")


def suite() -> gx.ExpectationSuite:
    """The suite of marts.fct_email_events."""
    return build_suite("marts.fct_email_events", volume(), vocabulary("event_name", EVENT_NAMES))
