"""Draw the picture of docs/architecture.md: how a night flows through stages and tables, from the code itself.

Boxes are the ops of the nightly job, and the places where dbt models stand; lines say who reads what, where no longer
way says it already; hexagons are the gates. Nothing is counted, so that a table more leaves the picture as it is.
Needs Graphviz (Debian: apt-get install graphviz). The picture keeps a hash of what it was drawn from, by which a test
tells whether it is of today's code.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import networkx as nx

from dagster_project.definitions import defs
from dagster_project.defs.nightly import nightly
from dagster_project.lib.transformation.dbt_project.places import place_of
from dagster_project.lib.transformation.dbt_project.project import read_models
from expectations.registry import LAYERS as GATES
from expectations.registry import tables

PROJECT = Path(__file__).resolve().parent.parent
PICTURE = PROJECT / "docs" / "images" / "architecture.svg"
MARK = "drawn from "
STAGES = ("ingestion", "transformation", "personalization", "publication", "activation")
_COLOURS = dict(zip(STAGES, ("#e3eefb", "#e6f4ea", "#fdf0dc", "#f3e8fb", "#fbe6e9"), strict=True))
_LANDING, _PUBLISHED = "data/landing", "data/published/current"


def describe_architecture() -> str:
    """Return the picture in Graphviz's language; the same code gives the same text."""
    repository = defs().get_repository_def()
    graph, selected = repository.asset_graph, repository.get_job(nightly.name).asset_layer.selected_asset_keys
    rooms = dict(_rooms(repository, selected))
    flow = nx.DiGraph()
    for key, room in rooms.items():
        flow.add_node(room)
        flow.add_edges_from(
            (rooms[parent], room) for parent in graph.get(key).parent_keys if rooms.get(parent, room) != room
        )
    flow.add_edges_from((_LANDING, room) for room in list(flow) if room[0] == "ingestion")
    flow.add_edges_from((room, _PUBLISHED) for room in list(flow) if room[0] == "publication")
    _put_gates(flow, rooms)
    return "\n".join(_write(nx.transitive_reduction(flow))) + "\n"


def _rooms(repository, selected) -> Iterator[tuple]:
    """Each table of a night with its stage and the box that it is in."""
    models = {(node["schema"], node["alias"]): place_of(node) for node in read_models().values()}
    for key in sorted(selected):
        group, op = repository.asset_graph.get(key).group_name, repository.assets_defs_by_key[key].op.name
        place = models.get(tuple(key.path))
        if group == "personalization" and place in ("staging", "facts"):
            place = "marts"  # what models_ml wrote comes back through them
        yield key, (group, place or op.rsplit("__", 1)[-1])


def _put_gates(flow: nx.DiGraph, rooms: dict) -> None:
    """Put each gate behind the boxes whose tables it judges, and before all that reads them in a later stage."""
    for gate in GATES:
        judged = {room for key, room in rooms.items() if ".".join(key.path) in tables(gate)}
        node = ("gate", f"gate of {gate}")
        for room in judged:
            for reader in list(flow.successors(room)):
                if reader[0] != room[0] and reader not in judged:
                    flow.add_edge(node, reader)
            flow.add_edge(room, node)


def _write(flow: nx.DiGraph) -> Iterator[str]:
    text = 'fontname="Helvetica", fontsize=11'
    yield "digraph kindred {"
    yield f'rankdir=TB; newrank=true; nodesep=0.3; ranksep=0.3; graph [{text}]; edge [color="#7a8794"];'
    yield f'node [{text}, shape=box, style="filled,rounded", fillcolor=white, color="#9aa5b1"];'
    inside = defaultdict(list)
    for node in sorted(flow, key=str):
        inside[node[0] if isinstance(node, tuple) else ""].append(node)
    for stage in STAGES:
        yield f"subgraph cluster_{stage} {{ bgcolor={json.dumps(_COLOURS[stage])}; pencolor=none;"
        yield f'label="{stage.upper()}"; labeljust=l;'
        yield from (_box(node, node[1]) for node in inside[stage])
        yield "}"
    yield from (_box(node, node[1], 'shape=hexagon, fillcolor="#fff7c2"') for node in inside["gate"])
    yield from (_box(folder, folder, "shape=folder") for folder in (_LANDING, _PUBLISHED))
    yield from sorted(f"{_name(start)} -> {_name(end)};" for start, end in flow.edges)
    yield "}"


def _name(node: object) -> str:
    return json.dumps(" ".join(node) if isinstance(node, tuple) else node)


def _box(node: object, label: str, style: str = "") -> str:
    return f"{_name(node)} [label={json.dumps(label)}{', ' + style if style else ''}];"


def name_source(description: str) -> str:
    """What the picture says of where it comes from."""
    return MARK + hashlib.sha256(description.encode()).hexdigest()


def main() -> None:
    """Write docs/images/architecture.svg."""
    description = describe_architecture()
    try:
        drawn = subprocess.run(
            ["dot", "-Tsvg"], input=description, capture_output=True, text=True, check=True
        )
    except FileNotFoundError:
        sys.exit("Graphviz is missing; install it (Debian: apt-get install graphviz)")
    svg = drawn.stdout.replace("<svg ", f"<!-- {name_source(description)} -->\n<svg ", 1)
    PICTURE.write_text(svg)


if __name__ == "__main__":
    main()
