"""Files out of tables: which landing table becomes which files, in which format, in which order of rows.

Every row is ordered by something unique and every file is written by one thread: the same bytes each time.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from duckdb import DuckDBPyConnection

OPTIONS = {
    "csv": "format csv, header",
    "csv.gz": "format csv, header, compression gzip",
    "csv.zst": "format csv, header, compression zstd",
    "tsv": "format csv, header, delimiter '\t'",
    "jsonl": "format json",
    "jsonl.gz": "format json, compression gzip",
    "parquet": "format parquet, compression zstd",
}


@dataclass(frozen=True)
class Export:
    """One table and its files: folder/<stem>_<label>.<extension>, or <stem>.<extension> where all rows have one label.

    `helpers` are columns of the generator's own that a shop would not export.
    """

    table: str
    folder: str
    stem: str
    extension: str
    order_by: str
    helpers: tuple[str, ...] = ()
    is_dated: bool = True


LANDING = [
    Export("crm_customers", "crm/customers", "customers", "csv", "updated_at, customer_id", ("n",)),
    Export("crm_preferences", "crm/preferences", "preferences", "tsv", "customer_id, preference", ("n",), False),
    Export("crm_interactions", "crm/interactions", "interactions", "jsonl", "occurred_at, interaction_id", ("n",)),
    Export("crm_surveys", "crm/surveys", "surveys", "csv", "answered_at, customer_id, question", ("n",), False),
    Export("pos_orders", "pos/orders", "orders", "csv.gz", "updated_at, order_id", ("n", "version")),
    Export("pos_order_lines", "pos/order_lines", "order_lines", "csv.gz", "sort_key, version, order_id, line_id",
           ("n", "k", "version", "sort_key")),
    Export("pos_sales", "pos/sales", "popup_sales", "csv", "ordered_at, order_id, line_id", ("n",)),
    Export("products_catalog", "products/catalog", "catalog", "csv", "product_id", (), False),
    Export("products_reviews", "products/reviews", "reviews", "jsonl.gz", "reviewed_at, product_id, n", ("n",), False),
    Export("clickstream_events", "clickstream/events", "events", "jsonl.gz", "occurred_at, event_id, delivery",
           ("n", "delivery")),
    Export("email_events", "email/events", "email_events", "csv.zst", "occurred_at, event_id", ("n",)),
    Export("enrichment_attributes", "enrichment/attributes", "panel", "parquet", "observed_at, attribute, n", ("n",),
        False),
    Export("context_observations", "context/observations", "observations", "csv",
           "observed_date, country, city, attribute", (), False),
    Export("context_exchange_rates", "context/exchange_rates", "exchange_rates", "csv", "rate_date, currency", (),
        False),
    Export("consents_decisions", "consents/decisions", "decisions", "csv.gz",
           "decided_at, customer_id, email, visitor_id, purpose, status", ("n",), False),
    Export("privacy_requests", "privacy/requests", "requests", "csv", "request_id", ("n",), False),
    Export("experiments_exposures", "experiments/exposures", "exposures", "csv.gz",
        "exposed_at, experiment_id, unit_id",
           (), False),
]  # fmt: skip

TRUTH = [
    ("persons", "csv", "person_id"),
    ("products", "csv", "product_id"),
    ("tastes", "parquet", "person_id, category"),
    ("records", "parquet", "source, source_table, record_kind, source_record_id"),
    ("experiments", "csv", "experiment_id, variant_id"),
    ("faults", "csv", "kind, feed, record_id, detail"),
]


def _copy(connection: DuckDBPyConnection, query: str, file: Path, extension: str) -> int:
    file.parent.mkdir(parents=True, exist_ok=True)
    target = str(file).replace("'", "''")
    row = connection.execute(f"copy ({query}) to '{target}' ({OPTIONS[extension]})").fetchone()
    return int(row[0]) if row else 0


def write_export(connection: DuckDBPyConnection, export: Export, landing: Path) -> dict[str, int]:
    """Write one landing table; rows by file name below `landing`."""
    labels = connection.execute(
        f"select distinct _file from landing.{export.table} order by _file"
    ).fetchall()
    dropped = ", ".join(("_file", *export.helpers))
    written: dict[str, int] = {}
    for (label,) in labels:
        name = f"{export.stem}_{label}" if export.is_dated else export.stem
        file = f"{export.folder}/{name}.{export.extension}"
        rows = f"from landing.{export.table} where _file = '{label}' order by {export.order_by}"
        written[file] = _copy(
            connection, f"select * exclude ({dropped}) {rows}", landing / file, export.extension
        )
    return written


def write_truth(connection: DuckDBPyConnection, truth: Path) -> dict[str, int]:
    """Write every truth table; rows by file name below `truth`."""
    return {
        f"{table}.{extension}": _copy(
            connection,
            f"select * from truth.{table} order by {order_by}",
            truth / f"{table}.{extension}",
            extension,
        )
        for table, extension, order_by in TRUTH
    }
