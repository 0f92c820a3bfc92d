"""How well an export's column name fits a canonical column: the same word, a synonym, or nearly so."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import yaml

SAME, SYNONYM, TIME, CLOSE = 1.0, 0.9, 0.7, 0.6
"""What a name counts: equal, a listed synonym, any time for the table's own, nearly equal or its last words."""
_LATER = 0.004
"""What each place further down the list of synonyms costs."""
_ALMOST = 0.85
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_TIMES = frozenset(
    {
        "timestamp",
        "ts",
        "time",
        "datetime",
        "date",
        "date_time",
        "created_at",
        "datum",
        "zeit",
        "zeitpunkt",
        "uhrzeit",
        "fecha",
        "cas",
        "date_heure",
    }
)
_LONE_SUFFIXES = frozenset({"email", "phone", "first_name", "last_name", "postal_code", "birth_date"})
"""Columns whose name says enough at the end of a longer one: billing_email."""


def normalize(name: str) -> str:
    """Words in lower case joined by _: InvoiceNo, invoice-no and Invoice No. are all invoice_no."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name)
    plain = (
        unicodedata.normalize("NFKD", spaced.lower().translate(_UMLAUTS)).encode("ascii", "ignore").decode()
    )
    return re.sub(r"[^a-z0-9]+", "_", plain).strip("_")


def name_score(name: str, column: str, table: str, event_time: str | None) -> float:
    """From 0 to 1. column: the canonical one. event_time: the table's own time, which any time may be."""
    wanted = normalize(name)
    if not wanted:
        return 0.0
    aliases = _aliases(table).get(column, ())
    if wanted == column:
        return SAME
    squeezed = [alias.replace("_", "") for alias in (column, *aliases)]
    if (place := _place(wanted.replace("_", ""), squeezed)) is not None:
        return SYNONYM - _LATER * place
    if column == event_time and wanted in _TIMES:
        return TIME
    if column in _LONE_SUFFIXES and wanted.endswith(tuple(f"_{alias}" for alias in (column, *aliases))):
        return CLOSE
    close = difflib.SequenceMatcher(None, wanted, column).ratio()
    return CLOSE if close >= _ALMOST else 0.0


def _place(name: str, aliases: list[str]) -> int | None:
    return aliases.index(name) if name in aliases else None


@cache
def _synonyms() -> Mapping[str, Mapping]:
    return yaml.safe_load(Path(__file__).with_name("synonyms.yml").read_text(encoding="utf-8"))


@cache
def _aliases(table: str) -> dict[str, tuple[str, ...]]:
    """Canonical column -> its synonyms in this table, the likelier ones first."""
    everywhere, here = _synonyms()["any"], _synonyms()["tables"].get(table, {})
    return {column: (*here.get(column, ()), *everywhere.get(column, ())) for column in {*everywhere, *here}}
