"""The page about experiments: what to do and why, whether shares are right, effects and how they came about.

Nothing of a small group is told.
"""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from drawn import Drawing
from report_pages import Page, render_all

TABLES = """
create table experiments.decisions (
    experiment_id varchar, variant_id varchar, control_variant_id varchar, metric varchar, hypothesis varchar,
    decision varchar, reason varchar, sample_ratio_p_value double, is_ended boolean, ends_at timestamp,
    effect_of varchar
);
insert into experiments.decisions values
    ('checkout', 'new', 'old', 'buyers', 'Shorter sells.', 'ship', 'buyers is better than in old: +0.02', 0.42,
        false, null, 'variant'),
    ('tiny', 'red', 'blue', 'buyers', 'Red.', 'continue', 'buyers shows 3 of 9', null, false, null, 'variant'),
    ('open', 'x', 'w', 'buyers', 'X.', 'continue', 'buyers shows no difference yet', 0.5, false, null, 'variant'),
    ('broken', 'b', 'a', 'views', 'B.', 'no decision', 'sample-ratio mismatch', 0.0001, true, null, 'variant');
create table experiments.variants (
    experiment_id varchar, variant_id varchar, is_control boolean, exposure_source varchar, share double, units bigint,
    excluded_units bigint, expected_units double
);
insert into experiments.variants values
    ('checkout', 'old', true, 'exposures', 0.5, 1000, 12, 1010),
    ('checkout', 'new', false, 'exposures', 0.5, 1020, 3, 1010),
    ('tiny', 'blue', true, 'assignments', 0.5, 9, 0, 19.5), ('tiny', 'red', false, 'assignments', 0.5, 30, 0, 19.5),
    ('broken', 'a', true, 'showings', 0.5, 1000, 0, 1100), ('broken', 'b', false, 'showings', 0.5, 1200, 0, 1100);
create table experiments.results (
    experiment_id varchar, metric varchar, variant_id varchar, segment varchar, kind varchar, is_guardrail boolean,
    units bigint, control_units bigint, mean double, control_mean double, absolute_effect double, ci_low double,
    ci_high double, is_complete boolean, is_hindsight boolean, test varchar, chance_to_beat double,
    control_variant_id varchar, effect_of varchar, weight_epochs bigint, unmatched_units bigint
);
insert into experiments.results
    select e.*, e.col3 <> 'all', test, if(test = 'bayesian', 0.987, null), 'control', 'variant',
        if(e.col0 = 'open', 2, 1), if(e.col0 = 'open', 40, 0)
    from (values
        ('checkout', 'buyers', 'new', 'all', 'conversion', false, 1020, 1000, 0.12, 0.10, 0.02, 0.005, 0.035, true),
        ('checkout', 'revenue', 'new', 'all', 'mean', false, 1020, 1000, 7.5, 6.0, 1.5, -0.6, 3.6, false),
        ('checkout', 'left', 'new', 'all', 'conversion', true, 1020, 1000, 0.003, 0.1, -0.097, -0.2, 0.006, true),
        ('checkout', 'buyers', 'new', 'loyal', 'conversion', false, 102, 100, 0.5, 0.3, 0.2, 0.1, 0.3, true),
        ('checkout', 'buyers', 'new', 'rare', 'conversion', false, 102, 9, 0.5, 0.3, 0.2, 0.1, 0.3, true),
        ('open', 'buyers', 'x', 'all', 'conversion', false, 100, 100, 0.3, 0.3, 0.0, -0.1, 0.1, true),
        ('tiny', 'buyers', 'red', 'all', 'conversion', false, 30, 9, 0.5, 0.34, 0.16, -0.5, 0.8, true)
    ) as e, (values ('sequential'), ('bayesian'), ('z')) as t(test);
create table experiments.weights as
    select e.* exclude (share), variant_id, if(variant_id in ('w', 'blue'), 1 - share, share) as weight
    from (values
        ('open', 1, 'declared', 'the weights of the file', timestamp '2026-01-01', false, 0.5),
        ('open', 2, 'rollout', 'x is shipped: buyers is better', timestamp '2026-01-05', true, 1.0),
        ('tiny', 1, 'thompson', 'chance to be the best by buyers: red 80.0%', timestamp '2026-01-05', true, 0.8)
    ) as e(experiment_id, weight_epoch, reason, explanation, decided_at, is_present, share),
    (values ('open', 'w'), ('open', 'x'), ('tiny', 'blue'), ('tiny', 'red')) as v(name, variant_id)
    where v.name = e.experiment_id;
create table experiments.timelines as
    select 'checkout' as experiment_id, 'new' as variant_id, date '2026-01-01' + i::integer as exposed_date,
        5 + 100 * i as units, 5 + 100 * i as control_units, 0.02::double as absolute_effect,
        0.02 - 0.1::double / (i + 1) as ci_low, 0.02 + 0.1::double / (i + 1) as ci_high
    from range(10) as t(i);
"""
EFFECTS = "Effects by metric and variant, in percent of the control, with 95% sequential interval"


@pytest.fixture(scope="module")
def html() -> str:
    """The page of all of them, made once."""
    with duckdb.connect() as connection:
        for name in ("report_tables.sql", "report_golden.sql"):
            connection.execute((Path(__file__).parent / name).read_text())
        connection.execute(TABLES)
        return render_all(connection)["experiments.html"]


