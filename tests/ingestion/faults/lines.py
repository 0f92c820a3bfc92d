"""Faults of one record: text files in which a line is no row of the table at all."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from faults.exports import Export, Finding
from faults.values import JSON_FILES

ROWS = ("csv", "csv.gz", "csv.zst", "tsv", "tsv.gz", "tsv.zst")
ENCODING = r"not UTF-8; save the file as UTF-8, or name its encoding"
QUOTE = r"a quote that is not closed; close it or double quotes"
NO_OBJECT = r"not a JSON object; mend it"


@dataclass(frozen=True)
class LineFault:
    """Other bytes in the place of a random line."""

    name: str
    extensions: tuple[str, ...]
    spoil: Callable[[Export, int, Random], bytes]
    """Given the export, the row's place and a source of chance: the line with its newline."""
    reason: str
    is_countable: bool = True
    """Whether other readers agree on where it ends."""
    is_slow: bool = False
    feed: str = ""

    def inject(self, export: Export, column: str | None, rng: Random) -> None:
        """Spoil one line of the export and note what has to be said about it."""
        place = rng.choice(export.free_places())
        export.lines[place] = self.spoil(export, place, rng)
        export.findings.append(
            Finding(is_rejected=True, row_number=place + 1, column=None, reason=self.reason)
        )
        export.is_countable = export.is_countable and self.is_countable


def _clean(export: Export, place: int) -> bytes:
    return export.line({name: (value or "").replace("\n", " ") for name, value in export.rows[place].items()})


def _more_fields(export: Export, place: int, rng: Random) -> bytes:
    delimiter = b"\t" if export.container == "tsv" else b","
    return _clean(export, place)[:-1] + delimiter + b"one too many\n"


def _fewer_fields(export: Export, place: int, rng: Random) -> bytes:
    values = list(export.rows[place].items())[:-1]
    return export.line({name: (value or "x").replace("\n", " ") for name, value in values})


def _unclosed_quote(export: Export, place: int, rng: Random) -> bytes:
    """A quote that opens in a random field and is never closed: no row behind it holds one, or it could be meant."""
    nested = [column.name for column in export.contract.columns if column.type == "json"]
    for row in export.rows[place:]:
        row.update(
            {name: text and "".join(c for c in text if c not in '",;\t\n') for name, text in row.items()}
        )
        row.update((name, None) for name in nested if name in row)
    name = rng.choice(export.columns)
    return export.line(export.rows[place] | {name: "mark"}).replace(b"mark", b'"mark', 1)


def _letters_after_a_quote(export: Export, place: int, rng: Random) -> bytes:
    row = dict.fromkeys(export.columns, "x")
    first = export.columns[0]
    return export.line(row | {first: "mark"}).replace(b"mark", b'"quo"ted', 1)


def _with_text(export: Export, place: int, mark: str) -> bytes:
    name = next(c.name for c in export.contract.columns if c.type == "varchar")
    return export.line(export.rows[place] | {name: f"M{mark}ller"})


def _first_half(export: Export, place: int, rng: Random) -> bytes:
    return export.line(export.rows[place])[: rng.randrange(2, 12)] + b"\n"


def _as_list(export: Export, place: int, rng: Random) -> bytes:
    return json.dumps([export.rows[place]]).encode() + b"\n"


def _twice_in_a_line(export: Export, place: int, rng: Random) -> bytes:
    return export.line(export.rows[place])[:-1] + export.line(export.rows[place])


def _too_long(export: Export, place: int, rng: Random) -> bytes:
    return _with_text(export, place, "x" * (17 << 20))


LINE_FAULTS = [
    LineFault("too many fields", ROWS, _more_fields, r"more fields than the header names; quote fields"),
    LineFault("too few fields", ROWS, _fewer_fields, r"fewer fields than the header names; complete the row"),
    LineFault("unclosed quote", ROWS, _unclosed_quote, QUOTE, is_countable=False),
    LineFault("letters after a closing quote", ROWS, _letters_after_a_quote, QUOTE),
    LineFault(
        "letters of another encoding",
        (*ROWS, *JSON_FILES),
        lambda e, p, r: _with_text(e, p, "\udcfc"),
        ENCODING,
    ),
    LineFault(
        "a letter cut in half",
        (*ROWS, *JSON_FILES),
        lambda e, p, r: _with_text(e, p, "\udce2\udc82"),
        ENCODING,
    ),
    LineFault(
        "a row beyond 16 MB", ("csv", "jsonl"), _too_long, r"too long; shorten the field", is_slow=True
    ),
    LineFault("a line that is no JSON", JSON_FILES, lambda e, p, r: b"2025-05-01 ERROR timeout\n", NO_OBJECT),
    LineFault("a line that breaks off", JSON_FILES, _first_half, NO_OBJECT),
    LineFault("a line that is a list", JSON_FILES, _as_list, NO_OBJECT),
    LineFault("a line that is a mere text", JSON_FILES, lambda e, p, r: b'"customer"\n', NO_OBJECT),
    LineFault("two objects in a line", JSON_FILES, _twice_in_a_line, NO_OBJECT),
]
