"""What those ask who run the server: is it alive, is it ready, how is it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from fastapi import APIRouter
from starlette.responses import PlainTextResponse, Response

from gcmgraph.serve.metrics import MEDIA_TYPE

if TYPE_CHECKING:
    from gcmgraph.serve.metrics import Metrics
    from gcmgraph.serve.site import Site

_NEVER_KEPT: Final = {"Cache-Control": "no-store"}


def router(site: Site, metrics: Metrics) -> APIRouter:
    """Return the routes for monitoring."""
    routes = APIRouter()

    async def healthz() -> Response:
        return PlainTextResponse("alive\n", headers=_NEVER_KEPT)

    async def readyz() -> Response:
        if site.engine.is_ready:
            return PlainTextResponse("ready\n", headers=_NEVER_KEPT)
        return PlainTextResponse("not ready\n", 503, {**_NEVER_KEPT, "Retry-After": "1"})

    async def figures() -> Response:
        text = await asyncio.to_thread(metrics.text)
        return Response(text, headers=_NEVER_KEPT, media_type=MEDIA_TYPE)

    for path, route in (("/healthz", healthz), ("/readyz", readyz), ("/metrics", figures)):
        routes.add_api_route(path, route, methods=["GET", "HEAD"], include_in_schema=False)
    return routes
