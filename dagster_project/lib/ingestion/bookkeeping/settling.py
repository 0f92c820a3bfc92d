"""What erasing rows is in the warehouse: raw tables, quarantine and ledger, in one transaction.

Rows behind those that are gone take their places, as they have them in the new files.
"""

from __future__ import annotations

from collections.abc import Mapping

import duckdb
import pandas as pd

from dagster_project.lib.common.sql import quote_identifier
from dagster_project.lib.common.warehouse import transaction
from dagster_project.lib.ingestion.contract_files.finding import canonical_contracts
from dagster_project.lib.ingestion.contracts.feeds import raw_table

NAMING = frozenset({"customer_id", "user_id", "visitor_id", "unit_id", "loyalty_id", "email", "phone"})
"""Canonical columns by which a row is somebody's."""
BLANKED = NAMING | {"session_id", "page_url", "referrer_url", "search_query", "city"}
"""Those that a row which stays, because it is an order, loses; so it does what is no canonical column."""
KEPT_PARAMETERS = ("items", "currency", "value")
_NOBODYS = {"customer_id": "null", "loyalty_id": "null", "email": "null", "phone": "null", "_extra": "null"}
_STAYING = {
    "raw.pos_orders": ("true", _NOBODYS),
    "raw.pos_sales": ("true", _NOBODYS),
    "raw.clickstream_events": (
        "event_name in ('purchase', 'refund') and order_id is not null",
        {
            **dict.fromkeys(
                ("session_id", "user_id", "email", "page_url", "referrer_url", "search_query", "city"), "null"
            ),
            "visitor_id": "g.label",
            "_extra": "null",
            "parameters": "json_object("
            + ", ".join(f"'{name}', parameters -> '$.{name}'" for name in KEPT_PARAMETERS)
            + ")",
        },
    ),
}
"""Raw table -> which of its rows stay without whom they were of, so that revenue does, and what they are changed to."""
_IS_NAMED = {"raw.clickstream_events": "not starts_with(visitor_id, 'anonymous-')"}
OWN_ROWS = """
case when f.part_of is null then g.row_number <= f.rows_in
else g.row_number > f.rows_before and g.row_number <= f.rows_before + f.rows_in end
"""
"""Whether a row g of a whole file is one that the entry f of the ledger brought."""


def names_somebody(table: str) -> str:
    """SQL: whether a row of a canonical table is anybody's, which an order that stayed is not any more."""
    if raw_table(table) not in _STAYING:
        return "true"
    columns = [column.name for column in canonical_contracts()[table].columns if column.name in NAMING]
    return f"(coalesce({', '.join(columns)}) is not null and {_IS_NAMED.get(raw_table(table), 'true')})"


def list_rows(connection: duckdb.DuckDBPyConnection) -> None:
    """Make temporary tables: `going` of the rows to erase, and `gone_places` of those that do not stay."""
    parts = []
    for table in _tables_of(connection, "select table_name from rows_to_erase"):
        columns = [column.name for column in canonical_contracts()[table].columns if column.name in NAMING]
        stays, values = _STAYING.get(raw_table(table), ("false", {}))
        label = "'anonymous-' || left(md5(order_id), 16)" if "visitor_id" in values else "null::varchar"
        texts = ", ".join(f"{quote_identifier(name)}::varchar" for name in columns)
        parts.append(f"""
            select '{raw_table(table)}' as table_name, r._file_id as file_id, r._row_number as row_number,
                {stays} as stays, [{texts}]::varchar[] as texts, {label} as label
            from {raw_table(table)} as r semi join rows_to_erase as e
                on e.table_name = '{raw_table(table)}' and e.file_id = r._file_id and e.row_number = r._row_number
        """)
    nothing = (
        "select null::varchar as table_name, null::integer as file_id, null::bigint as row_number,"
        " false as stays, null::varchar[] as texts, null::varchar as label where false"
    )
    connection.execute(f"create or replace temp table going as {' union all '.join([nothing, *parts])}")
    connection.execute("""
        create or replace temp table gone_places as
        select file_id, row_number, is_rejected, row_number() over (partition by file_id order by row_number) as number
        from (
            select file_id, row_number, false as is_rejected from going where not stays
            union all
            select distinct coalesce(f.part_of, f.file_id), r.row_number + coalesce(f.rows_before, 0), true
            from rejections_to_erase as r
            join quality.ingested_files as f using (file_path, content_hash)
            where f.status in ('loaded', 'quarantined')
        )
    """)


