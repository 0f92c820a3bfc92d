"""Splink 5 over normalized persons: trained, scored and clustered as its documentation has it, timed step by step.

Its threshold is the one that the truth likes best. What does not belong here: what Splink is told, see splink_model.
"""

from __future__ import annotations

import logging
import time
from pathlib import Path

import duckdb
from linkage import splink_model
from linkage.scoring import Run, score_partition
from splink import DuckDBAPI, Linker

EDGES = """
copy (
    with numbered as (select record_key, row_number() over (order by record_key) as node from persons)
    select left_side.node as left_node, right_side.node as right_node
    from {pairs} as pairs
    inner join numbered as left_side on pairs.record_key_l = left_side.record_key
    inner join numbered as right_side on pairs.record_key_r = right_side.record_key
    where pairs.match_weight >= {threshold}
) to '{path}'
"""
LEAST_WEIGHT = -4.0
"""Pairs below it are not kept; in bits."""


def run_splink(persons: Path, truth: Path, edges: Path, threads: int) -> Run:
    """persons: Parquet with the columns of int_persons_normalized; truth: Parquet (record_key, person_id).

    The pairs that Splink joins in the end are written to `edges`, records numbered: Parquet (left_node, right_node).
    """
    logging.disable(logging.WARNING)
    connection = duckdb.connect()
    connection.execute(f"set threads = {threads}")
    connection.execute("set enable_progress_bar = false")
    connection.execute(f"create table truth as from '{truth}'")
    connection.execute(f"create table persons as from '{persons}'")
    begin = time.perf_counter()
    connection.execute(f"create table prepared as {splink_model.PREPARED.format(persons='persons')}")
    columns, records = _held_columns(connection)
    api = DuckDBAPI(connection)
    linker = Linker(api.register("prepared"), splink_model.settings_for(columns, records), log_level=None)
    linker.training.estimate_probability_two_random_records_match(
        splink_model.rules(splink_model.CERTAIN, columns), recall=splink_model.CERTAIN_RECALL
    )
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    for rule in splink_model.rules(splink_model.TRAINING, columns):
        linker.training.estimate_parameters_using_expectation_maximisation(rule, max_pairs=1e6)
    trained = time.perf_counter()
    predicted = linker.inference.predict(threshold_match_weight=LEAST_WEIGHT)
    scored = time.perf_counter()

    def cluster(threshold: float) -> tuple[float, Run]:
        start = time.perf_counter()
        clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(
            predicted, threshold_match_weight=threshold
        )
        seconds = time.perf_counter() - start
        found = f"(select record_key, cluster_id as cluster_key from {clusters.physical_name})"
        quality = score_partition(connection, found, "truth")
        clusters.drop_table_from_database_and_remove_from_cache()
        return quality.f1, Run(trained - begin, scored - trained, seconds, quality, threshold)

    tried = dict(cluster(float(weight)) for weight in range(-4, 32, 3))
    best = tried[max(tried)].threshold or 0.0
    tried |= dict(cluster(best + step) for step in (-2.0, -1.0, 1.0, 2.0) if best + step >= LEAST_WEIGHT)
    found = tried[max(tried)]
    connection.execute(EDGES.format(pairs=predicted.physical_name, threshold=found.threshold, path=edges))
    return found


def _held_columns(connection: duckdb.DuckDBPyConnection) -> tuple[set[str], int]:
    """Those with a value in at least one record, and how many records there are."""
    counted = connection.execute("select count(columns(*)) from prepared")
    counts = dict(
        zip((column[0] for column in counted.description or ()), counted.fetchall()[0], strict=True)
    )
    return {name for name, count in counts.items() if count}, counts["record_key"]
