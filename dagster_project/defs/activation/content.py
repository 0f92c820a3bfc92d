"""What customers are shown: one op that renders every message and page that is due, once lists are judged."""

from collections.abc import Iterator

import dagster as dg
import duckdb

from dagster_project.defs.keys import table_key
from dagster_project.defs.resources import Night
from dagster_project.defs.stages import PERSONALIZATION
from dagster_project.defs.tables import Metadata, declare_tables, make_tables
from dagster_project.lib.activation.content.blocks import BLOCKS, FAULTS, BlocksResult, write_blocks
from dagster_project.lib.activation.content.library import load_library
from dagster_project.lib.activation.content.shop import load_content_settings
from dagster_project.lib.activation.experiments.assignments import ASSIGNMENTS
from dagster_project.lib.common.progress import count_of, say
from dagster_project.lib.personalization.run import Run

STAGE = "content"
INPUTS = [
    *(
        table_key(f"activation.{name}")
        for name in (
            "campaign_queue", "content_variables", "customer_offers", "offers", "segment_memberships",
            "customer_recommendations",
        )
    ),
    table_key("marts.customer_profiles"),
    table_key("marts.dim_products"),
    table_key("quality.order_currencies"),
    table_key(ASSIGNMENTS),
]  # fmt: skip


@dg.multi_asset(
    specs=declare_tables(
        {
            table_key(
                BLOCKS
            ): "One row a customer and template that a campaign or page wants tonight, rendered.",
            table_key(FAULTS): "One row a fault of a template, with how many customers have nothing for it.",
        },
        INPUTS,
        kind="jinja",
    ),
    # what is shown is decided before publication, and only carried after it
    group_name=PERSONALIZATION,
    name="content",
)
def content(context: dg.AssetExecutionContext, night: Night) -> Iterator[dg.MaterializeResult]:
    """Render what is due, unless an earlier run did from the very same inputs."""
    config_dir = night.settings.config_dir
    library = load_library(config_dir)

    def work(connection: duckdb.DuckDBPyConnection, run: Run) -> BlocksResult:
        settings = load_content_settings(config_dir)
        return write_blocks(connection, library, settings, (run.run_id, run.computed_at))

    def describe(result: BlocksResult) -> tuple[str, Metadata]:
        for (_, fault), customers in sorted(result.faults.items(), key=lambda item: str(item[0])):
            told = f"{fault}; {count_of(customers, 'customer')} got nothing for it"
            say(STAGE, f"warning: {told}")
            context.log.warning(told)
        metadata = {BLOCKS: dict(result.rendered), FAULTS: {"faults": len(result.faults)}}
        return _summarize(result), {table_key(table): entries for table, entries in metadata.items()}

    # the words of templates are this stage's alone: another word shall cost no other stage its night
    words = sorted(library.sources.items())
    keys = [table_key(table) for table in (BLOCKS, FAULTS)]
    yield from make_tables(
        context, night, STAGE, keys, work, describe, what="messages and pages", inputs=words
    )


def _summarize(result: BlocksResult) -> str:
    if not result.rendered and not result.faults:
        return "nobody is due anything"
    rendered = ", ".join(
        f"{customers:,} {template}" for template, customers in sorted(result.rendered.items())
    )
    return f"rendered {rendered or 'nothing'}" + (
        f"; {count_of(len(result.faults), 'fault')}" if result.faults else ""
    )
