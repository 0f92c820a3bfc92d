"""Reading a YAML file that a user wrote, so that an error can name its file, line and remedy.

What the keys of a particular file mean belongs to the stage that reads it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar, get_args

import yaml
from pydantic import BaseModel, ValidationError

from dagster_project.lib.common.errors import KindredError

ModelT = TypeVar("ModelT", bound=BaseModel)


@contextmanager
def readable(path: Path) -> Iterator[None]:
    """Make what goes wrong when the file's text is read a KindredError that names it."""
    try:
        yield
    except UnicodeDecodeError:
        raise KindredError(f"{path} is not UTF-8", "save it as UTF-8") from None
    except OSError as error:
        raise KindredError(f"{path} cannot be read ({error.strerror})", "make it readable") from None


def read_yaml(path: Path) -> tuple[dict[str, Any], yaml.Node | None]:
    """Read a mapping and the tree of nodes that knows its lines; an empty file is an empty mapping."""
    with readable(path):
        text = path.read_text(encoding="utf-8-sig")
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        content = yaml.safe_load(text)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise KindredError(
            f"{path} line {line} is not valid YAML ({error.problem})",
            "correct that line; mind indents and quotes",
        ) from None
    except yaml.YAMLError as error:
        raise KindredError(f"{path} is not valid YAML ({str(error).splitlines()[0]})", "correct it") from None
    if content is None:
        return {}, None
    if not isinstance(content, dict):
        raise KindredError(f"{path} line 1 must be a mapping of `key: value`", "config/README.md shows how")
    return content, node


def parse(model: type[ModelT], content: dict[str, Any], node: yaml.Node | None, path: Path) -> ModelT:
    """Check a mapping against a model; a KindredError names the file, the line and the key of the first fault."""
    try:
        return model.model_validate(content)
    except ValidationError as error:
        first = error.errors()[0]
        location = _as_written(node, first["loc"], is_missing=first["type"] == "missing")
        line = line_of(node, location)
        key = ".".join(str(part) for part in location) or "the file"
        known = ", ".join(_keys_at(model, first["loc"])) if first["type"] == "extra_forbidden" else ""
        remedy = f"remove it or use one of: {known}" if known else "correct that line"
        raise KindredError(f"{path} line {line}: {key}: {first['msg']}", remedy) from None


def _keys_at(model: type[BaseModel], location: tuple[int | str, ...]) -> list[str]:
    """The keys that the mapping around this location may have."""
    for part in location[:-1]:
        if isinstance(part, str) and part in model.model_fields:
            inner = _models_in(model.model_fields[part].annotation)
            model = next((one for one in inner if _tag_of(one) in location), inner[0] if inner else model)
    return sorted(model.model_fields)


def _tag_of(model: type[BaseModel]) -> str | None:
    """What `kind` says of a model that is one of several."""
    kinds = get_args(model.model_fields["kind"].annotation) if "kind" in model.model_fields else ()
    return kinds[0] if len(kinds) == 1 else None


def _as_written(
    node: yaml.Node | None, location: tuple[int | str, ...], *, is_missing: bool
) -> tuple[int | str, ...]:
    """A location without the tags that pydantic puts in for the kind of a thing: the file has no such key.

    is_missing: whether the last part is a key that the file lacks.
    """
    written: list[int | str] = []
    for place, part in enumerate(location):
        pair = _entry(node, part)
        is_tag = isinstance(part, str) and isinstance(node, yaml.MappingNode) and pair is None
        if is_tag and not (is_missing and place + 1 == len(location)):
            continue
        written.append(part)
        node = pair[1] if pair else None
    return tuple(written)


def _models_in(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for part in get_args(annotation) for model in _models_in(part)]


def line_of(node: yaml.Node | None, location: tuple[int | str, ...]) -> int:
    """The line, counted from 1, of the deepest part of the location that the file has.

    A number is a place in a list, or in a mapping that stands for one.
    """
    line = 1
    for part in location:
        pair = _entry(node, part)
        if pair is None:
            return line
        line, node = pair[0].start_mark.line + 1, pair[1]
    return line


def _entry(node: yaml.Node | None, part: int | str) -> tuple[yaml.Node, yaml.Node] | None:
    """What says where an entry begins, and the entry; None where there is none."""
    if isinstance(node, yaml.MappingNode):
        named = next((pair for pair in node.value if pair[0].value == str(part)), None)
        if named is None and isinstance(part, int) and part < len(node.value):
            return node.value[part]
        return named
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        return node.value[part], node.value[part]
    return None
