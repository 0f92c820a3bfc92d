"""Rendering the report in tests, and reading its pages as a browser would."""

from __future__ import annotations

from datetime import datetime
from html.parser import HTMLParser

import duckdb

from dagster_project.lib.publication.report import render_report

NIGHT = datetime(2026, 1, 31, 23, 59)
RUN = "run-2"
CANARIES = ("Zebedee", "Quux", "zebedee.quux@example.org", "+49 170 5550199", "19 Canary Lane")
VOID = {"meta", "link", "br", "hr", "img", "input", "wbr"}


def render(connection: duckdb.DuckDBPyConnection) -> str:
    """The first page of the night."""
    return render_all(connection)["index.html"]


def render_all(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Every page of the night, by file name."""
    return render_report(connection, run_id=RUN, as_of=NIGHT, computed_at=datetime(2026, 2, 1, 0, 7))


class Page(HTMLParser):
    """A page as its tables see it: caption -> rows of texts. Fails on tags that are not closed in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.links: list[str] = []
        self.ids: list[str] = []
        self.tags: set[str] = set()
        self.tables: dict[str, list[list[str]]] = {}
        self.text = ""
        self.feed(html)
        self.close()
        assert self.open == []
        self.text = " ".join(self.text.split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.links += [value or "" for name, value in attrs if name in ("src", "href")]
        self.ids += [value or "" for name, value in attrs if name == "id"]
        if tag not in VOID:
            self.open.append(tag)
        if tag == "caption":
            self.caption = ""
        elif tag == "tr":
            self.tables[self.caption].append([])
        elif tag in ("th", "td"):
            self.tables[self.caption][-1].append("")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag
        if tag == "caption":
            self.caption = self.caption.strip()
            self.tables[self.caption] = []

    def handle_data(self, data: str) -> None:
        if "style" in self.open:
            return
        self.text += " " + data
        if "caption" in self.open:
            self.caption += data
        elif {"th", "td"} & set(self.open):
            self.tables[self.caption][-1][-1] += data.strip()

    def row(self, caption: str, *start: str) -> list[str]:
        """The one row of a table that starts with these texts."""
        (found,) = (row for row in self.tables[caption] if row[: len(start)] == list(start))
        return found
