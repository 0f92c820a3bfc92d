"""What must hold when experiment exposures arrive."""

from __future__ import annotations

import great_expectations as gx

from expectations.common import build_suite, plausible_times, volume


def suite() -> gx.ExpectationSuite:
    """The suite of raw.experiments_exposures."""
    return build_suite(
        "raw.experiments_exposures",
        volume(),
        plausible_times("exposed_at"),
    )
