"""Many small CSV files as one: opening a file costs DuckDB more than reading a few hundred rows of it.

The copy holds their records one after the other, and how many are of which file is known beforehand, so that every
row finds back to its own. What cannot be counted for certain is read by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from dagster_project.lib.ingestion.arrival.headers import open_content
from dagster_project.lib.ingestion.arrival.quotes import ends_in_quotes
from dagster_project.lib.ingestion.contracts.contract import Dialect
from dagster_project.lib.ingestion.loading.grouping import Group
from dagster_project.lib.ingestion.loading.loader import FileToLoad
from dagster_project.lib.ingestion.loading.parts import Parts

SMALL_BYTES, LEAST_FILES = 256 << 10, 8
"""What is worth combining: files up to this size, as they lie in landing, and this many of them in a row."""
COMBINED_BYTES = 4 << 20
"""How much of landing goes into one copy: several of them are read side by side."""


@dataclass(frozen=True)
class _Content:
    """A small file without its header."""

    item: FileToLoad
    body: bytes
    records: int


def combine_small(group: Group, dialect: Dialect, folder: Path) -> Group:
    """The group with runs of small files combined; the group itself where there are none."""
    files: list[FileToLoad] = []
    parts: dict[int, Parts] = {}
    for run in _runs_of_small(group):
        if len(run) < LEAST_FILES:
            files += run
            continue
        contents = [
            _read(item, group.rows_expected.get(item.file_id), dialect, group.layout.delimiter)
            for item in run
        ]
        if any(content is None for content in contents):
            files += run
            continue
        combined = [content for content in contents if content is not None]
        files.append(_write(combined, folder))
        parts[run[0].file_id] = Parts(tuple(run), tuple(content.records for content in combined))
    return Group(group.layout, files, group.hidden, group.rows_expected, parts) if parts else group


def _runs_of_small(group: Group) -> list[list[FileToLoad]]:
    """Neighbours that may be combined, and every other file by itself."""
    runs: list[list[FileToLoad]] = []
    room = 0
    for item in group.files:
        is_small = item.file.size <= SMALL_BYTES and item.file_id not in group.hidden
        if is_small and room >= item.file.size:
            runs[-1].append(item)
            room -= item.file.size
        else:
            runs.append([item])
            room = COMBINED_BYTES - item.file.size if is_small else 0
    return runs


def _read(item: FileToLoad, records: int | None, dialect: Dialect, delimiter: str) -> _Content | None:
    """None where its records could not be counted, or lines may end otherwise than with one newline."""
    if records is None:
        return None
    with open_content(item.file) as stream:
        content = stream.read()
    if dialect.quote.encode() not in content:
        content = content.replace(b"\r\n", b"\n")
    if b"\r" in content:
        return None
    content += b"" if content.endswith(b"\n") else b"\n"
    header, _, body = content.partition(b"\n")
    is_plain = not ends_in_quotes(header, False, dialect, delimiter)
    return _Content(item, body, records) if is_plain else None


def _write(contents: Sequence[_Content], folder: Path) -> FileToLoad:
    first = contents[0].item
    with open_content(first.file) as stream:
        header = stream.readline().rstrip(b"\r\n") + b"\n"
    path = folder / f"combined {first.file_id}.csv"
    with path.open("wb") as copy:
        copy.write(header)
        copy.writelines(content.body for content in contents)
    return first.copied_to(path)
