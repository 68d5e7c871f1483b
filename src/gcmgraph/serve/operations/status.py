"""What those ask who run the server: is it alive, is it ready, how is it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final, Protocol

from starlette.responses import PlainTextResponse, Response

from gcmgraph.serve.http.routes import Routes
from gcmgraph.serve.operations.metrics import MEDIA_TYPE

if TYPE_CHECKING:
    from gcmgraph.engine.protocol import Engine
    from gcmgraph.serve.operations.metrics import Metrics

_NEVER_KEPT: Final = {"Cache-Control": "no-store"}


class Status(Protocol):
    """How the server is, whichever process knows."""

    async def is_ready(self) -> bool:
        """Say whether queries can be answered now."""

    async def figures(self) -> bytes:
        """Return the figures in Prometheus' text format."""


class OwnStatus:
    """The status of a server that has the engine in its own process."""

    def __init__(self, engine: Engine, metrics: Metrics) -> None:
        self._engine = engine
        self._metrics = metrics

    async def is_ready(self) -> bool:
        """Say whether queries can be answered now."""
        return self._engine.is_ready

    async def figures(self) -> bytes:
        """Return the figures in Prometheus' text format."""
        return await asyncio.to_thread(self._metrics.text)


def router(status: Status) -> Routes:
    """Return the routes for monitoring."""
    routes = Routes()

    async def healthz() -> Response:
        return PlainTextResponse("alive\n", headers=_NEVER_KEPT)

    async def readyz() -> Response:
        if await status.is_ready():
            return PlainTextResponse("ready\n", headers=_NEVER_KEPT)
        return PlainTextResponse("not ready\n", 503, {**_NEVER_KEPT, "Retry-After": "1"})

    async def figures() -> Response:
        text = await status.figures()
        return Response(text, headers=_NEVER_KEPT, media_type=MEDIA_TYPE)

    for path, route in (("/healthz", healthz), ("/readyz", readyz), ("/metrics", figures)):
        routes.add(path, route, described=False)
    return routes
