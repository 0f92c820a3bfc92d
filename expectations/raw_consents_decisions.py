"""What must hold when consent decisions arrive. An unknown status counts as no consent: it must be seen."""

from __future__ import annotations

import great_expectations as gx

from expectations.common import build_suite, plausible_times, vocabulary, volume

PURPOSES = ("analytics", "personalization", "marketing_email", "advertising", "sale_or_sharing")


def suite() -> gx.ExpectationSuite:
    """The suite of raw.consents_decisions."""
    return build_suite(
        "raw.consents_decisions",
        volume(),
        plausible_times("decided_at"),
        vocabulary("status", ("granted", "denied"), 1.0),
        vocabulary("purpose", PURPOSES, 1.0),
    )
