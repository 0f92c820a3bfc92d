"""From the place of a row in its group, which bulk leaves in the raw table, to its place in its own file."""

from __future__ import annotations

import duckdb
import numpy as np
import numpy.typing as npt
import pandas as pd

from dagster_project.lib.ingestion.bulk import Inserted
from dagster_project.lib.ingestion.feeds import Feed
from dagster_project.lib.ingestion.grouping import Group
from dagster_project.lib.ingestion.parts import Parts

MAX_BRANCHES = 2000
"""Beyond this many gaps in one file a table of places is quicker than a statement about them."""


def number_rows(
    connection: duckdb.DuckDBPyConnection,
    feed: Feed,
    inserted: dict[int, Inserted],
    gaps: dict[int, list[int]],
    parts: dict[int, Parts],
) -> None:
    """Give the inserted rows their place in their file, from 1 without the header, and take the imperfect ones out.

    gaps: file_id -> places of the records that the reader refused. parts: of combined copies, the files in them.
    """
    if not inserted:
        return
    low, high = min(inserted), max(inserted)
    connection.execute(
        f"delete from {feed.raw_table} where _row_number < 0 and _file_id between ? and ?",
        [low, high],
    )
    whole = [
        (file_id, it.first_row)
        for file_id, it in inserted.items()
        if not gaps.get(file_id) and file_id not in parts
    ]
    if whole:
        first_rows = pd.DataFrame(whole, columns=["file_id", "first_row"])
        connection.register("first_rows_of_files", first_rows)
        connection.execute(f"""
            update {feed.raw_table} set _row_number = _row_number - f.first_row::integer + 1
            from first_rows_of_files f where _file_id = f.file_id and _file_id between {low} and {high}
        """)
        connection.unregister("first_rows_of_files")
    for file_id, it in inserted.items():
        refused = sorted(gaps.get(file_id, []))
        if file_id in parts or len(refused) > MAX_BRANCHES:
            _number_one_by_one(connection, feed, file_id, it, _places(it.rows, refused), parts.get(file_id))
        elif refused:
            ordinal = f"(_row_number - {it.first_row - 1})"
            connection.execute(f"""
                update {feed.raw_table} set _row_number = ({ordinal} + {_gaps_before(ordinal, refused)})::integer
                where _file_id = {file_id}
            """)


def _gaps_before(ordinal: str, refused: list[int]) -> str:
    """SQL for how many gaps lie before a row; a tree of comparisons, of which a block of rows takes one branch."""
    limits = [place - number for number, place in enumerate(refused, 1)]

    def branch(low: int, high: int) -> str:
        if low == high:
            return str(low)
        middle = (low + high) // 2
        return f"case when {ordinal} <= {limits[middle]} then {branch(low, middle)} else {branch(middle + 1, high)} end"

    return branch(0, len(limits))


def _places(rows: int, refused: list[int]) -> npt.NDArray[np.int64]:
    """Where records are missing, each one pushes the places behind it on by one. refused: sorted."""
    places = np.arange(1, rows + 1)
    before = np.array(refused, dtype=np.int64) - np.arange(1, len(refused) + 1)
    return places + np.searchsorted(before, places, side="left")


def _number_one_by_one(
    connection: duckdb.DuckDBPyConnection,
    feed: Feed,
    file_id: int,
    it: Inserted,
    places: npt.NDArray[np.int64],
    parts: Parts | None,
) -> None:
    numbered = {"row_id": np.arange(it.first_row, it.first_row + it.rows), "place": places}
    values = "_row_number = p.place::integer"
    if parts:
        numbered["file_id"], numbered["place"] = parts.locate(places)
        values += ", _file_id = p.file_id::integer"
    connection.register("places", pd.DataFrame(numbered))
    connection.execute(f"""
        update {feed.raw_table} as r set {values} from places p
        where r._row_number = p.row_id and r._file_id = {file_id}
    """)
    connection.unregister("places")


def rows_of_files(group: Group, inserted: dict[int, Inserted], gaps: dict[int, list[int]]) -> dict[int, int]:
    """file_id -> how many rows the file holds.

    Raises RuntimeError where the reader gave another number of rows than the file's own bytes tell: readers of CSV
    have lost rows without a word.
    """
    rows: dict[int, int] = {}
    for item in group.files:
        read = inserted[item.file_id].rows if item.file_id in inserted else 0
        read += len(gaps.get(item.file_id, ()))
        combined = group.parts.get(item.file_id)
        expected = combined.total if combined else group.rows_expected.get(item.file_id, read)
        if read != expected:
            raise RuntimeError(f"{item.file.relative_path}: {read} rows were read where {expected} stand")
        rows |= (
            dict(zip(combined.file_ids, combined.records, strict=True)) if combined else {item.file_id: read}
        )
    return rows
