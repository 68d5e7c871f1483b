"""A worker: answers one query after another, in a process that may die of it."""

from __future__ import annotations

import contextlib
import errno
import io
import os
import socket
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, cast

from gcmgraph import errors
from gcmgraph.engine import messages
from gcmgraph.engine.describe import Strays, describe
from gcmgraph.engine.evaluation import Style, Task, evaluate
from gcmgraph.engine.sandbox import address_space, end_with_parent, restrict
from gcmgraph.rdf import formats

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

    import pyoxigraph as ox

#: Standard streams, the socket, and the spool of the query at hand: a worker has these open and,
#: by its limit, can open no other. The engine's own SERVICE finds no descriptor for a socket.
_SOCKET: Final = 3
_DESCRIPTORS: Final = 5

#: What a worker needs that may call services: sockets, and files that say where hosts are.
_NETWORKED_DESCRIPTORS: Final = 64

_BUFFER: Final = 1 << 16


@dataclass(frozen=True, slots=True)
class Sandbox:
    """The limits of a worker, in bytes, and how it writes graphs.

    A worker that ``is_networked`` may open sockets, and has one query only.
    """

    memory: int
    result_bytes: int
    style: Style
    default: frozenset[str] = frozenset()
    base: str = ""
    strays: Strays = field(default_factory=dict)
    is_networked: bool = False


def enter(sock: socket.socket) -> socket.socket:
    """Make this process a worker's: its socket is descriptor 3 and nothing else is open."""
    end_with_parent()
    null = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(null, stream)
    os.dup2(sock.detach(), _SOCKET)
    os.closerange(_SOCKET + 1, os.sysconf("SC_OPEN_MAX"))
    return socket.socket(fileno=_SOCKET)


def work(sock: socket.socket, store: ox.Store, sandbox: Sandbox) -> None:
    """Answer queries until the other side goes, or until this worker has grown."""
    before = address_space()
    restrict(
        sandbox.memory,
        sandbox.result_bytes,
        _NETWORKED_DESCRIPTORS if sandbox.is_networked else _DESCRIPTORS,
    )
    while True:
        request = messages.receive_request(sock)
        if request is None:
            return
        message, spool = request
        reply = answer(store, message, spool, sandbox)
        # The limit counts from where the worker began: one that has grown, or whose store holds
        # a merge, would give the next query less than the whole.
        spent = (
            sandbox.is_networked
            or reply.get("error", "QuerySyntaxError") != "QuerySyntaxError"
            or len(message.get("default") or ()) > 1
            or address_space() > before + sandbox.memory // 8
        )
        sock.sendall(messages.line({**reply, "spent": spent}))
        if spent:
            return


def answer(
    store: ox.Store, message: messages.Message, spool: int, sandbox: Sandbox
) -> messages.Message:
    """Answer one request into the descriptor ``spool``, which is closed, and say how it went."""
    try:
        with _spooled(spool) as output:
            if "iris" in message:
                where = (sandbox.default, sandbox.base, sandbox.strays)
                found = describe(store, message["iris"], message["page"], *where)
                output.write(found.to_json() if found else b"null")
            else:
                evaluate(store, _task(message), sandbox.style, output)
    except MemoryError:
        return messages.failure(errors.QueryMemoryError(""))
    except OSError as error:
        if error.errno == errno.EFBIG:
            return messages.failure(errors.ResultTooLargeError(""))
        if sandbox.is_networked and error.errno is None:
            return messages.failure(
                errors.ServiceFailedError(f"A service that the query calls gave no answer: {error}")
            )
        return messages.failure(
            errors.EngineError(f"The answer could not be written: {error.strerror}")
        )
    except errors.GcmGraphError as error:
        return messages.failure(error)
    except BaseException as error:
        return messages.failure(errors.EngineError(f"The engine failed: {error}"))
    return {}


def _task(message: messages.Message) -> Task:
    format_ = formats.by_name(message["format"])
    if format_ is None:
        raise errors.EngineError(f"The engine knows no format {message['format']}.")
    return Task(
        text=message["text"],
        format=format_,
        default=None if message["default"] is None else tuple(message["default"]),
        named=None if message["named"] is None else tuple(message["named"]),
    )


@contextlib.contextmanager
def _spooled(spool: int) -> Iterator[BinaryIO]:
    """Write to the descriptor ``spool``, which is closed in the end."""
    with io.FileIO(spool, "wb") as raw:
        output = io.BufferedWriter(raw, _BUFFER)
        try:
            yield cast("BinaryIO", output)
            output.flush()
        finally:
            # After a failure the buffer must not be written once more when it is closed.
            with contextlib.suppress(OSError, ValueError):
                output.detach()
