"""Who is who, counted: records joined, duplicates, the largest customers, what was refused and what changed.

Belongs here: SQL over the marts of identity. Does not belong here: single pairs of records (pairs.py), judging tonight
by earlier nights (drift.py). Ids of records and customers are never selected.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from dagster_project.lib.publication.report.reader import Reader, Row
from dagster_project.lib.publication.report.suppression import tell_parts, tell_share

LARGEST = 5
"""So many of the customers with most records are shown."""
_RECORDS = "marts.customer_identities"
_BANDS = [("1", 1, 1), ("2", 2, 2), ("3", 3, 3), ("4", 4, 4), ("5", 5, 5), ("6–10", 6, 10), ("11+", 11, 11)]


def count_identities(reader: Reader, as_of: datetime) -> dict[str, Any]:
    """Records by source and kind, customers by size, duplicates, refusals by reason, and the changes of this night."""
    kinds = reader.rows(
        """
        with sized as (select *, count(*) over (partition by customer_id) as size from marts.customer_identities)
        select source || '/' || source_table as feed, record_kind, count(*) as records,
            count(*) filter (size > 1) as joined
        from sized group by 1, 2 order by 1, 2
        """,
        [_RECORDS],
    )
    sizes = reader.rows(
        """
        with customers as (select customer_id, count(*) as size from marts.customer_identities group by 1)
        select least(size, 11) as smallest, count(*) as customers from customers group by 1 order by 1
        """,
        [_RECORDS],
    )
    joined = sum(s["customers"] for s in sizes if s["smallest"] > 1)
    customers = sum(s["customers"] for s in sizes)
    return {
        "kinds": kinds,
        "sizes": _group_sizes(sizes),
        "records": sum(kind["records"] for kind in kinds),
        "joined_records": sum(kind["joined"] for kind in kinds),
        "joined_share": tell_share(joined / customers, customers) if customers else None,
        "customers": customers,
        "duplicates": _count_duplicates(reader, as_of),
        "largest": _count_largest(reader),
        "refused": _count_refused(reader),
        "to_review": reader.row(
            "select count(*) as pairs from quality.merges_to_review", ["quality.merges_to_review"]
        ).get("pairs", 0),
        "changes": _count_changes(reader, as_of),
    }


def _group_sizes(sizes: list[Row]) -> list[Row]:
    grouped = [
        {"label": label, "customers": sum(s["customers"] for s in sizes if low <= s["smallest"] <= high)}
        for label, low, high in _BANDS
    ]
    for band, told in zip(grouped, tell_parts([band["customers"] for band in grouped]), strict=True):
        band["customers"] = told
    return grouped if sizes else []


def _count_duplicates(reader: Reader, as_of: datetime) -> list[Row]:
    """By feed that describes customers: records, the customers they are of, and the share beyond the first of each."""
    return reader.rows(
        """
        select source || '/' || source_table as feed, count(*) as records, count(distinct customer_id) as customers,
            1 - count(distinct customer_id) / count(*) as share
        from marts.customer_identities
        where record_kind = 'customer' and source || '/' || source_table in (
            select feed from quality.identity_measures where metric = 'duplicate_rate' and as_of = ?
        )
        group by 1 order by 1
        """,
        [_RECORDS, "quality.identity_measures"],
        [as_of],
    )


def _count_largest(reader: Reader) -> dict[str, Any]:
    """The kinds of records, and of each of the LARGEST customers how many it has of each kind."""
    rows = reader.rows(
        """
        with customers as (
            select customer_id, count(*) as records from marts.customer_identities group by 1
            having count(*) > 1 order by records desc, customer_id limit ?
        )
        select customers.records, histogram(record_kind) as kinds
        from customers join marts.customer_identities using (customer_id)
        group by customer_id, customers.records order by customers.records desc, customer_id
        """,
        [_RECORDS],
        [LARGEST],
    )
    kinds = sorted({kind for row in rows for kind in row["kinds"]})
    return {
        "kinds": kinds,
        "customers": [
            {"records": row["records"], "counts": [row["kinds"].get(kind, 0) for kind in kinds]}
            for row in rows
        ],
    }


def _count_refused(reader: Reader) -> list[Row]:
    return reader.rows(
        """
        with sides as (select reason, unnest([left_record, right_record]) as record_key from quality.refused_merges)
        select reason, count(*) // 2 as pairs, count(distinct record_key) as records
        from sides group by 1 order by pairs desc, reason
        """,
        ["quality.refused_merges"],
    )


def _count_changes(reader: Reader, as_of: datetime) -> dict[str, Any]:
    """Tonight's changes by kind and reason, and how many there are of all nights."""
    table = "marts.identity_changes"
    changes = reader.rows(
        """
        select change, reason, count(*) as changes, count(distinct customer_id) as customers
        from marts.identity_changes where changed_at = ? group by 1, 2 order by 1, changes desc, 2
        """,
        [table],
        [as_of],
    )
    counted = reader.row("select count(*) as changes from marts.identity_changes", [table])
    return {"tonight": changes, "ever": counted.get("changes", 0)}
