"""What single customers shall not get: `recommendation_exclusions.csv` of the config folder.

Here belong reading the file and finding whom and what its rows mean tonight. Messages name lines and never a customer,
whose id may be an address.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from dagster_project.lib.common.csv_files import open_csv
from dagster_project.lib.common.errors import KindredError
from dagster_project.lib.personalization.marts import AUDIENCE

if TYPE_CHECKING:
    import pandas as pd
    from duckdb import DuckDBPyConnection

FILE = "recommendation_exclusions.csv"
_NEEDED = ("customer",)
_OPTIONAL = ("product_id", "category", "reason", "until")
_LINES_NAMED = 5

# a customer is a published id, also one of old, or a record of a source as identity_decisions.csv writes it
_RESOLVE = f"""
with named as (
    select
        excluded.line,
        excluded.product_id,
        excluded.category,
        coalesce(customers.customer_id, aliases.current_customer_id, records.customer_id) as customer_id
    from excluded
    left join marts.dim_customers as customers on excluded.customer = customers.customer_id
    left join marts.customer_id_aliases as aliases on excluded.customer = aliases.customer_id
    left join marts.customer_identities as records
        on excluded.customer
        = records.source || '/' || records.source_table || '|' || records.record_kind || '|'
        || records.source_record_id
)

select named.line, named.product_id, named.category, named.customer_id, audience.position
from named
left join {AUDIENCE} as audience on named.customer_id = audience.customer_id
order by named.line
"""


@dataclass(frozen=True)
class Exclusion:
    """One row: no such product, or none of such a category, for one customer until the end of a day, or for good.

    customer: a customer_id, or feed|kind|id. until: None for good.
    """

    line: int
    """Of the file, counted from 1."""
    customer: str
    product_id: str | None
    category: str | None
    until: date | None


def load_recommendation_exclusions(config_dir: Path) -> list[Exclusion]:
    """Read `recommendation_exclusions.csv`; no file means no exclusions.

    KindredError names file, line, column and remedy.
    """
    path = config_dir / FILE
    if not path.exists():
        return []
    exclusions = []
    with open_csv(path, _NEEDED, _OPTIONAL) as reader:
        for row in reader:
            given = {name: text.strip() for name, text in row.items() if name and text and text.strip()}
            if given:
                exclusions.append(_exclusion(given, reader.line_num, f"{path} line {reader.line_num}"))
    return exclusions


def find_excluded(
    connection: DuckDBPyConnection, exclusions: Sequence[Exclusion], today: date
) -> tuple[pd.DataFrame, list[str]]:
    """Return what holds today for customers who get lists, and notes on rows that mean nobody.

    The frame has a row an exclusion: position (in the audience of marts.py), product_id and category, one of which may
    be null. Call it once the audience is there.
    """
    import pandas as pd

    valid = [row for row in exclusions if row.until is None or row.until >= today]
    columns = {
        "line": pd.Series([row.line for row in valid], dtype="int64"),
        "customer": pd.Series([row.customer for row in valid], dtype="str"),
        "product_id": pd.Series([row.product_id for row in valid], dtype="object"),
        "category": pd.Series([row.category for row in valid], dtype="object"),
    }
    if not valid:
        empty = pd.DataFrame({name: columns[name] for name in ("product_id", "category")})
        return empty.assign(position=pd.Series(dtype="int64")), []
    connection.register("excluded", pd.DataFrame(columns))
    found = connection.execute(_RESOLVE).df()
    connection.unregister("excluded")
    unknown = sorted({int(line) for line in found.loc[found["customer_id"].isna(), "line"]})
    notes = []
    if unknown:
        lines = ", ".join(map(str, unknown[:_LINES_NAMED])) + (" …" if len(unknown) > _LINES_NAMED else "")
        notes.append(f"{FILE}: {len(unknown)} rows name nobody whom a source knows: line {lines}")
    known = found.loc[found["position"].notna(), ["position", "product_id", "category"]]
    return known.astype({"position": "int64"}), notes


def _exclusion(row: dict[str, str], line: int, where: str) -> Exclusion:
    if "customer" not in row:
        raise KindredError(
            f"{where}, column customer: nobody is named",
            "write a customer_id, or feed|kind|id such as crm/customers|customer|4711",
        )
    if "product_id" not in row and "category" not in row:
        raise KindredError(
            f"{where}: nothing is excluded", "name a product in product_id or a category in category"
        )
    if "product_id" in row and "category" in row:
        raise KindredError(f"{where}: a product and a category in one row", "make two rows of it")
    try:
        until = date.fromisoformat(row["until"]) if "until" in row else None
    except ValueError:
        raise KindredError(f"{where}, column until: no ISO date", "write it as 2026-01-31") from None
    return Exclusion(line, row["customer"], row.get("product_id"), row.get("category"), until)
