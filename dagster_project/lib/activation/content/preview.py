"""One template for one customer, from the published night: what `kindred content preview` shows."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from dagster_project.lib.activation.content.blocks import unsubscribe_url
from dagster_project.lib.activation.content.customers import read_known, read_stranger, read_variants
from dagster_project.lib.activation.content.formats import Locale, read_currency
from dagster_project.lib.activation.content.known import ANONYMOUS
from dagster_project.lib.activation.content.library import load_library
from dagster_project.lib.activation.content.moment import Moment
from dagster_project.lib.activation.content.rendering import Rendered, Renderer
from dagster_project.lib.activation.content.shop import load_content_settings
from dagster_project.lib.activation.published import read_manifest
from dagster_project.lib.common.errors import KindredError


def preview(current: Path, config_dir: Path, customer: str, template: str, moment: Moment) -> Rendered:
    """Render a template of the config folder with what the snapshot `current` knows of a customer.

    Where the moment names no variant, it is the one that the customer is shown.
    KindredError where nothing is published, or nobody or no template has that name, or the template has a fault.
    """
    library = load_library(config_dir)
    if template not in library.templates:
        raise KindredError(
            f"there is no template {template!r}", f"name one of {', '.join(sorted(library.templates))}"
        )
    today = datetime.fromisoformat(read_manifest(current)["as_of"]).date()
    settings = load_content_settings(config_dir)
    with duckdb.connect(str(current / "kindred.duckdb"), read_only=True) as connection:
        known = dict(read_known(connection, [customer], today))
        stranger = read_stranger(connection, today)
        variants = read_variants(connection, [customer])[customer]
        locale = Locale(settings.language, read_currency(connection))
    if customer not in known and customer != ANONYMOUS:
        raise KindredError(
            f"no customer is called {customer}", f"name a customer_id of marts.dim_customers, or {ANONYMOUS}"
        )
    values: dict[str, Any] = (
        # whoever has no list of their own sees what everybody likes, as a page of the API shows it
        stranger
        | known.get(customer, {})
        | {
            "shop": settings.shop.model_dump(),
            "variant": variants.get(library.templates[template].experiment or ""),
        }
        | moment.variables()
    )
    if library.templates[template].kind == "email":
        values["unsubscribe_url"] = unsubscribe_url(settings.shop, customer)
    return Renderer(library, locale).render(template, values)
