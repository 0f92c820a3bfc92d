"""Numbers as people and tills write them, as SQL over text: grouped thousands, decimal commas, a currency's sign.

Belongs here: which texts are numbers under a dialect. What becomes of the others is judged by casts.
"""

from __future__ import annotations

import re

from dagster_project.lib.common.sql import quote_literal
from dagster_project.lib.ingestion.contracts.contract import Dialect

_SPACES = " \u00a0\u202f\u2009'’"
"""What groups thousands and is never a decimal mark: 1 234,50 in France and Czechia, 1'234.50 in Switzerland."""
_APART = "[\\s\u00a0\u202f]*"
_FIRST = r"[1-9]\d{0,2}"
"""The first group of a grouped number, which no zero begins: 0,500 is half of one."""
_SPACED = rf"{_FIRST}(?:[{_SPACES}]\d{{3}})+"
WITH_COMMA = rf"[+-]?(?:\d+|{_FIRST}(?:\.\d{{3}})+|{_SPACED})(?:,\d+)?"
WITH_POINT = rf"[+-]?(?:\d+|{_FIRST}(?:,\d{{3}}){{2,}}|{_SPACED})(?:\.\d+)?|[+-]?{_FIRST}(?:,\d{{3}})+\.\d+"
LONE_COMMA = rf"[+-]?{_FIRST},\d{{3}}"
"""1,234 is a thousand only where the contract says that the point is the decimal mark: else it may be 1.234."""


def number_of(text: str, dialect: Dialect) -> str:
    """SQL for the number in `text` (an SQL expression of type varchar) as double, null where it is none."""
    bare = _without_currency(text, dialect)
    if dialect.decimal == ",":
        plain = f"replace(translate({bare}, {quote_literal('.' + _SPACES)}, ''), ',', '.')"
        return f"try_cast({_where(bare, WITH_COMMA, plain)} as double)"
    plain = f"translate({bare}, {quote_literal(',' + _SPACES)}, '')"
    pattern = f"{WITH_POINT}|{LONE_COMMA}" if dialect.decimal == "." else WITH_POINT
    # Most numbers are plain, and the cast alone takes a tenth of the time.
    return f"coalesce(try_cast({text} as double), try_cast({_where(bare, pattern, plain)} as double))"


def _where(text: str, pattern: str, value: str) -> str:
    return f"case when regexp_full_match({text}, {quote_literal(pattern)}) then {value} end"


def _without_currency(text: str, dialect: Dialect) -> str:
    """The sign stands before or behind the number, and the minus before or behind a sign before it."""
    # of signs that begin alike, such as kr and kr., the longer one is meant where it stands
    signs = "|".join(map(re.escape, sorted(dialect.currency_signs, key=len, reverse=True)))
    if not signs:
        return text
    around = rf"^([+-]?){_APART}(?:{signs}){_APART}|{_APART}(?:{signs})$"
    return rf"regexp_replace({text}, {quote_literal(around)}, '\1', 'gi')"
