"""Blank lines among JSON lines: DuckDB counts them where it refuses a line, and rows are counted without them."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
import pandas as pd

from dagster_project.lib.ingestion.arrival.headers import open_content
from dagster_project.lib.ingestion.loading.loader import FileToLoad


def settle_places(connection: duckdb.DuckDBPyConnection, files: Sequence[FileToLoad]) -> None:
    """Give the lines in `structural`, which stand there by their number in the file, their place among the records."""
    refused: dict[int, list[int]] = {}
    for file_id, line in connection.execute("select file_id, row_number from structural").fetchall():
        refused.setdefault(file_id, []).append(line)
    if not refused:
        return
    settled = [
        (item.file_id, line, place)
        for item in files
        if item.file_id in refused
        for line, place in _places(item, frozenset(refused[item.file_id]))
    ]
    connection.register("settled", pd.DataFrame(settled, columns=["file_id", "line", "place"]))
    connection.execute("""
        update structural as s set row_number = p.place, raw_row = ltrim(s.raw_row, chr(10) || chr(13))
        from settled p where p.file_id = s.file_id and p.line = s.row_number
    """)
    connection.unregister("settled")


def _places(item: FileToLoad, wanted: frozenset[int]) -> list[tuple[int, int]]:
    """Each wanted line, and how many lines up to it are not blank."""
    places, place = [], 0
    with open_content(item.file) as stream:
        for line, text in enumerate(stream, 1):
            place += bool(text.strip(b" \r\n"))
            if line in wanted:
                places.append((line, place))
    return places
