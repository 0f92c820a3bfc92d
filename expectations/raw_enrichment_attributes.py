"""What must hold when attributes bought from a provider arrive."""

from __future__ import annotations

import great_expectations as gx

from expectations.common import build_suite, plausible_times, volume


def suite() -> gx.ExpectationSuite:
    """The suite of raw.enrichment_attributes."""
    return build_suite(
        "raw.enrichment_attributes",
        volume(),
        plausible_times("observed_at"),
    )
