"""A copy of a file in which lines that its reader would trip over are taken out of the way.

A quote that nobody closes makes the rest of a file one record; a line longer than the buffer vanishes. In the copy
there is a line instead that the reader refuses by itself, so that the lines behind it are rows and keep their place.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

from dagster_project.lib.ingestion.arrival.headers import FileFaultError, open_content
from dagster_project.lib.ingestion.arrival.limits import (
    DEEP_LINE,
    LONG_LINE,
    LONGEST_LINE_BYTES,
    MOST_BRACKETS,
    count_brackets,
)
from dagster_project.lib.ingestion.arrival.quotes import ends_in_quotes
from dagster_project.lib.ingestion.contracts.contract import Dialect
from dagster_project.lib.ingestion.loading.bulk import Refusal
from dagster_project.lib.ingestion.loading.loader import FileToLoad
from dagster_project.lib.ingestion.reading.layouts import Layout

MAX_MENDED_LINES = 100
"""Each costs one more read of its file; beyond this the file's quotes are not those of the contract."""
UNCLOSED_QUOTE, NUL_BYTE, TOO_LONG = "unquoted value", "nul byte", "line size over maximum"
TOO_DEEP = "nested too deep"
_NOTES = {TOO_LONG: LONG_LINE, TOO_DEEP: DEEP_LINE}
"""What a JSON line gives way to."""
_SHOWN_BYTES = 10_000
"""Of a record that is too long to read, how much the quarantine keeps."""
MARK = "kindred: a line with a quote that is not closed"


def find_swallowing(
    files: Sequence[FileToLoad], refusals: Sequence[Refusal], dialect: Dialect, delimiter: str
) -> dict[int, int]:
    """file_id -> the first refused line of the file that opens a quote and does not close it."""
    suspects: dict[int, list[Refusal]] = {}
    for refusal in refusals:
        if refusal.kind == UNCLOSED_QUOTE and refusal.hidden_text is None:
            suspects.setdefault(refusal.file_id, []).append(refusal)
    found = {
        item.file_id: _find_swallowing(item, suspects[item.file_id], dialect, delimiter)
        for item in files
        if item.file_id in suspects
    }
    return {file_id: line for file_id, line in found.items() if line}


def _find_swallowing(
    item: FileToLoad, suspects: Sequence[Refusal], dialect: Dialect, delimiter: str
) -> int | None:
    lines = {refusal.line for refusal in suspects}
    with open_content(item.file) as stream:
        for line, _, text in _first_lines(stream, dialect, delimiter):
            if line in lines and ends_in_quotes(text, False, dialect, delimiter):
                return line
    return None


def _first_lines(stream: BinaryIO, dialect: Dialect, delimiter: str) -> Iterator[tuple[int, int, bytes]]:
    """Of every record its line as DuckDB counts, the place of its first byte, and its first line of text.

    Not from DuckDB, whose own positions are off where lines end in two characters.
    """
    line, start, is_in_quotes = 1, 0, False
    for text in stream:
        if not is_in_quotes:
            yield line, start, text
        is_in_quotes = ends_in_quotes(text, is_in_quotes, dialect, delimiter)
        start += len(text)
        line += not is_in_quotes


Hidden = list[tuple[str, str]]
"""Fault and text of each line that a copy leaves out, from the top of the file."""


def hide_line(
    item: FileToLoad, line: int, layout: Layout, dialect: Dialect, folder: Path, hidden: Hidden
) -> tuple[FileToLoad, Hidden]:
    """The file with its copy in place of it, and what is hidden in it now.

    hidden: what was hidden before. FileFaultError where it is too much.
    """
    if len(hidden) >= MAX_MENDED_LINES:
        raise FileFaultError(
            f"more than {MAX_MENDED_LINES} of its lines hold a quote that is not closed; check `dialect: quote` and"
            " `escape` in its contract"
        )
    with open_content(item.file) as stream:
        content = stream.read()
    start, text = next(
        (start, text.rstrip(b"\r\n"))
        for number, start, text in _first_lines(io.BytesIO(content), dialect, layout.delimiter)
        if number == line
    )
    end = start + len(text)
    mark = _mark(layout)
    path = folder / f"mended {len(hidden)} of {item.file_id}.csv"
    mended = content[:start] + mark + content[end:]
    is_plain = b"\r\n" not in mended
    records = [mended] if is_plain else _records(io.BytesIO(mended), dialect, layout.delimiter)
    path.write_bytes(b"".join(map(_with_plain_end, records)))
    above = content.count(mark, 0, start)
    taken = (UNCLOSED_QUOTE, text.decode("utf-8", "replace"))
    return item.copied_to(path), [*hidden[:above], taken, *hidden[above:]]


def _with_plain_end(record: bytes) -> bytes:
    """Mixed newlines stop DuckDB's strict reader, and a copy is not copied again."""
    return record[:-2] + b"\n" if record.endswith(b"\r\n") else record


def _mark(layout: Layout) -> bytes:
    """A line that the reader refuses: of one field too many, or where it passes over those, of one alone."""
    is_lenient = layout.headless is not None and layout.headless.escape
    return layout.delimiter.join([MARK] * (1 if is_lenient else len(layout.columns) + 1)).encode()


def hide_unreadable(
    item: FileToLoad, layout: Layout, dialect: Dialect, folder: Path
) -> tuple[FileToLoad, Hidden]:
    """The same for every record with a NUL byte, which no text holds, every one that is longer than the reader's
    buffer, which DuckDB passes over without a word, and every JSON line nested so deep that it ends the process.

    A JSON line gives way to a note that is no JSON, with the beginning of its text.
    """
    is_json = layout.container == "jsonl"
    mark = _mark(layout)
    hidden: Hidden = []
    path = folder / f"readable {item.file_id}.{'jsonl' if is_json else 'csv'}"
    with open_content(item.file) as stream, path.open("wb") as copy:
        for record in stream if is_json else _records(stream, dialect, layout.delimiter):
            fault = _fault_of(record, is_json=is_json)
            if fault is None:
                copy.write(_with_plain_end(record))
                continue
            text = record.rstrip(b"\r\n")
            shown = text[:_SHOWN_BYTES].decode("utf-8", "replace").replace("\0", "\ufffd")
            hidden.append((fault, shown))
            note = f"{_NOTES[fault]}: {shown}".encode() if is_json else mark
            copy.write(note + _with_plain_end(record[len(text) :]))
    return item.copied_to(path), hidden


def _fault_of(record: bytes, *, is_json: bool) -> str | None:
    if len(record) > LONGEST_LINE_BYTES:
        return TOO_LONG
    if is_json:
        return TOO_DEEP if count_brackets(record) > MOST_BRACKETS else None
    return NUL_BYTE if b"\0" in record else None


def _records(stream: BinaryIO, dialect: Dialect, delimiter: str) -> Iterator[bytes]:
    """Whole records, newlines in quotes included; where a quote is never closed, the lines behind it one by one."""
    lines: list[bytes] = []
    is_in_quotes = False
    for text in stream:
        lines.append(text)
        is_in_quotes = ends_in_quotes(text, is_in_quotes, dialect, delimiter)
        if not is_in_quotes:
            yield b"".join(lines)
            lines = []
    yield from lines
