"""Who asks: what tells clients apart, so that none takes the others' turn. It is not logged."""

from __future__ import annotations

import ipaddress
from contextvars import ContextVar
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

#: The client of the request that is being answered; empty outside of requests.
CLIENT: Final[ContextVar[str]] = ContextVar("client", default="")

#: A household or an office has at least this much of an IPv6 address for itself.
_IPV6_PREFIX: Final = 64


def client_at(host: str) -> str:
    """Return what stands for the client at an address: the address, or its IPv6 network."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((int(address), _IPV6_PREFIX), strict=False))


class Clients:
    """Sets ``CLIENT`` for all that happens in a request."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        client = scope.get("client")
        CLIENT.set(client_at(client[0]) if client else "")
        await self._app(scope, receive, send)
