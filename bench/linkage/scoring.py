"""Pairwise precision, recall and F1 of a partition, and what a run of an engine is measured by.

What does not belong here: how an engine is run.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

_PAIRS = """
    select
        sum(n * (n - 1) / 2) filter (is_cluster and is_person),
        sum(n * (n - 1) / 2) filter (is_cluster and not is_person),
        sum(n * (n - 1) / 2) filter (is_person and not is_cluster)
    from (
        select
            count(*) as n,
            grouping(cluster_key) = 0 as is_cluster,
            grouping(person_id) = 0 as is_person
        from both_sides
        group by grouping sets ((cluster_key, person_id), (cluster_key), (person_id))
    )
"""


@dataclass(frozen=True)
class Score:
    """Over all pairs of records that share a cluster, and all that share a person."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """The harmonic mean; 0 where no pair is right."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


@dataclass(frozen=True)
class Run:
    """One engine on one set: seconds of each step, and what came of it."""

    train: float
    score: float
    cluster: float
    quality: Score
    threshold: float | None = None
    """In bits of match weight, where it was chosen by the truth."""

    @property
    def seconds(self) -> float:
        """All steps."""
        return self.train + self.score + self.cluster


def score_partition(connection: duckdb.DuckDBPyConnection, clusters: str, truth: str) -> Score:
    """clusters: a relation (record_key, cluster_key), a record it lacks being alone; truth: (record_key, person_id)."""
    connection.execute(
        f"""create or replace temp table both_sides as
        select coalesce(cluster_key, record_key) as cluster_key, person_id
        from {truth} left join {clusters} using (record_key)"""
    )
    both, found, true = connection.execute(_PAIRS).fetchall()[0]
    return Score(both / found if found else 1.0, both / true if true else 1.0)
