"""Templates are linted and looked at without a night."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner

from dagster_project.cli.main import kindred as command
from dagster_project.lib.common.errors import KindredError
from tests.conftest import BuiltNight


@pytest.fixture
def call(monkeypatch, tmp_path, sample_night: BuiltNight):
    """Call the command on the sample's night with a config folder of its own."""
    monkeypatch.setenv("DATA_DIR", str(sample_night.data_dir))
    monkeypatch.setenv("CONFIG_DIR", str(tmp_path))

    def called(*arguments: str) -> tuple[int, str]:
        result = CliRunner().invoke(command, ["content", *arguments], catch_exceptions=False)
        return result.exit_code, result.output

    return called


@pytest.fixture
def regular(sample_night: BuiltNight) -> tuple[str, str]:
    """A customer with a name and a cart, and what lies in the cart first."""
    with duckdb.connect(str(sample_night.snapshot / "kindred.duckdb"), read_only=True) as published:
        found = published.execute("""
            select v.customer_id, p.name from activation.content_variables as v
            join marts.dim_products as p on p.product_id = (v.cart_products ->> '$[0]')
            where v.first_name is not null and v.is_personalizable order by 1 limit 1
        """).fetchone()  # fmt: skip
    assert found is not None
    return found


def _write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = folder / "templates" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def test_faults_are_told_by_file_and_line_with_exit_code_1(call, tmp_path):
    assert call("lint") == (0, "8 templates, no faults\n")
    _write(tmp_path, {"mine/template.yml": "kind: banner\n", "mine/body.html": "\n{{ nobody }}"})
    assert call("lint") == (1, "templates/mine/body.html line 2: no template knows the name nobody\n")
    code, output = call("lint", "--json")
    assert code == 1
    assert [(fault["file"], fault["line"]) for fault in json.loads(output)] == [("mine/body.html", 2)]


def test_a_template_is_filled_for_any_customer_as_the_folder_has_it_now(call, regular, tmp_path):
    customer, product = regular
    code, output = call("preview", customer, "abandoned_cart", "--json")
    shown = json.loads(output)
    assert code == 0
    assert product in shown["subject"] and product in shown["text"]
    assert f"/unsubscribe?customer={customer}" in shown["html"]
    _write(tmp_path, {"abandoned_cart/body.txt": "{{ device }} {{ daypart }} {{ variant }}"})
    moment = ("--device", "tablet", "--hour", "18", "--variant", "b")
    assert call("preview", customer, "abandoned_cart", "--text", *moment) == (0, "tablet evening b\n")


def test_a_page_is_written_into_a_file_and_somebody_unknown_gets_one_too(call, tmp_path):
    code, output = call("preview", "anonymous", "homepage", "--out", str(tmp_path / "page.html"))
    assert (code, output) == (0, f"homepage: {tmp_path / 'page.html'}\n")
    page = (tmp_path / "page.html").read_text()
    assert "<h1>Welcome</h1>" in page and "What others like" in page


@pytest.mark.parametrize(
    ("customer", "template", "said"),
    [
        ("nobody", "homepage", "no customer is called nobody"),
        ("anonymous", "hompage", "name one of abandoned_cart, "),
    ],
)
def test_a_name_that_is_none_is_told_with_what_to_name(call, customer, template, said):
    with pytest.raises(KindredError, match=said):
        call("preview", customer, template)


def test_a_preview_needs_a_published_night(call, monkeypatch, tmp_path):
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    with pytest.raises(KindredError, match="nothing is published yet"):
        call("preview", "anonymous", "homepage")
