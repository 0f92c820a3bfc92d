"""The components that SQL finds are those of union-find, on any graph."""

from __future__ import annotations

from pathlib import Path

import duckdb
import jinja2
from hypothesis import given, settings
from hypothesis import strategies as st

MACRO = Path(__file__).resolve().parents[2] / "dbt" / "macros" / "connected_components.sql"
NODES = st.integers(min_value=0, max_value=40)


def smallest_reachable(edges: list[tuple[int, int]]) -> dict[int, int]:
    """Each node's smallest node of its component, by union-find."""
    parents = {node: node for edge in edges for node in edge}

    def root(node: int) -> int:
        while parents[node] != node:
            node = parents[node]
        return node

    for left, right in edges:
        low, high = sorted((root(left), root(right)))
        parents[high] = low
    return {node: root(node) for node in parents}


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(NODES, NODES), min_size=1, max_size=45))
def test_every_node_is_labelled_with_the_smallest_one_it_reaches(edges):
    query = jinja2.Template(MACRO.read_text() + "{{ connected_components('both_ways') }}").render()
    with duckdb.connect() as connection:
        connection.execute("create table both_ways (node integer, neighbour integer)")
        both_ways = [*edges, *((right, left) for left, right in edges)]
        connection.executemany("insert into both_ways values (?, ?)", both_ways)
        assert dict(connection.execute(query).fetchall()) == smallest_reachable(edges)
