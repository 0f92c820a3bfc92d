"""A template is filled at once where it is quick time after time, and in a thread ever after it was slow."""

from __future__ import annotations

import asyncio
import threading
import time

import pytest

from dagster_project.lib.activation.api import filling
from dagster_project.lib.activation.api.filling import Filler
from dagster_project.lib.activation.content.library import Library
from dagster_project.lib.activation.content.rendering import Rendered

LIBRARY = Library({}, {"page/body.html": "", "page/body.long.html": ""})


class FakeRenderer:
    def __init__(self):
        self.was_at_once = []

    def render(self, template, known):
        self.was_at_once.append(threading.current_thread() is threading.main_thread())
        known["all_began"].wait()
        begin = time.thread_time()
        while time.thread_time() - begin < known["seconds"]:
            pass
        return Rendered(None, "", None)


@pytest.fixture
def fill():
    renderer = FakeRenderer()
    filler = Filler(renderer, LIBRARY)

    async def fill_together(times, seconds):
        known = {"seconds": seconds, "all_began": threading.Barrier(times)}
        await asyncio.gather(*(filler.fill("page", known) for _ in range(times)))

    async def fill_each(times, seconds, variant):
        for _ in range(times):
            known = {"variant": variant, "seconds": seconds, "all_began": threading.Barrier(1)}
            await filler.fill("page", known)

    def filled(times, seconds=0.0, variant=None):
        renderer.was_at_once.clear()
        asyncio.run(fill_each(times, seconds, variant))
        return list(renderer.was_at_once)

    filled.filler = filler
    filled.together = lambda times, seconds: asyncio.run(fill_together(times, seconds))
    return filled


def test_a_template_is_filled_at_once_when_it_was_quick_several_times(fill):
    assert fill(1, 0.03) == [False]
    assert fill(7) == [False] * 5 + [True] * 2


def test_those_that_compile_it_together_do_not_count(fill):
    fill.together(3, filling._SLOW_SECONDS + 0.02)
    assert fill(6) == [False] * 5 + [True]


def test_a_template_that_was_slow_once_is_never_filled_at_once_again(fill):
    assert fill(7) == [False] * 6 + [True]
    assert fill(1, filling._SLOW_SECONDS + 0.01) == [True]
    assert fill(10) == [False] * 10


def test_one_that_is_neither_has_to_be_quick_several_times_anew(fill):
    fill(7)
    fill(1, filling._QUICK_SECONDS + 0.002)
    assert fill(6) == [False] * 5 + [True]


def test_a_variant_is_another_template_and_an_unknown_one_is_none(fill):
    fill(7)
    assert fill(1, variant="long") == [False]
    assert fill(1, variant="anything") == [True]
    for number in range(20):
        fill(1, variant=str(number))
    assert len(fill.filler._quick) == 2
