"""What must hold when weather, holidays and the like arrive. Dates may lie ahead, as forecasts do."""

from __future__ import annotations

import great_expectations as gx

from expectations.common import build_suite, sane_dates, volume


def suite() -> gx.ExpectationSuite:
    """The suite of raw.context_observations."""
    return build_suite(
        "raw.context_observations",
        volume(),
        sane_dates("observed_date"),
    )
