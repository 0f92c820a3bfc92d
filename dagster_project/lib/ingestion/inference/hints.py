"""What people are told beside a draft: where a missing column may be, and which columns are a table of their own."""

from __future__ import annotations

from dagster_project.lib.ingestion.arrival.column_names import may_show
from dagster_project.lib.ingestion.contract_files.finding import canonical_contracts
from dagster_project.lib.ingestion.inference.matching import Columns, TableMatch
from dagster_project.lib.ingestion.inference.names import normalize
from dagster_project.lib.ingestion.inference.shapes import MOST

_CONSENTS = (
    "newsletter", "consent", "opt_in", "optin", "marketing", "subscri", "einwilligung", "werbung", "abonn", "souhlas",
    "consentement", "accord", "permiso", "permission", "dsgvo", "gdpr", "rgpd",
)  # fmt: skip


def missing_told(columns: Columns, best: TableMatch, name: str) -> str:
    """That no column seems to be a required one, and which of the columns left could be."""
    types = {column.name: column.type for column in canonical_contracts()[best.table].columns}
    left = [theirs for theirs in columns.sample.columns if theirs not in best.matches and may_show(theirs)]
    if types[name] in ("timestamp", "date"):
        left = [theirs for theirs in left if columns.shapes[theirs].values and columns.times(theirs)]
    elif types[name] in ("double", "integer"):
        left = [theirs for theirs in left if columns.shapes[theirs].number >= MOST]
    told = f"no column seems to be {name!r}, which is required: name it under `rename:`"
    return told + (f"; it could be {' or '.join(map(repr, left))}" if 0 < len(left) <= 5 else "")


def consents_told(columns: Columns, best: TableMatch) -> list[str]:
    """That a column of yes and no is a consent, which the table has no place for."""
    if best.table == "consents/decisions":
        return []
    return [
        f"{name!r} seems to be a consent, which {best.table} has no place for: docs/contracts.md, unpivot, says how to"
        " take it from the same file"
        for name in columns.sample.columns
        if name not in best.matches
        and may_show(name)
        and columns.shapes[name].values
        and columns.shapes[name].boolean >= MOST
        and any(word in normalize(name) for word in _CONSENTS)
    ]
