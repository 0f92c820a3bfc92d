"""The drawings of the report's pages, by matplotlib: values in, SVG out that follows the page's colours and font.

Belongs here: how a kind of drawing looks (forest.py, nights.py, bits.py, trials.py), and how any of them becomes part
of a page (canvas.py). Does not belong here: what is drawn, which the modules beside this package read, and words, which
stand in templates/. Every number that is drawn stands in a table as well.
"""

from __future__ import annotations

from dagster_project.lib.publication.report.drawings.bits import draw_levels, draw_waterfall
from dagster_project.lib.publication.report.drawings.canvas import drawn
from dagster_project.lib.publication.report.drawings.forest import draw_forest
from dagster_project.lib.publication.report.drawings.nights import draw_nights
from dagster_project.lib.publication.report.drawings.trials import draw_trials

__all__ = ["DRAWINGS"]

DRAWINGS = {
    "forest": drawn(draw_forest),
    "over_nights": drawn(draw_nights),
    "waterfall": drawn(draw_waterfall),
    "levels": drawn(draw_levels),
    "study": drawn(draw_trials),
}
"""What templates call a drawing: (id on the page, name for screen readers, values...) -> SVG."""
