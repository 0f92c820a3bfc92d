"""From the place of a row among those that the reader took, which bulk leaves in the raw table, to its place in its
file.
"""

from __future__ import annotations

import duckdb
import numpy as np
import numpy.typing as npt
import pandas as pd

from dagster_project.lib.ingestion.contracts.feeds import Feed
from dagster_project.lib.ingestion.loading.bulk import Inserted
from dagster_project.lib.ingestion.loading.parts import Parts


def number_rows(
    connection: duckdb.DuckDBPyConnection,
    feed: Feed,
    inserted: dict[int, Inserted],
    gaps: dict[int, list[int]],
    parts: dict[int, Parts],
) -> None:
    """Give the inserted rows, flagged ones too, their place in their file, from 1 without the header.

    gaps: file_id -> places of the records that the reader refused. parts: of combined copies, the files in them.
    """
    for file_id, it in inserted.items():
        if it.imperfect:
            connection.execute(f"""
                update {feed.raw_table} set _row_number = -_row_number
                where _file_id = {file_id} and _row_number < 0
            """)
        refused = sorted(gaps.get(file_id, []))
        if refused or file_id in parts:
            places = _places(it.rows, refused)
            _move_rows(connection, feed, file_id, places, parts.get(file_id))


def _places(rows: int, refused: list[int]) -> npt.NDArray[np.int64]:
    """Where records are missing, each one pushes the places behind it on by one. refused: sorted."""
    places = np.arange(1, rows + 1)
    before = np.array(refused, dtype=np.int64) - np.arange(1, len(refused) + 1)
    return places + np.searchsorted(before, places, side="left")


def _move_rows(
    connection: duckdb.DuckDBPyConnection,
    feed: Feed,
    file_id: int,
    places: npt.NDArray[np.int64],
    parts: Parts | None,
) -> None:
    """places: of each row that the reader took, in their order, its place among all."""
    moved = {"taken": np.arange(1, len(places) + 1), "place": places}
    values = "_row_number = p.place::integer"
    if parts:
        moved["file_id"], moved["place"] = parts.locate(places)
        values += ", _file_id = p.file_id::integer"
    connection.register("places", pd.DataFrame(moved))
    connection.execute(f"""
        update {feed.raw_table} as r set {values} from places p
        where r._row_number = p.taken and r._file_id = {file_id}
    """)
    connection.unregister("places")
