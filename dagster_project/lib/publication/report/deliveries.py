"""What each destination took, refused and left the last time that it was served.

Belongs here: SQL over the log of deliveries. It ends before the snapshot that this report belongs to, whose own
deliveries come after it.
"""

from __future__ import annotations

from dagster_project.lib.publication.report.reader import Reader, Row
from dagster_project.lib.publication.report.suppression import tell

_LOG = "quality.delivery_log"
COUNTS = ("added", "changed", "removed", "failed")


def read_deliveries(reader: Reader) -> list[Row]:
    """The last delivery of each destination and table, what failed first; counts of a few rows are not told.

    failures: how many deliveries of this table did not end well since it was last delivered, this one included.
    """
    rows = reader.rows(
        """
        with judged as (
            select *, status in ('failed', 'refused') as is_failure from quality.delivery_log
        ),
        last_good as (
            select destination, table_name, max(started_at) filter (not is_failure) as good_at from judged group by all
        )
        select judged.*, count(*) filter (is_failure and started_at > coalesce(good_at, timestamp '1970-01-01'))
            over (partition by judged.destination, judged.table_name) as failures
        from judged inner join last_good using (destination, table_name)
        qualify row_number() over (
            partition by judged.destination, judged.table_name order by started_at desc, finished_at desc
        ) = 1
        order by judged.is_failure desc, judged.status <> 'partly', destination, table_name
        """,
        [_LOG],
    )
    return [row | {name: tell(row[name]) for name in COUNTS} for row in rows]
