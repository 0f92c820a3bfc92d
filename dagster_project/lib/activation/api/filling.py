"""Fills templates while others ask: slow ones in a thread, quick ones at once, since they cost less than a thread."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from anyio import CapacityLimiter
from anyio.to_thread import run_sync

from dagster_project.lib.activation.content.faults import Fault
from dagster_project.lib.activation.content.rendering import Rendered, Renderer
from dagster_project.lib.common.progress import say

_QUICK_SECONDS = 0.005
"""Of the processor: whoever asks meanwhile waits no longer than for a few other answers."""
_AT_ONCE = 4


class Filler:
    """Remembers of each template whether it was quick the last time; the first time, when it is compiled, is slow."""

    def __init__(self, renderer: Renderer) -> None:
        self._renderer = renderer
        self._quick: set[str] = set()
        self._threads = CapacityLimiter(_AT_ONCE)
        self._told: set[Fault] = set()

    async def fill(self, template: str, known: Mapping[str, Any]) -> Rendered:
        """Render as `Renderer.render` does, with its errors."""
        if template in self._quick:
            return self._render(template, known)
        return await run_sync(self._render, template, known, limiter=self._threads)

    def tell(self, fault: Fault) -> None:
        """Log a fault, the first time: each request meets it again."""
        if fault not in self._told:
            self._told.add(fault)
            say("api", str(fault))

    def _render(self, template: str, known: Mapping[str, Any]) -> Rendered:
        begin = time.thread_time()
        try:
            return self._renderer.render(template, known)
        finally:
            if time.thread_time() - begin < _QUICK_SECONDS:
                self._quick.add(template)
            else:
                self._quick.discard(template)
