"""Faults of the storage, full or damaged, out of any error: one place for commands, alerts and who reads files.

Each kind has a module of its own beside this.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from dagster_project.lib.common.damage import explain_damage, is_of_damage
from dagster_project.lib.common.disk_space import (
    explain_full_disk,
    explain_full_disk_said,
    is_disk_full,
    messages_of,
)
from dagster_project.lib.common.errors import KindredError


def is_storage_fault(error: BaseException) -> bool:
    """Whether an error came of a full disk or a damaged database, and not of what was to be read or computed."""
    return is_disk_full(error) or is_of_damage(messages_of(error))


def explain_storage_fault(error: BaseException, data_dir: Path) -> KindredError | None:
    """What to tell of it; None where there is none. A full disk may leave half a file, so it goes first."""
    return explain_full_disk(error, data_dir) or explain_damage(messages_of(error), data_dir)


def explain_messages(messages: Sequence[str], data_dir: Path) -> KindredError | None:
    """The same, where nothing is left of errors but what they said."""
    return explain_full_disk_said(messages, data_dir) or explain_damage(messages, data_dir)
