"""The application: routes over an engine and a release, both given as arguments."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from fastapi import FastAPI
from starlette.staticfiles import StaticFiles

from gcmgraph import __version__
from gcmgraph.engine.pool import EmbeddedEngine
from gcmgraph.manifest import Manifest
from gcmgraph.serve import sparql
from gcmgraph.serve.dataset import (
    catalog,
    citing,
    context,
    discovery,
    downloads,
    home,
    sitemap,
    texts,
    vocabulary,
)
from gcmgraph.serve.http.clients import Clients
from gcmgraph.serve.http.compression import Compression
from gcmgraph.serve.http.headers import Manners
from gcmgraph.serve.http.problems import Responder
from gcmgraph.serve.operations.metrics import Metrics
from gcmgraph.serve.operations.observed import ObservedEngine
from gcmgraph.serve.operations.status import OwnStatus
from gcmgraph.serve.operations.status import router as monitoring
from gcmgraph.serve.pages import Pages
from gcmgraph.serve.site import Release, Site
from gcmgraph.serve.things import resources

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from gcmgraph.engine.protocol import Engine
    from gcmgraph.serve.operations.status import Status
    from gcmgraph.settings import Settings


def create_app(
    engine: Engine, release: Release, settings: Settings, metrics: Metrics | None = None
) -> FastAPI:
    """Return an application that serves ``release`` with the answers of ``engine``.

    ``metrics`` are those of a server that goes on counting when it takes up another release.
    """
    metrics = metrics or Metrics()
    observed = ObservedEngine(engine, release.manifest, settings, metrics)
    return web_app(observed, release, settings, OwnStatus(observed, metrics))


def web_app(engine: Engine, release: Release, settings: Settings, status: Status) -> FastAPI:
    """Return the web's part of an application; all else, ``engine`` and ``status`` know."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        try:
            await engine.start()
            yield
        finally:
            await engine.stop()

    app = FastAPI(
        title=release.manifest.title,
        version=__version__,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=lifespan,
    )
    app.state.release = release
    pages = Pages(release.manifest)
    site = Site(engine, release, settings, pages)
    rooms = (home, sparql, resources, vocabulary, context, catalog, texts, sitemap, discovery)
    app.state.routes = [room.router(site) for room in (*rooms, downloads, citing)]
    app.state.routes.append(monitoring(status))
    for routes in app.state.routes:
        app.include_router(routes)
    app.mount("/static", StaticFiles(packages=[("gcmgraph.serve", "static")]), "static")
    Responder(pages, settings).install(app)
    app.add_middleware(Compression)
    app.add_middleware(Manners, manifest=release.manifest)
    app.add_middleware(Clients)
    return app


def open_release(folder: Path) -> Release:
    """Open a release and make sure that it is whole.

    Raises:
        ReleaseError: where it is missing, torn, or made by another version.

    """
    # A link to the newest release may be turned while we serve; we stay with what we opened.
    folder = folder.resolve()
    manifest = Manifest.read(folder)
    manifest.check_files(folder)
    return Release(folder, manifest)


def open_app(settings: Settings, metrics: Metrics | None = None) -> FastAPI:
    """Open the release of ``settings`` and return the application that serves it.

    Raises:
        ReleaseError: where the release is missing, torn, or made by another version.

    """
    release = open_release(settings.release)
    engine = EmbeddedEngine(release.folder, release.manifest, settings)
    return create_app(engine, release, settings, metrics)
