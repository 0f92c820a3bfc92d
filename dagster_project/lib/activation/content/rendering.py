"""Filling a template for one customer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from unicodedata import category

from markupsafe import Markup

from dagster_project.lib.activation.content.budget import bounded, count_characters
from dagster_project.lib.activation.content.faults import Fault, TemplateFaultError, fault_of
from dagster_project.lib.activation.content.formats import Locale
from dagster_project.lib.activation.content.library import Library
from dagster_project.lib.activation.content.sandbox import TemplateEnvironment, is_html
from dagster_project.lib.activation.content.settings import Block, Choice
from dagster_project.lib.activation.content.variables import complete

_BREAKS = ("Cc", "Zl", "Zp")
"""Categories of characters that end a line or steer a terminal."""


@dataclass(frozen=True)
class Rendered:
    """What one customer is shown."""

    subject: str | None
    """Of an e-mail; one line."""
    html: str
    text: str | None
    """None where the template has no text."""


class Renderer:
    """Renders the templates of one library; its compiled files are kept from customer to customer."""

    def __init__(self, library: Library, locale: Locale) -> None:
        self._library = library
        self._environment = TemplateEnvironment(library.sources, locale)
        self._expressions: dict[str, Any] = {}

    def render(self, template: str, known: Mapping[str, Any]) -> Rendered:
        """Return the template filled with what is known of a customer, by names of `VARIABLES`.

        KeyError for a template that the library has not; TemplateFaultError names the file and line of what fails.
        """
        settings = self._library.templates[template]
        variables = complete(known)
        variables["factors"] = self._library.levels_of(template, variables["variant"])
        for name, choices in settings.choices.items():
            variables[name] = self._choose(template, name, choices, variables)
        subject = self._part(template, "subject.txt", variables)
        html = self._body(template, "body.html", settings.blocks, variables)
        text = self._body(template, "body.txt", settings.blocks, variables)
        return Rendered(self._one_line(template, subject), html or "", text)

    def _body(self, template: str, part: str, blocks: list[Block], variables: dict[str, Any]) -> str | None:
        shown = [
            block
            for block in blocks
            if self._evaluate(template, f"{block.name}: when", block.when, variables)
        ]
        ranked = sorted(
            shown,
            key=lambda block: -self._number(template, f"{block.name}: priority", block.priority, variables),
        )
        suffix = part.rsplit(".", 1)[1]
        filled = {**variables, "blocks": []}
        for block in ranked:
            path = f"blocks/{block.name}.{suffix}"
            if path in self._library.sources or suffix == "html":
                text = self._file(path, variables)
                if text.strip():
                    filled["blocks"].append(Markup(text) if is_html(path) else text)  # noqa: S704 - escaped when rendered
        return self._part(template, part, filled)

    def _part(self, template: str, part: str, variables: dict[str, Any]) -> str | None:
        path = self._library.part_of(template, part, variables["variant"])
        return None if path is None else self._file(path, variables)

    def _file(self, path: str, variables: dict[str, Any]) -> str:
        try:
            with bounded():
                pieces, length = [], 0
                for piece in self._environment.get_template(path).generate(variables):
                    length += len(piece)
                    count_characters(length)
                    pieces.append(piece)
        except Exception as error:
            raise TemplateFaultError(fault_of(error, path, self._library.sources)) from None
        return "".join(pieces)

    def _choose(self, template: str, name: str, choices: list[Choice], variables: dict[str, Any]) -> Any:
        for choice in choices:
            if self._evaluate(template, f"{name}: when", choice.when, variables):
                return choice.value
        reason = f"{name}: no condition holds; let the last choice have none"
        raise TemplateFaultError(Fault(f"{template}/template.yml", 1, reason))

    def _number(self, template: str, key: str, expression: str, variables: dict[str, Any]) -> float:
        value = self._evaluate(template, key, expression, variables)
        if not isinstance(value, int | float):
            raise TemplateFaultError(Fault(f"{template}/template.yml", 1, f"{key}: it is no number"))
        return float(value)

    def _evaluate(self, template: str, key: str, expression: str, variables: dict[str, Any]) -> Any:
        try:
            if expression not in self._expressions:
                self._expressions[expression] = self._environment.compile_expression(expression, False)
            with bounded():
                value = self._expressions[expression](variables)
                # an undefined value complains once it is looked at
                return value if isinstance(value, int | float | str) else bool(value)
        except Exception as error:
            fault = fault_of(error, f"{template}/template.yml", {f"{template}/template.yml": expression})
            raise TemplateFaultError(Fault(f"{template}/template.yml", 1, f"{key}: {fault.reason}")) from None

    def _one_line(self, template: str, subject: str | None) -> str | None:
        """A line break in a subject would begin another header of the message."""
        if subject is None:
            return None
        subject = subject.strip()
        if not subject or any(category(character) in _BREAKS for character in subject):
            reason = "a subject is one line of text; a value with a line break in it sends nothing"
            raise TemplateFaultError(Fault(f"{template}/subject.txt", 1, reason))
        return subject
