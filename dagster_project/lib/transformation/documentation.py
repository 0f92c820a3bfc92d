"""dbt's documentation as one self-contained page. What it says is written in the YAML beside the models."""

from __future__ import annotations

import os
from pathlib import Path

from dagster_project.lib.common.errors import KindredError
from dagster_project.lib.transformation.project import common_arguments


def write_dbt_docs(database: Path) -> Path:
    """Write `<warehouse>/dbt/static_index.html` from the models and the tables that are there; returns its path."""
    from dbt.adapters.factory import reset_adapters
    from dbt.cli.main import dbtRunner

    target = database.parent / "dbt"
    os.environ["KINDRED_WAREHOUSE"] = str(database)
    try:
        outcome = dbtRunner().invoke(["docs", "generate", "--static", *common_arguments(target)])
    finally:
        reset_adapters()
    if not outcome.success:
        raise KindredError("dbt could not write its docs", f"dbt says: {outcome.exception or outcome.result}")
    return target / "static_index.html"
