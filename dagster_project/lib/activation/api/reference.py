"""The page /docs: the OpenAPI document as HTML to read and try, with nothing from elsewhere.

FastAPI's own page loads its scripts from a public server, which shops without one cannot open.
"""

from __future__ import annotations

from functools import cache
from html import escape
from pathlib import Path
from string import Template
from typing import Any

from fastapi import FastAPI
from fastapi.responses import HTMLResponse

_PAGE = Template((Path(__file__).parent / "reference.html").read_text(encoding="utf-8"))
_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def write_reference(app: FastAPI) -> None:
    """Give an application the page /docs, of the addresses that it has by then."""

    @cache
    def page() -> str:
        return render_reference(app.openapi())

    @app.get("/docs", include_in_schema=False)
    async def docs() -> HTMLResponse:
        return HTMLResponse(page(), headers={"Content-Security-Policy": _POLICY})


def render_reference(document: dict[str, Any]) -> str:
    """An OpenAPI document as one HTML page; of operations those that only read."""
    about = document["info"]
    return _PAGE.substitute(
        title=escape(about["title"]),
        about=escape(about.get("description", "").strip()),
        operations="".join(_operation(path, found["get"]) for path, found in document["paths"].items()),
    )


def _operation(path: str, operation: dict[str, Any]) -> str:
    fields = "".join(_field(parameter) for parameter in operation.get("parameters", []))
    responses = "".join(
        f"<li><code>{escape(status)}</code> {escape(response['description'])}</li>"
        for status, response in operation["responses"].items()
    )
    return f"""
<details>
  <summary><code>GET {escape(path)}</code> {escape(operation.get("description", ""))}</summary>
  <form data-path="{escape(path)}">{fields}<button>Ask</button></form>
  <ul>{responses}</ul>
  <pre hidden></pre>
</details>"""


def _field(parameter: dict[str, Any]) -> str:
    name, where, schema = parameter["name"], parameter["in"], parameter["schema"]
    choices = next((part["enum"] for part in [schema, *schema.get("anyOf", [])] if "enum" in part), [])
    hint = parameter.get("description") or ", ".join(map(str, choices))
    default = schema.get("default", "")
    required = " required" if parameter.get("required") else ""
    shown = f'name="{escape(name)}" data-in="{escape(where)}" placeholder="{escape(str(default))}"{required}'
    return f"<label>{escape(name)} <small>{escape(hint)}</small><input {shown}></label>"
