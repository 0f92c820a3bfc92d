"""Why two records are one customer or two: the answers, for as many pairs at once as one likes.

Belongs here: asking the warehouse, and the path of links within a customer. What a name means is in
`explanation_names`, how an answer is shown in `explanation_text`. Nothing here decides anything: every answer is read
from what the night left behind. No answer holds a value of a person, but records are called by their keys.
"""

from __future__ import annotations

import heapq
import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from dagster_project.lib.transformation.dbt_project.compiled import read_analyses

ONE_CUSTOMER = "one customer"
_STEPS = (
    "explained_pairs",
    "explained_customers",
    "explained_holders",
    "explained_links",
    "explained_comparisons",
    "explained_keys",
    "explained_refusals",
    "explained_reasons",
)
"""Analyses, each after those that it reads."""


@dataclass(frozen=True)
class Link:
    """One link between two records of a customer, as in marts.identity_edges."""

    left_record: str
    right_record: str
    rule: str
    match_weight: float | None
    """Bits; None where a person decided."""
    evidence: dict[str, Any]


@dataclass(frozen=True)
class Explanation:
    """Why two records are one customer, by `path`, or two, by `reason` and what follows it."""

    left_record: str
    right_record: str
    left_customer: str
    right_customer: str
    reason: str
    """`one customer`, or the first true reason why they are two."""
    detail: str | None = None
    by_way_of: tuple[str, str] | None = None
    """The two records that the reason is about: these, or others of their customers."""
    match_weight: float | None = None
    evidence: dict[str, Any] | None = None
    path: tuple[Link, ...] = ()
    """From left_record to right_record; empty for one and the same record."""

    @property
    def is_one_customer(self) -> bool:
        """Whether the night made them one."""
        return self.left_customer == self.right_customer


def explain(
    connection: duckdb.DuckDBPyConnection, pairs: Sequence[tuple[str, str]]
) -> list[Explanation | None]:
    """Explain each pair of record keys, in their order; None where the warehouse knows not both records.

    connection: to the warehouse, which is only read; temporary tables `asked_pairs` and `explained_*` are left on it.
    """
    _ask(connection, pairs)
    found = {}
    rows = connection.execute("""
        select pair_number, left_record, right_record, left_customer, right_customer, reason, detail, one_record,
            other_record, match_weight, evidence
        from explained_reasons
    """).fetchall()
    paths = find_paths(connection, [row[1:4] for row in rows if row[3] == row[4]])
    for (
        number,
        left,
        right,
        left_customer,
        right_customer,
        reason,
        detail,
        one,
        other,
        weight,
        evidence,
    ) in rows:
        found[number] = Explanation(
            left, right, left_customer, right_customer, reason, detail, (one, other) if one else None, weight,
            json.loads(evidence) if evidence else None, paths.get((left, right), ()),
        )  # fmt: skip
    return [found.get(number) for number in range(len(pairs))]


def _ask(connection: duckdb.DuckDBPyConnection, pairs: Sequence[tuple[str, str]]) -> None:
    connection.execute("""
        create or replace temp table asked_pairs as
        select unnest(?) as pair_number, unnest(?) as left_record, unnest(?) as right_record
    """, [list(range(len(pairs))), [left for left, _ in pairs], [right for _, right in pairs]])  # fmt: skip
    queries = read_analyses()
    for step in _STEPS:
        connection.execute(f"create or replace temp table {step} as {queries[step]}")


def find_paths(
    connection: duckdb.DuckDBPyConnection, asked: Iterable[tuple[str, str, str]]
) -> dict[tuple[str, str], tuple[Link, ...]]:
    """(left record, right record) -> the links from one to the other: as few as can be, and the heaviest of those.

    asked: left record, right record and the customer of both. A decision of a person weighs most.
    """
    by_customer: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for left, right, customer in asked:
        by_customer[customer].append((left, right))
    links: dict[str, list[Link]] = defaultdict(list)
    edges = connection.execute(
        """
        select customer_id, left_record, right_record, rule, match_weight, evidence from marts.identity_edges
        where customer_id in (select unnest(?)) order by all
        """,
        [list(by_customer)],
    ).fetchall()
    for customer, left, right, rule, weight, evidence in edges:
        links[customer].append(Link(left, right, rule, weight, json.loads(evidence)))
    return {
        pair: path
        for customer, pairs in by_customer.items()
        for pair, path in _paths_within(links[customer], pairs).items()
    }


def _paths_within(
    links: Sequence[Link], pairs: Sequence[tuple[str, str]]
) -> dict[tuple[str, str], tuple[Link, ...]]:
    neighbours: dict[str, list[tuple[str, Link]]] = defaultdict(list)
    for link in links:
        neighbours[link.left_record].append((link.right_record, link))
        neighbours[link.right_record].append((link.left_record, link))
    ends: dict[str, list[str]] = defaultdict(list)
    for left, right in pairs:
        ends[left].append(right)
    found = {}
    for start, goals in ends.items():
        came_by = _shortest(start, neighbours)
        for goal in goals:
            found[start, goal] = _trace(start, goal, came_by)
    return found


def _shortest(start: str, neighbours: dict[str, list[tuple[str, Link]]]) -> dict[str, Link]:
    """Dijkstra (1959) by hops, then by weight: record -> the last link of the best path to it."""
    came_by: dict[str, Link] = {}
    best = {start: (0, 0.0)}
    queue = [(0, 0.0, start)]
    while queue:
        hops, cost, record = heapq.heappop(queue)
        if (hops, cost) > best[record]:
            continue
        for other, link in neighbours[record]:
            weight = 1000.0 if link.match_weight is None else link.match_weight
            reached = (hops + 1, cost - weight)
            if other not in best or reached < best[other]:
                best[other] = reached
                came_by[other] = link
                heapq.heappush(queue, (*reached, other))
    return came_by


def _trace(start: str, goal: str, came_by: dict[str, Link]) -> tuple[Link, ...]:
    path = []
    record = goal
    while record != start:
        link = came_by[record]
        path.append(link)
        record = link.left_record if link.right_record == record else link.right_record
    return tuple(reversed(path))
