"""Write the answers in docs/questions.md: what each query of the page gives on a night over the sample.

Runs a night in a temporary folder, unless it is told of a folder that had one: docs/write_answers.py [DATA_DIR].
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import duckdb

PROJECT = Path(__file__).resolve().parent.parent
PAGE = PROJECT / "docs" / "questions.md"
_QUESTION = re.compile(r"(```sql\n(?P<query>.*?)```\n)(?P<answer>.*?)(?=\n## |\Z)", re.S)
NOTHING = "No rows."


def list_queries(page: str) -> list[str]:
    """The SQL of every question, in the order of the page."""
    return [found["query"] for found in _QUESTION.finditer(page)]


def answer_page(page: str, connection: duckdb.DuckDBPyConnection) -> str:
    """The page with every answer made anew. connection: to a snapshot of the sample, as analysts open it."""
    return _QUESTION.sub(lambda found: f"{found[1]}\n{_answer(connection, found['query'])}", page)


def _answer(connection: duckdb.DuckDBPyConnection, query: str) -> str:
    answer = connection.execute(query)
    names = [column[0] for column in answer.description or ()]
    rows = answer.fetchall()
    lines = [_line(names), "|" + "---|" * len(names), *map(_line, rows)] if rows else [NOTHING]
    return "\n".join(lines) + "\n"


def _line(cells: Sequence[object]) -> str:
    return "| " + " | ".join("" if cell is None else str(cell) for cell in cells) + " |"


def main() -> None:
    """Write docs/questions.md."""
    with tempfile.TemporaryDirectory() as folder:
        data_dir = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(folder)
        if len(sys.argv) == 1:
            shutil.copytree(PROJECT / "data" / "sample" / "landing", data_dir / "landing")
            subprocess.run(
                [Path(sys.executable).with_name("kindred"), "nightly"],
                env={**os.environ, "DATA_DIR": str(data_dir), "AS_OF": "latest"}, cwd=PROJECT, check=True,
            )  # fmt: skip
        snapshot = data_dir / "published" / "current" / "analyst.duckdb"
        with duckdb.connect(str(snapshot), read_only=True) as connection:
            PAGE.write_text(answer_page(PAGE.read_text(), connection))


if __name__ == "__main__":
    main()
