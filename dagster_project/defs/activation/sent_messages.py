"""What was sent before the night, as a table that the models read."""

import dagster as dg

from dagster_project.defs.columns import column_metadata
from dagster_project.defs.keys import table_key
from dagster_project.defs.resources import Night
from dagster_project.defs.stages import OWNERS, TRANSFORMATION
from dagster_project.lib.activation.mail.sent_messages import TABLE, write_sent_messages


@dg.asset(
    key=table_key(TABLE),
    # models read it, long before anything is sent
    group_name=TRANSFORMATION,
    kinds={"duckdb"},
    owners=OWNERS,
    metadata=column_metadata(table_key(TABLE)),
    description="One row a message that a mail server was handed, as deliveries.duckdb has it.",
)
def sent_messages(night: Night) -> dg.MaterializeResult:
    """Write the table anew, each night."""
    with night.connect() as connection:
        messages = write_sent_messages(connection, night.settings.deliveries)
    return dg.MaterializeResult(metadata={"messages": messages})
