"""SQL as dbt compiles it, for whoever runs it outside of a build: analyses by day, models for some customers.

Compiled once for a given state of `dbt/`, without a look at any warehouse: an incremental model comes as it makes all
anew. Running what comes out is the asker's business.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from filelock import FileLock

from dagster_project.lib.common.fingerprints import hash_text
from dagster_project.lib.transformation.dbt_project.project import TARGET, load_parsed, project_hash, run_dbt

PER_CUSTOMER = "per_customer"
"""The tag of models each of whose rows is of one customer and follows from what is known of that customer alone."""
ACROSS_CUSTOMERS = "across_customers"
"""The tag of models that a folder of the other kind holds and that compare customers with each other all the same."""
ON_ARRIVAL = "on_arrival"
"""The tag of models that can be asked about new files alone: who their records are."""
_COMPILED = TARGET / "compiled.json"


@dataclass(frozen=True)
class CompiledNode:
    """A model or an analysis."""

    name: str
    resource_type: str
    schema: str
    materialized: str
    tags: list[str]
    reads: list[str]
    """Names of the models that it reads."""
    sql: str
    """Of a warehouse whose catalog is called `kindred`."""


def read_compiled() -> list[CompiledNode]:
    """Analyses, views and models a customer at a time, each after all that it reads.

    Raises RuntimeError where dbt cannot compile them.
    """
    wanted = hash_text(project_hash(), *(field.name for field in fields(CompiledNode)))
    TARGET.mkdir(exist_ok=True)
    with FileLock(TARGET / "compiled.lock"):
        compiled = json.loads(_COMPILED.read_text()) if _COMPILED.exists() else {}
        if compiled.get("project") != wanted:
            compiled = {"project": wanted, "nodes": [asdict(node) for node in _compile()]}
            _COMPILED.write_text(json.dumps(compiled))
        return [CompiledNode(**node) for node in compiled["nodes"]]


def with_views(wanted: Sequence[CompiledNode]) -> list[CompiledNode]:
    """The models among these and the views that they read, one through the other, each after all that it reads."""
    models = {node.name: node for node in read_compiled() if node.resource_type == "model"}
    names, new = {node.name for node in wanted}, list(wanted)
    while new:
        read = {name for reader in new for name in reader.reads if name in models}
        new = [models[name] for name in read - names if models[name].materialized == "view"]
        names.update(node.name for node in new)
    return [node for name, node in models.items() if name in names]


def compile_nodes(*selected: str) -> list[Any]:
    """The nodes of a selection as dbt has them, each after all that it reads, compiled without a look at a warehouse.

    selected: as dbt takes it. Raises RuntimeError with dbt's message where one does not compile.
    """
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / "kindred.duckdb"
        outcome = run_dbt(["compile", "--no-introspect", "--select", *selected], database, load_parsed())
    if not outcome.success:
        raise RuntimeError(f"does not compile: {outcome.exception}")
    return [result.node for result in outcome.result.results]  # type: ignore[union-attr]


def _compile() -> list[CompiledNode]:
    nodes = compile_nodes(
        "resource_type:analysis", "config.materialized:view", f"tag:{PER_CUSTOMER}", f"tag:{ON_ARRIVAL}"
    )
    return [
        CompiledNode(
            node.name,
            str(node.resource_type),
            node.schema,
            node.config.materialized,
            list(node.tags),
            [key.split(".")[-1] for key in node.depends_on_nodes if key.startswith("model.")],
            node.compiled_code,
        )
        for node in nodes
    ]


def read_analyses() -> dict[str, str]:
    """Name -> SQL of every analysis."""
    return {node.name: node.sql for node in read_compiled() if node.resource_type == "analysis"}
