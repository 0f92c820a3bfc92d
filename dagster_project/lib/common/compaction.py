"""A database file without what is left in it of deleted rows.

DuckDB marks the blocks of deleted rows as free and writes over them when it needs them; until then the rows can be read
in the file. What it writes it fills up to whole blocks with whatever its memory held, which a process of its own has of
nobody who was deleted.
"""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import duckdb

from dagster_project.lib.common.disk_space import is_disk_full
from dagster_project.lib.common.errors import KindredError
from dagster_project.lib.common.sql import quote_identifier, quote_literal
from dagster_project.lib.common.warehouse import STORAGE_VERSION


def compact(*databases: Path) -> None:
    """Write databases, which nobody has open for writing, anew and put them in the place of the old files.

    A kill leaves the one or the other. What is left of an earlier attempt is thrown away. OSError for want of room on
    the disk, CalledProcessError where it cannot be done otherwise.
    """
    ended = subprocess.run([sys.executable, "-m", __name__, "replace", *map(str, databases)], check=False)
    if ended.returncode == errno.ENOSPC:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(databases[0]))
    ended.check_returncode()


def copy_compacted(database: Path, copy: Path) -> None:
    """Write a database, which nobody has open for writing, anew as another file.

    KindredError where it cannot be opened, or the copy not be written.
    """
    ended = subprocess.run(
        [sys.executable, "-m", __name__, "copy", str(database), str(copy)], capture_output=True, check=False
    )
    if ended.returncode:
        # not what it says, which may quote a row
        raise KindredError(
            f"{database} cannot be copied to {copy}",
            "end the program that has it open, see that there is room on the disk, then start again",
        )


def _compact(database: Path) -> None:
    copy = database.with_suffix(".compacting")
    copy.unlink(missing_ok=True)
    try:
        _copy(database, copy)
    except duckdb.Error:
        copy.unlink(missing_ok=True)
        raise
    copy.chmod(database.stat().st_mode & 0o777)
    descriptor = os.open(copy, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    copy.replace(database)
    database.with_name(f"{database.name}.wal").unlink(missing_ok=True)


def _copy(database: Path, copy: Path) -> None:
    # views name the catalog, which a database has by its file's name
    name = quote_identifier(database.stem)
    with duckdb.connect() as connection:
        connection.execute(f"set temp_directory = {quote_literal(str(database.with_suffix('.tmp')))}")
        connection.execute(f"attach {quote_literal(str(database))} as {name}")
        connection.execute(f"checkpoint {name}")
        connection.execute(
            f"attach {quote_literal(str(copy))} as compacted (storage_version '{STORAGE_VERSION}')"
        )
        connection.execute(f"copy from database {name} to compacted")
        connection.execute("detach compacted")


def _main(arguments: list[str]) -> None:
    match arguments:
        case ["copy", database, copy]:
            _copy(Path(database), Path(copy))
        case ["replace", *databases]:
            for database in databases:
                _compact(Path(database))


if __name__ == "__main__":
    try:
        _main(sys.argv[1:])
    except (OSError, duckdb.Error) as error:
        if not is_disk_full(error):
            raise
        sys.exit(errno.ENOSPC)
