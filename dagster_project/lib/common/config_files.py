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
        location = _without_tags(node, first["loc"])
        line = line_of(node, location)
        key = ".".join(str(part) for part in location) or "the file"
        known = ", ".join(_keys_at(model, first["loc"])) if first["type"] == "extra_forbidden" else ""
        remedy = f"remove it or use one of: {known}" if known else "correct that line"
        raise KindredError(f"{path} line {line}: {key}: {first['msg']}", remedy) from None


def _without_tags(node: yaml.Node | None, location: tuple[int | str, ...]) -> tuple[int | str, ...]:
    """A location without the names by which pydantic tells alternatives apart, which no file has."""
    kept: list[int | str] = []
    for place, part in enumerate(location):
        is_tag = isinstance(part, str) and place + 1 < len(location) and isinstance(node, yaml.MappingNode)
        inner = None
        if isinstance(node, yaml.MappingNode):
            inner = next((value for key, value in node.value if key.value == str(part)), None)
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            inner = node.value[part]
        if inner is None and is_tag:
            continue
        kept.append(part)
        node = inner
    return tuple(kept)


def _keys_at(model: type[BaseModel], location: tuple[int | str, ...]) -> list[str]:
    """The keys that the mapping around this location may have."""
    alternatives: list[type[BaseModel]] = []
    for part in location[:-1]:
        if isinstance(part, str) and part in model.model_fields:
            alternatives = _models_in(model.model_fields[part].annotation)
            model = alternatives[0] if alternatives else model
        elif isinstance(part, str):
            # a tag, by which one of several alternatives says which it is
            named = (one for one in alternatives if part in get_args(one.model_fields["kind"].annotation))
            model = next(named, model)
    return sorted(model.model_fields)


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
        if isinstance(node, yaml.MappingNode):
            named = ((key, value) for key, value in node.value if key.value == str(part))
            pair = next(named, None)
            if pair is None and isinstance(part, int) and part < len(node.value):
                pair = node.value[part]
            if pair is None:
                return line
            line, node = pair[0].start_mark.line + 1, pair[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            item: yaml.Node = node.value[part]
            line, node = item.start_mark.line + 1, item
    return line
