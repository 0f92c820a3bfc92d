"""The seeded generator of an invented shop: every landing file of the interface, and the truth behind it.

Here belongs what the invented world is like and how its exports look. Nothing here is read by the pipeline, and
nothing of the pipeline is imported here: a generator that shared code with it would share its mistakes.
"""

from __future__ import annotations

from dagster_project.lib.sample.generate import generate

__all__ = ["generate"]
