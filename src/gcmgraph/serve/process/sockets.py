"""The socket at which a server listens, and the descriptors that it needs."""

from __future__ import annotations

import resource
import socket
from typing import Final

from gcmgraph.errors import ServerError

#: Each connection may come with the file of an answer; the processes and the cache need some, too.
_PER_CONNECTION: Final = 2
_BESIDES: Final = 1024


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens at a host and port.

    Opened before anything else is done, it is the one sure way to know that the port is free.

    Raises:
        ServerError: where host or port cannot be had.

    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Named, so that asyncio knows it and sends small answers without delay.
    sock = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind((host, port))
        sock.listen(socket.SOMAXCONN)
    except OSError as error:
        sock.close()
        raise ServerError(
            f"Port {port} of {host} cannot be had ({error.strerror}); choose another with --port."
        ) from None
    return sock


def address_of(name: tuple[str, int]) -> str:
    """Return the address at which a browser on this machine reaches a socket of that name."""
    host, port = name[:2]
    if host in ("0.0.0.0", "::"):  # noqa: S104 - compared with, not bound to
        host = "localhost"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def allow_descriptors(connections: int) -> None:
    """Have as many files and sockets open as are needed, or as the machine allows."""
    number = connections * _PER_CONNECTION + _BESIDES
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < number:
        wanted = number if hard == resource.RLIM_INFINITY else min(number, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
