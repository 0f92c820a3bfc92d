"""What a backup says of itself, in backup.json beside its files: of which night it is, and a digest of each file.

Taking one and putting one back are for the modules beside this.
"""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import duckdb
from pydantic import BaseModel, ConfigDict

from dagster_project.lib.common.errors import KindredError

FORMAT = 1
"""Of the folder; another number is another arrangement, which this code cannot put back."""
DESCRIPTION = "backup.json"
FILES = "warehouse"
"""The folder in a backup that becomes the warehouse."""
DATABASE = "kindred.duckdb"
_TAKE_ANOTHER = "take another backup, or restore an earlier one"


class BackedUpFile(BaseModel):
    """A file of a backup."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    bytes: int
    sha256: str


class Backup(BaseModel):
    """What backup.json holds. Times are ISO, UTC."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: int
    taken_at: str
    duckdb_version: str
    run_id: str | None
    """The night that wrote the warehouse last; None where none has begun."""
    as_of: str | None
    files: dict[str, BackedUpFile]
    """By path in the folder `warehouse`, with slashes."""

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(file.bytes for file in self.files.values())


def describe_files(folder: Path) -> dict[str, BackedUpFile]:
    """Size and digest of every file below the folder."""
    return {
        path.relative_to(folder).as_posix(): BackedUpFile(bytes=path.stat().st_size, sha256=_digest(path))
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def write_description(folder: Path, backup: Backup) -> None:
    """Write backup.json."""
    (folder / DESCRIPTION).write_text(backup.model_dump_json(indent=1) + "\n", encoding="utf-8")


def read_checked(folder: Path) -> Backup:
    """The description of a backup all of whose files are as they were written.

    Raises KindredError, naming the file, where the folder is no backup, is of another format or of a later DuckDB, or
    where a file is missing, too many or damaged.
    """
    path = folder / DESCRIPTION
    try:
        written = json.loads(path.read_text(encoding="utf-8"))
        _check_version(path, written)
        backup = Backup.model_validate(written)
    except OSError as error:
        raise KindredError(
            f"{folder} is no backup: {DESCRIPTION} cannot be read ({error.strerror})",
            "name the folder that `kindred warehouse backup` wrote",
        ) from None
    except (TypeError, ValueError):
        raise KindredError(f"{path} is damaged", _TAKE_ANOTHER) from None
    found = describe_files(folder / FILES)
    for name in sorted(found.keys() | backup.files.keys()):
        if found.get(name) != backup.files.get(name):
            fault = _name_fault(name in found, name in backup.files)
            raise KindredError(f"{folder / FILES / name} {fault}", _TAKE_ANOTHER)
    return backup


def _name_fault(is_there: bool, is_listed: bool) -> str:
    if not is_there:
        return "is missing"
    return "is damaged" if is_listed else "is not of it"


def _check_version(path: Path, written: object) -> None:
    if not isinstance(written, dict):
        raise TypeError(path)
    if written.get("format") != FORMAT:
        raise KindredError(
            f"{path} is of format {written.get('format')}, and this Kindred reads {FORMAT}",
            "restore it with the version that took it",
        )
    taken_by = str(written.get("duckdb_version"))
    if _numbers(taken_by) > _numbers(duckdb.__version__):
        raise KindredError(
            f"{path} was taken with DuckDB {taken_by}, and this one is {duckdb.__version__}, which may not read it",
            "restore it with the version that took it, or a later one",
        )


def _numbers(version: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", version)]


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
