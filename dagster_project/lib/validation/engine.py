"""Run the suites of a list of tables over the open connection of the night.

Belongs here: the order of a validation and its verdict a table. Does not belong here: expectations, results.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from dagster_project.lib.validation.facts import gather_facts

if TYPE_CHECKING:
    from expectations.validate import Outcome

ABSENT = "expect_table_to_exist"


@dataclass(frozen=True)
class TableValidation:
    """One table's verdict: every outcome, and how many failed by severity."""

    table_name: str
    run_id: str
    checked_at: datetime
    outcomes: tuple[Outcome, ...]

    @property
    def errors(self) -> int:
        """Failed expectations that block publication."""
        return sum(not outcome.is_success and outcome.severity == "error" for outcome in self.outcomes)

    @property
    def warnings(self) -> int:
        """Failed expectations that are only reported."""
        return sum(not outcome.is_success and outcome.severity == "warn" for outcome in self.outcomes)

    @property
    def is_passed(self) -> bool:
        """Whether nothing blocks. Warnings may stand."""
        return self.errors == 0


def validate_tables(
    connection: duckdb.DuckDBPyConnection,
    tables: Sequence[str],
    *,
    run_id: str,
    checked_at: datetime,
    results_folder: Path | None = None,
) -> list[TableValidation]:
    """Judge `tables` (`schema.table`, each with a suite in expectations/) in the order given.

    `connection` is the one that is open: nothing else opens the file. Its uncommitted changes are not seen.
    `checked_at`: UTC, naive, by the clock. `results_folder`: where Great Expectations' own results are kept
    as JSON, for write_data_docs. A table that does not exist fails with an error. Raises KeyError for a table
    without a suite. Writes nothing to the warehouse: results.write_results does.
    """
    from dagster_project.lib.validation.dialect import lend
    from expectations.validate import TableInput, validate

    facts = gather_facts(connection, tables, run_id=run_id, checked_at=checked_at)
    present = [table for table in tables if table in facts.row_counts]
    inputs = [TableInput(table, facts.row_counts[table] == 0, facts.parameters(table)) for table in present]
    with lend(connection, sorted({table.split(".", 1)[0] for table in present})) as urls:
        outcomes = validate(urls, inputs, run_id=run_id, checked_at=checked_at, results_folder=results_folder)
    by_table: dict[str, list[Outcome]] = {table: [] for table in tables}
    for outcome in outcomes:
        by_table[outcome.table_name].append(outcome)
    return [
        TableValidation(table, run_id, checked_at, tuple(by_table[table]) or (_absent(table),))
        for table in tables
    ]


def write_data_docs(results_folder: Path, folder: Path) -> Path:
    """Replace `folder` with a static site of the results kept in `results_folder`; return its index page."""
    from expectations.documents import write_data_docs as write

    return write(results_folder, folder)


def _absent(table: str) -> Outcome:
    from expectations.validate import Outcome

    return Outcome(table, ABSENT, None, False, "error", "absent", "the table exists")
