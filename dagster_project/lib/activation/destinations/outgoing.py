"""What is sent of a snapshot: its tables as they stand, but for what customers have said since it was made.

A view in the place of a table makes of it what the next night would, as far as somebody said no. So whatever reads
published tables on their way out heeds that, and its SQL does not know the difference.
"""

from __future__ import annotations

import duckdb

from dagster_project.lib.activation.newest import PERSONALIZATION, Denials
from dagster_project.lib.common.sql import quote_identifier, quote_literal

RECOMMENDATIONS = "activation.customer_recommendations"
AGAINST = "(select customer_id from outgoing.main.against_personalization)"
"""Customers who said no to personalization, before the night or since, for a condition in SQL."""
_DENIALS = "outgoing.main.denials"
_TABLES = f"""
create table {_DENIALS} (customer_id varchar, purpose varchar, denied_at timestamp);
create view outgoing.main.against_personalization as
select customer_id from {_DENIALS} where purpose = {quote_literal(PERSONALIZATION)}
union
select customer_id from published.marts.customer_consents
where purpose = {quote_literal(PERSONALIZATION)} and status = 'denied';
"""
CORRECTED = {
    "marts.customer_consents": f"""
        select consents.* replace (
            case when denials.purpose is null then consents.status else 'denied' end as status,
            consents.is_default and denials.purpose is null as is_default,
            coalesce(denials.denied_at, consents.decided_at) as decided_at
        )
        from published.marts.customer_consents as consents
        left join {_DENIALS} as denials
            on consents.customer_id = denials.customer_id and consents.purpose = denials.purpose
            and (consents.status = 'granted' or consents.is_default)
    """,
    RECOMMENDATIONS: f"from published.{RECOMMENDATIONS} where customer_id not in {AGAINST}",
}
"""The published tables whose rows a denial changes or takes away -> what is sent of them."""


def show(connection: duckdb.DuckDBPyConnection, denials: Denials) -> None:
    """Let the names of published tables stand for what is sent of them.

    connection: with the snapshot attached as `published`; its default database is `outgoing` from here on.
    """
    connection.execute("attach ':memory:' as outgoing")
    connection.execute(_TABLES)
    customers, purposes = [customer for customer, _ in denials], [purpose for _, purpose in denials]
    connection.execute(
        f"insert into {_DENIALS} select unnest($1::varchar[]), unnest($2::varchar[]), unnest($3::timestamp[])",
        [customers, purposes, list(denials.values())],
    )
    published = connection.execute(
        "select schema_name, table_name from duckdb_tables() where database_name = 'published'"
    ).fetchall()
    for schema, table in published:
        name = f"{quote_identifier(schema)}.{quote_identifier(table)}"
        sent = CORRECTED.get(f"{schema}.{table}", f"from published.{name}")
        connection.execute(f"create schema if not exists outgoing.{quote_identifier(schema)}")
        connection.execute(f"create view outgoing.{name} as {sent}")
    connection.execute("use outgoing")
