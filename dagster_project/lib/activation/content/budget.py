"""How much work one rendering may be: a template that never ends is a fault of that template, not of the night."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

STEPS = 20_000
"""Rounds of loops and calls of one part of a template."""
SECONDS = 5.0
CHARACTERS = 1_000_000
"""Of what one part may come to."""


class OverBudgetError(Exception):
    """A rendering did more than any message needs."""


@dataclass
class _Work:
    """What is left to one rendering."""

    steps: int
    ends_at: float


_work: ContextVar[_Work] = ContextVar("work")


@contextmanager
def bounded() -> Iterator[None]:
    """Give what is rendered inside a budget of its own."""
    token = _work.set(_Work(STEPS, time.monotonic() + SECONDS))
    try:
        yield
    finally:
        _work.reset(token)


def count_step() -> None:
    """Take one step off the budget. OverBudgetError where nothing is left of it, or of its time."""
    work = _work.get(None)
    if work is None:
        return
    work.steps -= 1
    if work.steps < 0:
        raise OverBudgetError(f"it takes more than {STEPS:,} rounds of loops and calls")
    if work.steps % 256 == 0 and time.monotonic() > work.ends_at:
        raise OverBudgetError(f"it takes more than {SECONDS:g} seconds")


def count_characters(characters: int) -> None:
    """OverBudgetError where a text has become longer than any message is."""
    if characters > CHARACTERS:
        raise OverBudgetError(f"it becomes longer than {CHARACTERS:,} characters")
