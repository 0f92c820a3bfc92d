"""Connected components: the macro against Splink's clustering, on the same edges.

What does not belong here: where edges come from.
"""

from __future__ import annotations

import time
from pathlib import Path

import duckdb
import jinja2
from splink import DuckDBAPI
from splink.clustering import cluster_pairwise_predictions_at_threshold

MACRO = Path(__file__).resolve().parents[2] / "dbt" / "macros" / "connected_components.sql"
CHAIN = "select range as left_node, range + 1 as right_node from range(1, 10000)"
"""One component of 10,000 nodes, end to end."""


def time_components(edges: str, threads: int) -> tuple[float, float]:
    """Seconds of the macro and of Splink; AssertionError where their partitions differ.

    edges: a query (left_node, right_node) of integers. The macro lists the edges in both directions within its time,
    Splink makes its list of nodes outside of it, as its callers have one.
    """
    connection = duckdb.connect()
    connection.execute(f"set threads = {threads}")
    connection.execute("set enable_progress_bar = false")
    connection.execute(f"create table edges as {edges}")
    connection.execute(
        "create table nodes as select left_node as node from edges union select right_node from edges"
    )
    query = jinja2.Template(MACRO.read_text() + "{{ connected_components('both_ways') }}").render()
    begin = time.perf_counter()
    connection.execute(
        """create table both_ways as
        select left_node as node, right_node as neighbour from edges
        union all select right_node, left_node from edges"""
    )
    connection.execute(f"create table ours as {query}")
    between = time.perf_counter()
    theirs = cluster_pairwise_predictions_at_threshold(
        "nodes",
        "edges",
        DuckDBAPI(connection),
        node_id_column_name="node",
        edge_id_column_name_left="left_node",
        edge_id_column_name_right="right_node",
    )
    end = time.perf_counter()
    differing = connection.execute(
        f"""select count(*) from ours full join {theirs.physical_name} as theirs on ours.node = theirs.node
        where ours.label is distinct from theirs.cluster_id"""
    ).fetchall()[0][0]
    assert differing == 0, f"{differing} nodes are in other components than Splink's"
    return between - begin, end - between
