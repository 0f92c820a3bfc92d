"""What customers are shown: one op that renders every message and page that is due, once lists are judged."""

from collections.abc import Iterator

import dagster as dg

from dagster_project.defs.keys import table_key
from dagster_project.defs.resources import Night
from dagster_project.defs.stages import OWNERS, PERSONALIZATION, night_fingerprint, reuse_metadata
from dagster_project.lib.activation.content.blocks import BLOCKS, FAULTS, BlocksResult, write_blocks
from dagster_project.lib.activation.content.library import load_library
from dagster_project.lib.activation.content.shop import load_content_settings
from dagster_project.lib.activation.experiments.assignments import ASSIGNMENTS
from dagster_project.lib.common import fingerprints
from dagster_project.lib.common.progress import count_of, reporting, say

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
    specs=[
        dg.AssetSpec(
            table_key(table), deps=INPUTS, description=description, kinds={"duckdb", "jinja"}, owners=OWNERS
        )
        for table, description in {
            BLOCKS: "One row a customer and template that a campaign or page wants tonight, rendered.",
            FAULTS: "One row a fault of a template, with how many customers have nothing for it.",
        }.items()
    ],
    # what is shown is decided before publication, and only carried after it
    group_name=PERSONALIZATION,
    name="content",
)
def content(context: dg.AssetExecutionContext, night: Night) -> Iterator[dg.MaterializeResult]:
    """Render what is due, unless an earlier run did from the very same inputs."""
    config_dir = night.settings.config_dir
    library = load_library(config_dir)
    with night.connect() as connection, reporting(STAGE) as outcome:
        # the words of templates are this stage's alone: another word shall cost no other stage its night
        fingerprint = fingerprints.hash_text(
            night_fingerprint(connection, night, STAGE), *sorted(library.sources.items())
        )
        earlier = fingerprints.finished_run(connection, STAGE, fingerprint)
        if earlier is not None:
            outcome.message = "unchanged inputs: the content of the last night stands"
            metadata = dict.fromkeys((BLOCKS, FAULTS), reuse_metadata(earlier))
        else:
            fingerprints.forget(connection, STAGE)
            run = (context.run.run_id, night.now())
            result = write_blocks(connection, library, load_content_settings(config_dir), run)
            fingerprints.record(connection, STAGE, fingerprint, *run)
            outcome.message = _summarize(result)
            metadata = {BLOCKS: dict(result.rendered), FAULTS: {"faults": len(result.faults)}}
            for (_, fault), customers in sorted(result.faults.items(), key=lambda item: str(item[0])):
                say(STAGE, f"warning: {fault}; {count_of(customers, 'customer')} got nothing for it")
                context.log.warning(f"{fault}; {count_of(customers, 'customer')} got nothing for it")
    for table, entries in metadata.items():
        yield dg.MaterializeResult(asset_key=table_key(table), metadata=entries)


def _summarize(result: BlocksResult) -> str:
    if not result.rendered and not result.faults:
        return "nobody is due anything"
    rendered = ", ".join(
        f"{customers:,} {template}" for template, customers in sorted(result.rendered.items())
    )
    return f"rendered {rendered or 'nothing'}" + (
        f"; {count_of(len(result.faults), 'fault')}" if result.faults else ""
    )
