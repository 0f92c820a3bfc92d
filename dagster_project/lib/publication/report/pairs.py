"""Single pairs of records: what waits for a person's judgement, what was refused, and the weights behind both.

Belongs here: SQL that selects them, with records masked as soon as they are read. Does not belong here: where things
lie in a chart (charts.py).
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from dagster_project.lib.publication.report.charts import bits_chart, waterfall
from dagster_project.lib.publication.report.masking import mask_addresses, mask_record
from dagster_project.lib.publication.report.reader import Reader, Row

MOST_PAIRS = 50
"""So many pairs of the review queue are shown."""
MOST_EXAMPLES = 3
"""So many pairs are shown of each reason to refuse one."""


def read_queue(reader: Reader) -> dict[str, Any]:
    """The pairs nearest to the threshold, each with its evidence and chart, and how many there are in all."""
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
        "chart": waterfall(json.loads(pair["evidence"])),
    }


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
    """The match weights by field, in the order of the model, with a chart each on one common axis."""
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
    weights = [row["match_weight"] for row in rows]
    return {
        "fields": [
            {"field": field, "levels": fields[field], "chart": bits_chart(fields[field], weights)}
            for field in strongest
        ],
        "strongest": strongest[0] if strongest else None,
    }


def _reach(levels: Iterable[Row]) -> float:
    return max(level["match_weight"] for level in levels)
