"""Which canonical table an export fills, and which of its columns is which: names first, values where they speak."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from dagster_project.lib.ingestion.contract_files.finding import canonical_contracts
from dagster_project.lib.ingestion.contracts.contract import Column, Contract
from dagster_project.lib.ingestion.inference.names import SAME, name_score
from dagster_project.lib.ingestion.inference.samples import Sample
from dagster_project.lib.ingestion.inference.shapes import MOST, Shape
from dagster_project.lib.ingestion.inference.times import Times, find_times

BY_VALUES = 0.5
"""What a match counts that values alone suggest."""
_LIKELY = 0.5
"""Below this share of fitting values, a name that fits is an accident."""


@dataclass(frozen=True)
class Match:
    """One column of the export and what it seems to be."""

    column: str
    score: float
    evidence: str
    """`name`, `values` or both, for people who look at the draft."""


@dataclass(frozen=True)
class TableMatch:
    """How an export fits one canonical table."""

    table: str
    matches: dict[str, Match]
    """Column as the export writes it -> its match."""
    missing: list[str]
    """Required columns that no column of the export seems to be."""

    @property
    def score(self) -> float:
        """A required column that is missing weighs as much as four that fit."""
        return sum(match.score for match in self.matches.values()) - 4 * len(self.missing)


@dataclass
class Columns:
    """The columns of a sample, with what their values look like; times are looked for once."""

    sample: Sample
    shapes: dict[str, Shape] = field(init=False)
    _times: dict[str, Times | None] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.shapes = {name: Shape(values, self.sample.rows) for name, values in self.sample.columns.items()}

    def times(self, name: str) -> Times | None:
        """How the column's times are written, or None where it holds none."""
        if name not in self._times:
            self._times[name] = find_times(self.shapes[name].distinct)
        return self._times[name]


def match_tables(columns: Columns) -> list[TableMatch]:
    """Every canonical table with how the export fits it, the best first."""
    found = [match_table(columns, table, contract) for table, contract in canonical_contracts().items()]
    return sorted(found, key=lambda match: match.score, reverse=True)


def match_table(columns: Columns, table: str, contract: Contract) -> TableMatch:
    """The best match of each canonical column, each column of the export used once."""
    scores = [
        (_value_weight(columns, name, column) * score, position, column.name, name)
        for position, name in enumerate(columns.sample.columns)
        for column in contract.columns
        if (score := name_score(name, column.name, table, contract.event_time))
        and (score == SAME or _value_weight(columns, name, column) >= _LIKELY)
    ]
    matches: dict[str, Match] = {}
    for score, _, column, name in sorted(scores, key=lambda one: (-one[0], one[1])):
        if name not in matches and column not in {match.column for match in matches.values()}:
            matches[name] = Match(column, score, "name")
    _match_by_values(columns, contract, matches)
    taken = {match.column for match in matches.values()}
    missing = [column.name for column in contract.columns if column.required and column.name not in taken]
    return TableMatch(table, matches, missing)


def _value_weight(columns: Columns, name: str, column: Column) -> float:
    """The share of values that fit the canonical column; 1 where any text does or where there are none."""
    shape = columns.shapes[name]
    if not shape.values:
        return 1.0
    if column.name == "email":
        # Digests stand for addresses in exports that are made for testing; the name alone still counts half.
        return max(shape.email, _LIKELY)
    weights = {
        "double": shape.number,
        "integer": shape.number,
        "boolean": shape.boolean,
    }
    if column.type in ("timestamp", "date"):
        return float(columns.times(name) is not None)
    return weights.get(column.type, 1.0)


def _match_by_values(columns: Columns, contract: Contract, matches: dict[str, Match]) -> None:
    """A lone column of addresses is the e-mail, a lone column of times is the table's time."""
    wanted: Mapping[str, list[str]] = {
        "email": [name for name, shape in columns.shapes.items() if shape.email >= MOST],
        contract.event_time or "": [
            name
            for name, shape in columns.shapes.items()
            # Names that begin with _ are those of the tool that copied the table.
            if not name.startswith("_")
            and shape.number < MOST
            and shape.values
            and columns.times(name) is not None
        ],
    }
    known = {column.name for column in contract.columns}
    for column, names in wanted.items():
        free = [name for name in names if name not in matches]
        if column in known and column not in {match.column for match in matches.values()} and len(free) == 1:
            matches[free[0]] = Match(column, BY_VALUES, "values")
