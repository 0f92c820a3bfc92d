"""Clean exports of any canonical table, made of its contract alone, in every container.

An export is kept as rows of texts until it is written, so that several faults can be put into one file. Text columns
hold what trips careless readers: delimiters, quotes, newlines, letters beyond ASCII.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import duckdb
import zstandard

from dagster_project.lib.ingestion.contracts.contract import Column, Contract

EXTENSIONS = (
    "csv", "csv.gz", "csv.zst", "tsv", "tsv.gz", "tsv.zst", "jsonl", "jsonl.gz", "jsonl.zst", "parquet",
)  # fmt: skip
VALUES = ("alpha", "beta")
_FIRST_DAY = datetime(2025, 4, 1)
_JSON_TYPES = {"double": float, "integer": int, "boolean": lambda text: text == "true", "json": json.loads}


@dataclass(frozen=True)
class Finding:
    """What ingestion has to write down about one row of a file."""

    is_rejected: bool
    """Whether the fault costs the row, or only the value."""
    row_number: int
    column: str | None
    reason: str
    """A regular expression that the reason has to match."""
    raw_value: str | None = None
    """The text that a nulled value had, where it is kept."""


@dataclass
class Export:
    """One file in the making."""

    contract: Contract
    extension: str
    rows: list[dict[str, str | None]]
    delimiter: str = ","
    decimal: str = "."
    is_headed: bool = True
    lines: dict[int, bytes] = field(default_factory=dict)
    """Place of a row -> what stands there in place of it, for faults that no row of texts can have."""
    findings: list[Finding] = field(default_factory=list)
    is_countable: bool = True
    """Whether other readers agree on its records; one quote too many and they do not."""

    @property
    def container(self) -> str:
        return self.extension.split(".")[0]

    @property
    def columns(self) -> list[str]:
        return list(self.rows[0])

    def as_container(self, extension: str) -> Export:
        """The same rows for a file of another kind."""
        return Export(self.contract, extension, self.rows)

    def free_places(self) -> list[int]:
        """Places of rows without a fault."""
        taken = {finding.row_number - 1 for finding in self.findings}
        return [place for place in range(len(self.rows)) if place not in taken]

    def line(self, row: dict[str, str | None]) -> bytes:
        """One row as it stands in a text file, with its newline."""
        if self.container == "jsonl":
            kinds = {column.name: column.type for column in self.contract.columns}
            return _encode(
                json.dumps({k: _json_value(v, kinds.get(k)) for k, v in row.items()}, ensure_ascii=False)
                + "\n"
            )
        return _encode(self._joined(["" if value is None else value for value in row.values()]))

    def _joined(self, values: list[str]) -> str:
        text = io.StringIO()
        delimiter = "\t" if self.container == "tsv" else self.delimiter
        csv.writer(text, delimiter=delimiter, lineterminator="\n").writerow(values)
        return text.getvalue()

    def content(self) -> bytes:
        """The file before it is compressed."""
        if self.container == "parquet":
            return _parquet(self.contract, self.rows)
        head = self._joined(self.columns).encode() if self.container != "jsonl" and self.is_headed else b""
        return head + b"".join(self.lines.get(i) or self.line(row) for i, row in enumerate(self.rows))

    def compressed(self, content: bytes) -> bytes:
        """The content as the file's extension says."""
        if self.extension.endswith(".gz"):
            return gzip.compress(content, compresslevel=1, mtime=0)
        return zstandard.compress(content) if self.extension.endswith(".zst") else content

    def count_rows(self) -> int:
        """Records in the file, counted by other readers than ingestion's."""
        if self.container == "parquet" or not self.is_countable:
            return len(self.rows)
        text = self.content().decode(errors="surrogateescape")
        if self.container == "jsonl":
            return len([line for line in text.split("\n") if line.strip()])
        csv.field_size_limit(1 << 30)
        delimiter = "\t" if self.container == "tsv" else self.delimiter
        return len(list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))) - self.is_headed


def clean_export(
    contract: Contract, extension: str, rng: Random, *, rows: int = 12, decimal: str = "."
) -> Export:
    """Rows that the contract takes as they are, in the contract's own order of columns or another."""
    columns = list(contract.columns)
    rng.shuffle(columns)
    tag = f"{rng.getrandbits(48):012x}"
    made = [{c.name: _clean_text(c, f"{tag} {i}", rng, decimal) for c in columns} for i in range(rows)]
    return Export(contract, extension, made, ";" if decimal == "," else ",", decimal)


def _clean_text(column: Column, mark: str, rng: Random, decimal: str) -> str | None:
    if not column.required and rng.random() < 0.2:
        return None
    if column.values is not None:
        return str(rng.choice(column.values))
    if column.type == "varchar":
        awkward = rng.choice(["", "", ' Zoë, "so to say"', "; a|b\tc", " line\nbreak", "'s €"])
        return f"{column.name} {mark}{awkward}"
    moment = _FIRST_DAY + timedelta(days=rng.randrange(200), hours=10, seconds=rng.randrange(9 * 3600))
    largest = int(column.max if column.max is not None else 999) * 100
    makers: dict[str, Callable[[], str]] = {
        "double": lambda: f"{rng.randrange(1, largest) / 100:.2f}".replace(".", decimal),
        "integer": lambda: str(rng.randrange(1, 5_000)),
        "boolean": lambda: rng.choice(["true", "false"]),
        "timestamp": lambda: f"{moment:%Y-%m-%dT%H:%M:%SZ}",
        "date": lambda: f"{moment:%Y-%m-%d}",
        "json": lambda: json.dumps({"mark": mark, "list": [1, {"deep": None}]}),
    }
    return makers[column.type]()


def _json_value(text: str | None, kind: str | None) -> object:
    try:
        return None if text is None else _JSON_TYPES.get(kind or "", str)(text)
    except ValueError:
        return text


def _encode(text: str) -> bytes:
    return text.encode(errors="surrogateescape")


def _parquet(contract: Contract, rows: list[dict[str, str | None]]) -> bytes:
    """Typed as a warehouse would write it; a column with a text that does not fit stays text throughout."""
    kinds = {column.name: column.type.replace("json", "varchar") for column in contract.columns}
    structure = json.dumps([dict.fromkeys(rows[0], "VARCHAR")])
    chosen = []
    with duckdb.connect() as connection, TemporaryDirectory() as folder:
        connection.execute(
            "create table rows as select unnest(from_json(?, ?), recursive := true)",
            [json.dumps(rows), structure],
        )
        fits = ", ".join(_fits(name, kinds.get(name, "varchar")) for name in rows[0])
        for name, is_fit in zip(
            rows[0], connection.execute(f"select {fits} from rows").fetchone() or (), strict=True
        ):
            kind = kinds.get(name, "varchar") if is_fit else "varchar"
            chosen.append(f'cast("{name}" as {kind}) as "{name}"')
        path = Path(folder) / "rows.parquet"
        connection.execute(f"copy (select {', '.join(chosen)} from rows) to '{path}' (format parquet)")
        return path.read_bytes()


def _fits(name: str, kind: str) -> str:
    """Whether every text of a column is a value of this type, not only one that DuckDB casts: 1e-3 is no integer."""
    cast = f'try_cast("{name}" as {kind})'
    test = f"{cast} is not null"
    if kind == "integer":
        test = f'{cast}::varchar = "{name}"'
    elif kind == "timestamp":
        test += f""" and not contains("{name}", '+')"""
    return f'coalesce(bool_and(coalesce({test}, false)) filter ("{name}" is not null), true)'
