"""What those ask who run the server: is it alive, is it ready, how is it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from starlette.requests import Request  # noqa: TC002 - FastAPI reads the annotation
from starlette.responses import PlainTextResponse, Response

from gcmgraph.serve.http.problems import NOT_FOUND, ProblemError
from gcmgraph.serve.http.routes import Routes
from gcmgraph.serve.operations.metrics import MEDIA_TYPE

if TYPE_CHECKING:
    from gcmgraph.serve.operations.metrics import Metrics

_NEVER_KEPT: Final = {"Cache-Control": "no-store"}


async def healthz() -> Response:
    """Say that the server is alive."""
    return PlainTextResponse("alive\n", headers=_NEVER_KEPT)


async def readyz(request: Request) -> Response:
    """Say whether queries can be answered now."""
    if request.app.state.releases.is_ready:
        return PlainTextResponse("ready\n", headers=_NEVER_KEPT)
    return PlainTextResponse("not ready\n", 503, {**_NEVER_KEPT, "Retry-After": "1"})


async def figures(request: Request) -> Response:
    """Return the figures, unless they have a port of their own."""
    if request.app.state.settings.metrics_port is not None:
        raise ProblemError(NOT_FOUND, "The figures are not published here.")
    metrics: Metrics = request.app.state.metrics
    text = await asyncio.to_thread(metrics.text)
    return Response(text, headers=_NEVER_KEPT, media_type=MEDIA_TYPE)


router = Routes()
for _path, _endpoint in (("/healthz", healthz), ("/readyz", readyz), ("/metrics", figures)):
    router.add(_path, _endpoint, described=False)
