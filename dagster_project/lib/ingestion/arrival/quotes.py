"""Where a line of CSV stands in respect of quotes: whether the record goes on in the next one.

As DuckDB reads it: a quote opens a field only at the field's beginning, or behind one space there; elsewhere it is a
letter like any other.
"""

from __future__ import annotations

import re
from functools import cache

from dagster_project.lib.ingestion.contracts.contract import Dialect


def ends_in_quotes(line: bytes, is_in_quotes: bool, dialect: Dialect, delimiter: str) -> bool:
    """Whether a quote is open at the end of the line, which begins inside of one or not."""
    quote = dialect.quote.encode()
    if quote not in line:
        return is_in_quotes
    separator, closing = delimiter.encode(), _closing(dialect.quote, dialect.escape)
    position = 0
    while True:
        if not is_in_quotes:
            position += line.startswith(b" " + quote, position)
            if not line.startswith(quote, position):
                position = line.find(separator, position) + 1
                if not position:
                    return False
                continue
            position += 1
        closed = closing.match(line, position)
        if closed is None:
            return True
        is_in_quotes = False
        position = line.find(separator, closed.end()) + 1
        if not position:
            return False


@cache
def _closing(quote: str, escape: str) -> re.Pattern[bytes]:
    """From inside a quoted field to the quote that ends it; an escaped one does not.

    Nothing is tried twice: what a step back needs to remember is twenty times a field's own size.
    """
    mark, escaped = re.escape(quote.encode()), re.escape(escape.encode())
    if quote == escape:
        return re.compile(b"(?:[^%b]++|%b%b)*+%b(?!%b)" % (mark, mark, mark, mark, mark), re.DOTALL)
    return re.compile(b"(?:[^%b%b]++|%b.)*+%b" % (mark, escaped, escaped, mark), re.DOTALL)
