"""Fills templates while others ask: slow ones in a thread, quick ones at once, since they cost less than a thread."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from anyio import CapacityLimiter
from anyio.to_thread import run_sync

from dagster_project.lib.activation.content.faults import Fault
from dagster_project.lib.activation.content.library import Library
from dagster_project.lib.activation.content.rendering import Rendered, Renderer
from dagster_project.lib.common.progress import say

_QUICK_SECONDS, _SLOW_SECONDS = 0.005, 0.02
"""Of the processor. Whoever asks while a quick one is filled waits no longer than for a few other answers."""
_OFTEN = 5
"""So many quick ones in a row before a template is filled at once: most are quick for some customers."""
_NEVER = -1
_AT_ONCE = 4


class Filler:
    """Remembers of each template and variant how many times in a row it was quick, and whether it ever was slow.

    The first time does not count, nor do those that began before its end: they compile the template.
    """

    def __init__(self, renderer: Renderer, library: Library) -> None:
        self._renderer, self._library = renderer, library
        self._quick: dict[tuple[str | None, ...], int] = {}
        self._threads = CapacityLimiter(_AT_ONCE)
        self._told: set[Fault] = set()

    async def fill(self, template: str, known: Mapping[str, Any]) -> Rendered:
        """Render as `Renderer.render` does, with its errors."""
        files = self._files_of(template, known.get("variant"))
        if self._quick.get(files, 0) >= _OFTEN:
            return self._render(files, template, known)
        return await run_sync(self._render, files, template, known, limiter=self._threads)

    def tell(self, fault: Fault) -> None:
        """Log a fault, the first time: each request meets it again."""
        if fault not in self._told:
            self._told.add(fault)
            say("api", str(fault))

    def _files_of(self, template: str, variant: str | None) -> tuple[str | None, ...]:
        """What is filled. Variants that there are not are one: requests may name any number of them."""
        return tuple(self._library.part_of(template, part, variant) for part in ("body.html", "body.txt"))

    def _render(self, files: tuple[str | None, ...], template: str, known: Mapping[str, Any]) -> Rendered:
        is_compiled, begin = files in self._quick, time.thread_time()
        try:
            return self._renderer.render(template, known)
        finally:
            self._quick.setdefault(files, 0)
            if is_compiled:
                self._note(files, time.thread_time() - begin)

    def _note(self, files: tuple[str | None, ...], seconds: float) -> None:
        if self._quick[files] == _NEVER or seconds >= _SLOW_SECONDS:
            self._quick[files] = _NEVER
        else:
            self._quick[files] = self._quick[files] + 1 if seconds < _QUICK_SECONDS else 0
