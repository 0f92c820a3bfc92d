"""Templates written for one test."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dagster_project.lib.activation.content.formats import Locale
from dagster_project.lib.activation.content.library import Library, load_library
from dagster_project.lib.activation.content.rendering import Rendered, Renderer

POUNDS = Locale("en_GB", "GBP")
SHOP = {"name": "Tea & Co", "url": "https://shop.example/", "address": None}


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Library]:
    """Write files below config/templates, given by path, and return the library of them and of Kindred's own."""

    def written(**files: str) -> Library:
        return load_files(
            {name.replace("__", "/").replace("_DOT_", "."): text for name, text in files.items()}
        )

    def load_files(files: dict[str, str]) -> Library:
        for name, text in files.items():
            path = tmp_path / "templates" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return load_library(tmp_path)

    written.files = load_files  # type: ignore[attr-defined]
    return written


@pytest.fixture
def page(write: Any) -> Callable[..., Rendered]:
    """Render a page whose body is this text, with what is known of a customer."""

    def rendered(body: str, settings: str = "kind: homepage\n", **known: Any) -> Rendered:
        library = write.files({"mine/template.yml": settings, "mine/body.html": body})
        return Renderer(library, POUNDS).render("mine", {"shop": SHOP, **known})

    return rendered
