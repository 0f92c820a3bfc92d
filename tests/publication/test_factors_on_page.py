"""The page about experiments with factors: what each level does comes first, in words, and nothing of a small group."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from report_pages import Page, render_all

from dagster_project.lib.publication.report.factors import hide_with_variants
from tests.publication.test_experiments_page import TABLES, section

# of two factors one makes a difference; in the second experiment another with each level of the other
FACTORS = """
insert into experiments.decisions
    select e, v, c, 'buyers', 'Words count.', d, 'as it is', 0.5, false, null, o
    from (values ('mail'), ('hung')) as x(e), (values
        ('person-large', 'product-none', 'ship', 'variant'), ('person-none', 'product-none', 'continue', 'variant'),
        ('product-large', 'product-none', 'continue', 'variant'),
        ('subject=person', 'subject=product', 'ship', 'level'), ('image=large', 'image=none', 'continue', 'level')
    ) as d(v, c, d, o);
insert into experiments.variants
    select e, v, v = 'product-none', 'showings', 0.25, 1000, 0, 1000
    from (values ('mail'), ('hung')) as x(e),
        (values ('person-large'), ('person-none'), ('product-large'), ('product-none')) as v(v);
insert into experiments.results by name
    select e as experiment_id, 'buyers' as metric, v as variant_id, c as control_variant_id, s as segment,
        'conversion' as kind, false as is_guardrail, u as units, u as control_units, m as mean, m - f as control_mean,
        f as absolute_effect, f - w as ci_low, f + w as ci_high, true as is_complete, t as test,
        if(t = 'bayesian', 0.9, null) as chance_to_beat, o as effect_of, 1 as weight_epochs, 0 as unmatched_units
    from (values ('mail', 0.001), ('hung', 0.06)) as x(e, i), (values ('all', 1000), ('loyal', 30)) as s(s, u), (values
        ('person-large', 'product-none', 0.2, 0.05, 0.01, 'variant'),
        ('person-none', 'product-none', 0.2, 0.04, 0.06, 'variant'),
        ('product-large', 'product-none', 0.2, 0.01, 0.06, 'variant'),
        ('subject=person', 'subject=product', 0.2, 0.045, 0.02, 'level'),
        ('image=large', 'image=none', 0.2, 0.005, 0.02, 'level'),
        ('subject=person:image=large', 'subject=person:image=none', 0.05, null, 0.02, 'interaction')
    ) as r(v, c, m, known, w, o), (values ('sequential'), ('bayesian')) as t(t),
        lateral (select coalesce(known, i)) as f(f)
    where o <> 'interaction' or s = 'all' and t = 'sequential';
"""
LEVELS = "Effects by metric and level, in percent of the control level, with 95% sequential interval"


@pytest.fixture(scope="module")
def html() -> str:
    """The page of all of them, made once."""
    with duckdb.connect() as connection:
        for name in ("report_tables.sql", "report_golden.sql"):
            connection.execute((Path(__file__).parent / name).read_text())
        connection.execute(TABLES)
        connection.execute(FACTORS)
        return render_all(connection)["experiments.html"]


def test_each_factor_is_told_in_words_before_any_combination(html):
    told = section(html, "mail").text
    assert (
        "Subject: person instead of product raises buyers: +4.5 points (+2.5 points to +6.5 points),"
        " on average over image." in told
    )
    assert (
        "Image: large instead of none makes no difference to buyers that can be seen yet: +0.5 points" in told
    )
    assert told.index("What each factor does") < told.index("Units by variant")


def test_it_says_whether_factors_hang_on_each_other(html):
    told = section(html, "mail").text
    assert (
        "Subject and image: no sign yet that they change each other's effect: with large instead of none"
        in told
    )
    told = section(html, "hung").text
    assert (
        "Subject and image: they change each other's effect: with large instead of none that of person"
        in told
    )
    assert "changes by +6.0 points (+4.0 points to +8.0 points), so that combinations count" in told


def test_levels_have_a_table_of_their_own_and_go_before_variants_in_what_to_do(html):
    rows = section(html, "mail").tables[LEVELS][1:]
    assert [row[1] for row in rows] == ["image=large", "subject=person"]
    assert rows[1][2:6] == ["15.5%", "20.0%", "+4.5 points", "+2.5 points to +6.5 points"]
    assert rows[1][6:] == ["+29.0% (+16.1% to +41.9%)", "90.0%"]
    told = Page(html).text
    assert told.index("mail: give everybody subject=person.") < told.index(
        "mail: give everybody person-large."
    )


def test_segments_tell_of_levels_which_have_more_people(html):
    rows = section(html, "mail").tables["Buyers by segment at the first exposure"][1:]
    assert [row[:2] for row in rows] == [["loyal", "image=large"], ["loyal", "subject=person"]]


def test_an_experiment_without_factors_says_nothing_of_them(html):
    assert "What each factor does" not in section(html, "checkout").text


@pytest.mark.parametrize("is_hidden", [False, True])
def test_a_level_is_not_told_where_one_of_its_variants_is_not(is_hidden):
    figures = dict.fromkeys(("mean", "control_mean", "absolute_effect", "ci_low", "ci_high", "chance"), 0.5)
    rows = [
        {"metric": "buyers", "segment": "all", "effect_of": kind, "is_hidden": hidden} | figures
        for kind, hidden in (
            ("variant", is_hidden),
            ("variant", False),
            ("level", False),
            ("interaction", False),
        )
    ]
    other = rows[2] | {"segment": "loyal"}
    *_, level, interaction, apart = hide_with_variants([*rows, other])
    assert {row["is_hidden"] for row in (level, interaction)} == {is_hidden}
    assert {row["ci_low"] for row in (level, interaction)} == {None if is_hidden else 0.5}
    assert apart == other
