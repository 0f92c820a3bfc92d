"""Write docs/data: every published table with its key and columns, from what the dbt project says of them.

A page a schema and one that lists them. The manifest is all that is read, so that a test can tell whether the pages are
of today's YAML.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from dagster_project.lib.publication.copies import SCHEMAS
from dagster_project.lib.publication.manifest import RAW_TEXT, RENDERED
from dagster_project.lib.transformation.dbt_project.described import Column, describe_columns, describe_table
from dagster_project.lib.transformation.dbt_project.personal_data import (
    class_of,
    find_withheld,
    table_purposes,
)
from dagster_project.lib.transformation.dbt_project.project import published_tables

FOLDER = Path(__file__).resolve().parent / "data"
_WHAT = {
    "marts": "who customers are, what they bought and did, and what follows from it",
    "activation": "what other systems read: segments, lists, messages, offers",
    "experiments": "what is tried on whom, and what came of it",
    "quality": "what Kindred says about its own nights",
}
_INTRODUCTION = """\
# The data dictionary

Every table of a snapshot, with what a row is, its key, and each column's type, class of
[personal data](../privacy.md#classes-of-personal-data) and meaning. `kindred.duckdb` and `parquet/` hold all of it,
`analyst.duckdb` what is marked so: it lacks columns that name people, sort them, or are texts that may.
Times are UTC. [Questions that analysts ask](../questions.md) are answered by these tables.

`make dictionary` writes these pages from the YAML in [`dbt/models`](../../dbt/models).
"""


def describe_pages() -> dict[str, str]:
    """File name -> text of each page; the same project gives the same text."""
    keys = {schema: dict(sorted(published_tables([schema]).items())) for schema in SCHEMAS}
    pages = {f"{schema}.md": "\n".join(_describe_schema(schema, keys[schema])) for schema in SCHEMAS}
    return {"README.md": "\n".join(_list_tables(keys)), **pages}


def _list_tables(tables: Mapping[str, Iterable[str]]) -> Iterator[str]:
    yield _INTRODUCTION
    for schema, names in tables.items():
        yield f"## [{schema}]({schema}.md): {_WHAT[schema]}\n"
        yield "| table | what it holds | in `analyst.duckdb` |"
        yield "|---|---|---|"
        for table in names:
            name, columns = table.split(".")[1], is_for_analysts(table)
            held = sum(columns.values())
            seen = "yes" if held == len(columns) else f"{held} of {len(columns)} columns" if held else "no"
            yield f"| [`{name}`]({schema}.md#{name}) | {_cell(describe_table(table))} | {seen} |"
        yield ""


def _describe_schema(schema: str, keys: Mapping[str, Sequence[str]]) -> Iterator[str]:
    yield f"# {schema}: {_WHAT[schema]}\n"
    yield f"[All schemas](README.md). Tables of the schema `{schema}`, by name."
    for table, key in keys.items():
        yield f"\n## {table.split('.')[1]}\n"
        yield from _describe(table, key)
    yield ""


def _describe(table: str, key: Sequence[str]) -> Iterator[str]:
    purposes = table_purposes().get(table)
    yield f"{describe_table(table)}\n"
    named = ", ".join(f"`{name}`" for name in key) if key else "none"
    yield f"Key: {named}." + (f" Serves: {', '.join(purposes)}." if purposes else "")
    yield ""
    yield "| column | type | class | for analysts | meaning |"
    yield "|---|---|---|---|---|"
    seen = is_for_analysts(table)
    for column in describe_columns(table):
        yield _row(table, column, is_seen=seen[column.name])


def _row(table: str, column: Column, *, is_seen: bool) -> str:
    cells = [
        f"`{column.name}`", column.data_type, class_of(table, column.name) or "unknown", "yes" if is_seen else "no",
        _cell(column.description),
    ]  # fmt: skip
    return f"| {' | '.join(cells)} |"


def is_for_analysts(table: str) -> dict[str, bool]:
    """Each column of a published table -> whether analyst.duckdb has it."""
    names = [column.name for column in describe_columns(table)]
    hidden = {
        *find_withheld({table: names}).get(table, ()),
        *RAW_TEXT.get(table, ()),
        *RENDERED.get(table, ()),
    }
    return {name: name not in hidden for name in names}


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def main() -> None:
    """Write the pages."""
    FOLDER.mkdir(exist_ok=True)
    for name, text in describe_pages().items():
        (FOLDER / name).write_text(text)


if __name__ == "__main__":
    main()
