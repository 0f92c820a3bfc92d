"""Reading a CSV file that a user wrote, so that an error can name its file, line and remedy.

What its columns mean belongs to the stage that reads it; exports in landing are read by the database.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from dagster_project.lib.common.config_files import readable
from dagster_project.lib.common.errors import KindredError


@contextmanager
def open_csv(path: Path, columns: Sequence[str], optional: Sequence[str] = ()) -> Iterator[csv.DictReader]:
    """Open a file whose first line names at least these columns; the reader's `line_num` is that of a row's last line.

    KindredError names file, line and remedy of what cannot be read, also while the rows are.
    """
    try:
        with readable(path), path.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.DictReader(stream, strict=True)
            missing = [name for name in columns if name not in (reader.fieldnames or ())]
            if missing:
                raise KindredError(
                    f"{path} line 1: no column {', '.join(missing)}",
                    f"begin with {','.join([*columns, *optional])} and separate by commas",
                )
            yield reader
    except csv.Error as error:
        raise KindredError(f"{path} is not valid CSV ({error})", "save it as CSV with commas") from None
