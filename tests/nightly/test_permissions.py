"""Who may look at what a night leaves: everybody at the analysts' copy and the report, nobody else at anything."""

from __future__ import annotations

from pathlib import Path


def _is_open(path: Path, below: Path) -> bool:
    """Whether other users of the machine, who may enter `below`, can read the file."""
    folders = [folder for folder in path.parents if folder.is_relative_to(below) and folder != below]
    return bool(path.stat().st_mode & 0o004) and all(folder.stat().st_mode & 0o001 for folder in folders)


def test_others_read_the_analysts_copy_the_report_and_the_manifest_alone(sample_night):
    files = [
        path for name in ("warehouse", "published") for path in (sample_night.data_dir / name).rglob("*")
    ]
    assert len(files) > 200
    seen = {
        path.relative_to(sample_night.snapshot)
        for path in files
        if path.is_file() and not path.is_symlink() and _is_open(path.resolve(), sample_night.data_dir)
    }
    assert {path.parts[0] for path in seen} == {"analyst.duckdb", "manifest.json", "report"}


def test_the_warehouse_is_closed_and_its_databases_besides(sample_night):
    warehouse = sample_night.data_dir / "warehouse"
    assert warehouse.stat().st_mode & 0o777 == 0o700
    for path in [*warehouse.glob("*.duckdb"), *(warehouse / "models").iterdir(), warehouse / "privacy.key"]:
        assert path.stat().st_mode & 0o077 == 0, path.name
