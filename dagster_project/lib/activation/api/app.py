"""The read API as an ASGI application. What its routes say belongs to `answers`, who may ask to `access`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from importlib.metadata import version
from pathlib import Path

from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware

from dagster_project.lib.activation.api.access import HEADER, Access, Guard, ThisMachine
from dagster_project.lib.activation.api.problems import Unbroken, answer_problems
from dagster_project.lib.activation.api.reference import write_reference
from dagster_project.lib.activation.api.routes import write_routes
from dagster_project.lib.activation.api.snapshots import Snapshots

_ABOUT = """
Segments, recommendations and content by customer or visitor, as the last published night has them. An id that nobody
knows is answered like somebody without a history. Every answer says which night it is of.
"""


def create_app(published: Path, config_dir: Path, access: Access) -> FastAPI:
    """The application over the folder `published`; it opens the snapshot when it starts, and every later one.

    config_dir: whose templates and content.yml are shown; they are read with each snapshot. Raises KindredError where
    nothing is published yet, and for a mistake in what is read of config_dir.
    """
    snapshots = Snapshots(published, config_dir)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await snapshots.open_current()
        following = asyncio.create_task(snapshots.follow())
        yield
        following.cancel()
        with suppress(asyncio.CancelledError):
            await following

    app = FastAPI(
        title="Kindred", summary="What the last night knows.", description=_ABOUT, version=version("kindred"),
        lifespan=lifespan, redirect_slashes=False, docs_url=None, redoc_url=None,
    )  # fmt: skip
    write_routes(app, snapshots, Guard(access))
    write_reference(app)
    answer_problems(app)
    app.add_middleware(Unbroken)
    if access.origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=access.origins, allow_methods=["GET"], allow_headers=[HEADER], max_age=3600,
        )  # fmt: skip
    if not access.keys and not access.browser_keys:
        app.add_middleware(ThisMachine)
    return app
