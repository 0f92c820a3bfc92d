"""Keep judged results as JSON, and make Great Expectations' data docs, a static site, of what was kept.

Belongs here: the files of results, building the site, making it readable without a network.
Does not belong here: judging tables. The results hold aggregates only (validate.py), so files and pages do
too.
"""

from __future__ import annotations

import html
import json
import re
import shutil
import tempfile
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from expectations.silence import quiet_log

if TYPE_CHECKING:
    from great_expectations.core import ExpectationSuiteValidationResult

SITE = "data_docs"
# The pages name style sheets, scripts and pictures on other hosts: opening one would tell those hosts of it, and
# without a network they lose their marks and the index all its rows. A small style and an index of our own instead.
FOREIGN = re.compile(
    r"<script\b[^>]*\bsrc=[\"']?https?://[^>]*>\s*</script>"
    r"|<link\b[^>]*\bhref=[\"']?https?://[^>]*>"
    r"|<img\b[^>]*\bsrc=[\"']?https?://[^>]*>",
    re.IGNORECASE | re.DOTALL,
)
STYLE = """<style>
body { font: 15px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 75rem; padding: 1rem; color: #222; }
table { border-collapse: collapse; width: 100%; margin: .5rem 0 1.5rem; }
td, th { border: 1px solid #ddd; padding: .35rem .6rem; text-align: left; vertical-align: top; }
footer, .modal, .d-none, button, .cooltip .top, input, label { display: none; }
.breadcrumb { display: flex; gap: 1rem; list-style: none; padding: 0; }
a[href*="expectations/"] { color: inherit; pointer-events: none; text-decoration: none; }
.fa-check-circle::before { content: "passed"; color: #197a3e; }
.fa-times::before { content: "failed"; color: #b3261e; }
.fa-exclamation-triangle::before { content: "not evaluated"; color: #b3261e; }
</style>
"""
INDEX = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Data docs</title>{style}</head><body>
<h1>Data docs</h1>
<table><thead><tr><th>Table</th><th>Status</th><th>Errors</th><th>Warnings</th><th>Expectations</th>
<th>Checked at (UTC)</th><th>Run</th>
</tr></thead><tbody>
{rows}
</tbody></table></body></html>
"""
ROW = (
    '<tr><td><a href="{page}">{table}</a></td><td>{status}</td><td>{errors}</td><td>{warnings}</td>'
    "<td>{evaluated}</td><td>{checked_at}</td><td>{run_id}</td></tr>"
)


def keep_results(
    judged: Iterable[ExpectationSuiteValidationResult], folder: Path, *, run_id: str, checked_at: datetime
) -> None:
    """Write one `<schema>.<table>.json` a result to `folder`; a later result of the table takes its place."""
    folder.mkdir(parents=True, exist_ok=True)
    for result in judged:
        content = {"run_id": run_id, "checked_at": checked_at.isoformat(), "result": result.to_json_dict()}
        (folder / f"{result.suite_name}.json").write_text(json.dumps(content, indent=1), encoding="utf-8")


def write_data_docs(results_folder: Path, folder: Path) -> Path:
    """Replace `folder` with a site of what `results_folder` keeps, a page a table; return its index page."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    kept = [json.loads(file.read_text(encoding="utf-8")) for file in sorted(results_folder.glob("*.json"))]
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}-") as building:
        site = Path(building) / "site"
        _build(kept, site)
        for page in site.rglob("*.html"):
            page.write_text(_without_foreign_resources(page.read_text(encoding="utf-8")), encoding="utf-8")
        (site / "index.html").write_text(_index(kept, site), encoding="utf-8")
        shutil.rmtree(folder, ignore_errors=True)
        site.rename(folder)
    return folder / "index.html"


def _index(kept: Iterable[dict[str, Any]], site: Path) -> str:
    pages = {page.stem: page.relative_to(site).as_posix() for page in (site / "validations").rglob("*.html")}
    rows = []
    for entry in kept:
        result = entry["result"]
        failed = [each["expectation_config"]["severity"] for each in result["results"] if not each["success"]]
        errors = failed.count("critical")
        cells = {
            "page": pages[result["suite_name"]],
            "table": result["suite_name"],
            "status": "blocked" if errors else "passed",
            "errors": errors,
            "warnings": len(failed) - errors,
            "evaluated": len(result["results"]),
            "checked_at": entry["checked_at"],
            "run_id": entry["run_id"],
        }
        rows.append(ROW.format_map({name: html.escape(str(cell)) for name, cell in cells.items()}))
    return INDEX.format(style=STYLE, rows="\n".join(rows))


def _build(kept: Iterable[dict[str, Any]], site: Path) -> None:
    import great_expectations as gx
    from great_expectations.core.expectation_validation_result import expectationSuiteValidationResultSchema
    from great_expectations.core.run_identifier import RunIdentifier
    from great_expectations.data_context.types.resource_identifiers import (
        ExpectationSuiteIdentifier,
        ValidationResultIdentifier,
    )

    quiet_log()
    context = gx.get_context(mode="ephemeral")
    context.enable_analytics(False)
    context.add_data_docs_site(
        site_name=SITE,
        site_config={
            "class_name": "SiteBuilder",
            "site_index_builder": {"class_name": "DefaultSiteIndexBuilder"},
            "store_backend": {"class_name": "TupleFilesystemStoreBackend", "base_directory": str(site)},
        },
    )
    for entry in kept:
        result: Any = expectationSuiteValidationResultSchema.load(entry["result"])
        run = RunIdentifier(
            run_name=entry["run_id"], run_time=datetime.fromisoformat(entry["checked_at"]).replace(tzinfo=UTC)
        )
        result.meta["run_id"] = run
        identifier = ValidationResultIdentifier(
            expectation_suite_identifier=ExpectationSuiteIdentifier(name=result.suite_name),
            run_id=run,
            batch_identifier=result.suite_name,
        )
        context.validation_results_store.add(identifier, result)
    context.build_data_docs(site_names=[SITE])


def _without_foreign_resources(page: str) -> str:
    return FOREIGN.sub("", page).replace("</head>", f"{STYLE}</head>", 1)
