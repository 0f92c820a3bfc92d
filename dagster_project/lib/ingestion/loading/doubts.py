"""What the fast way leaves to be judged again: records that the reader refused, and those that it flagged.

Finds their places and texts in the files. The judging itself is rejudging's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import duckdb
import numpy as np

from dagster_project.lib.ingestion.arrival.headers import open_content
from dagster_project.lib.ingestion.arrival.records import find_records
from dagster_project.lib.ingestion.contracts.contract import Dialect
from dagster_project.lib.ingestion.contracts.feeds import Feed
from dagster_project.lib.ingestion.loading.bulk import Inserted, MiscountError, Refusal, look_up_inserted
from dagster_project.lib.ingestion.loading.grouping import Group
from dagster_project.lib.ingestion.loading.loader import FileToLoad
from dagster_project.lib.ingestion.loading.parts import Parts


@dataclass(frozen=True)
class Doubtful:
    """A record in which the fast way found something."""

    file_id: int
    row_number: int
    text: str
    fault: str | None
    """DuckDB's name of what is wrong with its structure, so that it stands in no raw table; None where the reader took
    it and its values have to be judged.
    """


@dataclass(frozen=True)
class Rest:
    """What there is to do about a group after its insert, by file_id of the files that were read."""

    inserted: dict[int, Inserted]
    doubtful: list[Doubtful]
    gaps: dict[int, list[int]]
    """Places of the records that the reader did not take."""
    rows_in: dict[int, int]
    """How many rows each file holds; of a combined copy each file in it."""


def find_rest(
    connection: duckdb.DuckDBPyConnection, feed: Feed, group: Group, refusals: Sequence[Refusal]
) -> Rest:
    """Find the place, and where it is needed the text, of every record that was refused or flagged.

    Raises MiscountError where the file's own bytes tell of other records than the reader.
    """
    inserted = look_up_inserted(connection, feed, group.files)
    doubtful = _collect(group.files, refusals, inserted, feed.contract.dialect, group.layout.delimiter)
    gaps = _gaps_of(doubtful)
    return Rest(inserted, doubtful, gaps, _rows_of_files(group, inserted, gaps))


def _collect(
    files: Sequence[FileToLoad],
    refusals: Sequence[Refusal],
    inserted: dict[int, Inserted],
    dialect: Dialect,
    delimiter: str,
) -> list[Doubtful]:
    doubtful: list[Doubtful] = []
    for item in files:
        refused = {refusal.line: refusal for refusal in refusals if refusal.file_id == item.file_id}
        imperfect = inserted[item.file_id].imperfect if item.file_id in inserted else ()
        if not refused and not imperfect:
            continue
        with open_content(item.file) as stream:
            found = find_records(stream, dialect, delimiter, list(refused), imperfect)
        if len(found.refused) < len(refused) or len(found.accepted) < len(imperfect):
            raise MiscountError
        for line, refusal in refused.items():
            place, text = found.refused[line]
            doubtful.append(Doubtful(item.file_id, place, refusal.hidden_text or text, refusal.kind))
        for place, text in found.accepted.values():
            doubtful.append(Doubtful(item.file_id, place, text, None))
    return doubtful


def _gaps_of(doubtful: Sequence[Doubtful]) -> dict[int, list[int]]:
    """file_id -> places of the records that the reader did not take."""
    gaps: dict[int, list[int]] = {}
    for record in doubtful:
        if record.fault is not None:
            gaps.setdefault(record.file_id, []).append(record.row_number)
    return gaps


def _rows_of_files(group: Group, inserted: dict[int, Inserted], gaps: dict[int, list[int]]) -> dict[int, int]:
    """file_id -> how many rows the file holds.

    Raises MiscountError where the reader gave another number of rows than the file's own bytes tell: readers of CSV
    have lost rows without a word.
    """
    rows: dict[int, int] = {}
    for item in group.files:
        read = inserted[item.file_id].rows if item.file_id in inserted else 0
        read += len(gaps.get(item.file_id, ()))
        combined = group.parts.get(item.file_id)
        expected = combined.total if combined else group.rows_expected.get(item.file_id, read)
        if read != expected:
            raise MiscountError
        rows |= (
            dict(zip(combined.file_ids, combined.records, strict=True)) if combined else {item.file_id: read}
        )
    return rows


def relocate(doubtful: Sequence[Doubtful], parts: dict[int, Parts]) -> list[Doubtful]:
    """Of records in combined copies, the file and the place that they came from."""

    def relocated(record: Doubtful) -> Doubtful:
        if record.file_id not in parts:
            return record
        file_ids, places = parts[record.file_id].locate(np.array([record.row_number]))
        return replace(record, file_id=int(file_ids[0]), row_number=int(places[0]))

    return [relocated(record) for record in doubtful]
