"""Known export layouts, by the name that a contract gives under `format:`. One module a layout.

The rule of the room: a format never reads a file and never judges a value. Readers hand it the export's own columns
as texts, whatever the container; it says which canonical column each becomes, as SQL, and leaves typing, rejection and
counting to the loader. One row of the export is one row of what it returns, unless its docstring says otherwise.
What tells one layout from another stands here in no line: it stands in the layout's own module.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from dagster_project.lib.ingestion.arrival.landing import LandedFile
from dagster_project.lib.ingestion.contracts.contract import Contract
from dagster_project.lib.ingestion.contracts.feeds import Feed
from dagster_project.lib.ingestion.reading.formats.access_log import ACCESS_LOG
from dagster_project.lib.ingestion.reading.formats.adobe import ADOBE
from dagster_project.lib.ingestion.reading.formats.format import Format, FormatWithLookups
from dagster_project.lib.ingestion.reading.formats.ga4 import GA4
from dagster_project.lib.ingestion.reading.formats.klaviyo import KLAVIYO
from dagster_project.lib.ingestion.reading.formats.segment import SEGMENT
from dagster_project.lib.ingestion.reading.formats.shopify import SHOPIFY
from dagster_project.lib.ingestion.reading.formats.snowplow import SNOWPLOW
from dagster_project.lib.ingestion.reading.layouts import Layout
from dagster_project.lib.ingestion.reading.source import Source

FORMATS: dict[str, Format] = {
    "access_log": ACCESS_LOG,
    "adobe": ADOBE,
    "ga4": GA4,
    "klaviyo": KLAVIYO,
    "segment": SEGMENT,
    "shopify": SHOPIFY,
    "snowplow": SNOWPLOW,
}


def format_of(contract: Contract) -> Format | None:
    """The layout that the contract declares; none for canonical files."""
    return None if contract.format == "canonical" else FORMATS[contract.format]


def without_lookups(files: Sequence[LandedFile], contract: Contract) -> list[LandedFile]:
    """The files that have rows: a layout may be delivered with files that only explain the others."""
    known = format_of(contract)
    if not isinstance(known, FormatWithLookups):
        return list(files)
    return [file for file in files if not known.is_lookup(file.path.name)]


def own_columns(known: Format, layout: Layout, feed: Feed) -> list[str]:
    """The export's columns that become canonical ones: those of the format, and those that `rename:` names."""
    wanted = {name.lower() for name in feed.contract.rename}
    renamed = [name for name in layout.columns or tuple(feed.contract.rename) if name.lower() in wanted]
    return sorted({*known.uses(layout, feed), *renamed})


def translate(known: Format, own: Source, layout: Layout, files: Sequence[LandedFile], feed: Feed) -> Source:
    """The same rows with canonical columns. own: the export's columns as texts.

    A column that `rename:` names goes before what the format would have taken; a canonical column that neither
    gives is null.
    """
    source = known.translate(own, layout, files, feed)
    rename = {theirs.lower(): ours for theirs, ours in feed.contract.rename.items()}
    # A field of a column that the export lacks has no type of its own.
    texts = {
        column.name: f"({source.texts.get(column.name, 'null')})::varchar" for column in feed.contract.columns
    }
    for name, text in own.texts.items():
        if ours := rename.get(name.lower()):
            texts[ours] = f"coalesce(nullif(trim({text}), ''), {texts[ours]})"
    return replace(source, texts=texts)
