"""How users may call what they declare for activation: templates, offers, campaigns, destinations."""

from __future__ import annotations

from collections.abc import Sequence

NAME = r"^[a-z][a-z0-9_]*$"


def expect_unique(names: Sequence[str], what: str) -> None:
    """Raise ValueError for the first name that stands twice. what: they name, in the singular."""
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise ValueError(f"the {what} {twice!r} stands twice")
