"""A template that cannot be rendered says so by its file and line, and says nothing of a customer."""

from __future__ import annotations

from typing import Any

import pytest

from dagster_project.lib.activation.content.faults import TemplateFaultError
from dagster_project.lib.activation.content.rendering import Renderer
from tests.activation.content.conftest import POUNDS, SHOP


def fault(page: Any, body: str, **known: Any) -> tuple[str, int, str]:
    with pytest.raises(TemplateFaultError) as caught:
        page(body, **known)
    found = caught.value.fault
    return found.file, found.line, found.reason


@pytest.mark.parametrize(
    ("body", "line", "reason"),
    [
        ("a\n{{ nobody }}", 2, "'nobody' is undefined"),
        ("{{ shop.owner }}", 1, "has no attribute 'owner'"),
        ("\n\n{{ first_name.__class__ }}", 3, "access to attribute '__class__'"),
        ("{{ ''.__class__.__mro__ }}", 1, "access to attribute '__class__'"),
        ("{{ segments.append('x') }}", 1, "access to attribute 'append'"),
        ("{{ 'x' * 9 }}", 1, "only numbers stand beside a *"),
        ("{{ '%9d' % 1 }}", 1, "only numbers stand beside a %"),
        ("{{ interests[first_name] }}", 1, "'dict object' has no attribute '…'"),
        ("{% include 'blocks/' ~ first_name ~ '.html' %}", 1, "there is no file '…'"),
        ("{% include 'layouts/products.txt' %}", 1, "each is escaped in its own way"),
        ("{% from 'layouts/products.txt' import products %}", 1, "each is escaped in its own way"),
        ("{{ 9 ** 9 }}", 1, "powers are not for templates"),
        ("{{ first_name | safe }}", 1, "No filter named 'safe'"),
        (
            "a\n{% autoescape false %}{{ first_name }}{% endautoescape %}",
            2,
            "escaping cannot be switched off",
        ),
        ("\n{% if %}", 2, "Expected an expression"),
        ("{% include 'blocks/none.html' %}", 1, "there is no file 'blocks/none.html'"),
        ("{{ first_name + 1 }}", 1, "TypeError in an expression"),
    ],
)
def test_a_fault_is_told_by_file_line_and_reason(page, body, line, reason):
    where, found_line, found = fault(page, body, first_name="Ann")
    assert (where, found_line) == ("mine/body.html", line)
    assert reason in found
    assert "Ann" not in found


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("\n{% for a in range(99999) %}{% endfor %}", "rounds of loops"),
        ("\n{% for a in range(999) %}{% for b in range(999) %}{% endfor %}{% endfor %}", "rounds of loops"),
        ("{% macro f() %}{{ f() }}{% endmacro %}\n{{ f() }}", "calls itself without end"),
        (
            "{% macro f(n) %}{% if n %}{{ f(n - 1) }}{{ f(n - 1) }}{% endif %}{% endmacro %}\n{{ f(40) }}",
            "rounds",
        ),
        ("\n{{ range(100000000) | list }}", "too large"),
    ],
)
def test_a_template_that_never_ends_is_stopped(page, body, reason):
    where, line, found = fault(page, body)
    assert where == "mine/body.html"
    assert line in (1, 2)
    assert reason in found


def test_a_text_that_grows_without_bounds_is_stopped(page):
    body = "{% for a in range(9000) %}{{ first_name }}{% endfor %}"
    assert "becomes longer than" in fault(page, body, first_name="x" * 999)[2]


def test_a_fault_in_a_block_names_the_blocks_file(write):
    library = write.files({
        "mine/template.yml": "kind: homepage\nblocks: [{name: broken}]\n",
        "mine/body.html": "{{ blocks }}",
        "blocks/broken.html": "fine\n{{ broken }}",
    })  # fmt: skip
    with pytest.raises(
        TemplateFaultError, match=r"templates/blocks/broken\.html line 2: 'broken' is undefined"
    ):
        Renderer(library, POUNDS).render("mine", {"shop": SHOP})


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ("choices: {a: [{when: 'false', value: x}]}", "a: no condition holds"),
        ("choices: {a: [{when: nobody, value: x}]}", "a: when: 'nobody' is undefined"),
        ("choices: {a: [{when: '(', value: x}]}", "a: when: unexpected"),
        ("blocks: [{name: offers, priority: first_name}]", "offers: priority: it is no number"),
    ],
)
def test_a_fault_of_the_settings_names_their_file_and_key(page, settings, reason):
    with pytest.raises(TemplateFaultError, match=r"templates/mine/template\.yml") as caught:
        page("x", f"kind: homepage\n{settings}\n", first_name="Ann")
    assert reason in caught.value.fault.reason
