"""What a published snapshot says of itself."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from dagster_project.lib.common.errors import KindredError


def read_manifest(snapshot: Path) -> dict[str, Any]:
    """manifest.json of a snapshot's folder, such as `published/current`. KindredError where nothing is published."""
    path = snapshot / "manifest.json"
    if not path.exists():
        raise KindredError("nothing is published yet", "run `make nightly` first")
    return json.loads(path.read_text())
