"""Multiple comparisons: p values as they are when many were looked at."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from models_ml.experiments.readouts.plan import ALL, Correction
from models_ml.experiments.readouts.results import ReadOut

_METHODS = {"holm": "holm", "benjamini_hochberg": "fdr_bh"}


def adjust_p_values(rows: Sequence[ReadOut], correction: Correction) -> list[ReadOut]:
    """Return the rows in their order, with p_value_adjusted.

    A family is what one reader looks at: of one test, the metrics that are no guardrails and the treatment variants, in
    the segment of all. All other segments of the test are a second family. A guardrail keeps its own p value: one that
    is corrected would guard less the more there are. rows: of one experiment.

    Sources: Holm 1979, "A simple sequentially rejective multiple test procedure"; Benjamini and Hochberg 1995,
    "Controlling the false discovery rate".
    """
    from statsmodels.stats.multitest import multipletests

    adjusted = [row.p_value for row in rows]
    families: dict[tuple[str, bool], list[int]] = defaultdict(list)
    for place, row in enumerate(rows):
        if row.p_value is not None and not row.is_guardrail:
            families[row.test, row.segment == ALL].append(place)
    for places in families.values():
        # each call collects garbage, which takes long where much is in memory: one alone needs none
        if len(places) > 1:
            family = np.array([rows[place].p_value for place in places])
            p_values = np.asarray(multipletests(family, method=_METHODS[correction])[1])
            for place, p_value in zip(places, p_values.tolist(), strict=True):
                adjusted[place] = p_value
    return [replace(row, p_value_adjusted=p_value) for row, p_value in zip(rows, adjusted, strict=True)]
