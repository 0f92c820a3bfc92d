"""The kinds of expectation that suites share, each with the severity and the reason that go with it.

Belongs here: builders of expectations that two or more tables need. Does not belong here: anything about one
table alone (its own file), running suites (validate.py).

Severity: `critical` blocks the night (stored as 'error'), `warning` is reported only ('warn'). On arrival a
single bad row never blocks: contracts reject rows, staging ignores the future. What blocks there is a share
of rows that says the file is wrong.

A builder never asks for minima or maxima of personal data: observed values are stored and shown.
"""

# Great Expectations documents these names here, but its package does not list them as exported.
# pyright: reportPrivateImportUsage=false
from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import great_expectations as gx
from great_expectations import expectations as gxe
from great_expectations.expectations.expectation import Expectation
from great_expectations.expectations.metadata_types import FailureSeverity

CRITICAL, WARNING = FailureSeverity.CRITICAL, FailureSeverity.WARNING

EARLIEST_PLAUSIBLE = datetime(1990, 1, 1)
LATEST_PLAUSIBLE_DATE = datetime(2100, 1, 1)
LARGEST_FINITE = 1e15
LARGEST_AMOUNT = 1_000_000.0
LARGEST_QUANTITY = 1_000_000.0
BROKEN_FILE_SHARE = 0.95

# Values that the caller of validate.py gives for each table on each night.
FEWEST_ROWS = {"$PARAMETER": "fewest_rows"}
REQUIRED_ROWS = {"$PARAMETER": "required_rows"}
LATEST_PLAUSIBLE = {"$PARAMETER": "latest_plausible_at"}
STALE_BEFORE = {"$PARAMETER": "stale_before"}
RUN_IDS = {"$PARAMETER": "run_ids"}


def build_suite(table: str, *groups: Iterable[Expectation]) -> gx.ExpectationSuite:
    """A suite named after its table, of the expectations of all `groups` in their order."""
    return gx.ExpectationSuite(
        name=table, expectations=[expectation for group in groups for expectation in group]
    )


def volume() -> Sequence[Expectation]:
    """Warn when a table holds less than half of last night's rows: arrivals add, they do not take away."""
    return [
        gxe.ExpectTableRowCountToBeBetween(
            min_value=FEWEST_ROWS, severity=WARNING, description="at least half of last night's rows"
        )
    ]


def required_volume() -> Sequence[Expectation]:
    """Block an empty table whose inputs are not empty: a snapshot without it would empty what users have."""
    return [
        gxe.ExpectTableRowCountToBeBetween(
            min_value=REQUIRED_ROWS, severity=CRITICAL, description="not empty while its inputs have rows"
        )
    ]


def plausible_times(column: str) -> Sequence[Expectation]:
    """From 1990 to the latest arrival, a day allowed for time zones; one stray row warns, 5% block."""
    return _bounded(column, EARLIEST_PLAUSIBLE, LATEST_PLAUSIBLE, "between 1990 and arrival")


def fresh(column: str) -> Sequence[Expectation]:
    """Warn when the newest row is older than the window the caller allows before the night's time."""
    return [
        gxe.ExpectColumnMaxToBeBetween(
            column=column, min_value=STALE_BEFORE, severity=WARNING, description="newest row is recent"
        )
    ]


def sane_numbers(column: str, lowest: float, highest: float) -> Sequence[Expectation]:
    """Inside [lowest, highest], so neither NaN nor infinity; one stray row warns, 5% of rows block."""
    return _bounded(column, lowest, highest, f"between {lowest:g} and {highest:g}")


def sane_dates(column: str) -> Sequence[Expectation]:
    """From 1990 to 2100: dates of calendars and forecasts lie ahead, but not by a century."""
    return _bounded(column, EARLIEST_PLAUSIBLE, LATEST_PLAUSIBLE_DATE, "between 1990 and 2100")


def finite_numbers(column: str) -> Sequence[Expectation]:
    """Block NaN, infinity and sizes no business has: they lie outside every range in DuckDB's order."""
    return [
        gxe.ExpectColumnValuesToBeBetween(
            column=column,
            min_value=-LARGEST_FINITE,
            max_value=LARGEST_FINITE,
            severity=CRITICAL,
            description="finite numbers",
        )
    ]


def rarely_negative(column: str, share: float = 0.99) -> Sequence[Expectation]:
    """Warn when less than `share` is zero or more: corrections are rare, a flipped sign is not."""
    return [
        gxe.ExpectColumnValuesToBeBetween(
            column=column,
            min_value=0.0,
            max_value=None,
            mostly=share,
            severity=WARNING,
            description=f"at least {share:.0%} not negative",
        )
    ]


def filled(column: str, share: float) -> Sequence[Expectation]:
    """Warn when fewer than `share` of the rows have a value."""
    return [
        gxe.ExpectColumnValuesToNotBeNull(
            column=column, mostly=share, severity=WARNING, description=f"at least {share:.0%} filled"
        )
    ]


def always_filled(*columns: str) -> Sequence[Expectation]:
    """Block rows without a value: for columns that a published table or a contract always has."""
    return [
        gxe.ExpectColumnValuesToNotBeNull(column=column, severity=CRITICAL, description="always filled")
        for column in columns
    ]


def vocabulary(column: str, values: Iterable[str], share: float = 0.95) -> Sequence[Expectation]:
    """Warn when fewer than `share` of the values are known words: staging maps the rest to nothing."""
    return [
        gxe.ExpectColumnValuesToBeInSet(
            column=column,
            value_set=sorted(values),
            mostly=share,
            severity=WARNING,
            description=f"at least {share:.0%} known words",
        )
    ]


def unique_together(*columns: str) -> Sequence[Expectation]:
    """Block two rows with the same values in `columns`, two or more: the key of what Python writes."""
    return [
        gxe.ExpectCompoundColumnsToBeUnique(
            column_list=list(columns), severity=CRITICAL, description=f"one row per {', '.join(columns)}"
        )
    ]


def no_groups(
    query: str, column: str, description: str, severity: FailureSeverity = CRITICAL
) -> Sequence[Expectation]:
    """Fail when `query` over `{batch}` returns a row. It selects constants: values may be personal."""
    return [
        gxe.UnexpectedRowsExpectation(
            unexpected_rows_query=query, severity=severity, description=description, meta={"column": column}
        )
    ]


def traced() -> Sequence[Expectation]:
    """Block rows that do not say when and by which run they were made; warn of those of a run that did not end well."""
    return [
        *always_filled("run_id", "computed_at"),
        gxe.ExpectColumnValuesToBeInSet(
            column="run_id",
            value_set=RUN_IDS,
            severity=WARNING,
            description="written by a run that finished its stage",
        ),
    ]


def _bounded(column: str, lowest: Any, highest: Any, words: str) -> Sequence[Expectation]:
    """Both severities over one condition: Great Expectations counts it once."""
    bounds = {"column": column, "min_value": lowest, "max_value": highest}
    return [
        gxe.ExpectColumnValuesToBeBetween(
            **bounds,
            mostly=BROKEN_FILE_SHARE,
            severity=CRITICAL,
            description=f"{BROKEN_FILE_SHARE:.0%} {words}",
        ),
        gxe.ExpectColumnValuesToBeBetween(**bounds, severity=WARNING, description=f"all {words}"),
    ]
