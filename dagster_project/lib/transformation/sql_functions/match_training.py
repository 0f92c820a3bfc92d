"""Training of match weights where SQL asks for it, and the trained model kept from build to build.

Belongs here: the form in which models hand pattern counts over and get weights back, as JSON, and the tables that keep
them. The estimation is models_ml's, when to train is `int_match_training_planned`'s.
"""

from __future__ import annotations

import json

import duckdb

from dagster_project.lib.common.fingerprints import hash_text
from dagster_project.lib.common.warehouse import list_tables

TABLES = """
create table if not exists operations.match_models (
    model_version varchar, records bigint, fields varchar, target_precision double, match_probability double,
    block_size integer, broad_block_size integer, match_share double, household_share double, threshold double,
    estimated_precision double, estimated_recall double, weights varchar
);
create table if not exists operations.match_name_rarities (field varchar, name varchar, rarity integer);
"""
_KEPT = {
    "operations.match_models": "intermediate.int_match_models_estimated",
    "operations.match_name_rarities": "intermediate.int_name_rarities_counted",
}


def estimate_match_weights(
    fields: str,
    patterns: str,
    pairs: str,
    are_blocked: str,
    records: str,
    target_precision: str,
    match_probability: str,
) -> str:
    """Train on pattern counts and return the model as a JSON object.

    fields: JSON list of objects with name, levels (their labels), multiplier, is_of_household and perhaps twins.
    patterns, pairs, are_blocked: JSON lists of one length: a pattern, the pairs that show it, and 1 where blocking
    found them or 0 where they were drawn at random. match_probability: empty, or a threshold in place of the target.
    """
    import numpy as np

    from models_ml.identity.match_weights import Field, PairCounts, estimate
    from models_ml.identity.threshold import choose_threshold

    compared = [
        Field(f["name"], len(f["levels"]), f["multiplier"], f["is_of_household"], f.get("twins", 0.0))
        for f in json.loads(fields)
    ]
    pattern = np.array(json.loads(patterns), dtype=np.int64)
    count = np.array(json.loads(pairs), dtype=np.float64)
    is_blocked = np.array(json.loads(are_blocked), dtype=bool)
    blocked = PairCounts(pattern[is_blocked], count[is_blocked])
    model = estimate(compared, blocked, PairCounts(pattern[~is_blocked], count[~is_blocked]), int(records))
    threshold = choose_threshold(
        model, blocked, float(target_precision), float(match_probability) if match_probability else None
    )
    weights = [
        {
            "field": field.name,
            "level": level,
            "match_share": model.shares["match"][number][level],
            "other_share": model.shares["other"][number][level],
            "household_share": model.shares["household"][number][level],
        }
        for number, field in enumerate(compared)
        for level in range(field.radix)
    ]
    trained = {
        "match_share": max(model.match_share, 1e-15),
        "household_share": model.household_share,
        "threshold": threshold.bits,
        "estimated_precision": threshold.precision,
        "estimated_recall": threshold.recall,
        "weights": weights,
    }
    return json.dumps({"model_version": f"m_{hash_text(json.dumps(trained))[:12]}", **trained})


def keep(connection: duckdb.DuckDBPyConnection) -> None:
    """Take over the model that the build matched with, inside the caller's transaction; nothing where it had none."""
    there = list_tables(connection)
    for kept, found in _KEPT.items():
        if found in there:
            connection.execute(f"delete from {kept}")
            connection.execute(f"insert into {kept} by name from {found}")
