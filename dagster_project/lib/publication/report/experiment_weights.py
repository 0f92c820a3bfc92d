"""Which weights each experiment's variants have had, the latest first, and why they changed."""

from __future__ import annotations

from itertools import groupby

from dagster_project.lib.publication.report.reader import Reader, Row

_WEIGHTS = "experiments.weights"
_BY_POLICY = ("rollout", "thompson")


def read_weights(reader: Reader) -> dict[str, list[Row]]:
    """Experiment -> a row for each set of weights, with the share of each variant in it."""
    rows = reader.rows(
        f"select * from {_WEIGHTS} order by experiment_id, weight_epoch desc, variant_id", [_WEIGHTS]
    )
    found: dict[str, list[Row]] = {}
    for _, group in groupby(rows, lambda row: (row["experiment_id"], row["weight_epoch"])):
        variants = list(group)
        told = {name: variants[0][name] for name in ("reason", "explanation", "decided_at", "is_present")}
        shares = [(row["variant_id"], row["weight"]) for row in variants]
        found.setdefault(variants[0]["experiment_id"], []).append(told | {"shares": shares})
    return found


def tell_weights(sets: list[Row], *, is_hidden: bool) -> list[Row]:
    """The sets, without the figures in what a policy says where these are of too few people. is_hidden: whether."""
    return [
        one | {"explanation": None if is_hidden and one["reason"] in _BY_POLICY else one["explanation"]}
        for one in sets
    ]
