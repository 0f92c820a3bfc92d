"""`dbt build` in this process: models and their tests, in dbt's own order.

A failed test of severity error skips what depends on its model, as dbt does. Who is told is the caller's business.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dagster_project.lib.transformation.dbt_project.project import load_parsed, run_dbt

_VALUES = re.compile(r"'[^']*'|\"[^\"]*@[^\"]*\"|\b[\d.+-]*\d{4,}[\d.+e-]*\b")
"""What in a message of the database may be a value of a row: quoted text, addresses, long numbers."""


@dataclass(frozen=True)
class Part:
    """Models that one call of dbt builds, with their tests; select and exclude as dbt takes them, nothing for all."""

    select: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()


_SCORED, _ACTIVATION = "source:models_ml+", "tag:activation+"
BEFORE_SCORES = Part(exclude=(_SCORED, _ACTIVATION))
"""What models_ml learns from, and all else that needs no score."""
AFTER_SCORES = Part(select=(_SCORED, _ACTIVATION))
"""What reads scores, and what is activated."""


@dataclass(frozen=True)
class NodeResult:
    """What became of one model or test."""

    unique_id: str
    name: str
    resource_type: str
    status: str
    """success, error or skipped for a model; pass, fail, warn, error or skipped for a test."""
    seconds: float
    failures: int | None
    message: str
    """dbt's message with values taken out, since an error of the database may quote a row."""


def build(
    database: Path, models: Sequence[str] | Part = (), *, is_full: bool = True, with_tests: bool = True
) -> Iterator[NodeResult]:
    """Build the models of these names, or of a part, and run their data tests; unit tests are for the test suite.

    database: the warehouse's file; no other connection may be open to it with other settings. models: what dbt takes
    for a selection, such as `fct_orders` or `+fct_orders`. is_full: incremental tables are made anew; without it they
    take in what operations.changed_files names. Results come in the order in which dbt finished them, once all are
    done. Raises RuntimeError where dbt itself failed.
    """
    arguments = ["build", "--cache-selected-only", "--no-write-json"]
    for resource_type in ("unit_test", "exposure", *([] if with_tests else ["test"])):
        arguments += ["--exclude-resource-type", resource_type]
    if is_full:
        arguments.append("--full-refresh")
    part = models if isinstance(models, Part) else Part(select=tuple(models))
    if part.select:
        arguments += ["--select", *part.select]
    for excluded in part.exclude:
        arguments += ["--exclude", excluded]
    outcome = run_dbt(arguments, database, load_parsed())
    if outcome.exception is not None or outcome.result is None:
        raise RuntimeError(_without_values(str(outcome.exception)))
    for result in outcome.result.results:  # type: ignore[union-attr]
        yield _describe(result)


def _describe(result: Any) -> NodeResult:
    return NodeResult(
        unique_id=result.node.unique_id,
        name=result.node.name,
        resource_type=str(result.node.resource_type),
        status=str(result.status),
        seconds=round(result.execution_time, 3),
        failures=result.failures,
        message=_without_values(result.message or ""),
    )


def _without_values(message: str) -> str:
    return _VALUES.sub("'…'", message)
