"""The composition root: what is made once, and which routes there are."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI
from starlette.responses import Response
from starlette.staticfiles import StaticFiles

from app import tables
from app.accounts import routes as accounts
from app.contributing import api as contributing_api
from app.contributing import journal as own_journal
from app.contributing import mine, ties, us_too, vouches
from app.contributing import pages as contributing_pages
from app.contributing import recognition as own_recognition
from app.contributing import reviews as own_reviews
from app.funding import desk_routes as funders_desk
from app.kit.shipped import shipped
from app.moderation import answer_routes as answers_desk
from app.moderation import grant_routes as grants_desk
from app.moderation import journal_routes as journals_desk
from app.moderation import pattern_routes as patterns_desk
from app.moderation import routes as moderation
from app.moderation import vouching_routes as vouching_desk
from app.patterns.suggestions import Suggestions
from app.public import (
    councils,
    docs,
    downloads,
    features,
    feeds,
    health,
    home,
    log,
    map_pages,
    overviews,
    pages,
)
from app.public.ecology import pages as ecology_pages
from app.public.funders import pages as funders
from app.public.funders import programmes
from app.public.patterns import pages as pattern_pages
from app.published.queries import Published
from app.publishing.projector import follow
from app.recognition import routes as recognition
from app.responses import routes as officers_desk
from app.settings import Settings
from app.storage.engines import private_engine, public_engine
from app.storage.unit_of_work import UnitOfWork
from app.web import problems
from app.web.direct import DirectRoutes
from app.web.house import House
from app.web.limits import Limits
from app.web.security import SecurityMiddleware
from app.web.templates import Pages

_FOR_EVER = "public, max-age=31536000, immutable"


def build_house(settings: Settings) -> House:
    """The two sides and the pages, for the web and for commands."""
    published = Published(public_engine(settings.database))
    return House(
        settings=settings,
        private=UnitOfWork(private_engine(settings.database.url), follow, published.forget_recent),
        published=published,
        pages=Pages(settings),
        limits=Limits(settings.web),
    )


def create_app(settings: Settings) -> FastAPI:
    """The web application. The database must be at the newest version: `small-ecology db upgrade`."""
    app = FastAPI(
        title="Small Ecology",
        version="0.1.0",
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=_until_it_stops,
    )
    house = app.state.house = build_house(settings)
    app.state.suggestions = Suggestions(house.private, house.published)
    app.add_middleware(DirectRoutes, routes=features.BUSIEST)
    app.add_middleware(SecurityMiddleware, settings=settings)
    problems.install(app)
    for part in (
        features,
        downloads,
        docs,
        contributing_api,
        contributing_pages,
        home,
        pages,
        map_pages,
        ecology_pages,
        # Before the pages of neighbourhoods for funders, which would take their addresses, too.
        funders_desk,
        programmes,
        overviews,
        pattern_pages,
        councils,
        feeds,
        mine,
        own_journal,
        own_recognition,
        own_reviews,
        us_too,
        ties,
        vouches,
        log,
        officers_desk,
        recognition,
        # Before the entries' desk, which would take their addresses, too.
        answers_desk,
        grants_desk,
        journals_desk,
        patterns_desk,
        vouching_desk,
        moderation,
        accounts,
        # After the other pages for funders, whose addresses it would take for those of neighbourhoods.
        funders,
        health,
    ):
        app.include_router(part.router)
    app.mount("/static", _Built(directory=shipped("frontend/dist"), check_dir=False))
    return app


@asynccontextmanager
async def _until_it_stops(app: FastAPI) -> AsyncIterator[None]:
    yield
    app.state.suggestions.close()
    app.state.house.close()


class _Built(StaticFiles):
    """Built files, whose names hold a hash of their content."""

    def file_response(self, *args: Any, **more: Any) -> Response:  # noqa: ANN401 - as its parent
        response = super().file_response(*args, **more)
        response.headers["Cache-Control"] = _FOR_EVER
        return response


__all__ = ["build_house", "create_app", "tables"]
