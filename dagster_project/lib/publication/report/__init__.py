"""The page that every night publishes as `report/index.html`: what arrived, what was found, what came of it.

Belongs here: counting (figures.py, comparison.py), withholding (masking.py), rendering (page.py and templates/).
Does not belong here: writing files or tables. No personal data ever reaches the page: rows are counted, never shown.
"""

from __future__ import annotations

from dagster_project.lib.publication.report.page import render_report

__all__ = ["render_report"]
