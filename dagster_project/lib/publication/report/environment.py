"""The environment of the report's templates: how they write what they are given, and what they can draw.

Belongs here: names of filters and functions. Does not belong here: what they do (writing.py, masking.py, drawings/).
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from dagster_project.lib.publication.report.drawings import DRAWINGS
from dagster_project.lib.publication.report.masking import mask_addresses, quote_masker
from dagster_project.lib.publication.report.writing import (
    write_bits,
    write_change,
    write_figure,
    write_measure,
    write_moment,
    write_night,
    write_number,
    write_percent,
    write_percents,
    write_plural,
    write_points,
)

TEMPLATES = Path(__file__).parent / "templates"


def make_environment(columns: Collection[str]) -> ImmutableSandboxedEnvironment:
    """Templates that escape what they are given. columns: the names that a reason may quote."""
    environment = ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= DRAWINGS
    environment.filters |= {
        "number": write_number,
        "percent": write_percent,
        "measure": write_measure,
        "figure": write_figure,
        "percents": write_percents,
        "bits": write_bits,
        "points": write_points,
        "change": write_change,
        "change_of_share": write_points,
        "capital": lambda text: text[:1].upper() + text[1:],
        "night": write_night,
        "moment": write_moment,
        "words": lambda name: str(name).replace("_", " "),
        "reason": quote_masker(columns),
        "masked": lambda text: mask_addresses(str(text)),
        "plural": write_plural,
        "parameter": lambda value: f"{value:.4g}" if isinstance(value, int | float) else str(value),
    }
    return environment
