"""A file that met a full disk while it was read is no bad file: it stays new, and loads once there is room."""

from __future__ import annotations

import tempfile

import pytest
from full_disks import NoDiskError, small_disk

ROWS = "customer_id,first_name\n" + "".join(f"{number},Ann\n" for number in range(20_000))


@pytest.fixture
def full_temporary_folder(tmp_path, monkeypatch):
    """Where copies of files go that have to be rewritten; all but 64 KiB of it are taken."""
    try:
        with small_disk(tmp_path / "disk", 1) as disk:
            (disk / "ballast").write_bytes(bytes((1 << 20) - (64 << 10)))
            monkeypatch.setattr(tempfile, "tempdir", str(disk))
            yield disk
    except NoDiskError as error:
        pytest.skip(str(error))


def test_it_is_not_quarantined(shop, full_temporary_folder):
    shop.contract("crm/customers", "dialect: {encoding: utf-16}\n")
    shop.write("crm/customers/a.csv", ROWS.encode("utf-16"))
    with pytest.raises(OSError, match="No space left"):
        shop.ingest()
    assert shop.ledger() == {}
    (full_temporary_folder / "ballast").unlink()
    shop.ingest()
    assert shop.ledger() == {"crm/customers/a.csv": ("loaded", 20_000, 20_000, 0)}
