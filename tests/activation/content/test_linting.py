"""What the linter finds, and that it finds nothing in the templates that Kindred brings."""

from __future__ import annotations

from pathlib import Path
from types import MappingProxyType

import pytest

from dagster_project.lib.activation.content.library import load_library
from dagster_project.lib.activation.content.linting import lint
from dagster_project.lib.activation.content.variables import VARIABLES, complete
from dagster_project.lib.common.errors import KindredError
from tests.activation.content.conftest import POUNDS
from tests.experiments.conftest import experiment


def found(library, experiments=MappingProxyType({})):
    return [(fault.file, fault.line, fault.reason) for fault in lint(library, POUNDS, experiments)]


def test_the_templates_that_are_brought_are_faultless():
    library = load_library(Path("nowhere"))
    assert len(library.templates) == 8
    assert found(library) == []


def test_every_file_with_a_fault_is_told_of_and_each_fault_once(write):
    library = write.files({
        "one/template.yml": "kind: banner\n", "one/body.html": "fine\n{{ frist_name }}",
        "two/template.yml": "kind: banner\n", "two/body.html": "{% if first_name %}",
        "three/template.yml": "kind: banner\n", "three/body.html": "\n{% include 'blocks/none.html' %}",
        "four/template.yml": "kind: banner\n", "four/body.html": "{{ recommendations[0].nmae }}",
        "blocks/unused.html": "{{ first_name | safe }}",
    })  # fmt: skip
    assert [fault for fault in found(library) if fault[0] != "four/body.html"] == [
        ("blocks/unused.html", 1, "No filter named 'safe'."),
        ("one/body.html", 2, "no template knows the name frist_name"),
        ("three/body.html", 2, "there is no file 'blocks/none.html'"),
        ("two/body.html", 1, found(library)[-1][2]),
    ]
    assert "Unexpected end of template" in found(library)[-1][2]
    # filled for somebody without a list, and for somebody with one
    of_four = [reason for file, _, reason in found(library) if file == "four/body.html"]
    assert len(of_four) == 2
    assert any("no attribute 'nmae'" in reason for reason in of_four)


def test_names_that_a_template_chooses_are_its_own(write):
    settings = "kind: banner\nchoices: {greeting: [{value: hello}]}\n"
    assert found(write.files({"one/template.yml": settings, "one/body.html": "{{ greeting }}"})) == []


def test_variants_are_filled_and_those_that_the_experiment_lacks_are_told(write):
    library = write.files({
        "mine/template.yml": "kind: banner\nexperiment: colour\n",
        "mine/body.html": "{% if variant == 'red' %}{{ recommendations[0].nmae }}{% endif %}",
        "mine/body.blue.html": "{{ offers[0].titel }}",
        "mine/body.bleu.html": "fine",
        "other/template.yml": "kind: banner\n", "other/body.html": "", "other/body.free.html": "{{ cart[0].nmae }}",
    })  # fmt: skip
    faults = found(library, {"colour": experiment()})
    assert {(file, line) for file, line, _ in faults} == {
        ("mine/body.bleu.html", 1), ("mine/body.blue.html", 1), ("mine/body.html", 1), ("other/body.free.html", 1),
    }  # fmt: skip
    assert faults[0][2] == "colour has no variant 'bleu'; variants there are: red, blue"


@pytest.mark.parametrize(
    ("kind", "named", "said"),
    [
        ("banner", "color", "experiment: there is no 'color'; experiments there are: site"),
        ("email", "site", "experiment: site assigns visitors, and an e-mail goes to customers"),
        ("banner", "site", None),
    ],
)
def test_an_experiment_that_does_not_fit_the_template_is_told(write, kind, named, said):
    library = write.files({
        "mine/template.yml": f"kind: {kind}\nexperiment: {named}\n",
        "mine/body.html": "x", "mine/body.txt": "x", "mine/subject.txt": "x",
    })  # fmt: skip
    faults = found(library, {"site": experiment(experiment_id="site", unit="visitor")})
    assert faults == ([("mine/template.yml", 1, said)] if said else [])


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ("kind: poster\n", "template.yml line 1: kind"),
        ("kind: banner\nblocks:\n  - {name: Offers}\n", "template.yml line 3: blocks.0.name"),
        (
            "kind: banner\nbolcks: []\n",
            "use one of: audience, blocks, browser, choices, description, experiment",
        ),
        ("kind: email\n", "the template one has no subject.txt"),
    ],
)
def test_a_template_yml_with_a_mistake_is_refused_by_file_line_and_key(write, settings, said):
    with pytest.raises(KindredError, match=said):
        write.files({"one/template.yml": settings, "one/body.html": "x"})


def test_a_template_has_no_name_that_the_read_api_answers_itself(write):
    with pytest.raises(KindredError, match="called segments, by which the read API answers something else"):
        write.files({"segments/template.yml": "kind: banner\n", "segments/body.html": ""})


def test_a_users_file_stands_over_the_one_that_is_brought(write, tmp_path):
    library = write.files({"blocks/offers.html": "mine"})
    assert library.sources["blocks/offers.html"] == "mine"
    assert (
        library.sources["blocks/cart.html"] == load_library(tmp_path / "nowhere").sources["blocks/cart.html"]
    )


def test_what_is_unknown_is_there_and_nobody_elses():
    one, other = complete({}), complete({"first_name": "Ann", "city": None})
    assert one.keys() == other.keys() == VARIABLES.keys()
    one["segments"].append("changed")
    assert other["segments"] == []
    with pytest.raises(ValueError, match="frist_name"):
        complete({"frist_name": "Ann"})
