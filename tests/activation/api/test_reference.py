"""The page /docs shows every address, is made of nothing from elsewhere, and asks what is put into its fields."""

from __future__ import annotations

import re


def test_every_address_and_parameter_stands_on_the_page(api):
    page = api.get("/docs").text
    for path, methods in api.get("/openapi.json").json()["paths"].items():
        assert f'<form data-path="{path}">' in page
        for parameter in methods["get"].get("parameters", []):
            assert f'<input name="{parameter["name"]}" data-in="{parameter["in"]}"' in page


def test_nothing_comes_from_elsewhere(api):
    answer = api.get("/docs")
    assert not re.search(r"https?:|//[a-z]|\bsrc=|@import", answer.text.replace("</", ""))
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'; ")
    assert api.get("/redoc").status_code == 404
