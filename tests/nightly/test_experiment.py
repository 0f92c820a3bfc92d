"""A night of which an experiment is a part: who came while it runs has a variant, in the snapshot and for analysts."""

from __future__ import annotations

from models_ml.experiments.assignment import assign_variants


def test_visitors_of_its_time_are_assigned_by_the_hash_and_published(layouts_night):
    """Three visitors came this year under an id; of these k1 has denied personalization."""
    rows = layouts_night.sql("""
        select unit_id, variant_id, assigned_at::varchar, is_excluded, is_running from experiments.assignments
        where unit_id not like 'log-%' order by 1
    """).fetchall()
    places = assign_variants("banner", ["3_4", "s1"], [0.5, 0.5])
    assert rows == [
        (unit, ("without", "with")[place], "2026-01-08 00:00:00", False, True)
        for unit, place in zip(["3_4", "s1"], places, strict=True)
    ]
