"""What the processes of the embedded engine say to each other, over AF_UNIX stream sockets.

To the zygote, and from it, one JSON object a line; a line that asks for a worker carries the
worker's socket as a file descriptor. To a worker a length of eight bytes, which carries the
spool's descriptor, and a JSON object; from it one JSON object a line.
"""

from __future__ import annotations

import json
import socket
import struct
from typing import Any, Final

Message = dict[str, Any]

LENGTH: Final = struct.Struct("!Q")


def line(message: Message) -> bytes:
    """Write a message as one line."""
    return json.dumps(message).encode() + b"\n"


def receive_exactly(sock: socket.socket, size: int) -> bytes | None:
    """Read ``size`` bytes, or return ``None`` where the other side has gone."""
    parts: list[bytes] = []
    while size:
        part = sock.recv(min(size, 1 << 20))
        if not part:
            return None
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def receive_request(sock: socket.socket) -> tuple[Message, int] | None:
    """Read a request and its spool's descriptor; ``None`` where the other side has gone."""
    header, descriptors, _, _ = socket.recv_fds(sock, LENGTH.size, 1)
    if len(header) != LENGTH.size or not descriptors:
        return None
    body = receive_exactly(sock, LENGTH.unpack(header)[0])
    if body is None:
        return None
    message: Message = json.loads(body)
    return message, descriptors[0]
