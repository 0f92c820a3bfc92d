"""One line a stage for people at a terminal and for logs: the time, the stage, what it did, in how long.

Lines carry counts and names of files and tables, never values of a row.
"""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

_LOGGER = logging.getLogger("kindred")


def show_progress() -> None:
    """Send the lines to standard output; without this call they go wherever logging sends them."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(logging.Formatter("%(asctime)s  %(message)s", datefmt="%H:%M:%S"))
    _LOGGER.handlers[:] = [handler]
    _LOGGER.setLevel(logging.INFO)
    _LOGGER.propagate = False


def say(stage: str, message: str) -> None:
    """Write one line now."""
    _LOGGER.info("%-16s %s", stage, message)


def count_of(count: int, thing: str) -> str:
    """A count with its noun: 1 file, 1,204 files."""
    return f"{count:,} {thing}" if count == 1 else f"{count:,} {thing}s"


@dataclass
class Outcome:
    """What a stage says at its end; filled in while it runs."""

    message: str = "done"


@contextmanager
def reporting(stage: str) -> Iterator[Outcome]:
    """Say at the end what the stage did and how many seconds it took; say so too where it failed."""
    outcome = Outcome()
    begin = time.perf_counter()
    try:
        yield outcome
    except BaseException:
        say(stage, f"stopped after {time.perf_counter() - begin:.1f} s")
        raise
    say(stage, f"{outcome.message} ({time.perf_counter() - begin:.1f} s)")
