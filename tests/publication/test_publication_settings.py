"""How many snapshots stay is the user's to say, and said wrong it is told with file and line."""

from __future__ import annotations

import pytest

from dagster_project.lib.common.errors import KindredError
from dagster_project.lib.publication.publication_settings import FILE, load_publication_settings


def test_without_the_file_seven_stay_and_with_it_as_many_as_it_says(tmp_path):
    assert load_publication_settings(tmp_path).kept_snapshots == 7
    (tmp_path / FILE).write_text("kept_snapshots: 2\n")
    assert load_publication_settings(tmp_path).kept_snapshots == 2


@pytest.mark.parametrize("text", ["kept_snapshots: 0\n", "kept: 3\n"])
def test_what_it_cannot_say_is_told_with_file_and_line(tmp_path, text):
    (tmp_path / FILE).write_text(text)
    with pytest.raises(KindredError, match=r"publication\.yml.*line 1"):
        load_publication_settings(tmp_path)
