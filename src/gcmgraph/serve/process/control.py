"""The control socket: how ``gcmgraph reload`` and ``gcmgraph status`` reach a server.

A server listens at a socket that only its owner can open, in a folder that only its owner can
enter: no other user of the machine can ask anything of it, and no right in the folder of the
releases is needed. A request is one line with a JSON object, ``{"verb": …}``; so is the answer.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import socket
import stat
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from gcmgraph.errors import ServerError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

Message = dict[str, Any]

_SUFFIX: Final = ".sock"
_OWN: Final = 0o700

#: Bytes of a request; there is nothing long to say.
_LONGEST: Final = 1 << 12


def control_folder() -> Path:
    """Return the folder of this user's control sockets."""
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    if runtime:
        return Path(runtime) / "gcmgraph"
    return Path(tempfile.gettempdir()) / f"gcmgraph-{os.getuid()}"


def control_path(port: int) -> Path:
    """Return where the server at a port has its socket, unless it is set otherwise."""
    return control_folder() / f"{port}{_SUFFIX}"


def control_paths() -> list[Path]:
    """Return where this user's servers have their sockets."""
    return sorted(control_folder().glob(f"*{_SUFFIX}"))


class ControlSocket:
    """A socket at which a server takes commands; each verb returns what it has to say."""

    def __init__(self, path: Path, verbs: Mapping[str, Callable[[], Awaitable[Message]]]) -> None:
        self._path = path
        self._verbs = verbs
        self._server: asyncio.Server | None = None

    async def open(self) -> None:
        """Begin to listen.

        Raises:
            ServerError: where the folder is another's, or another server listens there.

        """
        try:
            if self._path.parent == control_folder():
                _make_own(self._path.parent)
            if await _is_alive(self._path):
                raise ServerError(f"Another server has the control socket {self._path}.")
            # What a server left behind that was killed.
            self._path.unlink(missing_ok=True)
            sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            before = os.umask(0o177)
            try:
                sock.bind(str(self._path))
            finally:
                os.umask(before)
            self._server = await asyncio.start_unix_server(self._answer, sock=sock, limit=_LONGEST)
        except OSError as error:
            raise ServerError(
                f"The control socket {self._path} cannot be had: {error.strerror or error}."
            ) from None

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, ValueError):
            asked = json.loads(await reader.readline())
            verb = self._verbs.get(asked.get("verb", "")) if isinstance(asked, dict) else None
            said = await verb() if verb else {"error": f"known are {', '.join(self._verbs)}"}
            writer.write(json.dumps(said).encode() + b"\n")
            await writer.drain()
        await _close(writer)

    async def close(self) -> None:
        """Listen no more."""
        if self._server is not None:
            self._server.close()
            self._path.unlink(missing_ok=True)
            self._server = None


def ask(path: Path, verb: str, seconds: float) -> Message:
    """Ask the server whose socket stands at ``path``, and return what it says.

    Raises:
        ServerError: where nobody listens there, or nothing is said in so many seconds.

    """
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as sock:
        sock.settimeout(seconds)
        try:
            sock.connect(str(path))
            sock.sendall(json.dumps({"verb": verb}).encode() + b"\n")
            with sock.makefile("rb") as file:
                line = file.readline()
        except TimeoutError:
            raise ServerError(
                f"The server at {path} did not answer within {seconds:g} seconds; its log says why."
            ) from None
        except OSError as error:
            raise ServerError(
                f"No server listens at {path} ({error.strerror or error}); start one with "
                "“gcmgraph serve”."
            ) from None
    if not line:
        raise ServerError(f"The server at {path} ended before it answered.")
    answer: Message = json.loads(line)
    return answer


def _make_own(folder: Path) -> None:
    """Make a folder that only this user can enter, or make sure that it is one."""
    folder.mkdir(mode=_OWN, parents=True, exist_ok=True)
    found = folder.lstat()
    is_own = stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid()
    if not is_own or stat.S_IMODE(found.st_mode) & 0o077:
        raise ServerError(
            f"{folder} must be a folder that you own and nobody else can enter (chmod 700), or "
            "name another place for the control socket with GCMGRAPH_CONTROL."
        )


async def _is_alive(path: Path) -> bool:
    try:
        _, writer = await asyncio.open_unix_connection(str(path))
    except OSError:
        return False
    await _close(writer)
    return True


async def _close(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with contextlib.suppress(ConnectionError):
        await writer.wait_closed()
