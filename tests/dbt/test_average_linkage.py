"""The clusters that SQL finds in rounds are those of merging the two likest clusters, one pair at a time."""

from __future__ import annotations

import time
from collections.abc import Iterator
from itertools import combinations, pairwise
from pathlib import Path
from random import Random

import duckdb
import jinja2
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

MACROS = Path(__file__).resolve().parents[2] / "dbt" / "macros"
MISSING = -2000
Edges = dict[tuple[int, int], int]
Partition = set[frozenset[int]]


def one_by_one(edges: Edges, weights: dict[int, int], largest: int) -> Partition:
    """Average linkage as the books have it; a graph in which two pairs are likest at once is refused."""
    clusters = [frozenset([node]) for node in weights]
    while True:
        means = {
            (one, other): sum(edges.get((min(pair), max(pair)), MISSING) for pair in pairs) / len(pairs)
            for one, other in combinations(clusters, 2)
            if sum(weights[node] for node in one | other) <= largest
            for pairs in [[(left, right) for left in one for right in other]]
        }
        likest = max(means.values(), default=0)
        if likest <= 0:
            return set(clusters)
        best = [pair for pair, mean in means.items() if mean > likest - 1e-6]
        assume(len(best) == 1)
        clusters = [cluster for cluster in clusters if cluster not in best[0]]
        clusters.append(frozenset.union(*best[0]))


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute("create table edges (left_id bigint, right_id bigint, units bigint)")
        connection.execute("create table nodes (node bigint, weight integer)")
        yield connection


def in_rounds(
    connection: duckdb.DuckDBPyConnection, edges: Edges, weights: dict[int, int], largest: int
) -> Partition:
    """The clusters by the project's macro, whose labels have to be their smallest nodes."""
    macros = "".join((MACROS / name).read_text() for name in ("numbers.sql", "average_linkage.sql"))
    call = "{{ average_linkage('edges', 'nodes', missing, largest) }}"
    query = jinja2.Template(macros + call).render(missing=MISSING, largest=largest)
    connection.execute("truncate edges")
    connection.execute("truncate nodes")
    rows = [[left, right, units] for (left, right), units in edges.items()]
    if rows:
        lists = [list(column) for column in zip(*rows, strict=True)]
        connection.execute("insert into edges select unnest(?), unnest(?), unnest(?)", lists)
    connection.execute(
        "insert into nodes select unnest(?), unnest(?)", [list(weights), list(weights.values())]
    )
    clusters: dict[int, set[int]] = {}
    for node, label in connection.execute(query).fetchall():
        clusters.setdefault(label, set()).add(node)
    assert all(label == min(nodes) for label, nodes in clusters.items())
    return {frozenset(nodes) for nodes in clusters.values()}


@st.composite
def graphs(draw: st.DrawFn) -> tuple[Edges, dict[int, int]]:
    """Up to 14 nodes of weight 1 to 3; units as matching gives them, or what a decision says."""
    nodes = draw(st.integers(2, 14))
    density = draw(st.floats(0.1, 1))
    random = Random(draw(st.integers(0, 2**32)))
    pairs = [pair for pair in combinations(range(nodes), 2) if random.random() < density]
    edges = {pair: random.choice([random.randint(-8000, 12000)] * 20 + [-100_000_000]) for pair in pairs}
    return edges, {node: random.choice([1, 1, 1, 2, 3]) for node in range(nodes)}


@settings(max_examples=40, deadline=None)
@given(graph=graphs(), largest=st.sampled_from([3, 5, 8, 100]))
def test_rounds_give_what_merging_one_by_one_gives(connection, graph, largest):
    edges, weights = graph
    expected = one_by_one(edges, weights, largest)
    found = in_rounds(connection, edges, weights, largest)
    assert found == expected
    assert all(len(nodes) == 1 or sum(weights[node] for node in nodes) <= largest for nodes in found)


@settings(max_examples=15, deadline=None)
@given(graph=graphs(), random=st.randoms(use_true_random=False))
def test_the_order_of_edges_and_nodes_is_nothing_to_it(connection, graph, random):
    edges, weights = graph
    # ties on purpose
    edges = {pair: 1000 if units > 0 else -1000 for pair, units in edges.items()}
    turned = [dict(random.sample(list(mapping.items()), len(mapping))) for mapping in (edges, weights)]
    assert in_rounds(connection, edges, weights, 8) == in_rounds(connection, turned[0], turned[1], 8)


def test_a_long_chain_of_equal_links_takes_few_rounds(connection):
    edges = {(node, node + 1): 5000 for node in range(1, 2000)}
    started = time.monotonic()
    clusters = sorted(in_rounds(connection, edges, dict.fromkeys(range(1, 2001), 1), 40), key=min)
    assert time.monotonic() - started < 60
    assert all(max(nodes) - min(nodes) == len(nodes) - 1 for nodes in clusters)
    # one link among m pairs is 5 - 2 (m - 1) bits: above nothing for 3 pairs, below it for 4
    sizes = [len(nodes) for nodes in clusters]
    assert all(one * other >= 4 for one, other in pairwise(sizes))
    assert max(sizes) <= 4


def test_one_excluded_pair_outweighs_all_links_of_a_clique(connection):
    edges = dict.fromkeys(combinations(range(1, 21), 2), 12000)
    edges[(1, 20)] = -100_000_000
    clusters = in_rounds(connection, edges, dict.fromkeys(range(1, 21), 1), 40)
    assert not any({1, 20} <= nodes for nodes in clusters)
    assert len(clusters) == 2
