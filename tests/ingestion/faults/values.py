"""Faults of one value: texts that do not fit their column. A required column costs the row, another one its value."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from dagster_project.lib.ingestion.contracts.contract import Column, Contract
from faults.exports import EXTENSIONS, Export, Finding

NUMBER = r"not a number.*correct the value"
WHOLE = r"not a whole number.*correct the value"
TIME = r"not a time such as 20.*correct the value"
DAY = r"not a date such as 20.*correct the value"
TRUTH = r"not true or false.*correct the value"
JSON = r"not valid JSON.*correct the value"
FUTURE = r"(?i)(future|later than|after).*(clock|correct|check)"
MISSING = r"required and missing; fill it in"
TEXT_FILES = tuple(extension for extension in EXTENSIONS if extension != "parquet")
JSON_FILES = tuple(extension for extension in EXTENSIONS if extension.startswith("jsonl"))


@dataclass(frozen=True)
class ValueFault:
    """A text in the place of a good one, in a random row."""

    name: str
    kind: str
    """The column type that it is a fault of, or `required`, `event_time`, `values`, `pattern`: a column with that."""
    texts: tuple[str | None, ...]
    reason: str
    feed: str = ""
    """Which contract the feed has: the canonical one, or one of variants."""
    extensions: tuple[str, ...] = EXTENSIONS
    is_slow: bool = False

    def columns(self, contract: Contract) -> list[Column]:
        """The columns that can have it."""
        return [column for column in contract.columns if self._is_of(column, contract)]

    def _is_of(self, column: Column, contract: Contract) -> bool:
        match self.kind:
            case "required":
                return column.required
            case "event_time":
                return column.name == contract.event_time
            case "values" | "pattern":
                return getattr(column, self.kind) is not None
        return column.type == self.kind

    def inject(self, export: Export, column: str | None, rng: Random) -> None:
        """Spoil one row of the export and note what has to be said about it."""
        place = rng.choice(export.free_places())
        text = rng.choice(self.texts)
        (spoiled,) = (c for c in export.contract.columns if c.name == column)
        export.rows[place][spoiled.name] = text
        # Where values have a type, 1e16 and 2200-01-02T00:00:00Z come back in another spelling.
        raw = None if export.container in ("jsonl", "parquet") else text
        is_rejected = spoiled.required or spoiled.on_error == "reject"
        export.findings.append(Finding(is_rejected, place + 1, column, self.reason, raw))


VALUE_FAULTS = [
    ValueFault("text for a number", "double", ("many", "two pieces", "n/a"), NUMBER),
    ValueFault("currency in a number", "double", ("$12.50", "12.50 EUR", "12€"), NUMBER),
    ValueFault("spreadsheet error in a number", "double", ("#REF!", "#N/A", "#DIV/0!"), NUMBER),
    ValueFault("number beyond reason", "double", ("1e16", "-1e300", "1e400"), NUMBER),
    ValueFault("not a number at all", "double", ("nan", "NaN"), NUMBER),
    ValueFault("infinite number", "double", ("inf", "-Infinity"), NUMBER),
    ValueFault("decimal comma where a point was promised", "double", ("12,50", "1.234,5"), NUMBER),
    ValueFault("a comma of thousands or of decimals", "double", ("1,234", "1 23", "1,23,456.00"), NUMBER),
    ValueFault(
        "decimal point where a comma was promised", "double", ("12.50", "1,234.5"), NUMBER, "comma", ("csv",)
    ),
    ValueFault("text for a whole number", "integer", ("few", "3 of 4"), WHOLE),
    ValueFault("fraction for a whole number", "integer", ("3.7", "1e-3"), WHOLE),
    ValueFault("whole number that overflows", "integer", ("3000000000", "-9e18"), WHOLE),
    ValueFault("text for a time", "timestamp", ("yesterday", "soon", "-"), TIME),
    ValueFault("impossible calendar day", "timestamp", ("2025-02-30 10:00:00", "2025-13-01T00:00:00Z"), TIME),
    ValueFault("hour 25", "timestamp", ("2025-05-01 25:00:00", "2025-05-01T10:61:00Z"), TIME),
    ValueFault(
        "offset that is none", "timestamp", ("2025-05-01T10:00:00+99:99", "2025-05-01T10:00:00+2x"), TIME
    ),
    ValueFault("named zone in a time", "timestamp", ("2025-05-01 10:00:00 CET",), TIME),
    ValueFault("epoch that is none", "timestamp", ("17672616001234567890", "1767261600x", "45292"), TIME),
    ValueFault("day, month and year in doubt", "timestamp", ("1/5/25 8:26", "31.12.2025 10:00"), TIME),
    ValueFault("time before 1900", "timestamp", ("1899-12-31T23:59:59Z", "0001-01-01"), TIME),
    ValueFault("time after 2200", "timestamp", ("2200-01-02T00:00:00Z", "9999-12-31"), TIME),
    ValueFault("infinite time", "timestamp", ("infinity", "-infinity"), TIME),
    ValueFault(
        "time that the clocks skipped",
        "timestamp",
        ("2025-03-30 02:30:00",),
        r"not a time.*correct",
        "strict",
    ),
    ValueFault("time later than its file", "event_time", ("2150-01-01T00:00:00Z",), FUTURE),
    ValueFault("text for a date", "date", ("today", "Q1 2025"), DAY),
    ValueFault("impossible date", "date", ("2025-02-30", "2025-00-10"), DAY),
    ValueFault("date of another country", "date", ("31/12/2025", "31.12.2025"), DAY),
    ValueFault("date before 1900 or after 2200", "date", ("1899-12-31", "2201-01-01"), DAY),
    ValueFault("neither true nor false", "boolean", ("maybe", "2", "on/off"), TRUTH),
    ValueFault("broken JSON", "json", ('{"a":', "{'a': 1}", "{a: 1}"), JSON),
    ValueFault(
        "value that is not of the list",
        "values",
        ("gamma", "ALPHA"),
        r"one of alpha, beta; correct",
        "strict",
    ),
    ValueFault(
        "value that does not match", "pattern", ("#1", "a#"), r"matching \[\^#\]\+; correct", "strict"
    ),
    ValueFault("below the least", "double", ("-5", "-0.01"), r"at least 0.*correct", "strict"),
    ValueFault("above the most", "double", ("20000", "10000.5"), r"at most 10000; correct", "strict"),
    ValueFault("required and missing", "required", (None,), MISSING),
    ValueFault("required and blank", "required", (" ", "    "), MISSING),
    ValueFault("required and blank to the eye", "required", ("\t", "\u00a0", " \u00a0 "), MISSING),
    ValueFault("nested JSON for a number", "double", ("[1, 2]", '{"amount": 3}'), NUMBER, "", JSON_FILES),
    ValueFault(
        "nested JSON for a time",
        "timestamp",
        ('{"seconds": 1767261600}', '["2025-05-01"]'),
        TIME,
        "",
        JSON_FILES,
    ),
]
