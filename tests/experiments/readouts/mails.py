"""An experiment on mails with two factors, and sums over its units as a test says."""

from __future__ import annotations

from models_ml.experiments.factors import name_variant, weigh_variants
from models_ml.experiments.readouts import Design, Metric, Plan, Totals

FACTORS = {"subject": {"product": 1.0, "person": 1.0}, "image": {"none": 1.0, "large": 3.0}}
DESIGN = Design(FACTORS, {"subject": "product", "image": "none"})
METRICS = [Metric("buyers", "conversion"), Metric("revenue", "mean"), Metric("basket", "ratio")]


def plan_of(design, metrics=METRICS, **changes):
    return Plan("mail", name_variant(design.control), weigh_variants(design.factors), metrics, **changes)


def converted(**cells):
    """Sums of conversions: variant -> units and how many of them converted; an underscore stands for the hyphen."""
    return {
        ("buyers", "all", name.replace("_", "-")): Totals(units, count, count)
        for name, (units, count) in cells.items()
    }


def find(rows, variant, test, metric="buyers", segment="all"):
    (row,) = (
        row
        for row in rows
        if (row.variant_id, row.test, row.metric, row.segment) == (variant, test, metric, segment)
    )
    return row
