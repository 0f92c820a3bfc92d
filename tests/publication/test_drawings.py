"""What is drawn is what the tables beside it say, in the colours of the page; a first night is told in words."""

from __future__ import annotations

import math
import re
from datetime import datetime, timedelta

import duckdb
import pytest
from drawn import Drawing
from hypothesis import given, settings
from hypothesis import strategies as st
from report_pages import Page, render_all

from dagster_project.lib.publication.report.drawings import DRAWINGS
from dagster_project.lib.publication.report.drawings.canvas import drawn, new_figure
from dagster_project.lib.publication.report.drawings.forest import Estimate
from dagster_project.lib.publication.report.drawings.nights import Panel

NIGHTS = ["2026-01-31 23:59 UTC", "2026-01-30 23:59 UTC", "2026-01-29 23:59 UTC"]


def numbers(rows: list[list[str]], column: int) -> list[float]:
    """A column of a table, from below: the newest night stands first there and last in a drawing."""
    return [float(row[column].strip("%").replace(",", "")) for row in reversed(rows[1:])]


def test_every_drawing_has_a_name_a_sentence_and_a_table(golden_pages):
    count = 0
    for html in golden_pages.values():
        for figure in re.findall(r"<figure>.*?</figure>", html, re.DOTALL):
            count += 1
            (id,) = re.findall(r'<svg id="(\S+?)"', figure)
            assert Drawing.of(html, id).name
            assert re.search(r"<figcaption>\S.*\.</figcaption>", figure)
        assert html.count("<svg") == html.count("<figure>") <= html.count("<table>")
    assert count > 10


def test_rows_that_came_are_drawn_as_they_are_listed(golden_pages):
    html = golden_pages["index.html"]
    rows = Page(html).tables["Rows that came, by night"]
    assert rows[1:] == [[NIGHTS[0], "1,520", "3"], [NIGHTS[1], "0", "0"], [NIGHTS[2], "1,000", "4"]]
    came, rejected = Drawing.of(html, "arrived-nights").panels()
    assert came.values(side="y") == numbers(rows, 1)
    assert rejected.values(side="y") == numbers(rows, 2)


def test_who_is_who_is_drawn_as_it_is_listed(golden_pages):
    html = golden_pages["index.html"]
    rows = Page(html).tables["How well records were joined, by night"]
    assert rows[1] == [NIGHTS[0], "15.4%", "98.0%", "91.0%"]
    assert rows[2][1:] == ["20.0%", "–", "99.0%"]
    joined, _, recall = Drawing.of(html, "identity-shares").panels()
    assert joined.values(side="y") == [20, 15.38]
    assert recall.values(side="y") == numbers(rows, 3)


def test_models_are_drawn_as_they_are_listed(golden_pages):
    html = golden_pages["recommendations.html"]
    page, panel = Page(html), Drawing.of(html, "models-1").panel()
    rows = page.tables["NDCG@10, all products, with 95% interval"][1:]
    assert panel.values() == [float(row[1]) for row in rows]
    assert panel.spans() == [tuple(map(float, row[2].split("–"))) for row in rows]
    assert panel.spans("reference") == [(0.145, 0.145)]
    groups = Drawing.of(html, "groups-drawing").panel()
    rows = page.tables["NDCG@10 by group, with 95% interval"][1:]
    assert groups.values() == [float(row[3]) for row in rows]
    assert groups.spans() == [tuple(map(float, row[4].split("–"))) for row in rows]
    assert groups.values("other") == [0.2]


def test_models_of_earlier_nights_are_drawn_as_they_are_listed(golden_pages):
    html = golden_pages["recommendations.html"]
    panel = Drawing.of(html, "nights-drawing").panel()
    assert panel.values(side="y") == [0.999, 0.377]
    assert panel.spans(side="y") == [(0.99, 1), (0.36, 0.394)]
    text = Page(golden_pages["index.html"]).text
    assert "NDCG@10 of the newest model is 0.377, that of the night before 0.999" in text


def test_trials_are_drawn_as_they_are_listed(golden_pages):
    html = golden_pages["recommendations.html"]
    rows = Page(html).tables["Value of each trial, and the best so far"][1:]
    assert rows == [["0", "0.200", "0.200"], ["1", "0.250", "0.250"], ["2", "0.100", "0.250"]]
    panel = Drawing.of(html, "tuning-drawing").panel()
    assert panel.values(side="y") == [float(row[1]) for row in rows]
    assert panel.line("best") == [0.2, 0.2, 0.25, 0.25, 0.25]


