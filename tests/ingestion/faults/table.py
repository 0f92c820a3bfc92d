"""The table of faults: every class, every case of it, and how a case is delivered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

from dagster_project.lib.ingestion.contract_files.finding import canonical_contracts
from faults.exports import Export, Finding, clean_export
from faults.files import FILE_FAULTS, FileFault
from faults.lines import LINE_FAULTS, LineFault
from faults.values import VALUE_FAULTS, ValueFault
from faults.variants import contract_of, folder_of

RowFault = ValueFault | LineFault
Fault = RowFault | FileFault
FAULTS: list[Fault] = [*VALUE_FAULTS, *LINE_FAULTS, *FILE_FAULTS]
TABLES = sorted(canonical_contracts())


@dataclass(frozen=True)
class Case:
    """A fault of one table, and of one column where it is a value's."""

    fault: Fault
    table: str
    column: str | None = None

    def __str__(self) -> str:
        return f"{self.fault.name} in {self.table}" + (f".{self.column}" if self.column else "")

    @property
    def folder(self) -> str:
        return folder_of(self.table, self.fault.feed)


@dataclass(frozen=True)
class Delivered:
    """What lies in landing, and what the ledger has to say of it."""

    path: str
    """As the ledger writes it."""
    entry: tuple[str, int, int, int] | None
    """Status, rows in, loaded, rejected; None where the file has to be left alone."""
    reason: str = ""
    findings: tuple[Finding, ...] = ()


def cases_of(table: str) -> Iterator[Case]:
    """Every fault that a table can have: of values, once in a required column and once in another.

    A slow one stands for all tables in a single one.
    """
    for place, fault in enumerate(FAULTS):
        if isinstance(fault, ValueFault):
            columns = fault.columns(contract_of(table, fault.feed))
            for kind in (True, False):
                if alike := [column.name for column in columns if column.required == kind]:
                    yield Case(fault, table, Random(str(place)).choice(alike))
        elif not fault.is_slow or TABLES[place % len(TABLES)] == table:
            yield Case(fault, table)


def deliver(case: Case, landing: Path, rng: Random) -> Delivered:
    """Write one clean export with the case's fault at a random place."""
    fault = case.fault
    extension = rng.choice(fault.extensions)
    export = _clean(case, extension, rng)
    if not isinstance(fault, FileFault):
        fault.inject(export, case.column, rng)
        return write(export, f"{case.folder}/{_name(case, extension)}", landing)
    path = f"{case.folder}/{_name(case, extension)}{fault.suffix}"
    target = landing / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target = target.with_name(fault.stem + target.name)
    fault.deliver(target, export, rng)
    listed = target.relative_to(landing).as_posix().encode("utf-8", "backslashreplace").decode()
    return Delivered(listed, _entry_of(fault, export), fault.reason)


def deliver_clean(table: str, name: str, extension: str, landing: Path, rng: Random) -> Delivered:
    """Write a file that has no fault."""
    export = clean_export(contract_of(table, ""), extension, rng)
    return write(export, f"{table}/{extension[:3]}/{name}.{extension}", landing)


def deliver_mixture(
    faults: list[tuple[RowFault, str | None]], table: str, name: str, landing: Path, rng: Random
) -> Delivered:
    """Write one file with several faults of rows, each in a row of its own. name: with its extension."""
    extension = name.split(".", 1)[1]
    export = clean_export(contract_of(table, ""), extension, rng, rows=rng.randrange(len(faults), 30))
    for fault, column in faults:
        fault.inject(export, column, rng)
    return write(export, f"{table}/{extension[:3]}/{name}", landing)


def first_column(fault: RowFault, table: str) -> str | None:
    """A column of the table that can have the fault, or None."""
    if isinstance(fault, ValueFault):
        return next((column.name for column in fault.columns(contract_of(table, fault.feed))), None)
    return None


def write(export: Export, path: str, landing: Path) -> Delivered:
    """Write the export and say what has to be found in it."""
    target = landing / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(export.compressed(export.content()))
    rows = export.count_rows()
    rejected = sum(finding.is_rejected for finding in export.findings)
    return Delivered(
        path, (_status(rows, rejected), rows, rows - rejected, rejected), "", tuple(export.findings)
    )


def _status(rows: int, rejected: int) -> str:
    return "quarantined" if rejected == rows else "loaded"


def _clean(case: Case, extension: str, rng: Random) -> Export:
    decimal = "," if case.fault.feed == "comma" else "."
    return clean_export(contract_of(case.table, case.fault.feed), extension, rng, decimal=decimal)


def _name(case: Case, extension: str) -> str:
    """Files of one container lie together, so that they are read together."""
    return f"{extension[:3]}/{' '.join(filter(None, (case.fault.name, case.column)))}.{extension}"


def _entry_of(fault: FileFault, export: Export) -> tuple[str, int, int, int] | None:
    match fault.outcome:
        case "left alone":
            return None
        case "all rejected":
            lines = len(export.as_container("csv").content().splitlines())
            return ("quarantined", lines, 0, lines)
        case "loaded":
            return ("loaded", len(export.rows), len(export.rows), 0)
        case "loaded empty":
            return ("loaded", 0, 0, 0)
    return ("quarantined", 0, 0, 0)
