"""Folders that only their owner may look into: the warehouse and what lies beside it, backups.

What becomes of single files, such as the analysts' copy that everybody may read, is for who writes them.
"""

from __future__ import annotations

from pathlib import Path


def make_private(folder: Path) -> None:
    """Make the folder where there is none, and close it to all but its owner; OSError where that is another user."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if folder.stat().st_mode & 0o077:
        folder.chmod(0o700)
