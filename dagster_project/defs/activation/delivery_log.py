"""What destinations were sent before, as a table of the snapshot."""

import dagster as dg

from dagster_project.defs.columns import column_metadata
from dagster_project.defs.keys import table_key
from dagster_project.defs.resources import Night
from dagster_project.defs.stages import OWNERS, PUBLICATION
from dagster_project.lib.activation.delivery.log import TABLE, publish_log
from dagster_project.lib.common.errors import KindredError
from dagster_project.lib.common.progress import say


@dg.asset(
    key=table_key(TABLE),
    # it is part of what is published, and only what it tells of comes after publication
    group_name=PUBLICATION,
    kinds={"duckdb"},
    owners=OWNERS,
    metadata=column_metadata(table_key(TABLE)),
    description="One row a destination and table each time it was sent, up to the night before.",
)
def delivery_log(night: Night) -> dg.MaterializeResult:
    """What destinations were sent before, for this night's snapshot."""
    with night.connect() as connection:
        try:
            rows = publish_log(connection, night.settings.deliveries)
        except KindredError as error:
            # what was delivered before is no reason to publish nothing
            say("activation", f"warning: {error}")
            return dg.MaterializeResult(metadata={"warning": str(error)})
    return dg.MaterializeResult(metadata={"rows": rows})
