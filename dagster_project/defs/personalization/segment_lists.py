"""Lists of segments: one op, after the segments of the night are settled and judged."""

from collections.abc import Iterator

import dagster as dg

from dagster_project.defs.columns import column_metadata
from dagster_project.defs.keys import table_key
from dagster_project.defs.resources import Night
from dagster_project.defs.stages import OWNERS, PERSONALIZATION
from dagster_project.defs.tables import Metadata, make_tables
from dagster_project.lib.common.progress import count_of
from dagster_project.lib.personalization.serving.segment_lists import SegmentListsResult, write_segment_lists

STAGE = "segment_lists"
SEGMENT_RECOMMENDATIONS = table_key("activation.segment_recommendations")
INPUTS = [
    *(table_key(f"activation.{name}") for name in ("segments", "segment_memberships")),
    *(
        table_key(f"marts.{name}")
        for name in ("dim_products", "fct_order_lines", "fct_events", "dim_customers", "customer_consents")
    ),
]


@dg.asset(
    key=SEGMENT_RECOMMENDATIONS,
    deps=INPUTS,
    description="One row a segment and rank: what its members take to now; anonymous is who has no history.",
    kinds={"duckdb", "python"},
    owners=OWNERS,
    metadata=column_metadata(SEGMENT_RECOMMENDATIONS),
    group_name=PERSONALIZATION,
)
def segment_recommendations(
    context: dg.AssetExecutionContext, night: Night
) -> Iterator[dg.MaterializeResult]:
    """Write the list of each segment and of visitors without history."""
    yield from make_tables(
        context,
        night,
        STAGE,
        (SEGMENT_RECOMMENDATIONS,),
        write_segment_lists,
        _describe,
    )


def _describe(result: SegmentListsResult) -> tuple[str, Metadata]:
    metadata = {"segments": result.segments, "too small": result.small, "rows": result.rows}
    return _summarize(result), {SEGMENT_RECOMMENDATIONS: metadata}


def _summarize(result: SegmentListsResult) -> str:
    small = f", {result.small} of them too small for a list of their own" if result.small else ""
    notes = "".join(f"; {note}" for note in result.notes)
    return f"{count_of(result.segments, 'segment')}{small}: {result.rows:,} rows{notes}"
