"""What must hold when survey answers arrive."""

from __future__ import annotations

import great_expectations as gx

from expectations.common import build_suite, plausible_times, volume


def suite() -> gx.ExpectationSuite:
    """The suite of raw.crm_surveys."""
    return build_suite(
        "raw.crm_surveys",
        volume(),
        plausible_times("answered_at"),
    )
