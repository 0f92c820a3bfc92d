"""`kindred privacy audit`: how the audit of a warehouse is shown, as aligned columns or as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import click

from dagster_project.lib.auditing import audit_warehouse
from dagster_project.lib.common import warehouse
from dagster_project.lib.privacy.audit import Audit
from dagster_project.settings import read_settings


@click.command("audit")
@click.option("--json", "as_json", is_flag=True, help="Print the answers as JSON.")
def audit_command(*, as_json: bool) -> None:
    """Consents by source, open requests, overdue retention, where personal data is stored, and what it is used for.

    Counts are exact, so they are for who may see the warehouse; the report shows the same without small groups.
    """
    settings = read_settings()
    with warehouse.reading(settings.database) as connection:
        audit = audit_warehouse(connection, settings.landing, settings.config_dir)
    click.echo(json.dumps(asdict(audit), indent=1, default=str) if as_json else _as_text(audit))


def _as_text(audit: Audit) -> str:
    sections = [
        ("Consents", "nobody is known yet", ("purpose", "status", "source", "customers"), audit.consents),
        ("Requests", "none", tuple(audit.requests[0]) if audit.requests else (), audit.requests),
        ("Open requests", "none", ("request_id", "kind", "requested_at", "days_open"), audit.open_requests),
        ("Overdue retention", "none", ("table_name", "kept_days", "rows", "oldest_at"), audit.overdue),
        ("Personal data by class", "none", ("personal_data", "table_name", "rows", "columns"), audit.stored),
        (
            "Used last night", "no night has recorded it", ("purpose", "table_name", "customers"), audit.processing,
        ),
    ]  # fmt: skip
    lines = [f"Privacy audit as of {audit.as_of:%Y-%m-%d %H:%M} UTC"]
    for title, nothing, names, rows in sections:
        lines += ["", title, *(_align(names, rows) if rows else [f"  {nothing}"])]
    return "\n".join(lines)


def _align(names: Sequence[str], rows: Sequence[dict[str, Any]]) -> list[str]:
    table = [
        [name.replace("_", " ") for name in names],
        *([_tell(row[name]) for name in names] for row in rows),
    ]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    sides = [">" if all(_is_number(row[name]) for row in rows) else "<" for name in names]
    return [
        "  "
        + "  ".join(
            f"{cell:{side}{width}}" for cell, side, width in zip(line, sides, widths, strict=True)
        ).rstrip()
        for line in table
    ]


def _is_number(value: Any) -> bool:
    return value is None or isinstance(value, int)


def _tell(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(value)
    if isinstance(value, int):
        return f"{value:,}"
    return "-" if value is None else str(value)
