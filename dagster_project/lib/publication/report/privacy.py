"""The privacy audit as a page: what people said, what they asked for, what is stored of them and what it was used for.

Belongs here: withholding small groups of what was counted. Does not belong here: counting, which `lib/privacy` does;
this stage is given the answers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from itertools import groupby
from operator import itemgetter
from typing import Any

from dagster_project.lib.publication.report.reader import Row
from dagster_project.lib.publication.report.suppression import round_to_tens, tell_parts

ANSWERS = (("granted", "decision"), ("granted", "default"), ("denied", "decision"), ("denied", "default"))
"""Status of a consent and who decided it, in the order of the columns."""


def describe_audit(audit: Mapping[str, Any] | None) -> dict[str, Any]:
    """What the page says of the lists of an audit; None is an empty one.

    consents: a row a purpose, with `counts` by ANSWERS. requests: as given, told counts. overdue: as given, rows in
    tens. stored: a row a class, with its tables. processing: a row a purpose, with its tables and their customers in
    tens.
    """
    answers = audit or {}
    return {
        "answers": ANSWERS,
        "consents": [_sum_up(purpose, rows) for purpose, rows in _by("purpose", answers.get("consents", []))],
        "requests": [_withhold(request) for request in answers.get("requests", [])],
        "overdue": [row | {"rows": round_to_tens(row["rows"])} for row in answers.get("overdue", [])],
        "stored": [
            {"personal_data": kind, "tables": rows}
            for kind, rows in _by("personal_data", answers.get("stored", []))
        ],
        "processing": [
            {
                "purpose": purpose,
                "tables": [row | {"customers": round_to_tens(row["customers"])} for row in rows],
            }
            for purpose, rows in _by("purpose", answers.get("processing", []))
        ],
    }


def _by(name: str, rows: list[Row]) -> list[tuple[str, list[Row]]]:
    return [(value, list(group)) for value, group in groupby(rows, itemgetter(name))]


def _sum_up(purpose: str, rows: list[Row]) -> Row:
    """Every purpose is of the same people, so what one tells of their number holds for all."""
    counted: Counter[tuple[str, str]] = Counter()
    for row in rows:
        counted[row["status"], row["decided_by"]] += row["customers"]
    return {"purpose": purpose, "counts": tell_parts([counted[answer] for answer in ANSWERS])}


def _withhold(request: Row) -> Row:
    parts = [name for name in ("open", "done") if name in request]
    told = dict(zip(parts, tell_parts([request[name] for name in parts]), strict=True))
    return request | told | {"requests": tell_parts([request["requests"]])[0]}
