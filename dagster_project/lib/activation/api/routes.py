"""The addresses of the read API."""

from __future__ import annotations

from hashlib import blake2b
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, FastAPI, HTTPException, Path, Query, Request
from fastapi.responses import JSONResponse, Response

from dagster_project.lib.activation.api import answers, schemas
from dagster_project.lib.activation.api.access import Guard
from dagster_project.lib.activation.api.answers import Person, Strategy
from dagster_project.lib.activation.api.problems import documented
from dagster_project.lib.activation.api.snapshots import Snapshot, Snapshots
from dagster_project.lib.activation.content.faults import TemplateFaultError
from dagster_project.lib.activation.content.moment import Moment

_LONGEST = 200
"""Characters of what a request may name."""
Id = Annotated[str, Path(min_length=1, max_length=_LONGEST)]
TemplateName = Annotated[str, Path(max_length=_LONGEST)]
Words = Annotated[str | None, Query(max_length=_LONGEST)]
ListName = Annotated[Literal["for_you", "discover", "content"], Query(alias="list")]
Limit = Annotated[int, Query(ge=1, le=50)]
_ANSWERED = documented(400, 401, 403, 404, 422, 429, 500, 503) | {
    304: {"description": "What If-None-Match names is what there is."}
}


async def moment_of(
    device: Literal["desktop", "mobile", "tablet"] | None = None,
    hour: Annotated[int | None, Query(ge=0, le=23, description="Where the customer is.")] = None,
    variant: Words = None,
    country: Words = None,
    region: Words = None,
    city: Words = None,
) -> Moment:
    """What the query tells of the request's moment. Were it not async, FastAPI would have a thread do it."""
    return Moment(device, hour, variant, country, region, city)


At = Annotated[Moment, Depends(moment_of)]


def write_routes(app: FastAPI, snapshots: Snapshots, guard: Guard) -> None:
    """Give an application all addresses: as they are, and below /v1, where they stay as they are."""
    routers = [
        _routes_of_persons(snapshots, guard, "customers"),
        _routes_of_persons(snapshots, guard, "visitors"),
        _routes_of_products(snapshots, guard),
    ]
    for router in routers:
        app.include_router(router, responses=_ANSWERED)
        app.include_router(router, prefix="/v1", include_in_schema=False)

    @app.get("/health", response_model=schemas.Health, responses=documented(400, 500, 503), tags=["health"])
    @app.get("/v1/health", include_in_schema=False)
    async def health() -> Response:
        """Which night is answered from; needs no key."""
        store = snapshots.current.store
        return JSONResponse({"status": "ok", "run_id": store.run_id, "as_of": store.as_of})


def _routes_of_persons(
    snapshots: Snapshots, guard: Guard, kind: Literal["customers", "visitors"]
) -> APIRouter:
    router = APIRouter(prefix=f"/{kind}/{{id:path}}", tags=[kind])
    for_servers = [Depends(guard.let_servers)]
    # Customers' ids stand in exports and e-mails, so that a browser's key must not open what they lead to.
    of_content = guard.let_browsers if kind == "visitors" else guard.let_servers

    def find(request: Request, snapshot: Snapshot, name: str) -> Person:
        store = snapshot.store
        if kind == "visitors":
            return Person(store.find_visitor(name), is_named=False, is_public=request.state.is_browser)
        return Person(store.find_customer(name), is_named=True)

    # first, since an id may hold slashes: another route would take `x/content` for one
    @router.get(
        "/content/{template}",
        response_model=schemas.Content,
        dependencies=[Depends(of_content)],
    )
    async def content(request: Request, id: Id, template: TemplateName, moment: At) -> Response:
        """A page, a part of one or a banner, filled for them at this hour, on this device, in this place."""
        snapshot = snapshots.current
        settings = snapshot.library.templates.get(template)
        if settings is None or settings.kind == "email":
            raise HTTPException(404, "no page or banner has that name")
        person = find(request, snapshot, id)
        if person.is_public and not settings.browser:
            raise HTTPException(
                403, f"{template} is not for browsers: its template.yml lacks `browser: true`"
            )
        known = answers.variables_of(
            snapshot, person, moment, settings.experiment, is_nameless=person.is_public
        )
        known["shop"] = snapshot.shop.model_dump()
        try:
            shown = await snapshot.filler.fill(template, known)
        except TemplateFaultError as error:
            snapshot.filler.tell(error.fault)
            raise HTTPException(500, f"the template cannot be filled: {error}") from None
        about = person.describe(snapshot.store, is_personal=person.personal is not None)
        told = {"template": template, "variant": known["variant"], "html": shown.html, "text": shown.text}
        return _told(request, about | told)

    @router.get(
        "/recommendations", response_model=schemas.Recommendations, dependencies=[Depends(of_content)]
    )
    async def recommendations(
        request: Request, id: Id, list_name: ListName = "for_you", limit: Limit = 10
    ) -> Response:
        """Products for them, the best first; what everybody without a history gets where they have none."""
        snapshot = snapshots.current
        return _told(
            request, answers.recommendations(snapshot.store, find(request, snapshot, id), list_name, limit)
        )

    @router.get("/segments", response_model=schemas.Segments, dependencies=for_servers)
    async def segments(request: Request, id: Id) -> Response:
        """The segments they are in; `anonymous` for whom the night does not know."""
        snapshot = snapshots.current
        return _told(request, answers.segments(snapshot.store, find(request, snapshot, id)))

    @router.get("/profile", response_model=schemas.Profile, dependencies=for_servers)
    async def profile(request: Request, id: Id) -> Response:
        """All that is known of them."""
        snapshot = snapshots.current
        return _told(request, answers.profile(snapshot.store, find(request, snapshot, id)))

    return router


def _routes_of_products(snapshots: Snapshots, guard: Guard) -> APIRouter:
    router = APIRouter(
        prefix="/products/{id:path}", tags=["products"], dependencies=[Depends(guard.let_browsers)]
    )

    def add(strategy: Strategy, words: str) -> None:
        async def beside(request: Request, id: Id, limit: Limit = 10) -> Response:
            return _told(request, answers.products_beside(snapshots.current.store, id, strategy, limit))

        router.add_api_route(
            f"/{strategy}", beside, response_model=schemas.Beside, name=strategy, description=words
        )

    add("similar", "Products like it.")
    add("bought_together", "Products bought with it.")
    return router


def _told(request: Request, answer: answers.Answer) -> Response:
    """The answer, or that it is the one that whoever asks has already."""
    response = JSONResponse(answer, headers={"Cache-Control": "private, no-cache"})
    tag = f'"{blake2b(bytes(response.body), digest_size=12).hexdigest()}"'
    response.headers["ETag"] = tag
    if _names(request.headers.get("if-none-match", ""), tag):
        return Response(status_code=304, headers={"ETag": tag, "Cache-Control": "private, no-cache"})
    return response


def _names(header: str, tag: str) -> bool:
    """Whether If-None-Match names a tag: `*`, or several with commas between, which caches may have marked as weak."""
    named = [part.strip().removeprefix("W/") for part in header.split(",")]
    return tag in named or named == ["*"]
