"""What the dbt project says of people's data: which class each column is of, and which purposes each table serves.

Belongs here: reading both from the manifest and from `personal_data.yml`. What follows from a class is for who asks:
publication leaves columns out, previews withhold them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache

import yaml

from dagster_project.lib.transformation.dbt_project.described import described_tables, meta_of
from dagster_project.lib.transformation.dbt_project.project import CLASS_NAMES

CLASSES = ("direct", "sensitive", "indirect", "none")
"""The most telling first: names a person, is what nobody is to be sorted by, tells of a person, tells of none."""
WITHHELD = ("direct", "sensitive")
"""Classes that analysts never see."""


def class_of(table: str, column: str) -> str | None:
    """The class of personal data of a column, one of CLASSES; None where nothing says.

    table: `schema.table`. What the column's own meta says holds; else what that of its table says of all its columns;
    else what `personal_data.yml` says of every column of that name.
    """
    node = described_tables().get(table)
    if node is None:
        return _classes_by_name().get(column)
    own = meta_of(node["columns"].get(column, {})).get("personal_data")
    return own or meta_of(node).get("personal_data") or _classes_by_name().get(column)


def find_withheld(columns: Mapping[str, Iterable[str]]) -> dict[str, list[str]]:
    """`schema.table` -> those of its columns that analysts do not get, for tables that have some.

    columns: `schema.table` -> all of its columns. A column of which nothing says what it is counts among them.
    """
    found = {
        table: [name for name in names if class_of(table, name) in (*WITHHELD, None)]
        for table, names in columns.items()
    }
    return {table: names for table, names in found.items() if names}


def table_purposes() -> dict[str, tuple[str, ...]]:
    """`schema.table` -> the purposes that it serves, for every table whose meta says some or none."""
    return {
        table: tuple(meta_of(node)["purposes"])
        for table, node in described_tables().items()
        if "purposes" in meta_of(node)
    }


@cache
def _classes_by_name() -> dict[str, str]:
    listed = yaml.safe_load(CLASS_NAMES.read_text())
    return {name: kind for kind in CLASSES for name in listed[kind]}
