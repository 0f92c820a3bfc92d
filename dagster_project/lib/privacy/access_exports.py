"""What exports brought of the person of access_person.py, row by row, with the file that each row came from.

A row is theirs where it carries an identifier of theirs alone, and none as strong that is only somebody else's: a
customer id says more than an address. Weaker ones of somebody else are withheld in it. Rows that name them by nothing
but what others use as well are counted and not shown.
"""

from __future__ import annotations

import json
from typing import Any

import duckdb

from dagster_project.lib.common.sql import quote_identifier
from dagster_project.lib.transformation.dbt_project.compiled import read_analyses

Row = dict[str, Any]
WITHHELD = "withheld: somebody else's"
_FEWEST_LETTERS = 6
"""Of what a refused row, whose columns nobody could tell, is known by; shorter ones are too often other words."""
_STRENGTH = """
case namespace
    when 'customer_id' then 1 when 'national_id' then 2 when 'loyalty_id' then 3 when 'email' then 4
    when 'phone' then 5 else 6
end
"""
_THEIRS = f"""
create or replace temp table others_cells as
select distinct table_name, file_id, row_number, column_name, {_STRENGTH} as strength from raw_identifiers
semi join carriers using (namespace, match_key)
anti join own_identifiers using (namespace, match_key)
anti join shared_identifiers using (namespace, match_key)
where namespace <> 'visitor_id';
create or replace temp table own_rows as
with named as (
    select table_name, file_id, row_number, min({_STRENGTH}) as strength from raw_identifiers
    semi join own_identifiers using (namespace, match_key)
    group by all
)
select table_name, file_id, row_number from named
anti join others_cells as others
    on others.table_name = named.table_name and others.file_id = named.file_id
    and others.row_number = named.row_number and others.strength <= named.strength
"""
_LINES = """
insert into own_rows
select distinct 'pos_order_lines', lines.file_id, lines.row_number from raw_order_lines as lines
join own_rows as orders on orders.table_name = 'pos_orders'
    and orders.file_id = lines.order_file_id and orders.row_number = lines.order_row_number
"""
_ROWS = """
select files.file_path, own.row_number, files.ingested_at, rows.* exclude (_feed, _row_number)
from own_rows as own
join raw.{table} as rows on rows._file_id = own.file_id and rows._row_number = own.row_number
left join quality.ingested_files as files on files.file_id = own.file_id
where own.table_name = $table
order by own.file_id, own.row_number
"""
_CELLS = """
select file_id, row_number, column_name from others_cells
semi join own_rows using (table_name, file_id, row_number)
where table_name = $table
"""
_LEFT_OUT = """
select 'raw.' || table_name, count(distinct (file_id, row_number)) from raw_identifiers
semi join shared_identifiers using (namespace, match_key)
anti join own_rows using (table_name, file_id, row_number)
group by 1 order by 1
"""
_WORDS = """
create or replace temp table rejected_words as
select distinct rejected, unnest(
    regexp_extract_all(lower(raw_row), '[^\\s"''<>,;|=(){}\\[\\]]+')
    || list_transform(regexp_split_to_array(raw_row, '[",;|\\t]'), part -> regexp_replace(part, '[^0-9]', '', 'g'))
) as word
from (select rowid as rejected, raw_row from quality.rejected_rows where raw_row is not null)
"""
_REJECTED = f"""
select file_path, row_number, column_name, reason, raw_row,
    (select min(ingested_at) from quality.ingested_files as files where files.content_hash = rows.content_hash
        and files.file_path = rows.file_path) as ingested_at
from quality.rejected_rows as rows
where rowid in (
    select rejected from rejected_words join own_identifiers on word = lower(match_key)
    where length(match_key) >= {_FEWEST_LETTERS}
) and rowid not in (
    select rejected from rejected_words join carriers on word = lower(match_key)
    where length(match_key) >= {_FEWEST_LETTERS} and namespace <> 'visitor_id'
        and (namespace, match_key) not in (from own_identifiers union from shared_identifiers)
)
order by all
"""
_NULLED = """
select distinct nulled.file_path, nulled.row_number, nulled.column_name, nulled.reason, nulled.raw_value
from quality.nulled_values as nulled
join quality.ingested_files as files using (file_path, content_hash)
join own_rows as own on own.file_id = files.file_id and own.row_number = nulled.row_number
order by all
"""


def collect_raw_identifiers(connection: duckdb.DuckDBPyConnection) -> None:
    """Make temporary tables of what all rows carry, once for all who ask: they are large."""
    questions = read_analyses()
    for name in ("raw_identifiers", "raw_order_lines"):
        connection.execute(f"create or replace temp table {name} as from ({questions[name]})")
    connection.execute(_WORDS)


def read_exported(connection: duckdb.DuckDBPyConnection) -> dict[str, list[Row]]:
    """`raw.<table>` -> the person's rows: file_path, row_number, ingested_at, and the columns of the table.

    After `find_person` and `collect_raw_identifiers`; makes own_rows (table_name, file_id, row_number).
    """
    for statement in (*_THEIRS.split(";"), _LINES):
        connection.execute(statement)
    tables = connection.execute("select distinct table_name from own_rows order by 1").fetchall()
    return {f"raw.{table}": _read_table(connection, table) for (table,) in tables}


def _read_table(connection: duckdb.DuckDBPyConnection, table: str) -> list[Row]:
    cells = {
        (file_id, row_number, column)
        for file_id, row_number, column in connection.execute(_CELLS, {"table": table}).fetchall()
    }
    rows = read_rows(connection, _ROWS.format(table=quote_identifier(table)), table=table)
    for row in rows:
        place = (row.pop("_file_id"), row["row_number"])
        row.update({name: WITHHELD for name in row if (*place, name) in cells})
    return rows


def read_refused(connection: duckdb.DuckDBPyConnection) -> dict[str, list[Row]]:
    """Rows that no table took and that carry an identifier of theirs, and values of their rows that were set aside."""
    return {
        "quality.rejected_rows": read_rows(connection, _REJECTED),
        "quality.nulled_values": read_rows(connection, _NULLED),
    }


def count_withheld(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """`raw.<table>` -> rows that name them by nothing but what somebody else uses as well, after `read_exported`."""
    return dict(connection.execute(_LEFT_OUT).fetchall())


def read_rows(connection: duckdb.DuckDBPyConnection, query: str, **values: object) -> list[Row]:
    """Rows of a query by column name; what a column of JSON holds is taken apart."""
    answer = connection.execute(query, values)
    columns = [(name, str(kind) == "JSON") for name, kind, *_ in answer.description or ()]
    return [
        {
            name: json.loads(value) if is_json and value is not None else value
            for (name, is_json), value in zip(columns, row, strict=True)
        }
        for row in answer.fetchall()
    ]
