"""What is answered when something is wrong, as application/problem+json (RFC 9457); what is logged holds no values."""

from __future__ import annotations

import traceback
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dagster_project.lib.activation.api.snapshots import WithdrawnError
from dagster_project.lib.common.progress import say

_MEDIA_TYPE = "application/problem+json"
_SCHEMA = {
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "What to do about it."},
    },
}


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """What FastAPI's `responses` takes: these statuses, each answered with a problem."""
    return {
        status: {"description": HTTPStatus(status).phrase, "content": {_MEDIA_TYPE: {"schema": _SCHEMA}}}
        for status in statuses
    }


def problem(status: int, detail: str, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """One problem. detail: a sentence for whoever asked."""
    body = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail}
    return JSONResponse(body, status, headers, _MEDIA_TYPE)


def answer_problems(app: FastAPI) -> None:
    """Let an application answer what it refuses with problems."""

    async def refused(_: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, HTTPException)
        return problem(error.status_code, error.detail, error.headers)

    async def invalid(_: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, RequestValidationError)
        faults = (f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors())
        return problem(422, "; ".join(faults))

    async def withdrawn(_: Request, __: Exception) -> JSONResponse:
        return problem(503, "the night was written anew and cannot be read", {"Retry-After": "60"})

    app.add_exception_handler(HTTPException, refused)
    app.add_exception_handler(WithdrawnError, withdrawn)
    app.add_exception_handler(RequestValidationError, invalid)


class Unbroken:
    """Answers an error nobody foresaw with status 500, and logs its kind and place: its message may name a customer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on, as ASGI has it."""
        has_begun = False

        async def noting(message: Message) -> None:
            nonlocal has_begun
            has_begun = True
            await send(message)

        try:
            await self._app(scope, receive, noting)
        except Exception as error:
            if scope["type"] != "http" or has_begun:
                raise
            frame = traceback.extract_tb(error.__traceback__)[-1]
            say("api", f"{type(error).__name__} in {frame.filename} line {frame.lineno}")
            await problem(500, "the log says more")(scope, receive, send)
