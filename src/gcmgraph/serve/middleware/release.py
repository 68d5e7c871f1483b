"""Gives each request its release, and keeps that open until the request has been answered.

It is the current one, unless ``?release=`` in the address, or the form of a query, names another.
"""

from __future__ import annotations

from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs

from starlette.requests import Request

from gcmgraph.serve.middleware import Middleware

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

    from gcmgraph.serve.releases import Releases

PARAMETER: Final = "release"

_MOST_PARAMETERS: Final = 1000


class ReleaseOfRequest(Middleware):
    """Lends each request the current release, where nothing can go wrong."""

    def __init__(self, app: ASGIApp, releases: Releases) -> None:
        super().__init__(app)
        self._releases = releases

    async def answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        async with AsyncExitStack() as lent:
            release = await lent.enter_async_context(self._releases.lend())
            scope["state"] = {**scope.get("state", {}), "release": release, "lent": lent}
            await self._app(scope, receive, send)


class ReleaseByName(Middleware):
    """Lends a request the release that its address names; below what answers for errors."""

    async def answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if b"release=" in scope["query_string"]:
            await use_release(Request(scope), named(scope))
        await self._app(scope, receive, send)


def named(scope: Scope) -> str | None:
    """Return the release that an address names."""
    text = scope["query_string"].decode("latin-1")
    try:
        given = parse_qs(text, max_num_fields=_MOST_PARAMETERS).get(PARAMETER)
    except ValueError:
        return None
    return given[0] if given else None


async def use_release(request: Request, name: str | None) -> None:
    """Answer a request from the release whose identity begins with ``name``, if any is named.

    Raises:
        ProblemError: where there is no such release.
        EngineBusyError: where it cannot be opened now.

    """
    if name:
        releases: Releases = request.app.state.releases
        lent: AsyncExitStack = request.state.lent
        request.state.release = await lent.enter_async_context(releases.lend(name))
