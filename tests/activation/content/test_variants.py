"""Whom a night shows a variant: those in an experiment that runs, who count and are not against personalization."""

from __future__ import annotations

import duckdb

from dagster_project.lib.activation.content.customers import read_variants


def test_a_variant_is_shown_to_who_counts_while_the_experiment_runs():
    with duckdb.connect() as connection:
        connection.execute("""
            create schema activation; create schema experiments;
            create table activation.content_variables as
                select col0 as customer_id, col1 as is_personalizable
                from (values ('ann', true), ('bob', true), ('cy', false), ('dee', true));
            create table experiments.assignments as
                select col0 as experiment_id, col1 as customer_id, col2 as variant_id, col3 as is_running,
                    col4 as is_excluded
                from (values ('words', 'ann', 'warm', true, false), ('site', 'ann', 'plain', true, false),
                    ('over', 'ann', 'warm', false, false), ('words', 'bob', 'warm', true, true),
                    ('words', 'cy', 'warm', true, false), ('words', 'dee', 'cold', true, false),
                    ('words', null, 'cold', true, false));
        """)
        assert read_variants(connection, ["ann", "bob", "cy"]) == {"ann": {"words": "warm", "site": "plain"}}
