"""Contracts of a user's own for any canonical table, for faults that only such a contract knows."""

from __future__ import annotations

from dagster_project.lib.ingestion.contract_files.finding import canonical_contracts
from dagster_project.lib.ingestion.contracts.contract import Contract
from faults.exports import VALUES

VARIANTS = ("", "strict", "comma")


def folder_of(table: str, variant: str) -> str:
    """The landing folder of the feed that fills `table` under this contract."""
    return f"{variant}/{table.replace('/', '_')}" if variant else table


def contract_text(table: str, variant: str) -> str:
    """The file in the user's config folder."""
    lines = [f"table: {table}"]
    if variant == "comma":
        lines.append("dialect: {delimiter: ';', decimal: ','}")
    if variant == "strict":
        lines += ["time_zone: Europe/Berlin", "columns:", *map(_rule_text, strict_rules(table).items())]
    return "\n".join(lines) + "\n"


def _rule_text(rule: tuple[str, dict]) -> str:
    name, rules = rule
    return f"  {name}: {{{', '.join(f'{key}: {value}' for key, value in rules.items())}}}"


def strict_rules(table: str) -> dict[str, dict]:
    """Column -> rules: values for the first text, a pattern for the second, limits for numbers."""
    columns = canonical_contracts()[table].columns
    texts = [column.name for column in columns if column.type == "varchar"]
    rules: dict[str, dict] = {texts[0]: {"values": f"[{', '.join(VALUES)}]", "on_error": "reject"}}
    if len(texts) > 1:
        rules[texts[1]] = {"pattern": "'[^#]+'"}
    return rules | {c.name: {"min": 0, "max": 10000} for c in columns if c.type == "double"}


def contract_of(table: str, variant: str) -> Contract:
    """What the rows of a clean export have to keep to."""
    contract = canonical_contracts()[table]
    rules = strict_rules(table) if variant == "strict" else {}
    columns = []
    for column in contract.columns:
        rule = rules.get(column.name, {})
        update: dict = {key: rule[key] for key in ("on_error", "min", "max", "pattern") if key in rule}
        if "values" in rule:
            update["values"] = list(VALUES)
        columns.append(column.model_copy(update=update))
    return contract.model_copy(update={"columns": columns})
