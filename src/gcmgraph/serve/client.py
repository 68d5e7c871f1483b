"""Who asks: what tells clients apart, so that none takes the others' turn. It is not logged."""

from __future__ import annotations

import ipaddress
from contextvars import ContextVar
from typing import Final

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
