"""A night of which an experiment is a part: who came while it runs has a variant, in the snapshot and for analysts."""

from __future__ import annotations

from models_ml.experiments.assignment import assign_variants


def test_visitors_of_its_time_are_assigned_by_the_hash_and_published(layouts_night):
    """Three visitors came this year under an id; of these k1 has denied personalization."""
    rows = layouts_night.sql("""
        select unit_id, variant_id, assigned_at::varchar, is_excluded, is_running from experiments.assignments
        where experiment_id = 'banner' and unit_id not like 'log-%' order by 1
    """).fetchall()
    places = assign_variants("banner", ["3_4", "s1"], [0.5, 0.5])
    assert rows == [
        (unit, ("without", "with")[place], "2026-01-08 00:00:00", False, True)
        for unit, place in zip(["3_4", "s1"], places, strict=True)
    ]


def test_an_experiment_of_another_tool_is_read_out_from_its_exposures_alone(layouts_night):
    """s1 looked at something after its exposure, k1 just before."""
    assert layouts_night.sql("""
        select unit_id, variant_id, exposure_source, excluded_because from experiments.exposures
        where experiment_id = 'button' order by 1
    """).fetchall() == [
        ("k1", "red", "exposures", None),
        ("s1", "blue", "exposures", None),
        ("x1", "red", "exposures", None),
        ("x2", "blue", "exposures", "several variants"),
    ]
    assert layouts_night.sql("""
        select test, segment, units, mean, control_units, control_mean, decision from experiments.results
        where experiment_id = 'button' and segment = 'all' order by 1
    """).fetchall() == [
        (test, "all", 2, 0.0, 1, 1.0, "no decision") for test in ("bayesian", "chi_square", "sequential", "z")
    ]
    assert (
        layouts_night.sql("select * from experiments.assignments where experiment_id = 'button'").fetchall()
        == []
    )


def test_an_experiment_of_kindreds_counts_from_the_assignment_where_nobody_tells_of_exposures(layouts_night):
    assert layouts_night.sql("""
        select distinct exposure_source, unit_id in (select unit_id from experiments.assignments)
        from experiments.exposures where experiment_id = 'banner'
    """).fetchall() == [("assignments", True)]


def test_the_weights_of_what_kindred_assigns_are_published_with_the_propensities_of_its_units(layouts_night):
    assert layouts_night.sql("""
        select w.weight_epoch, variant_id, weight, reason, decided_at::varchar, is_present,
            coalesce(bool_and(a.propensity = w.weight), true)
        from experiments.weights as w left join experiments.assignments as a using (experiment_id, variant_id)
        where experiment_id = 'banner' group by all order by 2
    """).fetchall() == [
        (1, variant, 0.5, "declared", "2026-01-08 00:00:00", True, True) for variant in ("with", "without")
    ]
    assert layouts_night.sql(
        "select count(*) from experiments.weights where experiment_id = 'button'"
    ).fetchone() == (0,)


def test_exposures_of_an_experiment_without_a_file_are_told(layouts_night):
    assert layouts_night.sql(
        "select experiment_id, exposures, units from quality.undeclared_experiments"
    ).fetchall() == [("nobodys", 1, 1)]


def test_customers_of_an_experiment_on_a_list_have_it_by_the_strategy_of_their_variant(layouts_night):
    """Of those with a history, whom `discover` shows more than what is popular; all other lists are the night's."""
    layouts_night.sql("""
        create or replace temp view first_rows as
        select r.list_name, r.strategy, a.variant_id
        from activation.customer_recommendations as r
        left join (from experiments.assignments where experiment_id = 'lists') as a using (customer_id)
        where r.rank = 1 and r.customer_id in (
            select customer_id from activation.customer_recommendations
            where list_name = 'discover' and strategy <> 'popularity'
        )
    """)
    tried = layouts_night.sql("""
        select distinct variant_id, strategy from first_rows
        where list_name = 'for_you' and variant_id is not null
    """).fetchall()
    assert tried
    assert {*tried} <= {("popular", "popularity"), ("habit", "personal_frequency")}
    assert layouts_night.sql("""
        select distinct list_name, strategy from first_rows
        where list_name = 'discover' or list_name = 'for_you' and variant_id is null order by 1
    """).fetchall() == [("discover", "blend"), ("for_you", "blend")]