@pytest.fixture
def page(html: str) -> Page:
    return Page(html)


def section(html: str, name: str) -> Page:
    """One experiment's part of the page."""
    (found,) = (part for part in html.split("<section")[1:] if f">{name}</h2>" in part)
    return Page("<section" + found.split("</section>")[0] + "</section>")


def test_it_begins_with_what_to_do_and_why(page):
    assert "checkout: give everybody new. Buyers is better than in old: +0.02." in page.text
    assert "broken: no decision on b. Sample-ratio mismatch." in page.text
    assert "open: go on with x. Buyers shows no difference yet: the true effect lies between" in page.text
    assert "between \N{MINUS SIGN}10.0 points and +10.0 points." in page.text
    # figures of nine people are told in no sentence either
    assert "tiny: go on with red. The figures are of too few people to tell." in page.text
    assert "3 of 9" not in page.text


def test_units_are_told_with_what_their_shares_would_bring_and_few_are_not(html):
    assert section(html, "checkout").tables["Units by variant"][1:] == [
        ["oldcontrol", "50.0%", "1,000", "1,010", "12"],
        ["new", "50.0%", "1,020", "1,010", "under 10"],
    ]
    assert section(html, "tiny").row("Units by variant", "bluecontrol")[2] == "under 10"
    assert "Shares are right" in section(html, "checkout").text
    assert "Sample-ratio mismatch" in section(html, "broken").text
    assert "Shares unchecked" in section(html, "tiny").text


def test_effects_have_the_goal_first_and_guardrails_last(html):
    assert section(html, "checkout").tables[EFFECTS][1:] == [
        ["buyersgoal", "new", "10.0%", "12.0%", "+2.0 points", "+0.5 points to +3.5 points",
         "+20.0% (+5.0% to +35.0%)", "98.7%"],
        ["revenueso far", "new", "6", "7.5", "+1.5", "\N{MINUS SIGN}0.6 to +3.6",
         "+25.0% (\N{MINUS SIGN}10.0% to +60.0%)", "98.7%"],
        # three of a thousand and twenty left
        ["leftguardrail", "new", "too few people to tell"],
    ]  # fmt: skip
    assert section(html, "tiny").tables[EFFECTS][1:] == [["buyersgoal", "red", "too few people to tell"]]


def test_effects_are_drawn_as_the_table_tells_them_in_percent_of_the_control(html):
    panel = Drawing.of(html, "effects-2-drawing").panel()
    assert panel.values() == [20, 25]
    assert panel.spans() == [(5, 35), (-10, 60)]
    assert panel.spans("reference") == [(0, 0)]
    # nobody is told of nine people by a drawing either
    assert 'id="effects-5-drawing"' not in html


def test_a_segments_effect_is_told_unless_it_is_of_few(html):
    assert section(html, "checkout").tables["Buyers by segment at the first exposure"][1:] == [
        ["loyal", "new", "102", "100", "+20.0 points", "+10.0 points to +30.0 points"],
        ["rare", "new", "102", "under 10", "–", "–"],
    ]
    assert "known from after the exposure alone" in section(html, "checkout").text


def test_days_are_drawn_from_the_first_that_has_ten_people_on_each_side(html):
    days = section(html, "checkout").tables["Effect on buyers of new, by day of first exposure"][1:]
    assert [day[0] for day in days] == [f"2026-01-{day:02}" for day in range(2, 11)]
    assert days[-1][1:] == ["+2.0 points", "+1.0 points to +3.0 points"]
    panel = Drawing.of(html, "days-2-1").panel()
    assert panel.values(side="y") == [2] * 9
    assert panel.spans(side="y")[-1] == (1, 3)
    assert panel.spans(side="y")[-5:] == [(2 - 10 / day, 2 + 10 / day) for day in range(6, 11)]
    assert 'id="days-3-1"' not in html


def test_a_single_day_is_told_in_words(golden):
    golden.execute(TABLES)
    golden.execute("delete from experiments.timelines where exposed_date > '2026-01-02'")
    html = render_all(golden)["experiments.html"]
    assert "One day alone has enough people on both sides" in html
    assert 'id="days-2-1"' not in html


def test_experiments_of_which_only_exposures_are_there_are_named(golden):
    golden.execute(
        "create table quality.undeclared_experiments as select 'checkuot' as experiment_id, 3 as exposures"
    )
    text = Page(render_all(golden)["experiments.html"]).text
    assert "have no file, so that nothing is read out of them: checkuot ." in text


def test_a_night_without_experiments_says_so(golden_pages):
    assert "No experiment is declared" in Page(golden_pages["experiments.html"]).text


def test_weights_are_told_with_when_and_why_they_changed(html):
    told = section(html, "open")
    assert told.tables["Weights of those who come new, the latest first"][1:] == [
        ["2026-01-05 00:00 UTCpresent", "w 0.0%, x 100.0%", "rollout", "X is shipped: buyers is better."],
        ["2026-01-01 00:00 UTC", "w 50.0%, x 50.0%", "declared", "The weights of the file."],
    ]
    assert "compared among units that were assigned by the same shares" in told.text
    assert "Of x and the control 40 units came while the other was given to nobody" in told.text
    # what a policy made of nine people's figures tells them as well
    assert "The figures are of too few people to tell." in section(html, "tiny").text
    assert "80.0%." not in section(html, "tiny").text
    assert "Weights of those" not in section(html, "checkout").text
