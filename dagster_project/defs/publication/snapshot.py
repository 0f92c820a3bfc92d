"""Publication: the snapshot and its report, once all gates have been passed."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

import dagster as dg

from dagster_project.defs.keys import published_keys, table_key
from dagster_project.defs.resources import Night
from dagster_project.defs.stages import OWNERS, PUBLICATION
from dagster_project.lib.auditing import audit_warehouse
from dagster_project.lib.common.catalog import list_columns
from dagster_project.lib.common.progress import reporting, say
from dagster_project.lib.common.warehouse import read_as_of
from dagster_project.lib.publication import manifest, snapshot
from dagster_project.lib.publication.copies import SCHEMAS
from dagster_project.lib.publication.publication_settings import load_publication_settings
from dagster_project.lib.publication.report import render_report
from dagster_project.lib.transformation.dbt_project.personal_data import find_withheld
from dagster_project.lib.transformation.dbt_project.project import published_tables

SNAPSHOT, REPORT = dg.AssetKey(["published", "snapshot"]), dg.AssetKey(["published", "report"])
INPUTS = [
    table_key("operations.micro_batches"),
    table_key("operations.micro_batch_recommendations"),
    *published_keys(),
    *map(table_key, ("quality.anomalies", "quality.column_profiles", "quality.feed_arrivals")),
]


@dg.multi_asset(
    specs=[
        dg.AssetSpec(
            SNAPSHOT,
            deps=INPUTS,
            description="The tables that analysts query and activation reads, immutable, made current by one rename.",
            kinds={"duckdb", "parquet"},
            owners=OWNERS,
        ),
        dg.AssetSpec(
            REPORT,
            deps=INPUTS,
            description="Pages about the night: what arrived, its quality, who is who, the model against baselines.",
            kinds={"html"},
            owners=OWNERS,
        ),
    ],
    group_name=PUBLICATION,
    name="publish",
)
def publish(context: dg.AssetExecutionContext, night: Night) -> Iterator[dg.MaterializeResult]:
    """Build the snapshot beside the last one and switch to it."""
    settings = night.settings
    with night.connect() as connection, reporting("publication") as outcome:
        moment = manifest.Night(context.run.run_id, read_as_of(connection), night.now())
        audit = audit_warehouse(connection, settings.landing, settings.config_dir)
        report = render_report(
            connection,
            run_id=moment.run_id,
            as_of=moment.as_of,
            computed_at=moment.computed_at,
            audit=asdict(audit),
        )
        published = snapshot.publish(
            connection,
            settings.published,
            moment,
            report,
            withheld=find_withheld(list_columns(connection, SCHEMAS)),
            keys=published_tables(SCHEMAS),
            kept=load_publication_settings(settings.config_dir).kept_snapshots,
        )
        outcome.message = f"{len(published.manifest['tables'])} tables, {published.rows:,} rows"
    page = settings.published / "current" / "report" / "index.html"
    say("publication", f"report: {page}")
    yield dg.MaterializeResult(
        asset_key=SNAPSHOT,
        metadata={
            "tables": len(published.manifest["tables"]),
            "rows": published.rows,
            "snapshot": dg.MetadataValue.path(str(published.folder)),
            "report": dg.MetadataValue.url(page.as_uri()),
            "rows by table": _list_rows(published.manifest),
        },
    )
    pages = {name: dg.MetadataValue.url(page.with_name(name).as_uri()) for name in report}
    yield dg.MaterializeResult(asset_key=REPORT, metadata=pages)


def _list_rows(manifest: Mapping[str, Any]) -> dg.TableMetadataValue:
    return dg.MetadataValue.table(
        [
            dg.TableRecord({"table": name, "rows": entry["rows"]})
            for name, entry in manifest["tables"].items()
        ],
        dg.TableSchema([dg.TableColumn("table", "string"), dg.TableColumn("rows", "int")]),
    )
