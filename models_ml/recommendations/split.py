"""Temporal split: what was known before a moment, and what was bought after it.

Here belongs the only way test data is told from training data; models never see the second part.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import pandas as pd


def split_by_time(
    frame: pd.DataFrame, as_of: datetime, test_days: int
) -> tuple[pd.DataFrame, pd.DataFrame, datetime]:
    """Return the rows up to the cutoff, the purchases after it (up to as_of), and the cutoff, as_of - test_days.

    frame: rows as `collect_interactions` takes them.
    """
    cutoff = as_of - timedelta(days=test_days)
    is_before = frame["occurred_at"] <= cutoff
    is_test = ~is_before & (frame["occurred_at"] <= as_of) & (frame["kind"] == "purchase")
    return frame.loc[is_before], frame.loc[is_test], cutoff


def rolling_origin(frame: pd.DataFrame, as_of: datetime, folds: int, days: int) -> list[datetime]:
    """Return the ends of the folds to tune on, earliest first, at most `folds` of them (Tashman 2000).

    Each is an `as_of` for an evaluation over the `days` before it. The last one lies `days` before as_of, so that no
    fold ever sees the window that the night's evaluation reports on; windows do not overlap. Folds without an
    interaction before their window are left out: nothing could be learnt.

    frame: rows as `collect_interactions` takes them.
    """
    moments = frame["occurred_at"].to_numpy()
    ends = [as_of - timedelta(days=days * fold) for fold in range(folds, 0, -1)]
    return [end for end in ends if (moments <= np.datetime64(end - timedelta(days=days))).any()]