def settle(connection: duckdb.DuckDBPyConnection, hashes: Mapping[tuple[str, str], str]) -> tuple[int, int]:
    """Take the rows out of the warehouse and let the ledger expect the new files; returns rows gone and orders kept."""
    renamed = pd.DataFrame(
        [(*old, new) for old, new in hashes.items()],
        columns=["file_path", "content_hash", "new_hash"],
        dtype=str,
    )
    connection.register("rewritten", renamed)
    with transaction(connection):
        for table in map(raw_table, _tables_of(connection, "select table_name from going")):
            this = f"g.table_name = '{table}' and g.file_id = r._file_id and g.row_number = r._row_number"
            connection.execute(f"delete from {table} as r using going as g where {this} and not g.stays")
            if table in _STAYING:
                values = ", ".join(f"{column} = {value}" for column, value in _STAYING[table][1].items())
                connection.execute(
                    f"update {table} as r set {values} from going as g where {this} and g.stays"
                )
        _renumber(connection)
        _settle_quarantine(connection)
        _settle_ledger(connection)
    connection.unregister("rewritten")
    counts = connection.execute(
        "select count(*) filter (not stays) + (select count(*) from gone_places where is_rejected),"
        " count(*) filter (stays) from going"
    ).fetchone()
    return counts or (0, 0)


def _renumber(connection: duckdb.DuckDBPyConnection) -> None:
    """Give rows behind those that are gone the places that they have in the new files."""
    tables = _tables_of(
        connection,
        """
        select 'raw.' || replace(f.canonical_table, '/', '_') as table_name from quality.ingested_files as f
        where coalesce(f.part_of, f.file_id) in (select file_id from gone_places)
        """,
    )
    for table in map(raw_table, tables):
        connection.execute(f"""
            update {table} as r set _row_number = moved.place from (
                select t._file_id, t._row_number, (t._row_number - g.number)::integer as place
                from {table} as t asof join gone_places as g
                    on t._file_id = g.file_id and t._row_number >= g.row_number
            ) as moved
            where r._file_id = moved._file_id and r._row_number = moved._row_number
        """)


def _settle_quarantine(connection: duckdb.DuckDBPyConnection) -> None:
    places = """
        select f.file_path, f.content_hash, g.row_number - coalesce(f.rows_before, 0) as row_number
        from quality.ingested_files as f join going as g on g.file_id = coalesce(f.part_of, f.file_id)
            and g.table_name = 'raw.' || replace(f.canonical_table, '/', '_')
        union all select file_path, content_hash, row_number from rejections_to_erase
    """
    for table in ("quality.rejected_rows", "quality.nulled_values"):
        connection.execute(f"""
            delete from {table} as q using ({places}) as p
            where q.file_path = p.file_path and q.content_hash = p.content_hash and q.row_number = p.row_number
        """)
        connection.execute(f"""
            update {table} as q set row_number = q.row_number - (
                select count(*) from gone_places as g
                where g.file_id = coalesce(f.part_of, f.file_id)
                    and g.row_number < q.row_number + coalesce(f.rows_before, 0)
                    and g.row_number > coalesce(f.rows_before, 0)
            )
            from quality.ingested_files as f
            where f.file_path = q.file_path and f.content_hash = q.content_hash
                and coalesce(f.part_of, f.file_id) in (select file_id from gone_places)
        """)
        connection.execute(f"""
            update {table} as q set content_hash = w.new_hash from rewritten as w
            where q.file_path = w.file_path and q.content_hash = w.content_hash
        """)


def _settle_ledger(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute(f"""
        update quality.ingested_files as f set
            rows_in = f.rows_in - went.loaded - went.rejected, rows_loaded = f.rows_loaded - went.loaded,
            rows_rejected = f.rows_rejected - went.rejected, rows_before = f.rows_before - went.before
        from (
            select f.file_id,
                count(*) filter (({OWN_ROWS}) and not g.is_rejected) as loaded,
                count(*) filter (({OWN_ROWS}) and g.is_rejected) as rejected,
                count(*) filter (g.row_number <= f.rows_before) as before
            from quality.ingested_files as f join gone_places as g on g.file_id = coalesce(f.part_of, f.file_id)
            where f.status in ('loaded', 'quarantined') group by 1
        ) as went
        where f.file_id = went.file_id
    """)
    connection.execute("""
        update quality.ingested_files as f set content_hash = w.new_hash, changed_ns = 0 from rewritten as w
        where f.file_path = w.file_path and f.content_hash = w.content_hash
    """)


def _tables_of(connection: duckdb.DuckDBPyConnection, query: str) -> list[str]:
    """The canonical tables among some raw ones."""
    named = {name for (name,) in connection.execute(f"select distinct table_name from ({query})").fetchall()}
    return [table for table in canonical_contracts() if raw_table(table) in named]
