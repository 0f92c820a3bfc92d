"""Finding the contract of each landing folder: the user's file over the canonical one.

What the keys mean is in contracts; nothing here looks at exports.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from dagster_project.lib.common.config_files import line_of, parse, read_yaml
from dagster_project.lib.common.errors import KindredError
from dagster_project.lib.common.fingerprints import hash_text
from dagster_project.lib.ingestion.contract_files.rules import find_mistakes, suggest
from dagster_project.lib.ingestion.contracts.contract import Column, Contract
from dagster_project.lib.ingestion.contracts.feeds import Feed
from dagster_project.lib.ingestion.reading.formats import format_of
from dagster_project.lib.ingestion.reading.json_lines import read_schema

CANONICAL = Path(__file__).parent / "canonical"


@cache
def canonical_contracts() -> dict[str, Contract]:
    """The contract of every canonical table, by its name such as pos/sales."""
    contracts = {}
    for path in sorted(CANONICAL.glob("*/*.yml")):
        contract = parse(Contract, *read_yaml(path), path)
        contracts[f"{path.parent.name}/{path.stem}"] = contract
    return contracts


def load_feeds(landing: Path, config_dir: Path) -> list[Feed]:
    """One feed for each landing folder and each contract of the user, in the order of their names.

    landing: `<landing>/<source>/<feed>/` are the folders. config_dir: `contracts/<source>/<feed>.yml` are the user's.
    Raises KindredError for a contract that is not valid and for a folder that has none.
    """
    return [load_feed(folder, path, config_dir) for folder, path in find_feeds(landing, config_dir).items()]


def find_feeds(landing: Path, config_dir: Path) -> dict[str, Path | None]:
    """`<source>/<feed>` of every folder and every contract, in the order of their names, with the user's contract."""
    folders = {f"{path.parent.name}/{path.name}" for path in landing.glob("*/*/") if _is_visible(path)}
    own = {
        f"{path.parent.name}/{path.stem}": path for path in sorted((config_dir / "contracts").glob("*/*.yml"))
    }
    return {folder: own.get(folder) for folder in sorted(folders | set(own))}


def _is_visible(folder: Path) -> bool:
    return not folder.name.startswith(".") and not folder.parent.name.startswith(".")


def load_feed(folder: str, path: Path | None, config_dir: Path = Path("config")) -> Feed:
    """The feed of a folder with the user's contract at `path`, or with none. KindredError where it is not valid.

    config_dir: where the user's contracts are, for the remedy where there is none.
    """
    source, name = folder.split("/")
    canonical = canonical_contracts()
    if path is None:
        if folder not in canonical:
            raise KindredError(
                f"landing/{folder} has no contract{suggest(folder, canonical)}", _where_to(folder, config_dir)
            )
        contract, schema = canonical[folder], None
    else:
        contract, schema = _merge(path, folder)
    texts = [contract.model_dump_json(), *([schema] if schema is not None else [])]
    return Feed(
        source=source, name=name, contract=contract, contract_hash=hash_text(*texts), json_schema=schema
    )


def _where_to(folder: str, config_dir: Path) -> str:
    """What to do about a folder without a contract: often there is one, where nobody looks for it."""
    place = config_dir / "contracts" / f"{folder}.yml"
    source, name = folder.lower().split("/")
    for path in sorted([*config_dir.rglob("*.yml"), *config_dir.rglob("*.yaml")]):
        parents = {parent.name.lower() for parent in path.relative_to(config_dir).parents}
        if path.stem.lower() == name and (parents <= {"", "contracts", source}):
            return f"move {path} to {place}"
        if path.stem.lower() == source and parents <= {"", "contracts"}:
            return f"move {path} to {place}"
    return f"write {place} with `table:` (`kindred contract infer FILE` drafts it from an export), or rename the folder"


def _merge(path: Path, folder: str) -> tuple[Contract, str | None]:
    """The user's contract with what it leaves out taken from its canonical table; the JSON Schema that it names."""
    content, node = read_yaml(path)
    own = parse(Contract, content, node, path)
    table = own.table or _default_table(own, folder)
    base = canonical_contracts().get(table)
    if base is None:
        raise KindredError(
            f"{path} line {line_of(node, ('table',))}: there is no canonical table {table!r}"
            + suggest(table, canonical_contracts()),
            f"name one of: {', '.join(canonical_contracts())}",
        )
    export = format_of(own)
    if export is not None and table not in export.tables:
        raise KindredError(
            f"{path} line {line_of(node, ('format',))}: {own.format} exports do not fill {table}",
            f"set `table:` to one of: {', '.join(sorted(export.tables))}",
        )
    columns = {column.name: column for column in base.columns}
    for column in own.columns:
        if column.name in columns:
            columns[column.name] = _over(columns[column.name], column)
    merged = own.model_copy(
        update={
            "table": table,
            "columns": list(columns.values()),
            "primary_key": own.primary_key or base.primary_key,
            "event_time": own.event_time or base.event_time,
        }
    )
    for mistake in find_mistakes(own, merged):
        raise KindredError(f"{path} line {line_of(node, mistake.place)}: {mistake.what}", mistake.remedy)
    if own.json_schema is None:
        return merged, None
    try:
        return merged, read_schema(path.parent / own.json_schema)
    except KindredError as error:
        line = line_of(node, ("json_schema",))
        raise KindredError(f"{path} line {line}: {error.message}", error.remedy) from None


def _default_table(own: Contract, folder: str) -> str:
    """The folder's own name where that is a canonical table; else what files of the declared format fill."""
    export = format_of(own)
    return folder if export is None or folder in canonical_contracts() else export.default_table


def _over(base: Column, own: Column) -> Column:
    """The canonical column with what the user wrote; what canonical requires stays required.

    The type stays canonical too: raw tables have one shape for all feeds that fill them.
    """
    said = own.model_dump(include=own.model_fields_set - {"type"})
    return base.model_copy(update={**said, "required": base.required or own.required})
