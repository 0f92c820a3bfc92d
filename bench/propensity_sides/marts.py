"""Online Retail's till lines as the marts that scores are learnt from, without a warehouse and its night.

Orders as `marts.fct_orders` has them: lines of one invoice and customer, a return where no quantity is positive.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import duckdb

from dagster_project.lib.common.sql import path_list

_MARTS = """
create schema marts;
create table marts.customer_consents (customer_id varchar, purpose varchar, status varchar);
create table marts.fct_sessions (customer_id varchar, started_at timestamp);
create table marts.fct_events (customer_id varchar, occurred_at timestamp, event_name varchar);
create table marts.fct_email_events (customer_id varchar, occurred_at timestamp, event_name varchar);
create table marts.fct_orders as
select
    regexp_replace(CustomerID, '\\.0$', '') as customer_id,
    InvoiceNo as order_id,
    min(InvoiceDate)::timestamp as ordered_at,
    sum(Quantity * UnitPrice) as net_amount_in_base_currency,
    max(Quantity) < 0 as is_return
from read_csv({files}, types = {{'InvoiceNo': 'varchar', 'StockCode': 'varchar', 'CustomerID': 'varchar'}})
where CustomerID is not null
group by 1, 2;
create table marts.dim_customers as
select customer_id, true as is_known, min(ordered_at) as first_seen_at from marts.fct_orders group by 1;
"""


def open_marts(folder: Path) -> tuple[duckdb.DuckDBPyConnection, datetime]:
    """Return a database in memory with the marts, and the time of the newest order; folder: of the daily exports."""
    connection = duckdb.connect()
    connection.execute(_MARTS.format(files=path_list(sorted(folder.glob("*.csv.gz")))))
    (newest,) = connection.execute("select max(ordered_at) from marts.fct_orders").fetchone() or (None,)
    return connection, newest
