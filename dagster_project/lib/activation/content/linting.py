"""What is wrong with templates, before a night: every file read, every name looked up, every variant filled twice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any

from jinja2 import meta
from jinja2.exceptions import TemplateError

from dagster_project.lib.activation.content.faults import Fault, TemplateFaultError, fault_of
from dagster_project.lib.activation.content.formats import Locale
from dagster_project.lib.activation.content.library import Library
from dagster_project.lib.activation.content.rendering import Renderer
from dagster_project.lib.activation.content.sandbox import TemplateEnvironment
from dagster_project.lib.activation.content.variables import OFFER_KEYS, PRODUCT_KEYS, VARIABLES
from dagster_project.lib.activation.content.variants import find_strays, find_unfit
from dagster_project.lib.activation.experiments.declared import Experiments

_SHOP = {"name": "The shop", "url": "https://shop.example", "address": None}
_PRODUCT = dict.fromkeys(PRODUCT_KEYS) | {"product_id": "P-1", "name": "Tea", "price": 3.5}
_OFFER = dict.fromkeys(OFFER_KEYS) | {"offer": "welcome", "kind": "discount", "title": "10 % off"}
STRANGER: Mapping[str, Any] = {"shop": _SHOP}
"""Somebody of whom nothing is known."""
REGULAR: Mapping[str, Any] = {
    "shop": _SHOP, "first_name": "Ann", "email": "ann@shop.example", "order_count": 3, "total_revenue": 99.0,
    "days_since_order": 12, "lifecycle_state": "active", "segments": ["frequent_buyers"], "loyalty_tier": "gold",
    "recent_category": "Electronics", "top_category": "Electronics", "interests": {"Electronics": 1.0},
    "intent": "transactional", "recommendations": [_PRODUCT], "discoveries": [_PRODUCT], "reading": [_PRODUCT],
    "cart": [_PRODUCT], "viewed": [_PRODUCT], "offers": [_OFFER], "device": "mobile", "daypart": "evening",
    "weather": "rain", "temperature": 12.0, "today": "2026-06-30", "campaign": "lint", "step": 1,
    "unsubscribe_url": "https://shop.example/unsubscribe",
}  # fmt: skip
"""Somebody of whom most is known."""


def lint(library: Library, locale: Locale, experiments: Experiments) -> list[Fault]:
    """Every fault that reading and two renderings of each template and variant find, by file and line; each once."""
    environment = TemplateEnvironment(library.sources, locale)
    chosen = {name for settings in library.templates.values() for name in settings.choices}
    faults = [
        fault
        for path, source in sorted(library.sources.items())
        for fault in _faults_of(environment, path, source, known=VARIABLES.keys() | chosen)
    ]
    unreadable = {fault.file for fault in faults}
    renderer = Renderer(library, locale)
    for template, settings in sorted(library.templates.items()):
        faults += find_unfit(library, template, experiments)
        faults += find_strays(library, template, experiments)
        experiment = experiments.get(settings.experiment or "")
        variants = (*library.variants_of(template).values(), *(experiment.variants if experiment else ()))
        for known, variant in product((STRANGER, REGULAR), (None, *dict.fromkeys(variants))):
            try:
                renderer.render(template, {**known, "variant": variant})
            except TemplateFaultError as error:
                if error.fault.file not in unreadable:
                    faults.append(error.fault)
    return sorted(set(faults), key=lambda fault: (fault.file, fault.line, fault.reason))


def _faults_of(
    environment: TemplateEnvironment, path: str, source: str, *, known: set[str]
) -> Iterator[Fault]:
    """Faults that reading finds: of the language, of names, of files that are not there."""
    try:
        tree = environment.parse(source, path, path)
        environment.compile(tree, path, path)
    except TemplateError as error:
        yield fault_of(error, path, environment.sources)
        return
    for name in sorted(meta.find_undeclared_variables(tree) - known - environment.globals.keys()):
        yield Fault(path, _line_of(source, name), f"no template knows the name {name}")
    for other in meta.find_referenced_templates(tree):
        if other is not None and other not in environment.sources:
            yield Fault(path, _line_of(source, other), f"there is no file '{other}'")


def _line_of(source: str, word: str) -> int:
    return next((number for number, line in enumerate(source.splitlines(), 1) if word in line), 1)
