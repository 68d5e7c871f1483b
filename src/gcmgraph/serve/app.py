"""The application, made once: routes that are plain functions, over the releases of the moment."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final

from fastapi import FastAPI
from starlette.staticfiles import StaticFiles

from gcmgraph import __version__
from gcmgraph.engine.pool import PoolEngine
from gcmgraph.serve.middleware import errors
from gcmgraph.serve.middleware.client_id import ClientId
from gcmgraph.serve.middleware.common_headers import CommonHeaders
from gcmgraph.serve.middleware.compression import Compression
from gcmgraph.serve.middleware.release import ReleaseByName, ReleaseOfRequest
from gcmgraph.serve.operations.metrics import Metrics
from gcmgraph.serve.releases import OpenEngine, Releases
from gcmgraph.serve.routes import (
    catalog,
    citation,
    context,
    discovery,
    downloads,
    graphs,
    home,
    lists,
    query_texts,
    search,
    sitemap,
    sparql,
    status,
    things,
    vocabulary,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from gcmgraph.settings import Settings

#: What is asked for most comes first: each route before another is looked at before it.
_ROUTES: Final = (
    sparql,
    things,
    graphs,
    lists,
    home,
    vocabulary,
    context,
    catalog,
    query_texts,
    downloads,
    citation,
    search,
    sitemap,
    discovery,
    status,
)


def create_app(settings: Settings, open_engine: OpenEngine = PoolEngine) -> FastAPI:
    """Return the application; it opens the release of ``settings`` when it starts.

    ``open_engine`` returns what answers from the release in a folder.
    """
    metrics = Metrics()
    releases = Releases(settings, metrics, open_engine)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        try:
            await releases.start()
            yield
        finally:
            await releases.stop()

    app = FastAPI(
        title="gcmgraph",
        version=__version__,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
        lifespan=lifespan,
    )
    app.state.settings = settings
    app.state.metrics = metrics
    app.state.releases = releases
    for room in _ROUTES:
        app.include_router(room.router)
    app.mount("/static", StaticFiles(packages=[("gcmgraph.serve", "static")]), "static")
    app.include_router(things.last)
    # The innermost first.
    app.add_middleware(ReleaseByName)
    errors.install(app)
    app.add_middleware(Compression)
    app.add_middleware(CommonHeaders)
    app.add_middleware(ReleaseOfRequest, releases=releases)
    app.add_middleware(ClientId)
    return app
