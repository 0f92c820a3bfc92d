"""A plain UTF-8 copy of a text file that DuckDB's reader does not take as it is, with one kind of newline.

DuckDB reads UTF-8 with equal newlines, strictly, and that is how every file is read. The copy lies in a folder
that only its owner can read, for as long as its feed is being loaded.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from pathlib import Path

from dagster_project.lib.ingestion.arrival.headers import FileFaultError, delimiter_of, open_content
from dagster_project.lib.ingestion.arrival.landing import LandedFile
from dagster_project.lib.ingestion.arrival.quotes import ends_in_quotes
from dagster_project.lib.ingestion.contracts.contract import Dialect

_CHUNK = 1 << 20


def needs_transcoding(file: LandedFile, dialect: Dialect) -> bool:
    """Whether the content is not UTF-8: the contract says so, its byte order mark does, or a log shows it."""
    return file.container in ("csv", "tsv", "jsonl", "log") and encoding_of(file, dialect) != "utf-8"


def encoding_of(file: LandedFile, dialect: Dialect) -> str:
    """The contract's encoding, unless the file begins with the mark of UTF-16.

    A log that is no UTF-8 is latin-1, in which every byte is a character.
    """
    with open_content(file) as stream:
        mark = stream.read(2)
    if mark in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return "utf-16"
    if file.container == "log" and dialect.encoding == "utf-8" and not _is_utf8(file):
        return "iso8859-1"
    return dialect.encoding


def _is_utf8(file: LandedFile) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    with open_content(file) as stream:
        try:
            while chunk := stream.read(_CHUNK):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def transcode(file: LandedFile, dialect: Dialect, folder: Path) -> Path:
    """Write the copy into `folder` and return its path. FileFaultError where the content is not in the encoding.

    Newlines inside quotes stay as they are; the file is held in memory.
    """
    encoding = encoding_of(file, dialect)
    with open_content(file) as stream:
        content = stream.read()
    try:
        text = content.decode("utf-8-sig" if encoding == "utf-8" else encoding, _errors(encoding))
    except UnicodeDecodeError as error:
        raise FileFaultError(
            f"it is not in {encoding}; save it as {encoding}, or correct `dialect: encoding`"
        ) from error
    quote = dialect.quote if file.container in ("csv", "tsv") else None
    plain = text.removeprefix("\ufeff").encode("utf-8", _errors(encoding))
    path = folder / f"{file.content_hash}{'.csv' if quote else '.jsonl'}"
    with path.open("wb") as copy:
        if quote is None or quote.encode() not in plain:
            copy.write(plain.replace(b"\r\n", b"\n").replace(b"\r", b"\n"))
        else:
            copy.writelines(_with_equal_newlines(plain, dialect, delimiter_of(file, dialect)))
    return path


def _with_equal_newlines(content: bytes, dialect: Dialect, delimiter: str) -> Iterator[bytes]:
    """Line by line; behind a quote that nobody closes, every line ends its record."""
    record: list[bytes] = []
    is_in_quotes = False
    for line in content.splitlines(keepends=True):
        record.append(line)
        is_in_quotes = ends_in_quotes(line, is_in_quotes, dialect, delimiter)
        if not is_in_quotes:
            yield from record[:-1]
            yield _ended(line)
            record = []
    yield from map(_ended, record)


def _ended(line: bytes) -> bytes:
    text = line.rstrip(b"\r\n")
    return text + b"\n" if len(text) < len(line) else line


def _errors(encoding: str) -> str:
    """In UTF-8 a bad byte costs its row, which the reader rejects; in other encodings it shows a wrong contract."""
    return "surrogateescape" if encoding == "utf-8" else "strict"
