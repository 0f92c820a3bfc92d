"""Templates of an experiment with factors: a part of its own for a combination, and the level of each factor in any."""

from __future__ import annotations

import pytest

from dagster_project.lib.activation.content.faults import TemplateFaultError
from dagster_project.lib.activation.content.linting import lint
from dagster_project.lib.activation.content.rendering import Renderer
from dagster_project.lib.activation.experiments.declared import load_experiments
from tests.activation.content.conftest import POUNDS, SHOP

MAIL = """\
experiment_id: mail
hypothesis: Words count more than pictures.
unit: customer
factors: {subject: {product: 1, person: 1}, image: {none: 1, large: 1}}
control: {subject: product, image: none}
metrics: [{name: buyers, kind: conversion, event_name: purchase}]
"""
BODY = "{{ factors.subject or 'nobody' }} sees {{ factors.image or 'nothing' }}"


@pytest.fixture
def library(write, tmp_path):
    """A page of the experiment, one of none, and a part that is one combination's own."""
    (tmp_path / "experiments").mkdir()
    (tmp_path / "experiments" / "mail.yml").write_text(MAIL)
    return write.files({
        "mine/template.yml": "kind: homepage\nexperiment: mail\n",
        "mine/body.html": BODY,
        "mine/body.person-large.html": "own {{ factors.image }}",
        "plain/template.yml": "kind: homepage\n",
        "plain/body.html": "{{ factors }}",
    })  # fmt: skip


@pytest.mark.parametrize(
    ("variant", "shown"),
    [
        ("product-large", "product sees large"),
        ("person-none", "person sees none"),
        ("person-large", "own large"),
        (None, "nobody sees nothing"),
        # as a request may name any
        ("person-huge", "nobody sees nothing"),
    ],
)
def test_one_part_serves_all_combinations_that_have_none_of_their_own(library, variant, shown):
    rendered = Renderer(library, POUNDS).render("mine", {"shop": SHOP, "variant": variant})
    assert rendered.html.strip() == shown


def test_a_template_without_the_experiment_knows_no_factor(library):
    rendered = Renderer(library, POUNDS).render("plain", {"shop": SHOP, "variant": "person-large"})
    assert rendered.html.strip() == "{}"


def test_a_factor_or_combination_that_there_is_not_is_told(write, library, tmp_path):
    assert lint(library, POUNDS, load_experiments(tmp_path)) == []
    wrong = write.files({"mine/body.html": "a\n{{ factors.colour }}", "mine/body.person-huge.html": "x"})
    faults = lint(wrong, POUNDS, load_experiments(tmp_path))
    assert [(fault.file, fault.line) for fault in faults] == [
        ("mine/body.html", 2), ("mine/body.person-huge.html", 1)
    ]  # fmt: skip
    assert "colour" in faults[0].reason
    assert (
        "mail has no variant 'person-huge'; variants there are: product-none, product-large"
        in faults[1].reason
    )
    with pytest.raises(TemplateFaultError, match="colour"):
        Renderer(wrong, POUNDS).render("mine", {"shop": SHOP, "variant": None})
