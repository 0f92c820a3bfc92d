"""Kindred over the same records: a warehouse up to the normalized persons, then the models that match them, timed.

What does not belong here: anything that a night would not do; the models are built as a night builds them.
"""

from __future__ import annotations

import time
from datetime import datetime
from pathlib import Path

from linkage.scoring import Run, score_partition

from dagster_project.lib.common import warehouse
from dagster_project.lib.common.sql import quote_identifier, quote_literal
from dagster_project.lib.config_tables import load_config_tables, write_config_tables
from dagster_project.lib.ingestion.contract_files.finding import canonical_contracts
from dagster_project.lib.ingestion.loading.tables import create_tables
from dagster_project.lib.transformation.dbt_project.build import build
from dagster_project.lib.transformation.dbt_project.project import read_models
from dagster_project.lib.transformation.increments import begin_build

AS_OF = datetime(2026, 7, 1)
NORMALIZED, CLUSTERED = "int_persons_normalized", "int_persons_clustered"
TRAINING = {
    "int_match_training_planned",
    "int_person_pairs_sampled",
    "int_match_patterns_counted",
    "int_match_models_estimated",
    "int_name_rarities_counted",
    "int_match_weights_listed",
}
CLUSTERING = {"int_person_links_weighed", CLUSTERED}
"""All others make pairs and score them. A view's time is its readers'."""
KEY = "'crm/customers|customer|' || customer_id"


def prepare(customers: Path, folder: Path) -> tuple[Path, Path, Path]:
    """The warehouse in `folder` up to the normalized persons, those as Parquet, and the truth about them.

    customers: Parquet with columns of crm/customers and `person_id`.
    """
    database, persons, truth = folder / "kindred.duckdb", folder / "persons.parquet", folder / "truth.parquet"
    with warehouse.connect(database) as connection:
        create_tables(connection)
        write_config_tables(connection, load_config_tables(folder))
        warehouse.begin_night(connection, "bench", AS_OF, AS_OF)
        source = f"read_parquet({quote_literal(str(customers))})"
        held = {column[0] for column in connection.execute(f"from {source} limit 0").description or ()}
        known = [
            column.name for column in canonical_contracts()["crm/customers"].columns if column.name in held
        ]
        names = ", ".join(map(quote_identifier, known))
        connection.execute(
            f"insert into raw.crm_customers ({names}, _feed, _file_id, _row_number)"
            f" select {names}, 'crm/customers', 1, row_number() over () from {source}"
        )
        connection.execute(
            f"copy (select {KEY} as record_key, person_id from {source}) to {quote_literal(str(truth))}"
        )
        begin_build(connection, "bench")
    _build(database, [f"+{NORMALIZED}", *_also_read()])
    with warehouse.connect(database) as connection:
        connection.execute("checkpoint")
        connection.execute(f"copy {_table(NORMALIZED)} to {quote_literal(str(persons))}")
    return database, persons, truth


def run_kindred(database: Path, truth: Path, threads: int) -> Run:
    """Build what matches the normalized persons of a prepared warehouse; dbt's start-up is not counted."""
    list(build(database, ["stg_operations__current_night"], with_tests=False))
    begin = time.perf_counter()
    list(build(database, ["stg_operations__current_night"], with_tests=False))
    startup = time.perf_counter() - begin
    begin = time.perf_counter()
    seconds = _build(database, _matching_models())
    total = time.perf_counter() - begin - startup
    train = sum(spent for model, spent in seconds.items() if model in TRAINING)
    cluster = sum(spent for model, spent in seconds.items() if model in CLUSTERING)
    with warehouse.connect(database) as connection:
        connection.execute(f"set threads = {threads}")
        clusters = f"(select record_key, cluster_key from {_table(CLUSTERED)})"
        quality = score_partition(connection, clusters, f"read_parquet({quote_literal(str(truth))})")
    return Run(train, total - train - cluster, cluster, quality)


def _build(database: Path, models: list[str]) -> dict[str, float]:
    results = list(build(database, models, with_tests=False))
    broken = [f"{result.name}: {result.message}" for result in results if result.status != "success"]
    assert not broken, broken
    return {result.name: result.seconds for result in results}


def _matching_models() -> list[str]:
    """The models between the normalized persons and the clusters of them."""
    parents = _parents()
    wanted, after = _reach(CLUSTERED, parents), {NORMALIZED}
    while more := {model for model in wanted - after if parents[model] & after}:
        after |= more
    return sorted(after - {NORMALIZED})


def _also_read() -> list[str]:
    """What the matching models read beside the normalized persons, which therefore must be there before."""
    parents, matching = _parents(), set(_matching_models())
    return sorted({f"+{parent}" for model in matching for parent in parents[model] - matching - {NORMALIZED}})


def _parents() -> dict[str, set[str]]:
    """The models that each model reads, by name."""
    models = read_models()
    return {
        node["name"]: {models[key]["name"] for key in node["depends_on"]["nodes"] if key in models}
        for node in models.values()
    }


def _reach(model: str, parents: dict[str, set[str]]) -> set[str]:
    """The model and everything that it is made of."""
    reached, new = {model}, {model}
    while new := {parent for model in new for parent in parents[model]} - reached:
        reached |= new
    return reached


def _table(name: str) -> str:
    (node,) = (node for node in read_models().values() if node["name"] == name)
    return f"{quote_identifier(node['schema'])}.{quote_identifier(node['alias'])}"
