"""Sets whose request it is, for all that happens in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gcmgraph.serve.client import CLIENT, client_at
from gcmgraph.serve.middleware import Middleware

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send


class ClientId(Middleware):
    """Sets ``CLIENT``."""

    async def answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        client = scope.get("client")
        CLIENT.set(client_at(client[0]) if client else "")
        await self._app(scope, receive, send)
