"""The parsed dbt project: its manifest, made once for a given state of `dbt/` and read by everybody.

Parsing again costs seconds and a change of profile forces it; so one manifest serves every data folder.
"""

from __future__ import annotations

import gc
import json
import os
from collections.abc import Sequence
from functools import cache
from graphlib import TopologicalSorter
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from filelock import FileLock

from dagster_project.lib.common.errors import KindredError
from dagster_project.lib.common.fingerprints import hash_folders, hash_text

if TYPE_CHECKING:
    from dbt.cli.main import dbtRunnerResult
    from dbt.contracts.graph.manifest import Manifest

DBT_FOLDER = Path(__file__).resolve().parents[4] / "dbt"
TARGET = DBT_FOLDER / "target"
_STAMP = TARGET / "parsed_from.txt"
_PARTIAL = TARGET / "partial_parse.msgpack"
SUFFIXES = frozenset({".sql", ".yml", ".md", ".csv"})
SEGMENTS = DBT_FOLDER / "models" / "segments"
CLASS_NAMES = DBT_FOLDER / "personal_data.yml"
"""Which class of personal data a column is of by its name; dbt itself does not read it."""
_MOST_THREADS = 2
"""As profiles.yml has it for who calls dbt by hand."""
SOURCES = ("models", "macros", "tests", "seeds", "analyses", "snapshots")


def project_hash() -> str:
    """Names the content of the dbt project and the versions that read it."""
    own = hash_folders((DBT_FOLDER / name for name in SOURCES), SUFFIXES)
    top = [(DBT_FOLDER / name).read_text() for name in ("dbt_project.yml", "profiles.yml", CLASS_NAMES.name)]
    return hash_text(own, *top, version("dbt-core"), version("dbt-duckdb"))


def ensure_manifest() -> Path:
    """Parse the project where it changed since its last parse, and return the path of manifest.json.

    Raises KindredError where the project does not parse, with dbt's own message.
    """
    TARGET.mkdir(exist_ok=True)
    wanted = project_hash()
    with FileLock(TARGET / "parse.lock"):
        if not (_STAMP.exists() and _STAMP.read_text() == wanted):
            _STAMP.unlink(missing_ok=True)
            _parse()
            _STAMP.write_text(wanted)
    return TARGET / "manifest.json"


def segment_names() -> list[str]:
    """The models of the folder `segments`, sorted: one a file."""
    return sorted(path.stem for path in SEGMENTS.glob("*.sql"))


def name_segments() -> None:
    """Tell dbt which segments there are, before it parses or runs; its own language cannot list a folder."""
    os.environ["KINDRED_SEGMENTS"] = " ".join(segment_names())


def _parse() -> None:
    from dbt.cli.main import dbtRunner

    name_segments()
    result = dbtRunner().invoke(["parse", *_common_arguments(TARGET)])
    if not result.success and _PARTIAL.exists():
        # dbt fails on some changes that it takes up in part, such as of a unit test whose model became incremental.
        _PARTIAL.unlink()
        result = dbtRunner().invoke(["parse", *_common_arguments(TARGET)])
    if not result.success:
        raise KindredError(
            f"the dbt project does not parse: {result.exception}", "correct the file that it names"
        )


def _common_arguments(target: Path) -> list[str]:
    """What every call of dbt is given: where it reads and writes, and silence."""
    return [
        "--project-dir", str(DBT_FOLDER), "--profiles-dir", str(DBT_FOLDER), "--target-path", str(target),
        "--log-path", str(target),
        "--log-level", "none", "--log-level-file", "none", "--no-send-anonymous-usage-stats",
        "--no-version-check", "--no-use-colors",
    ]  # fmt: skip


def target_of(database: Path) -> Path:
    """Where dbt leaves what it writes about this warehouse."""
    return database.parent / "dbt"


def run_dbt(arguments: Sequence[str], database: Path, manifest: Manifest | None = None) -> dbtRunnerResult:
    """Run a dbt command on the warehouse in this process; with a manifest it parses nothing.

    database: the warehouse's file. The connection that dbt opens is given back in the end.
    """
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.adapters.factory import reset_adapters
    from dbt.cli.main import dbtRunner

    target = target_of(database)
    target.mkdir(exist_ok=True)
    os.environ["KINDRED_WAREHOUSE"] = str(database)
    name_segments()
    try:
        return dbtRunner(manifest=manifest).invoke(
            [*arguments, *_common_arguments(target), "--threads", str(_choose_threads())]
        )
    finally:
        reset_adapters()
        DuckDBConnectionManager.close_all_connections()


def _choose_threads() -> int:
    """More than one only where they need not share a core: most of dbt's work is Python, one thread of it at a time."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(_MOST_THREADS, cores)


def load_parsed() -> Manifest:
    """The parsed project in dbt's own form, to hand to a runner so that it parses nothing."""
    from dbt.contracts.graph.manifest import Manifest

    ensure_manifest()
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        manifest = Manifest.from_msgpack(_PARTIAL.read_bytes())
        # What models see as `graph`; dbt makes it when it parses and does not keep it.
        manifest.build_flat_graph()
        return manifest
    finally:
        if was_enabled:
            gc.enable()


@cache
def read_manifest() -> dict[str, Any]:
    """manifest.json as plain data."""
    return json.loads(ensure_manifest().read_text())


def read_models() -> dict[str, dict[str, Any]]:
    """The unique_id of every model -> what the manifest says of it."""
    nodes = read_manifest()["nodes"]
    return {key: node for key, node in nodes.items() if node["resource_type"] == "model"}


def models_in_order() -> list[str]:
    """The unique_id of every model, each after all that it reads."""
    models = {key: node["depends_on"]["nodes"] for key, node in read_models().items()}
    return [key for key in TopologicalSorter(models).static_order() if key in models]


def published_tables(schemas: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """`schema.table` -> the columns that name a row, for every table of these schemas; empty where it has no such.

    A model's are those of its test `unique_grain`, a table's that Python writes those of its `meta.key`.
    """
    manifest = read_manifest()
    grains = {
        node["attached_node"]: node["test_metadata"]["kwargs"]["columns"]
        for node in manifest["nodes"].values()
        if node["resource_type"] == "test" and (node.get("test_metadata") or {}).get("name") == "unique_grain"
    }
    keys = {}
    for unique_id, node in {**read_models(), **manifest["sources"]}.items():
        if node["schema"] in schemas:
            described = {**node["meta"], **node["config"].get("meta", {})}
            key = grains.get(unique_id) or described.get("key", ())
            keys[f"{node['schema']}.{node.get('alias') or node['identifier']}"] = (
                tuple(key) if all(map(str.isidentifier, key)) else ()
            )
    return keys
