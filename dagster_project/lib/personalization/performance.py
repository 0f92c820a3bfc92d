"""How lists did where they were shown, for whoever decides what to show next.

Here belongs reading what customers did with lists. `quality.recommendation_performance` has the same day by day, but is
made after a night's lists; this is what is known before them, so that a night that is run again reads the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

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

    def click_rate(self, *, prior_clicks: float = 1.0, prior_impressions: float = 50.0) -> float:
        """Clicks per impression, drawn to prior_clicks / prior_impressions where there are few.

        The mean of a beta posterior; more clicks than impressions, where a page does not report what it shows, are no
        more than 1.
        """
        rate = (self.clicks + prior_clicks) / (self.impressions + prior_impressions)
        return min(rate, 1.0)


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
