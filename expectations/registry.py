"""Which tables have a suite, and where: a file has its table's name, the dot turned into an underscore.

Belongs here: the mapping between tables and suite files. Does not belong here: expectations, and any import
of Great Expectations at module level, so that asking for the list of tables stays cheap.
"""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import great_expectations as gx

LAYERS = ("raw", "marts", "activation", "experiments")


def tables(layer: str) -> list[str]:
    """Tables of one layer ('raw', 'marts', 'activation', 'experiments') that have a suite, as `schema.table`, sorted.

    >>> "raw.crm_customers" in tables("raw")
    True
    """
    if layer not in LAYERS:
        raise ValueError(f"layer is one of {', '.join(LAYERS)}, not {layer!r}")
    prefix = f"{layer}_"
    files = Path(__file__).parent.glob(f"{prefix}*.py")
    return sorted(f"{layer}.{file.stem.removeprefix(prefix)}" for file in files)


def load_suite(table: str) -> gx.ExpectationSuite:
    """The suite of `table` (`schema.table`). Raises KeyError where the table has none."""
    layer = table.split(".", 1)[0]
    if layer not in LAYERS or table not in tables(layer):
        raise KeyError(f"{table} has no suite in expectations/")
    return importlib.import_module(f"expectations.{table.replace('.', '_')}").suite()
