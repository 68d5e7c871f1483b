"""What the processes of an engine say to each other, over AF_UNIX sockets.

To the fork server, and from it, one JSON object a line; a line that asks for a worker carries the
worker's socket as a file descriptor. To a worker a length of eight bytes, which carries the
spool's descriptor, and a JSON object; from it one JSON object a line.
"""

from __future__ import annotations

import json
import socket
import struct
from typing import Any, Final

from gcmgraph import errors

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


def failure(error: errors.GcmGraphError) -> Message:
    """Return what another process must know of an error."""
    known = {
        name: value
        for name in ("line", "column", "expected")
        if (value := getattr(error, name, None)) is not None
    }
    return {"error": type(error).__name__, "message": str(error), **known}


def error_of(message: Message) -> errors.GcmGraphError:
    """Return the error that such a message tells of."""
    kind: Any = getattr(errors, message["error"])
    known = {
        name: value for name, value in message.items() if name in ("line", "column", "expected")
    }
    if "expected" in known:
        known["expected"] = tuple(known["expected"])
    error: errors.GcmGraphError = kind(message["message"], **known)
    return error
