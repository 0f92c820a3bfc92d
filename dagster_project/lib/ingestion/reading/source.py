"""What a reader hands on: SQL for the rows of a group of files and for each column's text. Pure description."""

from __future__ import annotations

from dataclasses import dataclass

from dagster_project.lib.common.sql import quote_literal

NO_OBJECT = "the line is not a JSON object; mend it"


@dataclass(frozen=True)
class Source:
    """SQL that yields the rows of a group of files."""

    relation: str
    """A table expression with FILE_COLUMN and whatever `texts` name."""
    texts: dict[str, str]
    """Source column -> SQL of type varchar."""
    record: str
    """SQL for the whole row as JSON text, for the quarantine."""
    extra: str
    """SQL for the columns beyond `known`, as JSON, or null."""
    malformed: str
    """SQL that is true for a line that is no record at all."""
    fault: str = quote_literal(NO_OBJECT)
    """SQL for what is wrong with a malformed line, never holding a value of it."""
