"""Audience lists: the members of segments, in the file layouts of advertising, testing and mail tools."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import duckdb
from pydantic import Field

from dagster_project.lib.activation.destinations.audience_layouts import LAYOUTS, Layout
from dagster_project.lib.activation.destinations.base import Named
from dagster_project.lib.activation.destinations.files import FileContent
from dagster_project.lib.common.countries import country_code
from dagster_project.lib.common.phones import e164
from dagster_project.lib.common.sql import literal_list, quote_identifier, quote_literal
from dagster_project.lib.common.text_functions import register

LayoutName = Literal[
    "google_customer_match", "meta_custom_audience", "adobe_target", "optimizely", "klaviyo", "mailchimp"
]


class AudienceDestination(Named):
    """Lists of customers for another tool."""

    kind: Literal["audience"] = Field(description="Lists of customers for another tool.")
    layout: LayoutName = Field(description="Whose file layout, normalization and hashes.")
    segments: list[str] = Field(
        default=[],
        description="Whose members are listed, by default all. Google, Meta and Optimizely get a file a segment.",
    )
    folder: str = Field(
        description="Where the files go: absolute, relative to the data folder, or an object store's address.",
        examples=["exports/google"],
    )
    storage: dict[str, str] = Field(
        default={}, description="Options of the object store, as of the kind `files`."
    )
    products: int = Field(
        default=5,
        ge=0,
        le=50,
        description="How many recommended products a row has, where the layout has them.",
    )


def audience_files(
    connection: duckdb.DuckDBPyConnection, destination: AudienceDestination
) -> list[FileContent]:
    """The files of a destination. connection: on which tables are what is sent of them.

    Only customers who have granted the layout's purpose are listed: who said no to a sale or sharing of their data has
    denied advertising. Who cannot be matched, for want of an address, is left out.
    """
    layout = LAYOUTS[destination.layout]
    register(connection, country_code, arguments=1)
    register(connection, e164, arguments=2)
    files = []
    for name, segments in _lists(connection, destination, layout):
        query = _query(layout, segments, destination.products)
        rows, checksum = connection.execute(
            f"select count(*), coalesce(sum(hash(t)), 0) from ({query}) as t"
        ).fetchone() or (0, 0)
        most = layout.most_rows or max(rows, 1)
        for number, begin in enumerate(range(0, max(rows, 1), most), 1):
            path = f"{name}-{number}.csv" if layout.most_rows else f"{name}.csv"
            part = f"{query} limit {most} offset {begin}" if layout.most_rows else query
            in_part = min(rows - begin, most)
            files.append(
                FileContent(
                    path, part, in_part, f"{checksum:x}", "csv", name, layout.has_header, layout.verbatim
                )
            )
    return files


def _lists(
    connection: duckdb.DuckDBPyConnection, destination: AudienceDestination, layout: Layout
) -> list[tuple[str, Sequence[str]]]:
    """Each file's name and the segments whose members it has."""
    segments = destination.segments or [
        name
        for (name,) in connection.execute("select segment from activation.segments order by 1").fetchall()
    ]
    if layout.one_file_a_segment:
        return [(segment, [segment]) for segment in segments]
    return [("customers", segments)]


def _query(layout: Layout, segments: Sequence[str], products: int) -> str:
    columns = ", ".join(f"{text} as {quote_identifier(name)}" for name, text in layout.columns.items())
    return f"""
        with consenting as (
            select customer_id from marts.customer_consents
            where purpose = {quote_literal(layout.purpose)} and status = 'granted'
        ),
        membership as (
            select customer_id, list(segment order by segment) as segments,
                max(segment) filter (where is_primary) as primary_segment
            from activation.segment_memberships where segment in (select unnest({literal_list(segments)}))
            group by customer_id
        ),
        visitors as (
            select customer_id, list(distinct source_record_id order by source_record_id) as visitors
            from marts.customer_identities where record_kind = 'visitor' group by customer_id
        ),
        lists as (
            select customer_id, list(product_id order by rank) as products
            from activation.customer_recommendations where list_name = 'for_you' and rank <= {products}
            group by customer_id
        ),
        members as (
            select customers.*, membership.segments, membership.primary_segment,
                coalesce(visitors.visitors, []) as visitors, lists.products, variables.top_category,
                country_code(customers.country) as country_code,
                e164(customers.phone, coalesce(country_code(customers.country), 'ZZ')) as phone_e164
            from marts.dim_customers as customers
            join consenting using (customer_id)
            join membership using (customer_id)
            left join visitors using (customer_id)
            left join lists using (customer_id)
            left join activation.content_variables as variables using (customer_id)
        )
        select {columns} from members where {layout.needs} order by customer_id
    """
