"""How lists did where they were shown, for whoever decides what to show next.

Here belongs reading what customers did with lists. `quality.recommendation_performance` has the same day by day, but is
made after a night's lists; this is what is known before them, so that a night that is run again reads the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_LEAST_IMPRESSIONS = 1000
_DEVIATIONS = 1.959964
"""Standard deviations that 95% of a normal distribution lie within."""
_READ = """
select strategy, list_name, count(*) filter (not is_click) as impressions, count(*) filter (is_click) as clicks,
    sum(purchases)::bigint as purchases
from intermediate.int_recommendations_touched
where strategy is not null and occurred_at > (select as_of from operations.current_night) - $days * interval 1 day
group by all
"""


@dataclass(frozen=True)
class Performance:
    """Products shown and selected, and orders that followed within 7 days."""

    impressions: int
    clicks: int
    purchases: int

    def successes(self, objective: str) -> int:
        """Return how many impressions did what they were for: clicks for engagement, else purchases.

        More of them than impressions, where a page does not report all that it shows, are no more than these.
        """
        return min(self.clicks if objective == "engagement" else self.purchases, self.impressions)


def read_performance(connection: DuckDBPyConnection, days: int = 90) -> dict[tuple[str, str], Performance]:
    """Return (list name, strategy) -> what came of it within the last days; {} where nobody reports it.

    Only events whose `item_list_id` names the strategy tell strategies of one list apart.
    """
    has_table = """
        select 1 from duckdb_tables() where schema_name = 'intermediate' and table_name = 'int_recommendations_touched'
    """
    if connection.execute(has_table).fetchone() is None:
        return {}
    rows = connection.execute(_READ, {"days": days}).fetchall()
    return {(list_name, strategy): Performance(*counts) for strategy, list_name, *counts in rows}


def find_lost_lists(
    performance: Mapping[tuple[str, str], Performance], objective: str = "conversion"
) -> frozenset[str]:
    """Return the lists of which customers made less when the learned ranker made them than when the blend did.

    By a two-sided two-proportion z-test with pooled variance (Fleiss, Levin and Paik 2003, "Statistical Methods for
    Rates and Proportions", 2.4) at 5%; under 1,000 impressions of either nothing is said. performance: as
    `read_performance` returns it.
    """
    return frozenset(
        name
        for name, strategy in performance
        if strategy == "hybrid"
        and (name, "blend") in performance
        and _is_worse(performance[name, "hybrid"], performance[name, "blend"], objective)
    )


def _is_worse(ours: Performance, theirs: Performance, objective: str) -> bool:
    if min(ours.impressions, theirs.impressions) < _LEAST_IMPRESSIONS:
        return False
    right = [each.successes(objective) for each in (ours, theirs)]
    shown = [each.impressions for each in (ours, theirs)]
    pooled = sum(right) / sum(shown)
    deviation = sqrt(pooled * (1 - pooled) * (1 / shown[0] + 1 / shown[1]))
    return right[0] / shown[0] - right[1] / shown[1] < -_DEVIATIONS * deviation
