"""A file that a user wrote is read as its editor saved it, and its mistakes are told with their lines."""

from __future__ import annotations

import pytest

from dagster_project.lib.common.config_files import read_yaml
from dagster_project.lib.common.errors import KindredError


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_a_mark_that_an_editor_puts_in_front_is_no_part_of_the_first_key(tmp_path, encoding):
    path = tmp_path / "warehouse.yml"
    path.write_text("base_currency: EUR\n", encoding=encoding)
    content, _ = read_yaml(path)
    assert content == {"base_currency": "EUR"}


def test_an_empty_file_says_nothing(tmp_path):
    (tmp_path / "warehouse.yml").touch()
    assert read_yaml(tmp_path / "warehouse.yml") == ({}, None)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"a: 1\n b: 2\n", r"warehouse\.yml line 2 is not valid YAML"),
        (b"- a\n", r"warehouse\.yml line 1 must be a mapping"),
        ("Gr\u00fc\u00dfe: 1\n".encode("cp1252"), r"warehouse\.yml is not UTF-8"),
    ],
)
def test_what_cannot_be_read_is_told_with_file_and_line(tmp_path, content, told):
    (tmp_path / "warehouse.yml").write_bytes(content)
    with pytest.raises(KindredError, match=told):
        read_yaml(tmp_path / "warehouse.yml")
