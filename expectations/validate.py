"""Have Great Expectations judge tables through SQLAlchemy connections, as SQL that the database runs.

Belongs here: one batch a table, its suite, and turning results into outcomes that hold aggregates only.
Does not belong here: expectations (one file a table), opening databases, storing outcomes.

No value of a row leaves the database: `partial_unexpected_count` 0 makes Great Expectations fetch none. The
messages of exceptions, which may quote a value, are dropped before anything is returned or rendered.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from expectations.registry import load_suite
from expectations.silence import quiet_log

if TYPE_CHECKING:
    from great_expectations.core import ExpectationSuiteValidationResult, ExpectationValidationResult
    from great_expectations.data_context.data_context.abstract_data_context import AbstractDataContext

COUNTS_ONLY = {"result_format": "BASIC", "partial_unexpected_count": 0}
VOLUME = "expect_table_row_count_to_be_between"
NOT_EVALUATED = "not evaluated"
AGGREGATES = frozenset(
    {
        "observed_value",
        "element_count",
        "unexpected_count",
        "unexpected_percent",
        "unexpected_percent_total",
        "unexpected_percent_nonmissing",
        "missing_count",
        "missing_percent",
    }
)


@dataclass(frozen=True)
class TableInput:
    """A table to judge (`schema.table`), whether it has no rows, and the parameters its suite refers to."""

    table: str
    is_empty: bool
    parameters: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Outcome:
    """What one expectation said about one table: `severity` is 'error' (blocks) or 'warn' (is reported).

    `observed_value` is an aggregate, never a value of a row; None where the expectation observes nothing.
    """

    table_name: str
    expectation: str
    column_name: str | None
    is_success: bool
    severity: str
    observed_value: str | None
    description: str


def validate(
    connection_urls: Mapping[str, str],
    tables: Sequence[TableInput],
    *,
    run_id: str,
    checked_at: datetime,
    results_folder: Path | None = None,
) -> list[Outcome]:
    """Judge `tables` by their suites, in the order given, and each suite in its own order.

    `connection_urls`: for each schema, a SQLAlchemy URL whose connections find its tables without a prefix.
    An empty table is judged by its volume alone: a share or a maximum of no rows says nothing.
    With `results_folder`, each table's results are also kept there for documents.write_data_docs, marked with
    `run_id` and `checked_at`. Raises KeyError for a table without a suite.
    """
    import great_expectations as gx
    from great_expectations.data_context.types.base import ProgressBarsConfig

    quiet_log()
    context = gx.get_context(mode="ephemeral")
    context.enable_analytics(False)
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    for schema, url in connection_urls.items():
        context.data_sources.add_sql(name=schema, connection_string=url)
    judged = [_judge(context, table) for table in tables]
    if results_folder is not None:
        from expectations.documents import keep_results

        keep_results(judged, results_folder, run_id=run_id, checked_at=checked_at)
    return [outcome for result in judged for outcome in _outcomes(result)]


def _judge(context: AbstractDataContext, given: TableInput) -> ExpectationSuiteValidationResult:
    schema, name = given.table.split(".", 1)
    suite = load_suite(given.table)
    if given.is_empty:
        suite.expectations = [e for e in suite.expectations if e.expectation_type == VOLUME]
    order = {
        _identify(configuration): place
        for place, configuration in enumerate(suite.expectation_configurations)
    }
    asset = context.data_sources.get(schema).add_table_asset(name=given.table, table_name=name)
    batch = asset.add_batch_definition_whole_table("all rows").get_batch()
    judged = batch.validate(suite, result_format=COUNTS_ONLY, expectation_parameters=dict(given.parameters))
    # Great Expectations moves what it could not evaluate to the front.
    judged.results.sort(key=lambda result: order.get(_identify(result.expectation_config), len(order)))
    for result in judged.results:
        _keep_aggregates(result)
    return judged


def _identify(configuration: Any) -> tuple[str, str | None, str, str]:
    kwargs = configuration.kwargs
    subject = kwargs.get("column") or str(kwargs.get("column_list") or kwargs.get("unexpected_rows_query"))
    return configuration.type, subject, str(configuration.severity), str(configuration.description)


def _keep_aggregates(result: ExpectationValidationResult) -> None:
    """Drop everything from a result that could quote a row."""
    result.result = {name: value for name, value in result.result.items() if name in AGGREGATES}
    if _was_not_evaluated(result):
        result.exception_info = {
            "raised_exception": True,
            "exception_message": NOT_EVALUATED,
            "exception_traceback": "",
        }


def _was_not_evaluated(result: ExpectationValidationResult) -> bool:
    """Whether an exception took the place of an answer: the exceptions stand alone or keyed by metric."""
    info = result.exception_info
    if "raised_exception" in info:
        return bool(info["raised_exception"])
    return any(entry.get("raised_exception") for entry in info.values())


def _outcomes(judged: ExpectationSuiteValidationResult) -> Iterator[Outcome]:
    for result in judged.results:
        configuration: Any = result.expectation_config
        columns = configuration.kwargs.get("column_list")
        yield Outcome(
            table_name=judged.suite_name,
            expectation=configuration.type,
            column_name=", ".join(columns)
            if columns
            else configuration.kwargs.get("column") or (configuration.meta or {}).get("column"),
            is_success=bool(result.success),
            severity="error" if configuration.severity.value == "critical" else "warn",
            observed_value=_observed(result),
            description=configuration.description or "",
        )


def _observed(result: ExpectationValidationResult) -> str | None:
    if _was_not_evaluated(result):
        return NOT_EVALUATED
    numbers = result.result
    if "unexpected_count" in numbers:
        return f"{numbers['unexpected_count']} of {numbers['element_count']} rows"
    observed = numbers.get("observed_value")
    return None if observed is None else str(observed)
