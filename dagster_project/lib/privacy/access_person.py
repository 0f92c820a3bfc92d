"""Who asks for what is held of them: one customer of the last build, with every identifier that is theirs alone.

Stricter than persons.py: an erasure may take a row too many, an answer must not show one to somebody else. What it
shows is for access_rows.py.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import duckdb

from dagster_project.lib.common.errors import KindredError
from dagster_project.lib.common.warehouse import list_tables
from dagster_project.lib.transformation.dbt_project.compiled import read_analyses

_KNOWN = {
    "intermediate.int_identifiers_collected",
    "intermediate.int_records_resolved",
    "marts.customer_id_aliases",
}
# a browser that several sign in on carries the ids of all of them: it tells who they are only where nothing else does
_CARRIERS = """
create or replace temp table carriers as
with carried as (
    select identifiers.namespace, unnest([identifiers.identifier_value, identifiers.match_key]) as match_key,
        records.customer_id, records.record_kind <> 'visitor' or identifiers.namespace = 'visitor_id' as is_own
    from intermediate.int_identifiers_collected as identifiers
    join intermediate.int_records_resolved as records using (record_key)
    where identifiers.namespace <> 'order_id'
),
owned as (
    select *, bool_or(is_own) over (partition by namespace, match_key) as is_owned from carried
    where match_key is not null
)
select distinct namespace, match_key, customer_id from owned where is_own or not is_owned
"""
_NAMED = """
select asked.namespace, list(distinct named.customer_id) from asked
join (
    from carriers
    union all
    select 'customer_id', customer_id, customer_id from intermediate.int_records_resolved
    union all
    select 'customer_id', customer_id, current_customer_id from marts.customer_id_aliases
) as named using (namespace, match_key)
group by asked.namespace
"""
_PERSON = """
create or replace temp table own_customers as
select $customer as customer_id
union
select customer_id from marts.customer_id_aliases where current_customer_id = $customer;
create or replace temp table own_records as
select record_key from intermediate.int_records_resolved where customer_id = $customer;
create or replace temp table own_identifiers as
select namespace, match_key from carriers where customer_id = $customer
except
select namespace, match_key from carriers where customer_id <> $customer
union
select 'customer_id', customer_id from own_customers;
create or replace temp table shared_identifiers as
select namespace, match_key from carriers where customer_id = $customer
except
select namespace, match_key from own_identifiers;
create or replace temp table own_units as
select customer_id as unit_id from own_customers
union
select match_key from own_identifiers where namespace in ('customer_id', 'visitor_id')
"""


class NotOnePersonError(KindredError):
    """What somebody asks by names nobody whom the last night knew, or more than one."""


@dataclass(frozen=True)
class Identifier:
    """namespace: as the warehouse's marts.customer_identifiers has it. match_key: as it is compared."""

    namespace: str
    match_key: str


def read_asked(connection: duckdb.DuckDBPyConnection, named: Mapping[str, str]) -> list[Identifier]:
    """What somebody asks by, as it is compared.

    named: customer_id, email or phone -> as it was typed, or empty. KindredError where all are empty.
    """
    given = [named.get(name, "").strip() or None for name in ("customer_id", "email", "phone")]
    if not any(given):
        raise KindredError("nobody is named", "give --customer-id, --email or --phone")
    connection.execute(
        "create or replace temp table asked_person as"
        " select ?::varchar as customer_id, ?::varchar as email, ?::varchar as phone",
        given,
    )
    rows = connection.execute(read_analyses()["asked_identifiers"]).fetchall()
    return [Identifier(namespace, key) for namespace, key in rows if key is not None]


def collect_carriers(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the temporary table `carriers` (namespace, match_key, customer_id), once for all who ask.

    KindredError where the last night left no identity graph.
    """
    if not list_tables(connection) >= _KNOWN:
        raise KindredError(
            "the warehouse was left by another version or by a night that never ended",
            "run `kindred nightly`",
        )
    connection.execute(_CARRIERS)


def find_person(connection: duckdb.DuckDBPyConnection, asked: Collection[Identifier]) -> str:
    """The customer_id of who is named, after `collect_carriers`; of several identifiers, by all that are known.

    Makes temporary tables of what is theirs: own_customers, own_records, own_identifiers, own_units, and
    shared_identifiers of theirs that somebody else carries as well. Raises NotOnePersonError, which repeats no
    identifier, where nobody or more than one customer is meant.
    """
    connection.execute("create or replace temp table asked (namespace varchar, match_key varchar)")
    for identifier in asked:
        connection.execute("insert into asked values (?, ?)", [identifier.namespace, identifier.match_key])
    named = connection.execute(_NAMED).fetchall()
    if not named:
        raise NotOnePersonError(
            "nobody whom the last night knew carries what is named",
            "name another identifier, or run `kindred nightly` where they came since",
        )
    customers = set.intersection(*(set(customers) for _, customers in named))
    if len(customers) != 1:
        kinds = " and ".join(sorted(namespace.replace("_", " ") for namespace, _ in named))
        raise NotOnePersonError(
            f"the {kinds} named is of several customers, or of different ones",
            "name a customer id as well, or in its place a customer_id of marts.dim_customers",
        )
    (customer,) = customers
    for statement in _PERSON.split(";"):
        connection.execute(statement, {"customer": customer} if "$customer" in statement else {})
    return customer
