"""What arrived, by feed: files, rows, and what of both did not fit.

Belongs here: SQL over the ledger and the quarantine. Rows and values as they arrived are never selected.
Does not belong here: withholding what a name or reason may quote (masking.py).
"""

from __future__ import annotations

from dagster_project.lib.publication.report.reader import Reader, Row

FILE_STATUSES = ("loaded", "duplicate", "quarantined", "replaced")
_LEDGER = "quality.ingested_files"


def count_arrivals(reader: Reader, run_id: str) -> Row:
    """Files and rows by feed, files in quarantine, rejected rows and nulled values by reason.

    Rows of files that were replaced are gone from the warehouse and are not counted.
    """
    statuses = ", ".join(f"count(*) filter (status = '{status}') as {status}" for status in FILE_STATUSES)
    measures = ("files", *FILE_STATUSES, "tonight", "rows_in", "rows_loaded", "rows_rejected")
    feeds = reader.rows(
        f"""
        select
            source || '/' || source_table as feed, count(*) as files, {statuses},
            count(*) filter (run_id = ?) as tonight,
            coalesce(sum(rows_in) filter (status <> 'replaced'), 0)::bigint as rows_in,
            coalesce(sum(rows_loaded) filter (status <> 'replaced'), 0)::bigint as rows_loaded,
            coalesce(sum(rows_rejected) filter (status <> 'replaced'), 0)::bigint as rows_rejected
        from quality.ingested_files group by 1 order by 1
        """,
        [_LEDGER],
        [run_id],
    )
    quarantine = reader.rows(
        """
        select file_path, source || '/' || source_table as feed, reason, ingested_at
        from quality.ingested_files
        qualify status = 'quarantined' and ingested_at = max(ingested_at) over (partition by file_path)
        order by ingested_at desc, file_path
        """,
        [_LEDGER],
    )
    totals: dict[str, int] = {name: sum(feed[name] for feed in feeds) for name in measures}
    return {
        "feeds": feeds,
        "totals": totals,
        "unbalanced": [f["feed"] for f in feeds if f["rows_in"] != f["rows_loaded"] + f["rows_rejected"]],
        "quarantine": quarantine,
        "redelivered": totals["quarantined"] - len(quarantine),
        "rejected": _count_reasons(reader, "quality.rejected_rows"),
        "nulled": _count_reasons(reader, "quality.nulled_values"),
        "late": _count_late_rows(reader),
    }


def _count_late_rows(reader: Reader) -> list[Row]:
    """Rows that nights before their delivery did without, by feed and run, the newest delivery first."""
    return reader.rows(
        """
        select
            source || '/' || source_table as feed, sum(rows_late)::bigint as rows, min(first_late_at) as first_late_at,
            min(first_missed_at) as first_missed_at, max(ingested_at) as came_at
        from quality.ingested_files where status = 'loaded' and rows_late > 0
        group by feed, run_id order by came_at desc, feed
        """,
        [_LEDGER],
    )


def _count_reasons(reader: Reader, table: str) -> list[Row]:
    """Distinct rows by feed, column and reason; those of files that were replaced are no longer anyone's task."""
    return reader.rows(
        f"""
        select
            source || '/' || source_table as feed, column_name, reason,
            count(distinct (file_path, content_hash, row_number)) as rows
        from {table} as r
        where not exists (
            from quality.ingested_files as f
            where f.status = 'replaced' and f.run_id = r.run_id
                and f.file_path = r.file_path and f.content_hash = r.content_hash
        )
        group by all order by rows desc, feed, column_name, reason
        """,
        [table, _LEDGER],
    )
