"""Shopify: customers, orders, order lines or products, whichever `table:` asks for.

Three writings of the same things: Fivetran's tables of the REST API, those of the GraphQL API, and the REST API's own
objects as JSON lines, where an order holds its lines. A feed of pos/order_lines over such orders has one row a line
item; an order without items has none. What the columns of each table become stands in shopify_tables.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from dagster_project.lib.ingestion.arrival.landing import LandedFile
from dagster_project.lib.ingestion.contracts.feeds import Feed
from dagster_project.lib.ingestion.reading.formats.format import names_in, require_one_of
from dagster_project.lib.ingestion.reading.formats.pieces import with_columns
from dagster_project.lib.ingestion.reading.formats.shopify_tables import NOT_TAKEN, TABLES
from dagster_project.lib.ingestion.reading.layouts import Layout
from dagster_project.lib.ingestion.reading.source import Source

ORDERS = "pos/orders"


@dataclass(frozen=True)
class _Shopify:
    tables: frozenset[str] = frozenset(TABLES)
    default_table: str = ORDERS
    containers: frozenset[str] = frozenset({"csv", "tsv", "jsonl", "parquet"})
    header: bool = True

    def check(self, layout: Layout, feed: Feed) -> None:
        require_one_of("shopify", TABLES[feed.table].needs, layout, feed)

    def uses(self, layout: Layout, feed: Feed) -> Collection[str]:
        return names_in(layout, (*TABLES[feed.table].uses, *NOT_TAKEN)).values()

    def translate(self, own: Source, layout: Layout, files: Sequence[LandedFile], feed: Feed) -> Source:
        table = TABLES[feed.table]
        texts = {name.lower(): text for name, text in own.texts.items()}
        source = {name: texts.get(name, "null::varchar") for name in table.uses}
        relation = own.relation
        for columns in table.prepare(source):
            relation = with_columns(relation, columns)
        return replace(own, relation=relation, texts=table.texts(source))


SHOPIFY = _Shopify()
