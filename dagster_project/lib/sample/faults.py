"""What is wrong with the delivered files on purpose, and the list of it.

Two rows cannot be parsed; some rows and one file are delivered twice or late. The files themselves are always valid.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from duckdb import DuckDBPyConnection

from dagster_project.lib.sample.events_export import LATE

RESENT = "pos/order_lines/order_lines_2026-03.csv.gz"
RESENT_AS = "pos/order_lines/order_lines_2026-03_resent.csv.gz"


def plant_faults(connection: DuckDBPyConnection) -> None:
    """Spoil one order line (its quantity says 'two') and create `truth.faults`."""
    connection.execute("""
        update landing.pos_order_lines set quantity = 'two' where version = 0 and line_id = '2'
            and k = (select min(k) from landing.pos_order_lines
                where _file = '2026-02' and version = 0 and line_id = '2')
    """)
    connection.execute(f"""
        create table truth.faults as
        select 'rejected_row' as kind, 'pos/order_lines' as feed, order_id || '/' || line_id as record_id,
            'quantity' as detail
        from landing.pos_order_lines where quantity = 'two'
        union all
        select 'rejected_row', 'clickstream/events', event_id, 'occurred_at' from landing.clickstream_events
        where occurred_at = 'yesterday'
        union all
        select 'event_delivered_twice', 'clickstream/events', event_id, _file from landing.clickstream_events
            where delivery = 1
        union all
        select 'event_delivered_late', 'clickstream/events', event_id, _file from landing.clickstream_events
        where delivery = 0 and _file = '{LATE}'
        union all
        select 'order_restated', 'pos/orders', order_id, _file from landing.pos_orders where version = 2
        union all
        select 'file_delivered_twice', 'pos/order_lines', '{RESENT_AS.rsplit("/", 1)[1]}', '{RESENT.rsplit("/", 1)[1]}'
    """)


def resend_file(landing: Path) -> str:
    """Deliver one file of order lines again, byte for byte, under another name; the name is returned."""
    shutil.copyfile(landing / RESENT, landing / RESENT_AS)
    return RESENT_AS
