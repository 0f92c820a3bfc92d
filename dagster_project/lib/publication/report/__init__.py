"""The pages that every night publishes in `report/`: what arrived, what was found, what came of it, who is who.

Belongs here: counting (figures.py, identity.py, comparison.py), withholding (masking.py, suppression.py), rendering
(page.py, templates/, drawings/). Does not belong here: writing files or tables. No personal data ever reaches a page:
rows are counted, and pairs of records shown by the ends of their ids alone.
"""

from __future__ import annotations

from dagster_project.lib.publication.report.page import render_report

__all__ = ["render_report"]
