"""The project's analyses as plain SQL: questions written beside the models, with their macros, asked by day.

Compiled once for a given state of `dbt/`. Running them is the asker's business.
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

from filelock import FileLock

from dagster_project.lib.transformation.project import TARGET, load_parsed, project_hash, run_dbt

_COMPILED = TARGET / "analyses.json"


def read_analyses() -> dict[str, str]:
    """Name -> SQL of every analysis, for a warehouse whose catalog is called `kindred`.

    Raises RuntimeError where dbt cannot compile them.
    """
    wanted = project_hash()
    TARGET.mkdir(exist_ok=True)
    with FileLock(TARGET / "analyses.lock"):
        compiled = json.loads(_COMPILED.read_text()) if _COMPILED.exists() else {}
        if compiled.get("project") == wanted:
            return compiled["queries"]
        arguments = [
            "compile",
            "--select",
            "resource_type:analysis",
            "--no-introspect",
            "--no-populate-cache",
        ]
        with tempfile.TemporaryDirectory() as folder:
            outcome = run_dbt(arguments, Path(folder) / "kindred.duckdb", load_parsed())
        if not outcome.success:
            raise RuntimeError(f"the analyses do not compile: {outcome.exception}")
        nodes: list[Any] = [result.node for result in outcome.result.results]  # type: ignore[union-attr]
        queries: dict[str, str] = {node.name: node.compiled_code for node in nodes}
        _COMPILED.write_text(json.dumps({"project": wanted, "queries": queries}))
        return queries
