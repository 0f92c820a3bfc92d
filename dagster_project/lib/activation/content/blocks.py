"""activation.content_blocks: every message and page that is due to somebody, rendered once a night."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import quote, urljoin

import duckdb
import pandas as pd

from dagster_project.lib.activation.content.customers import read_known, read_variants
from dagster_project.lib.activation.content.faults import Fault, TemplateFaultError
from dagster_project.lib.activation.content.formats import Locale, read_currency
from dagster_project.lib.activation.content.library import Library
from dagster_project.lib.activation.content.rendering import Renderer
from dagster_project.lib.activation.content.shop import ContentSettings, Shop
from dagster_project.lib.common.warehouse import read_as_of, transaction

BLOCKS, FAULTS = "activation.content_blocks", "quality.content_faults"
_AT_ONCE = 2_000
"""So many customers are read and rendered at once."""
_TRIES = 3
"""Customers for whom a template may take more than its budget before the others are spared it."""
_COLUMNS = {
    BLOCKS: """customer_id varchar, template varchar, variant_id varchar, campaign varchar, step integer,
        subject varchar, html varchar, text varchar, computed_at timestamp, run_id varchar""",
    FAULTS: """template varchar, file varchar, line integer, reason varchar, customers integer,
        computed_at timestamp, run_id varchar""",
}
_DUE = """
    select customer_id, template, campaign, step, offer from activation.campaign_queue where status = 'due'
"""
_SHOWN = """
    select distinct m.customer_id, ?, null, null, null
    from activation.segment_memberships as m where m.segment in (select unnest(?::varchar[]))
"""


@dataclass
class BlocksResult:
    """What a night's content came to. faults: with how many customers have nothing for it."""

    rendered: dict[str, int] = field(default_factory=dict)
    """Template -> customers."""
    faults: Counter[tuple[str, Fault]] = field(default_factory=Counter)

    def given_up(self, template: str) -> Fault | None:
        """The fault for which a template is tried no more tonight: it took too much for several customers."""
        for (name, fault), customers in self.faults.items():
            if name == template and fault.is_over_budget and customers >= _TRIES:
                return fault
        return None


def write_blocks(
    connection: duckdb.DuckDBPyConnection,
    library: Library,
    settings: ContentSettings,
    run: tuple[str, datetime],
) -> BlocksResult:
    """Render what campaigns and pages want tonight; a template that fails costs its own messages and no others.

    run: id and time (naive UTC) of the run, which every row says.
    """
    renderer = Renderer(library, Locale(settings.language, read_currency(connection)))
    wanted = sorted(_read_wanted(connection, library), key=lambda row: row[0])
    result, experiments = BlocksResult(), {name: one.experiment for name, one in library.templates.items()}
    with transaction(connection):
        for table, columns in _COLUMNS.items():
            connection.execute(f"create schema if not exists {table.split('.')[0]}")
            connection.execute(f"create or replace table {table} ({columns})")
        for begin in range(0, len(wanted), _AT_ONCE):
            rows = list(
                _render(
                    connection, renderer, settings.shop, experiments, wanted[begin : begin + _AT_ONCE], result
                )
            )
            _insert(connection, BLOCKS, rows, run)
        faults = [
            (template, fault.file, fault.line, fault.reason, customers)
            for (template, fault), customers in result.faults.items()
        ]
        _insert(connection, FAULTS, faults, run)
    return result


def unsubscribe_url(shop: Shop, customer: str) -> str:
    """Where this customer says no to more."""
    return urljoin(shop.url, shop.unsubscribe_url.replace("{customer_id}", quote(customer, safe="")))


def _read_wanted(connection: duckdb.DuckDBPyConnection, library: Library) -> list[tuple[Any, ...]]:
    wanted = connection.execute(_DUE).fetchall()
    for name, template in library.templates.items():
        if template.kind != "email" and template.audience:
            wanted += connection.execute(_SHOWN, [name, template.audience]).fetchall()
    return wanted


def _render(
    connection: duckdb.DuckDBPyConnection,
    renderer: Renderer,
    shop: Shop,
    experiments: Mapping[str, str | None],
    wanted: Sequence[tuple[Any, ...]],
    result: BlocksResult,
) -> Iterator[tuple[Any, ...]]:
    """experiments: of each template, the one whose variants it has."""
    customers = [row[0] for row in wanted]
    known = dict(read_known(connection, customers, read_as_of(connection).date()))
    variants = read_variants(connection, customers)
    for customer, template, campaign, step, offer in wanted:
        if (given_up := result.given_up(template)) is not None:
            result.faults[template, given_up] += 1
            continue
        variant = variants[customer].get(experiments[template] or "")
        values = known[customer] | {
            "shop": shop.model_dump(), "campaign": campaign, "step": step, "variant": variant
        }  # fmt: skip
        if campaign is not None:
            values["unsubscribe_url"] = unsubscribe_url(shop, customer)
            if offer is not None:
                values["offers"] = [own for own in values.get("offers", []) if own["offer"] == offer]
        try:
            shown = renderer.render(template, values)
        except TemplateFaultError as error:
            result.faults[template, error.fault] += 1
            continue
        result.rendered[template] = result.rendered.get(template, 0) + 1
        yield customer, template, variant, campaign, step, shown.subject, shown.html, shown.text


def _insert(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    rows: Sequence[tuple[Any, ...]],
    run: tuple[str, datetime],
) -> None:
    if rows:
        frame = pd.DataFrame(rows, dtype=object)
        connection.register("rendered_rows", frame)
        run_id, computed_at = run
        connection.execute(f"insert into {table} select *, ?, ? from rendered_rows", [computed_at, run_id])
        connection.unregister("rendered_rows")
