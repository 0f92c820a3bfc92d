"""The log of what was shown from when on: which strategy and version each list had, night by night.

Here belongs what is written into operations.recommendation_nights, which every warehouse has. dbt reads there which
model an impression speaks for where the event itself does not say.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from dagster_project.lib.personalization.tables import RECOMMENDATIONS

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

# most customers of a list have one strategy; those without a history, who are the fewer, are not told apart here
_INSERT = f"""
insert into operations.recommendation_nights
select $shown_from, list_name, strategy, max(model_version), $run_id
from {RECOMMENDATIONS}
group by list_name, strategy
qualify row_number() over (partition by list_name order by count(*) desc, strategy) = 1
order by list_name
"""


def record(connection: DuckDBPyConnection, shown_from: datetime, run_id: str) -> None:
    """Write which strategy leads each list from this instant on, in the place of what was written for it before."""
    connection.execute("delete from operations.recommendation_nights where shown_from = ?", [shown_from])
    connection.execute(_INSERT, {"shown_from": shown_from, "run_id": run_id})
