"""A draft as the text of a contract, with comments for the people who look at it before a night does."""

from __future__ import annotations

import json
from typing import Any

import yaml

from dagster_project.lib.ingestion.contract_files.finding import canonical_contracts
from dagster_project.lib.ingestion.inference.drafts import Draft
from dagster_project.lib.ingestion.inference.matching import BY_VALUES, Match
from dagster_project.lib.ingestion.inference.names import TIME

SCHEMA_LINE = "# yaml-language-server: $schema=../../schemas/contract.json"
_SURE = TIME
"""Up to this score a match is marked as a guess; any synonym counts more, however far down its list."""


def write_draft(draft: Draft) -> str:
    """YAML that `kindred contract check` takes as it is."""
    contract = draft.contract
    lines = [
        SCHEMA_LINE,
        f"# A draft: look it through and save it as contracts/{draft.source}/{draft.feed}.yml in your config folder.",
        f"table: {contract['table']}",
    ]
    if "format" in contract:
        lines.append(f"format: {contract['format']}")
    if dialect := contract.get("dialect"):
        lines += ["dialect:", *(f"  {key}: {_written(value)}" for key, value in dialect.items())]
    times = {
        column.name
        for column in canonical_contracts()[contract["table"]].columns
        if column.type == "timestamp"
    }
    if times & {match.column for match in draft.matched.matches.values()}:
        lines += ["time_zone: UTC  # of times without an offset; a file does not tell it: Europe/Berlin?"]
    if "rename" in contract:
        lines += ["rename:", *_rename_lines(draft)]
    if unpivot := contract.get("unpivot"):
        lines += ["unpivot:", f"  columns: {_list(unpivot['columns'])}"]
        lines += [f"  {key}: {unpivot[key]}" for key in ("name", "value")]
    if columns := contract.get("columns"):
        lines += ["columns:"]
        for name, rules in columns.items():
            lines += [
                f"  {name}: {{{', '.join(f'{key}: {_scalar(value)}' for key, value in rules.items())}}}"
            ]
    return "\n".join([*lines, *_remarks(draft)]) + "\n"


def _rename_lines(draft: Draft) -> list[str]:
    classes = {
        column.name: column.personal_data for column in canonical_contracts()[draft.contract["table"]].columns
    }
    lines = []
    for theirs, ours in draft.contract["rename"].items():
        remarks = [f"{classes[ours]} personal data"] if classes[ours] != "none" else []
        remarks += (
            [_doubt(draft.matched.matches[theirs])] if draft.matched.matches[theirs].score <= _SURE else []
        )
        remark = f"  # {'; '.join(remarks)}" if remarks else ""
        lines.append(f"  {_scalar(theirs)}: {ours}{remark}")
    return lines


def _doubt(match: Match) -> str:
    return "a guess by its values" if match.score == BY_VALUES and match.evidence == "values" else "a guess"


def _remarks(draft: Draft) -> list[str]:
    own = [
        match.column
        for name, match in draft.matched.matches.items()
        if name not in draft.contract.get("rename", {})
    ]
    lines = [f"# Matched by their own names: {', '.join(own)}."] if own else []
    if draft.matched.missing:
        given = {*draft.contract.get("columns", {}), *map(str, draft.contract.get("unpivot", {}).values())}
        missing = [name for name in draft.matched.missing if name not in given]
        lines += [f"# Required and not found: {', '.join(missing)}."] if missing else []
    if draft.extra_columns or draft.columns_not_shown:
        lines.append("# Kept as extra columns, since the table has no place for them:")
        lines += [f"#   {name} ({look})" for name, look in draft.extra_columns.items()]
        if draft.columns_not_shown:
            lines.append(f"#   and {draft.columns_not_shown} whose names could be values")
    return lines


def _written(value: Any) -> str:
    return _scalar(value) if isinstance(value, str) else _list(value)


def _list(columns: Any) -> str:
    return columns if isinstance(columns, str) else f"[{', '.join(map(_scalar, columns))}]"


def _scalar(value: Any) -> str:
    """Bare where YAML reads the same text again, else in double quotes, which JSON's are too."""
    text = str(value)
    is_word = text.isprintable() and not any(mark in text for mark in "#:,[]{}&*!|>'\"%`")
    try:
        is_bare = is_word and yaml.safe_load(text) == text
    except yaml.YAMLError:
        is_bare = False
    return text if is_bare else json.dumps(text, ensure_ascii=False)
