"""Exports by somebody who means harm: every text of every table is a piece of SQL, of a template, a page or a path."""

from __future__ import annotations

import json
from pathlib import Path

from dagster_project.lib.ingestion.contract_files.finding import canonical_contracts
from dagster_project.lib.ingestion.contracts.contract import Column

WORD = "zqattack"
ATTACKS = (
    f"{WORD}'; drop schema marts cascade; --",
    f'{WORD}"); drop table raw.crm_customers; --',
    f"{WORD}' or 1=1 union select * from read_text('/etc/passwd')",
    f"{WORD} {{{{ 7 * '7' }}}} {{% include '/etc/passwd' %}}",
    f"<script>alert('{WORD}')</script>",
    f"../../../{WORD}",
    f"/tmp/{WORD}",
    f"{WORD}\r\nBcc: everybody@example.org",
    f"$(touch {WORD}) `touch {WORD}` %s%n ${{jndi:ldap://{WORD}}}",
    f"=cmd|'/C {WORD}'!A0",
)
_VALUES = {
    "double": 1.5, "integer": 1, "boolean": True, "timestamp": "2026-06-20T10:00:00Z", "date": "2026-06-20",
}  # fmt: skip


def put_attacks(landing: Path) -> None:
    """Add a file to every table's landing folder, with a line for each attack."""
    for table, contract in canonical_contracts().items():
        lines = [
            json.dumps({column.name: _value(column, attack) for column in contract.columns})
            for attack in ATTACKS
        ]
        folder = landing / table
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "attacks.jsonl").write_text("\n".join(lines) + "\n")


def _value(column: Column, attack: str) -> object:
    if column.values is not None:
        return "access" if "access" in column.values else column.values[0]
    if column.type == "json":
        return {attack: attack}
    return _VALUES.get(column.type, attack)
