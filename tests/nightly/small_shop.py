"""A shop a quarter the sample's size, for nights of which no test needs more."""

from __future__ import annotations

from pathlib import Path

from dagster_project.lib.sample import generate


def generate_small_shop(folder: Path) -> None:
    """Write its exports and its truth, as `kindred sample` does."""
    generate(folder, customers=120, seed=3)
