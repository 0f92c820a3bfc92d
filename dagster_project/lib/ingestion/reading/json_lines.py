"""JSON lines against a JSON Schema that a contract declares: Draft 2020-12, nothing read from the network.

A line that does not fit is rejected as a whole; the reason names the path inside the document and the rule, never a
value. `format` only annotates, as the draft has it; say what a text must look like with `pattern`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
from duckdb.func import FunctionNullHandling
from duckdb.sqltypes import VARCHAR

from dagster_project.lib.common.errors import KindredError
from dagster_project.lib.common.fingerprints import hash_text
from dagster_project.lib.common.sql import quote_identifier
from dagster_project.lib.ingestion.reading.source import Source

_TOO_DEEP = "the document is nested too deeply to be checked; flatten it"


def read_schema(path: Path) -> str:
    """The schema's text. KindredError where the file is missing, no JSON, no JSON Schema, or refers to another file."""
    from jsonschema import Draft202012Validator, SchemaError

    try:
        text = path.read_text(encoding="utf-8-sig")
        schema = json.loads(text)
        Draft202012Validator.check_schema(schema)
    except OSError as error:
        raise KindredError(
            f"the JSON Schema {path} cannot be read ({error.strerror})", "correct its path"
        ) from None
    except ValueError as error:
        where = f" line {error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
        raise KindredError(
            f"the JSON Schema {path}{where} is not valid JSON in UTF-8", "correct it"
        ) from None
    except SchemaError as error:
        raise KindredError(
            f"the JSON Schema {path} is no schema of Draft 2020-12 ({error.json_path}: {error.message})",
            "correct that place",
        ) from None
    for reference in _broken_references(schema):
        raise KindredError(
            f"the JSON Schema {path} refers to {reference!r}, which is not in it",
            "put it under $defs of the same file",
        )
    return text


def _broken_references(schema: Any) -> Iterator[str]:
    from referencing import Registry
    from referencing.exceptions import Unresolvable
    from referencing.jsonschema import DRAFT202012

    resolver = Registry().with_resource("", DRAFT202012.create_resource(schema)).resolver()
    for reference in _references(schema):
        try:
            resolver.lookup(reference)
        except Unresolvable:
            yield reference


def _references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"]
        for inner in part.values():
            yield from _references(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from _references(inner)


def register_schema(connection: duckdb.DuckDBPyConnection, schema_text: str) -> None:
    """Give the connection the SQL function that `validated` calls. Once for each feed, before its files are read."""
    name = _function_name(schema_text)
    with suppress(duckdb.InvalidInputException):
        connection.remove_function(name)
    connection.create_function(
        name, line_judge(schema_text), [VARCHAR], VARCHAR, null_handling=FunctionNullHandling.SPECIAL
    )


def validated(source: Source, schema_text: str) -> Source:
    """The same rows; a document that does not fit the schema is malformed, with the reason as its fault."""
    call = f"{quote_identifier(_function_name(schema_text))}(document)"
    return replace(
        source,
        relation=f"(select *, {call} as misfit_of_schema from {source.relation})",
        malformed=f"({source.malformed} or misfit_of_schema is not null)",
        fault=f"coalesce(misfit_of_schema, {source.fault})",
    )


def _function_name(schema_text: str) -> str:
    return f"misfit_of_schema_{hash_text(schema_text)[:16]}"


def line_judge(schema_text: str) -> Callable[[str | None], str | None]:
    """A function of one JSON text: why it does not fit the schema; None where it does or where there is no document."""
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import best_match
    from referencing import Registry

    schema = json.loads(schema_text)
    # An own registry: the default one would fetch what a $ref names from the network.
    validator = Draft202012Validator(schema, registry=Registry())
    named = frozenset(_property_names(schema))

    def judge(document: str | None) -> str | None:
        if document is None:
            return None
        try:
            error = best_match(validator.iter_errors(json.loads(document)))
        except RecursionError:
            return _TOO_DEEP
        return _describe(error, named) if error is not None else None

    return judge


def _property_names(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        properties = part.get("properties")
        if isinstance(properties, dict):
            yield from properties
        for inner in part.values():
            yield from _property_names(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from _property_names(inner)


def _describe(error: Any, named: frozenset[str]) -> str:
    """Keys that the schema does not name are values of the line too, such as addresses: they show as a star."""
    path = "$"
    for step in error.absolute_path:
        if isinstance(step, int):
            path += f"[{step}]"
        else:
            path += f".{step}" if step in named else ".*"
    rule = error.validator
    if rule == "required":
        missing = next(name for name in error.validator_value if name not in error.instance)
        return f"{path}.{missing} is required by the JSON Schema and missing; fill it in"
    return f"{path} does not keep the rule `{rule}` of the JSON Schema; correct it"
