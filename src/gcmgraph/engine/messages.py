"""What the processes of an engine say to each other, over AF_UNIX sockets.

To the zygote, and from it, one JSON object a line; a line that asks for a worker carries the
worker's socket as a file descriptor. To a worker a length of eight bytes, which carries the
spool's descriptor, and a JSON object; from it one JSON object a line.

Where processes share an engine, a message is one packet with a JSON object, and may carry a
descriptor (``Channel``); queries and answers are streams of their own, each a length and a JSON
object (``send_parcel``).
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import socket
import struct
from typing import Any, Final

from gcmgraph import errors

Message = dict[str, Any]

#: Seconds after which somebody is asked again who had no room for a packet.
_PAUSE: Final = 0.005

#: More than any packet has.
_PACKET: Final = 1 << 16

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
        for name in ("line", "column", "expected", "limit")
        if (value := getattr(error, name, None)) is not None
    }
    return {"error": type(error).__name__, "message": str(error), **known}


def error_of(message: Message) -> errors.GcmGraphError:
    """Return the error that such a message tells of."""
    kind: Any = getattr(errors, message["error"])
    known = {
        name: value
        for name, value in message.items()
        if name in ("line", "column", "expected", "limit")
    }
    if "expected" in known:
        known["expected"] = tuple(known["expected"])
    error: errors.GcmGraphError = kind(message["message"], **known)
    return error


class Channel:
    """Messages between two processes, over a socket that keeps them apart."""

    def __init__(self, sock: socket.socket) -> None:
        sock.settimeout(0)
        self._sock = sock

    @classmethod
    def pair(cls) -> tuple[Channel, socket.socket]:
        """Return a channel and the socket for its other end."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        return cls(ours), theirs

    def send(self, message: Message, *descriptors: int) -> None:
        """Send a message, with descriptors that the other side has for its own.

        Raises:
            ConnectionError: where the other side is gone, or reads nothing any more.

        """
        try:
            socket.send_fds(self._sock, [json.dumps(message).encode()], descriptors)
        except BlockingIOError:
            raise ConnectionError("The other process does not read.") from None

    async def deliver(self, message: Message, *descriptors: int) -> None:
        """Send a message, and wait where the other side has too many to read.

        Raises:
            OSError: where the other side is gone.

        """
        while True:
            try:
                socket.send_fds(self._sock, [json.dumps(message).encode()], descriptors)
            except BlockingIOError:
                await asyncio.sleep(_PAUSE)
            else:
                return

    async def receive(self) -> tuple[Message, list[int]] | None:
        """Return the next message and its descriptors; ``None`` where the other side is gone."""
        packet, descriptors = await receive_fds(self._sock, _PACKET)
        if not packet:
            return None
        message: Message = json.loads(packet)
        return message, descriptors

    def close(self) -> None:
        """Let go of the socket, which the other side notices."""
        self._sock.close()


async def receive_fds(sock: socket.socket, size: int) -> tuple[bytes, list[int]]:
    """Read once, at most ``size`` bytes, and one descriptor; nothing where the other is gone."""
    loop = asyncio.get_running_loop()
    while True:
        try:
            data, descriptors, _, _ = socket.recv_fds(sock, size, 1)
        except BlockingIOError:
            readable = loop.create_future()
            loop.add_reader(sock, _wake, readable)
            try:
                await readable
            finally:
                loop.remove_reader(sock)
        except OSError:
            return b"", []
        else:
            return data, descriptors


def _wake(readable: asyncio.Future[None]) -> None:
    if not readable.done():
        readable.set_result(None)


async def send_parcel(sock: socket.socket, message: Message, *descriptors: int) -> None:
    """Send a message of any size, with descriptors, over a stream on which nothing waits."""
    body = json.dumps(message).encode()
    socket.send_fds(sock, [LENGTH.pack(len(body))], descriptors)
    await asyncio.get_running_loop().sock_sendall(sock, body)


async def receive_parcel(sock: socket.socket) -> tuple[Message, list[int]] | None:
    """Return a message of any size and its descriptors; ``None`` where the other is gone."""
    header, descriptors = await receive_fds(sock, LENGTH.size)
    body: bytes | None = None
    try:
        if len(header) == LENGTH.size:
            body = await receive_bytes(sock, LENGTH.unpack(header)[0])
    finally:
        if body is None:
            for descriptor in descriptors:
                os.close(descriptor)
    if body is None:
        return None
    message: Message = json.loads(body)
    return message, descriptors


async def receive_bytes(sock: socket.socket, size: int) -> bytes | None:
    """Return ``size`` bytes of a stream; ``None`` where the other side is gone before."""
    body = bytearray(size)
    view = memoryview(body)
    while view:
        with contextlib.suppress(ConnectionError):
            if count := await asyncio.get_running_loop().sock_recv_into(sock, view):
                view = view[count:]
                continue
        return None
    return bytes(body)
