"""The texts of lines that mending took out of the way, put back where their file's quarantine tells of them."""

from __future__ import annotations

from dataclasses import replace

import duckdb
import pandas as pd

from dagster_project.lib.common.sql import quote_literal
from dagster_project.lib.ingestion.loading.bulk import MiscountError, Refusal
from dagster_project.lib.ingestion.loading.mending import MARK, Hidden


def restore_texts(refusals: list[Refusal], hidden: dict[int, Hidden]) -> list[Refusal]:
    """Put the hidden lines back in place of the marks. hidden: by file_id.

    Raises MiscountError where the reader found more marks than were put.
    """
    rest = {file_id: iter(lines) for file_id, lines in hidden.items()}

    def restored(refusal: Refusal) -> Refusal:
        if not refusal.text.startswith(MARK):
            return refusal
        line = next(rest.get(refusal.file_id, iter(())), None)
        if line is None:
            raise MiscountError
        fault, text = line
        return replace(refusal, kind=fault, hidden_text=text)

    return [restored(refusal) for refusal in sorted(refusals, key=lambda it: (it.file_id, it.line))]


def restore_structural(connection: duckdb.DuckDBPyConnection, hidden: dict[int, Hidden]) -> None:
    """The same in the table `structural` of the loader."""
    marks = connection.execute(f"""
        select file_id, row_number from structural
        where starts_with(ltrim(raw_row, chr(10) || chr(13)), {quote_literal(MARK)}) order by all
    """).fetchall()
    rest = {file_id: iter(lines) for file_id, lines in hidden.items()}
    restored = pd.DataFrame(
        [(file_id, row_number, *next(rest[file_id])) for file_id, row_number in marks],
        columns=["file_id", "row_number", "reason", "raw_row"],
    )
    connection.register("restored_lines", restored)
    connection.execute("""
        update structural s set reason = r.reason, raw_row = r.raw_row from restored_lines r
        where s.file_id = r.file_id and s.row_number = r.row_number
    """)
    connection.unregister("restored_lines")
