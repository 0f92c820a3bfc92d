"""dbt's documentation as one self-contained page. What it says is written in the YAML beside the models."""

from __future__ import annotations

from pathlib import Path

from dagster_project.lib.common.errors import KindredError
from dagster_project.lib.transformation.dbt_project.project import run_dbt, target_of


def write_dbt_docs(database: Path) -> Path:
    """Write `<warehouse>/dbt/static_index.html` from the models and the tables that are there; returns its path."""
    outcome = run_dbt(["docs", "generate", "--static"], database)
    if not outcome.success:
        raise KindredError("dbt could not write its docs", f"dbt says: {outcome.exception or outcome.result}")
    return target_of(database) / "static_index.html"
