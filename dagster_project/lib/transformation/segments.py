"""Whom a segment's file would find on the warehouse as the last night left it, and what that night made of all of them.

Belongs here: compiling one file and asking the warehouse, which is only read; nothing is built or published. Who is in
a segment is the file's own SQL.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import duckdb

from dagster_project.lib.common.errors import KindredError
from dagster_project.lib.common.sql import quote_identifier
from dagster_project.lib.transformation.dbt_project.compiled import compile_nodes
from dagster_project.lib.transformation.dbt_project.personal_data import find_withheld
from dagster_project.lib.transformation.dbt_project.project import segment_names

EXAMPLES = 10
_FEATURES = "marts.customer_features"
_AGAINST = (
    "select customer_id from marts.customer_consents where purpose = 'personalization' and status = 'denied'"
)
"""Who is in no segment."""


@dataclass(frozen=True)
class Preview:
    """What a segment's file finds tonight."""

    segment: str
    customers: int
    share: float
    """Of all customers, 0 to 1; 0 where there are none."""
    known_customers: int
    minimum_size: int
    overlaps: tuple[dict[str, Any], ...]
    """Published segments that share customers with it: segment, customers, share of this one; the largest first."""
    examples: tuple[dict[str, Any], ...]
    """Up to EXAMPLES members, the latest first: customer_id, entered_at and the features that the file reads."""


def preview(connection: duckdb.DuckDBPyConnection, name: str) -> Preview:
    """Run the file `dbt/models/segments/<name>.sql` on the warehouse and say whom it finds of those who may be in it.

    connection: to the warehouse, which is only read; a temporary table `previewed_members` is left on it. KindredError
    where there is no such file, or where it does not compile or run.
    """
    node = _compile(name)
    try:
        connection.execute(
            "create or replace temp table previewed_members as"
            f" select customer_id, entered_at from ({node.compiled_code}) where customer_id not in ({_AGAINST})"
        )
    except duckdb.Error as error:
        raise KindredError(
            f"dbt/models/segments/{name}.sql does not run ({_kind(error)})",
            "correct the file, or run `kindred nightly` where it reads a segment or table that no night has built",
        ) from None
    customers, known, everybody = connection.execute("""
        select count(distinct members.customer_id),
            count(distinct members.customer_id) filter (customers.is_known),
            (select count(*) from marts.dim_customers)
        from previewed_members as members left join marts.dim_customers as customers using (customer_id)
    """).fetchone() or (0, 0, 0)
    return Preview(
        segment=name,
        customers=customers,
        share=customers / everybody if everybody else 0.0,
        known_customers=known,
        minimum_size=node.config.meta.get("minimum_size", 0),
        overlaps=_find_overlaps(connection, name, customers),
        examples=_find_examples(connection, _features_read(connection, node.compiled_code)),
    )


def list_segments(connection: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """The rows of activation.segments as the last night left them, without its run, by priority and name."""
    return _rows(
        connection,
        "select * exclude (computed_at, run_id) from activation.segments order by priority, segment",
    )


def _compile(name: str) -> Any:
    if name not in segment_names():
        raise KindredError(
            f"there is no segment {name!r}",
            f"write dbt/models/segments/{name}.sql or name one of {', '.join(segment_names())}",
        )
    try:
        (node,) = compile_nodes(name)
    except RuntimeError as error:
        raise KindredError(f"dbt/models/segments/{name}.sql {error}", "correct the file") from None
    return node


def _kind(error: duckdb.Error) -> str:
    """The first line of what DuckDB says of the SQL, with quoted values taken out: a cast may quote a row."""
    return re.sub(r"'[^']*'", "'…'", str(error).splitlines()[0])


def _features_read(connection: duckdb.DuckDBPyConnection, query: str) -> list[str]:
    columns = [row[0] for row in connection.execute(f"describe {_FEATURES}").fetchall()]
    withheld = set(find_withheld({_FEATURES: columns}).get(_FEATURES, ()))
    words = set(re.findall(r"\w+", query)) - {"customer_id", "as_of"} - withheld
    return [name for name in columns if name in words]


def _find_overlaps(
    connection: duckdb.DuckDBPyConnection, name: str, customers: int
) -> tuple[dict[str, Any], ...]:
    found = connection.execute(
        """
        select others.segment, count(distinct others.customer_id)
        from previewed_members as members join activation.segment_memberships as others using (customer_id)
        where others.segment <> ? group by 1 order by 2 desc, 1
        """,
        [name],
    ).fetchall()
    return tuple(
        {"segment": other, "customers": shared, "share": shared / customers} for other, shared in found
    )


def _find_examples(connection: duckdb.DuckDBPyConnection, features: list[str]) -> tuple[dict[str, Any], ...]:
    columns = "".join(f", features.{quote_identifier(name)}" for name in features)
    return tuple(
        _rows(
            connection,
            f"""
            select customer_id, members.entered_at{columns}
            from previewed_members as members left join {_FEATURES} as features using (customer_id)
            order by members.entered_at desc nulls last, customer_id limit {EXAMPLES}
            """,
        )
    )


def _rows(connection: duckdb.DuckDBPyConnection, query: str) -> list[dict[str, Any]]:
    result = connection.execute(query)
    names = [column[0] for column in result.description or ()]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]
