"""Sizes of segments that may be passed on: with noise that hides whether any one customer is among them.

Belongs here: bounding what one customer adds to, the noise (the Laplace mechanism, by OpenDP and on integers: Dwork,
McSherry, Nissim and Smith, "Calibrating Noise to Sensitivity in Private Data Analysis", 2006), and keeping what was
told, since the same question asked often enough would average the noise away.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import Any

import duckdb

from dagster_project.lib.common.errors import KindredError
from dagster_project.lib.common.warehouse import list_tables, transaction

TABLE = "operations.private_counts"
_CREATE = f"""
create table if not exists {TABLE} (
    data_hash varchar, epsilon double, segments_per_customer integer, segment varchar, customers bigint
)
"""
_TOLD = f"""
select segment, customers from {TABLE}
where data_hash = $data_hash and epsilon = $epsilon and segments_per_customer = $segments_per_customer order by 1
"""
# every segment that there is, whatever its size: which are large enough to be published would tell of customers too
_COUNT = """
with counted as (
    select segment, count(*) as customers
    from (
        select memberships.segment
        from activation.segment_memberships as memberships
        inner join activation.segments as segments on memberships.segment = segments.segment
        qualify row_number() over (
            partition by memberships.customer_id order by segments.priority, memberships.segment
        ) <= $segments_per_customer
    )
    group by 1
)
select segments.segment, coalesce(counted.customers, 0)
from activation.segments as segments left join counted on segments.segment = counted.segment
order by 1
"""
_HASH = """
select md5(concat_ws(
    ' ', (select sum(hash(customer_id, segment)) from activation.segment_memberships),
    (select sum(hash(segment, priority)) from activation.segments)
))
"""


@dataclass(frozen=True)
class PrivateCounts:
    """What may be passed on."""

    epsilon: float
    segments_per_customer: int
    segments: dict[str, int]
    """Segment -> its customers, with noise; never below zero."""
    epsilon_spent: float
    """By all answers ever given about the same memberships: what together they may tell of one customer."""


def tell_private_counts(
    connection: duckdb.DuckDBPyConnection, *, epsilon: float, segments_per_customer: int
) -> PrivateCounts:
    """Count each segment's customers with noise; the same question about the same memberships has the same answer.

    connection: to the warehouse, which keeps the answer. epsilon: above 0; the noise's scale is segments_per_customer /
    epsilon. segments_per_customer: a customer counts in so many segments at most, by priority. KindredError where no
    night has made segments, and where OpenDP is not installed.
    """
    if not {"activation.segments", "activation.segment_memberships"} <= list_tables(connection):
        raise KindredError("the warehouse has no segments", "run `kindred nightly`")
    connection.execute(_CREATE)
    (data_hash,) = connection.execute(_HASH).fetchone() or ("",)
    asked = {"data_hash": data_hash, "epsilon": epsilon, "segments_per_customer": segments_per_customer}
    if not connection.execute(_TOLD, asked).fetchall():
        counted = connection.execute(_COUNT, {"segments_per_customer": segments_per_customer}).fetchall()
        noisy = add_noise([customers for _, customers in counted], segments_per_customer, epsilon)
        rows = [
            [data_hash, epsilon, segments_per_customer, segment, customers]
            for (segment, _), customers in zip(counted, noisy, strict=True)
        ]
        with transaction(connection):
            connection.executemany(f"insert into {TABLE} values (?, ?, ?, ?, ?)", rows)
    spent = connection.execute(
        f"select sum(epsilon) from (select distinct epsilon, segments_per_customer from {TABLE} where data_hash = ?)",
        [data_hash],
    ).fetchone()
    return PrivateCounts(
        epsilon,
        segments_per_customer,
        dict(connection.execute(_TOLD, asked).fetchall()),
        spent[0] if spent else 0.0,
    )


def add_noise(counts: list[int], sensitivity: int, epsilon: float) -> list[int]:
    """Counts with integer Laplace noise, negative ones as 0: epsilon-private where one person adds to so many of them.

    sensitivity: by how much all counts together change at most with one person. Needs the extra `private-counts`.
    """
    try:
        library: Any = import_module("opendp.prelude")
    except ImportError as error:
        raise KindredError(
            "counts with noise need a package that is not installed",
            "run `pip install 'kindred[private-counts]'`",
        ) from error
    library.enable_features("contrib")
    space = library.vector_domain(library.atom_domain(T="i64")), library.l1_distance(T="i64")
    measure = library.binary_search_chain(
        lambda scale: library.m.make_laplace(*space, scale=scale), d_in=sensitivity, d_out=epsilon
    )
    return [max(count, 0) for count in measure(counts)]
