"""What a night would make of the files of a feed, without a night: loaded into a scratch database that is thrown away.

The night's own code judges, so the answers are the night's. Neither landing nor the warehouse is written to.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

import duckdb

from dagster_project.lib.common import warehouse
from dagster_project.lib.common.sql import quote_literal
from dagster_project.lib.ingestion.arrival.column_names import may_show
from dagster_project.lib.ingestion.bookkeeping.drift import MISSING
from dagster_project.lib.ingestion.bookkeeping.ledger import Arrival
from dagster_project.lib.ingestion.contracts.feeds import Feed
from dagster_project.lib.ingestion.ingest import ingest_feed
from dagster_project.lib.ingestion.loading.tables import create_tables

_WRITTEN_OTHERWISE = ("not a number", "not a time", "not a date")
_SEVERAL = 2
"""Of one value alone nothing can be told."""


@dataclass(frozen=True)
class Finding:
    """One reason for which rows of a file would stay out, or values become null."""

    kind: Literal["rejected", "nulled"]
    column: str | None
    """Canonical name; none where the whole line is at fault."""
    reason: str
    count: int
    """Of rows or of values."""

    def describe(self, rows_in: int) -> str:
        """The column and the reason; where no value of a file fits, the contract is at fault and not the values."""
        told = f"{self.column}: {self.reason}" if self.column else self.reason
        if self.count < rows_in or rows_in < _SEVERAL or not self.reason.startswith(_WRITTEN_OTHERWISE):
            return told
        return (
            f"{told.removesuffix('; correct the value')}; no value is: say under `dialect:` how they are written"
            " (`decimal`, `currency`, `timestamp_format`), as `kindred contract infer` finds it"
        )


@dataclass(frozen=True)
class FileTrial:
    """What would become of one file."""

    feed: str
    file: str
    """From landing on."""
    status: str
    """loaded, duplicate or quarantined."""
    reason: str | None
    """Why it would not be loaded."""
    rows_in: int
    rows_loaded: int
    rows_rejected: int
    values_nulled: int
    findings: tuple[Finding, ...]
    new_columns: tuple[str, ...]
    """Columns beyond the contract, which are kept in `_extra`."""
    new_columns_not_shown: int
    """How many more there are, whose names could be values of a person."""
    missing_columns: tuple[str, ...]
    """Columns that the feed's file before this one had."""


def try_feed(feed: Feed, landing: Path, now: datetime) -> list[FileTrial]:
    """Try every file of the feed, in the order of their paths. now: when the night would run (UTC, naive)."""
    with TemporaryDirectory(prefix="kindred-") as folder:
        connection = warehouse.connect(Path(folder) / "trial.duckdb")
        try:
            create_tables(connection)
            ingest_feed(connection, feed, landing, Arrival("trial", now))
            return _read_trials(connection, feed)
        finally:
            connection.close()


def _read_trials(connection: duckdb.DuckDBPyConnection, feed: Feed) -> list[FileTrial]:
    findings = _read_findings(connection)
    new_columns = _read_new_columns(connection, feed)
    missing = _read_missing_columns(connection)
    files = connection.execute("""
        select file_id, file_path, status, reason, rows_in, rows_loaded, rows_rejected
        from quality.ingested_files order by file_path
    """).fetchall()
    return [
        FileTrial(
            feed.folder,
            path,
            *rest,
            values_nulled=sum(finding.count for finding in findings[path] if finding.kind == "nulled"),
            findings=tuple(findings[path]),
            new_columns=tuple(filter(may_show, new_columns.get(file_id, ()))),
            new_columns_not_shown=sum(not may_show(name) for name in new_columns.get(file_id, ())),
            missing_columns=missing.get(path, ()),
        )
        for file_id, path, *rest in files
    ]


def _read_findings(connection: duckdb.DuckDBPyConnection) -> defaultdict[str, list[Finding]]:
    """File path -> its findings, the most frequent first."""
    rows = connection.execute("""
        select file_path, 'rejected' as kind, column_name, reason, count(*) as rows from quality.rejected_rows
        group by all
        union all
        select file_path, 'nulled', column_name, reason, count(*) from quality.nulled_values group by all
        order by kind desc, rows desc, column_name
    """).fetchall()
    findings: defaultdict[str, list[Finding]] = defaultdict(list)
    for path, *rest in rows:
        findings[path].append(Finding(*rest))
    return findings


def _read_new_columns(connection: duckdb.DuckDBPyConnection, feed: Feed) -> dict[int, tuple[str, ...]]:
    """Number of a file -> its columns beyond the contract."""
    rows = connection.execute(f"""
        select _file_id, list_sort(list_distinct(flatten(list(names))))
        from (select distinct _file_id, json_keys(_extra) as names from {feed.raw_table} where _extra is not null)
        group by _file_id
    """).fetchall()
    return {file_id: tuple(names) for file_id, names in rows}


def _read_missing_columns(connection: duckdb.DuckDBPyConnection) -> dict[str, tuple[str, ...]]:
    """File path -> columns that stay away."""
    rows = connection.execute(f"""
        select file_path, list(column_name order by column_name) from quality.schema_changes
        where change = {quote_literal(MISSING)} group by file_path
    """).fetchall()
    return {path: tuple(names) for path, names in rows}
