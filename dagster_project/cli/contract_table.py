"""How `kindred contract check` shows what it found: a table for people, objects for programs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from dagster_project.lib.common.progress import count_of
from dagster_project.lib.ingestion.trial import FileTrial

_HEADINGS = ("feed", "file", "rows", "rejected", "nulled", "finding")


@dataclass(frozen=True)
class CheckedContract:
    """The contract of one feed."""

    feed: str
    fills: str | None
    """The raw table; none where the contract is wrong."""
    error: str | None


def contract_lines(contracts: Iterable[CheckedContract]) -> list[str]:
    """One line a feed: what it fills, or what is wrong with its contract."""
    return [
        f"{one.feed:<28} {f'fills {one.fills}' if one.error is None else f'wrong: {one.error}'}"
        for one in contracts
    ]


def file_lines(files: Sequence[FileTrial]) -> list[str]:
    """The table of files: one line a file, below it one for each thing that was found."""
    if not files:
        return []
    pairs = zip(files, [None, *files], strict=False)
    rows = [_HEADINGS, *(row for file, before in pairs for row in _rows(file, before))]
    widths = [max(len(row[place]) for row in rows) for place in range(len(_HEADINGS) - 1)]
    aligned = ["<", "<", ">", ">", ">"]
    return [
        "  ".join(
            [
                *(f"{cell:{side}{width}}" for cell, side, width in zip(row, aligned, widths, strict=False)),
                row[-1],
            ]
        ).rstrip()
        for row in rows
    ]


def _beyond(file: FileTrial | None) -> tuple[object, ...] | None:
    """Whose columns beyond the contract they are: told once and not for each file of a feed."""
    return file and (file.feed, frozenset(file.new_columns), file.new_columns_not_shown)


def _rows(file: FileTrial, before: FileTrial | None) -> Iterable[Sequence[str]]:
    name = file.file.removeprefix(f"{file.feed}/")
    counts = (f"{file.rows_in:,}", f"{file.rows_rejected:,}", f"{file.values_nulled:,}")
    told = "loads" if file.reason is None else f"{file.status}: {file.reason}"
    yield (file.feed, name, *counts, told)
    for finding in file.findings:
        count = f"{finding.count:,}"
        rejected, nulled = (count, "") if finding.kind == "rejected" else ("", count)
        yield ("", "", "", rejected, nulled, finding.describe(file.rows_in))
    beyond = len(file.new_columns) + file.new_columns_not_shown
    if beyond and _beyond(file) != _beyond(before):
        names = list(file.new_columns)
        if file.new_columns_not_shown:
            names.append(f"{file.new_columns_not_shown} more, not shown since they could be values")
        yield (
            "",
            "",
            "",
            "",
            "",
            f"{count_of(beyond, 'column')} beyond the contract, kept in _extra: {', '.join(names)}",
        )
    if file.missing_columns:
        what = count_of(len(file.missing_columns), "column")
        yield ("", "", "", "", "", f"{what} of the file before missing: {', '.join(file.missing_columns)}")
