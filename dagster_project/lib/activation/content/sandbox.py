"""The Jinja environment of users' templates: sandboxed, escaping what lands in HTML, strict about names, bounded.

Templates are written by people of the shop, so this guards against mistakes and against values of customers that look
like code. It is no wall against an author who means harm to the machine.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from jinja2 import FunctionLoader, StrictUndefined
from jinja2.exceptions import SecurityError, TemplateSyntaxError
from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream
from jinja2.sandbox import ImmutableSandboxedEnvironment, safe_range

from dagster_project.lib.activation.content.budget import count_characters, count_step
from dagster_project.lib.activation.content.formats import Locale
from dagster_project.lib.activation.content.links import image, link

_FILTERS = (
    "abs", "capitalize", "count", "d", "default", "dictsort", "e", "escape", "first", "float", "groupby", "int",
    "join", "last", "length", "list", "lower", "map", "max", "min", "reject", "rejectattr", "replace", "reverse",
    "round", "select", "selectattr", "sort", "string", "striptags", "sum", "title", "trim", "truncate",
    "unique", "upper", "urlencode", "wordcount",
)  # fmt: skip
"""Jinja's own that stay: not `safe`, which would let a customer's name be HTML, and not `random`, which no second night
could repeat."""
_GROWING = frozenset({"+", "*", "**", "%"})
"""Operators by which a short template makes a long value."""
_STEP = "_step"


class _Guarding(Extension):
    """Makes every round of a loop a call, since every call counts, and lets nobody switch escaping off."""

    def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
        is_loop = False
        before = ""
        for token in stream:
            yield token
            if before == "block_begin":
                is_loop = token.value == "for"
                if token.value == "autoescape":
                    raise TemplateSyntaxError(
                        "escaping cannot be switched off", token.lineno, stream.name, stream.filename
                    )
            if token.type == "block_end" and is_loop:
                is_loop = False
                for kind, value in (
                    ("block_begin", "{%"), ("name", "set"), ("name", _STEP + "_taken"), ("assign", "="),
                    ("name", _STEP), ("lparen", "("), ("rparen", ")"), ("block_end", "%}"),
                ):  # fmt: skip
                    yield Token(token.lineno, kind, value)
            before = token.type


class TemplateEnvironment(ImmutableSandboxedEnvironment):
    """Where templates of one library render."""

    intercepted_binops = _GROWING

    def __init__(self, sources: Mapping[str, str], locale: Locale) -> None:
        """sources: text of every file by its path, such as blocks/offers.html."""
        self.sources = sources
        super().__init__(
            loader=FunctionLoader(lambda path: (sources[path], path, None) if path in sources else None),
            autoescape=is_html,
            undefined=StrictUndefined,
            extensions=[_Guarding],
            trim_blocks=True,
            lstrip_blocks=True,
            cache_size=-1,
            auto_reload=False,
        )
        self.filters = (
            {name: self.filters[name] for name in _FILTERS}
            | locale.filters()
            | {"image": image, "link": link}
        )
        self.globals = {"range": safe_range, _STEP: lambda: None}

    def call(self, context: Any, value: Any, *arguments: Any, **named: Any) -> Any:
        """Count the call, and refuse one that hands on more than a message may hold."""
        count_step()
        for argument in arguments:
            if isinstance(argument, str):
                count_characters(len(argument))
        return super().call(context, value, *arguments, **named)

    def join_path(self, template: str, parent: str) -> str:
        """The path of a file that another one reads, which must be of its kind: each is escaped in its own way."""
        if is_html(template) != is_html(parent):
            raise SecurityError("a .html reads a .txt or the other way, and each is escaped in its own way")
        return template

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """Compute a sum, product or power, unless it would grow beyond what a message may hold."""
        if operator == "**":
            raise SecurityError("powers are not for templates")
        if operator in "*%" and not (isinstance(left, int | float) and isinstance(right, int | float)):
            raise SecurityError(f"only numbers stand beside a {operator} in a template")
        result = super().call_binop(context, operator, left, right)
        if isinstance(result, str | list | tuple):
            count_characters(len(result))
        return result


def is_html(path: str | None) -> bool:
    """Whether what a file makes is HTML. Expressions have no file, and their values are escaped where they land."""
    return path is not None and path.endswith(".html")
