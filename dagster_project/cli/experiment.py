"""`kindred experiment`: another name of `kindred experiments`, for who thinks of one."""

from __future__ import annotations

from dagster_project.cli.experiments import command

__all__ = ["command"]
