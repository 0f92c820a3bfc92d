"""Temporal split: what was known before a moment, and what was bought after it.

Here belongs the only way test data is told from training data; models never see the second part.
"""

from __future__ import annotations

from datetime import datetime, timedelta

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
