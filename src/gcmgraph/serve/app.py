"""The application: routes over an engine and a release, both given as arguments."""

from __future__ import annotations

import socket
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from fastapi import FastAPI
from starlette.staticfiles import StaticFiles

from gcmgraph import __version__
from gcmgraph.engine.cache import CachedEngine
from gcmgraph.engine.embedded import EmbeddedEngine
from gcmgraph.errors import ServerError
from gcmgraph.manifest import Manifest
from gcmgraph.serve import downloads, home, operations, resources, sparql, vocabulary
from gcmgraph.serve.clients import Clients
from gcmgraph.serve.compression import Compression
from gcmgraph.serve.headers import Manners
from gcmgraph.serve.metrics import Metrics
from gcmgraph.serve.observed import ObservedEngine
from gcmgraph.serve.pages import Pages
from gcmgraph.serve.problems import Responder
from gcmgraph.serve.site import Release, Site

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from gcmgraph.engine.protocol import Engine
    from gcmgraph.serve.settings import Settings


def create_app(
    engine: Engine, release: Release, settings: Settings, metrics: Metrics | None = None
) -> FastAPI:
    """Return an application that serves ``release`` with the answers of ``engine``.

    ``metrics`` are those of a server that goes on counting when it takes up another release.
    """
    metrics = metrics or Metrics()
    identity = release.manifest.identity
    cache = CachedEngine(engine, identity, settings.cache_bytes)
    observed = ObservedEngine(cache, identity, metrics, with_text=settings.log_queries)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        try:
            await observed.start()
            metrics.show(engine, cache, release.manifest)
            yield
        finally:
            await observed.stop()

    app = FastAPI(
        title=release.manifest.title,
        version=__version__,
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
    )
    app.state.release = release
    pages = Pages(release.manifest)
    site = Site(observed, release, settings, pages)
    for room in (home, sparql, resources, vocabulary, downloads):
        app.include_router(room.router(site))
    app.include_router(operations.router(site, metrics))
    app.mount("/static", StaticFiles(packages=[("gcmgraph.serve", "static")]), "static")
    Responder(pages, settings.limits).install(app)
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
    engine = EmbeddedEngine(release.folder, release.manifest, settings.limits)
    return create_app(engine, release, settings, metrics)


def listen(settings: Settings) -> socket.socket:
    """Return a socket that listens at the host and port of ``settings``.

    Opened before anything else is done, it is the one sure way to know that the port is free.

    Raises:
        ServerError: where host or port cannot be had.

    """
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    # Named, so that asyncio knows it and sends small answers without delay.
    sock = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind((settings.host, settings.port))
        sock.listen(socket.SOMAXCONN)
    except OSError as error:
        sock.close()
        raise ServerError(
            f"Port {settings.port} of {settings.host} cannot be had ({error.strerror}); "
            "choose another with --port."
        ) from None
    return sock