def test_segments_of_earlier_nights_are_told_in_tens_and_small_ones_not_at_all(golden):
    golden.execute("update activation.segments set customers = 44 where segment = 'loyal'")
    golden.execute(
        "insert into activation.segment_performance (segment, as_of, customers) values"
        " ('loyal', '2026-01-29', 36), ('loyal', '2026-01-28', 52), ('tiny', '2026-01-28', 9),"
        " ('under', '2026-01-28', 20)"
    )
    html = render_all(golden)["customers.html"]
    rows = Page(html).tables["Customers by segment and night, in tens"]
    assert rows[0] == ["Night", "Loyal <3", "Lately"]
    assert [row[1:] for row in rows[1:]] == [["10", "10"], ["–", "–"], ["40", "–"], ["50", "–"]]
    loyal, lately = Drawing.of(html, "audiences-nights").panels()
    assert loyal.values(side="y") == [50, 40, 10]
    assert lately.values(side="y") == [10]


def test_a_first_night_is_told_in_words(golden):
    for table in ("column_profiles", "feed_arrivals", "identity_measures"):
        golden.execute(f"delete from quality.{table} where as_of < '2026-01-31 23:59'")
    golden.execute("delete from activation.segment_performance where as_of < '2026-01-31'")
    golden.execute("delete from quality.model_versions where model_version = 'v1'")
    pages = render_all(golden)
    for name, id in (("index", "arrived-nights"), ("index", "identity-shares"), ("customers", "audiences-nights"),
                     ("recommendations", "nights-drawing")):  # fmt: skip
        html = pages[f"{name}.html"]
        assert f'id="{id}"' not in html
        assert "there is nothing to draw yet" in html


def test_a_drawing_takes_colours_and_font_of_the_page(golden_pages):
    html = "".join(golden_pages.values())
    drawings = "".join(re.findall(r"<svg .*?</svg>", html, re.DOTALL))
    assert "font-family" not in drawings and not re.search(r"#[0-9a-f]{6}", drawings)
    used = set(re.findall(r"var\((--\w+)\)", drawings))
    assert used == {"--ink", "--soft", "--line", "--fill", "--against"}
    style = html[html.index("<style>") : html.index("</style>")]
    light, dark, printed = style.split(":root {")[1:]
    for part in (light, dark, printed):
        assert used <= set(re.findall(r"(--\w+):", part))


def test_a_colour_that_no_page_has_is_an_error():
    def paint():
        figure = new_figure(40)
        figure.add_axes((0, 0, 1, 1)).plot([0, 1], color="#123456")
        return figure

    with pytest.raises(ValueError, match="colour that no page has"):
        drawn(paint)("id", "name")


def test_names_are_text_however_they_are_written():
    svg = DRAWINGS["forest"]("id", 'a "name" & <b>', [Estimate("$x^2$ <i> & 日本", 1, 0.5, 2)], 0)
    drawing = Drawing.of(svg, "id")
    assert drawing.name == 'a "name" & <b>'
    assert "$x^2$ <i> & 日本" in drawing.texts


def test_an_axis_holds_values_that_are_all_the_same_or_unknown():
    moments = [datetime(2026, 1, day) for day in (1, 2, 4)]
    svg = DRAWINGS["over_nights"](
        "id", "n", moments, [Panel("a", [0, 0, 0]), Panel("b", [None, None, 12_000])]
    )
    same, last = Drawing.of(svg, "id").panels()
    assert same.values(side="y") == [0, 0, 0]
    assert last.values(side="y") == [12_000]
    assert {"1 Jan", "2 Jan", "4 Jan"} <= set(Drawing.of(svg, "id").texts)


_values = st.one_of(
    st.none(), st.floats(-1e12, 1e12), st.sampled_from([0.0, float("inf"), float("-inf"), float("nan")])
)


@settings(max_examples=20, deadline=None)
@given(
    st.lists(st.tuples(st.text(), st.floats(-1e12, 1e12), _values, _values, _values), min_size=1, max_size=4),
    _values,
)
def test_any_estimates_can_be_drawn(rows, reference):
    reference = None if reference is None or not math.isfinite(reference) else reference
    estimates = [Estimate(label, value, low, high, other=other) for label, value, low, high, other in rows]
    Drawing.of(DRAWINGS["forest"]("id", "name", estimates, reference), "id")


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(_values, _values, _values, _values), min_size=2, max_size=5))
def test_any_nights_can_be_drawn(rows):
    moments = [datetime(2026, 1, 1) + timedelta(days=place) for place in range(len(rows))]
    values, low, high, other = zip(*rows, strict=True)
    Drawing.of(DRAWINGS["over_nights"]("id", "name", moments, [Panel("a", values, low, high, other)]), "id")


def test_what_pairs_beyond_the_first_dozen_say_stands_in_tables_alone(
    golden: duckdb.DuckDBPyConnection,
) -> None:
    golden.execute(
        "insert into quality.merges_to_review select 2 + i, left_record, right_record, false, reason, 0, -2, evidence"
        " from quality.merges_to_review, range(1, 20) r(i) where place = 2"
    )
    html = render_all(golden)["identity.html"]
    assert 'id="pair-12-drawing"' in html and 'id="pair-13-drawing"' not in html
    assert "Weights of pair 21" in Page(html).tables
