"""Folders of answers to who asked what is held of them: writing one, and removing those that are no longer to be kept.

A folder is its owner's alone to read. It appears under its name when all is in it.
"""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from dagster_project.lib.common.errors import KindredError
from dagster_project.lib.privacy.access import Answer
from dagster_project.lib.privacy.tombstones import digest_of, read_secret, use_secret

FOLDER = "access"
"""Below the folder of the warehouse."""
DATA = "data.json"
PAGE = "data.html"
KEPT_DAYS = 30
_TEMPLATES = Path(__file__).parent / "templates"
_BURIED = f"""
select 1 from (select unnest($namespaces) as namespace, unnest($keys) as match_key)
where (namespace, {digest_of("namespace", "match_key")}) in (select (namespace, digest) from operations.tombstones)
limit 1
"""


def write_answer(answer: Answer, folder: Path) -> None:
    """Write data.json and data.html into a folder, which is made and must hold nothing yet.

    Raises KindredError where it holds something, or cannot be written.
    """
    folder = folder.resolve()
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise KindredError(f"{folder} is no empty folder", "name one that is not there yet")
        unfinished = folder.with_name(f".{folder.name}.unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(parents=True, mode=0o700)
        _write(unfinished / DATA, json.dumps(asdict(answer), indent=1, ensure_ascii=False, default=_as_json))
        _write(unfinished / PAGE, render_page(answer))
        if folder.exists():
            folder.rmdir()
        unfinished.rename(folder)
    except OSError as error:
        raise KindredError(
            f"{folder} cannot be written ({error.strerror})", "make it writable or name another"
        ) from error


def render_page(answer: Answer) -> str:
    """The answer as one HTML page that needs neither network nor scripts."""
    environment = ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["words"] = _as_words
    return environment.get_template("access.html.j2").render(answer=answer)


def remove_old(folder: Path, now: datetime) -> int:
    """Remove answers of more than KEPT_DAYS days ago, and unfinished ones; returns how many.

    folder: that of all answers. now: UTC.
    """
    oldest = (now - timedelta(days=KEPT_DAYS)).replace(tzinfo=UTC).timestamp()
    old = [
        path for path in _list_folders(folder) if path.name.startswith(".") or path.stat().st_mtime < oldest
    ]
    for path in old:
        shutil.rmtree(path)
    return len(old)


def remove_of_erased(connection: duckdb.DuckDBPyConnection, warehouse_folder: Path) -> int:
    """Remove answers of whom a tombstone names; returns how many.

    connection: the warehouse, which lies in the folder.
    """
    use_secret(connection, read_secret(warehouse_folder))
    removed = 0
    for path in _list_folders(warehouse_folder / FOLDER):
        if not (path / DATA).exists():
            continue
        identifiers = json.loads((path / DATA).read_text())["identifiers"]
        own = [identifier for identifier in identifiers if not identifier["is_shared"]]
        named = {"namespaces": [one["namespace"] for one in own], "keys": [one["match_key"] for one in own]}
        if connection.execute(_BURIED, named).fetchone():
            shutil.rmtree(path)
            removed += 1
    return removed


def _list_folders(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.is_dir()) if folder.is_dir() else []


def _write(path: Path, text: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())


def _as_json(value: Any) -> Any:
    if isinstance(value, datetime):
        return f"{value.isoformat()}Z" if value.tzinfo is None else value.isoformat()
    if isinstance(value, Decimal):
        return float(value)
    return value.isoformat() if isinstance(value, date) else str(value)


def _as_words(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S} UTC"
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, default=_as_json)
    return str(value)
