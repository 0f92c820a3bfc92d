"""Single pairs of records: what waits for a person's judgement, what was refused, and the weights behind both.

Belongs here: SQL that selects them, with records masked as soon as they are read. Does not belong here: how they
are drawn (drawings/).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from dagster_project.lib.publication.report.masking import mask_addresses, mask_record
from dagster_project.lib.publication.report.reader import Reader, Row

MOST_PAIRS = 50
"""So many pairs of the review queue are shown."""
MOST_DRAWN = 12
"""So many of them are drawn, since a drawing costs a night more than a table."""
MOST_EXAMPLES = 3
"""So many pairs are shown of each reason to refuse one."""


def read_queue(reader: Reader) -> dict[str, Any]:
    """The pairs nearest to the threshold, each with how its evidence adds up, and how many there are in all."""
    pairs = reader.rows(
        """
        select place, left_record, right_record, is_one_customer, reason, match_weight, margin, evidence,
            1 / (1 + 2 ** -match_weight) as match_probability, count(*) over () as total
        from quality.merges_to_review order by place limit ?
        """,
        ["quality.merges_to_review"],
        [MOST_PAIRS],
    )
    return {"pairs": [_describe(pair) for pair in pairs], "total": pairs[0]["total"] if pairs else 0}


def _describe(pair: Row) -> Row:
    return {
        **pair,
        **_mask(pair),
        "reason": mask_addresses(pair["reason"]),
        **add_up(json.loads(pair["evidence"])),
    }


def add_up(evidence: Mapping[str, Any]) -> Row:
    """How a pair's weight adds up, of its evidence {prior, fields, same_household, threshold}, all in bits.

    rows, the last one the sum: label, finding, bits (what it adds), before and total (the sum so far), and kind (start,
    for, against or sum). total and threshold: in bits.
    """
    steps = [("before comparing", "", evidence["prior"], "start")]
    steps += [(f["field"], f["finding"], f["weight"], _side(f["weight"])) for f in evidence["fields"]]
    household = evidence.get("same_household") or 0.0
    if abs(household) >= 0.05:
        steps.append(("may be one household", "", household, _side(household)))
    rows: list[Row] = []
    total = 0.0
    for label, finding, bits, kind in steps:
        before, total = total, total + bits
        rows.append(
            {"label": label, "finding": finding, "bits": bits, "before": before, "total": total, "kind": kind}
        )
    whole = {"label": "total", "finding": "", "bits": total, "before": 0.0, "total": total, "kind": "sum"}
    return {"rows": [*rows, whole], "total": total, "threshold": evidence["threshold"]}


def _side(bits: float) -> str:
    return "for" if bits >= 0 else "against"


def _mask(pair: Row) -> Row:
    return {side: mask_record(pair[side]) for side in ("left_record", "right_record")}


def read_refusals(reader: Reader) -> list[Row]:
    """Refused pairs, MOST_EXAMPLES of each reason.

    Who excluded a pair is nobody's business here, so that reason has no detail.
    """
    rows = reader.rows(
        """
        select left_record, right_record, reason, match_weight,
            case when reason <> 'excluded by a person' then detail end as detail
        from quality.refused_merges
        qualify row_number() over (partition by reason order by left_record, right_record) <= ?
        order by reason, left_record, right_record
        """,
        ["quality.refused_merges"],
        [MOST_EXAMPLES],
    )
    return [{**row, **_mask(row), "detail": mask_addresses(row["detail"] or "")} for row in rows]


def read_weights(reader: Reader) -> dict[str, Any]:
    """The match weights by field, the one that can say most first; all: those of every field, for their common axis."""
    rows = reader.rows(
        """
        select field, level, label, match_share, other_share, household_share, match_weight
        from quality.match_weights where level > 0 order by field, level
        """,
        ["quality.match_weights"],
    )
    fields: dict[str, list[Row]] = {}
    for row in rows:
        fields.setdefault(row["field"], []).append(row)
    strongest = sorted(fields, key=lambda field: (-_reach(fields[field]), field))
    return {
        "fields": [{"field": field, "levels": fields[field]} for field in strongest],
        "all": [row["match_weight"] for row in rows],
        "strongest": strongest[0] if strongest else None,
    }


def _reach(levels: Iterable[Row]) -> float:
    return max(level["match_weight"] for level in levels)
