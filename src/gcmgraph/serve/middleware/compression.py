"""Compression of responses on their way out: gzip and zstd (RFC 9110 §8.4, RFC 8878).

A response is compressed piece by piece as it passes, where the client prefers that, its media
type gains from it, and it is neither small nor coded already. What can be asked for in parts is
left as it is: the parts of a download must fit together. All this is decided by the headers
alone, so that HEAD says what GET would.

Each coding of a representation is a representation of its own, and has a strong ETag of its own:
``"x"`` becomes ``"x-gzip"``. Inside, nothing knows of that: the tags in a request lose their
suffix on the way in, where it is that of the coding which the client would get now.
"""

from __future__ import annotations

import asyncio
import re
import zlib
from typing import TYPE_CHECKING, Final, Protocol

import zstandard
from starlette.datastructures import Headers, MutableHeaders

from gcmgraph.serve.http.accept import best_coding
from gcmgraph.serve.middleware import Middleware

if TYPE_CHECKING:
    from starlette.types import Message, Receive, Scope, Send

    from gcmgraph.serve.http.accept import Coding

#: In the server's order of preference; the last is known to all.
CODINGS: Final = ("zstd", "gzip")

#: Bytes below which headers outweigh what is saved.
SMALLEST: Final = 1024

_GZIP_LEVEL: Final = 6
_ZSTD_LEVEL: Final = 3
_GZIP_WINDOW: Final = 16 + zlib.MAX_WBITS

#: Bytes from which on a piece is compressed in a thread, so that others are served meanwhile.
_FOR_A_THREAD: Final = 1 << 15

_COMPRESSIBLE: Final = re.compile(
    r"text/.+|image/svg\+xml|application/(?:.+\+(?:json|xml)|json|xml|n-triples|n-quads|trig|"
    r"sparql-query)"
)
_CONDITIONS: Final = (b"if-none-match", b"if-match")
_NOT_MODIFIED: Final = 304
_WITHOUT_BODY: Final = (204, 205)


class _Compressor(Protocol):
    def compress(self, data: bytes, /) -> bytes: ...

    def flush(self) -> bytes: ...


def _compressor(coding: str) -> _Compressor:
    if coding == "zstd":
        return zstandard.ZstdCompressor(level=_ZSTD_LEVEL).compressobj()
    return zlib.compressobj(_GZIP_LEVEL, zlib.DEFLATED, _GZIP_WINDOW)


class Compression(Middleware):
    """Compresses the responses of an application."""

    async def answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        headers = Headers(scope=scope)
        coding = best_coding(", ".join(headers.getlist("accept-encoding")), CODINGS)
        suffix = f'-{coding.name}"' if coding else None
        known = [tag for name in _CONDITIONS for tag in _tags(headers, name.decode(), suffix)]
        if known and suffix:
            scope = {**scope, "headers": _without_suffix(scope["headers"], suffix)}
        response = _Response(send, coding, known)
        await self._app(scope, receive, response.send)


class _Response:
    """One response on its way out."""

    def __init__(self, send: Send, coding: Coding | None, known: list[str]) -> None:
        self._send = send
        self._coding = coding
        #: The tags with the suffix that the client has named.
        self._known = known
        self._compressor: _Compressor | None = None

    async def send(self, message: Message) -> None:
        """Pass on a message of the application."""
        if message["type"] == "http.response.start":
            self._start(message)
            await self._send(message)
        elif self._compressor is None or message["type"] != "http.response.body":
            await self._send(message)
        else:
            await self._body(message, self._compressor)

    def _start(self, message: Message) -> None:
        headers = MutableHeaders(scope=message)
        if message["status"] == _NOT_MODIFIED:
            headers.add_vary_header("Accept-Encoding")
            self._mark_known(headers)
        elif _may_be_coded(message["status"], headers):
            headers.add_vary_header("Accept-Encoding")
            size = int(headers.get("content-length", SMALLEST))
            if self._coding and (size >= SMALLEST or self._coding.is_needed):
                self._code(headers, self._coding.name)

    def _code(self, headers: MutableHeaders, name: str) -> None:
        self._compressor = _compressor(name)
        headers["Content-Encoding"] = name
        del headers["Content-Length"]
        etag = headers.get("etag", "")
        if etag.startswith('"'):
            headers["ETag"] = f'{etag[:-1]}-{name}"'

    def _mark_known(self, headers: MutableHeaders) -> None:
        """Name the tag that the client has, rather than that of the uncoded representation."""
        etag = headers.get("etag", "")
        if self._coding and etag.startswith('"'):
            coded = f'{etag[:-1]}-{self._coding.name}"'
            if coded in self._known:
                headers["ETag"] = coded

    async def _body(self, message: Message, compressor: _Compressor) -> None:
        data: bytes = message.get("body", b"")
        is_last = not message.get("more_body", False)

        def compressed() -> bytes:
            piece = compressor.compress(data)
            return piece + compressor.flush() if is_last else piece

        is_large = len(data) >= _FOR_A_THREAD
        piece = await asyncio.to_thread(compressed) if is_large else compressed()
        if piece or is_last:
            await self._send({**message, "body": piece})


def _may_be_coded(status: int, headers: Headers) -> bool:
    """Say whether another client might get this response in another coding."""
    if status in _WITHOUT_BODY or "content-encoding" in headers:
        return False
    if headers.get("accept-ranges", "none") != "none" or "content-range" in headers:
        return False
    if "no-transform" in headers.get("cache-control", ""):
        return False
    media_type = headers.get("content-type", "").partition(";")[0].strip().lower()
    return _COMPRESSIBLE.fullmatch(media_type) is not None


def _tags(headers: Headers, name: str, suffix: str | None) -> list[str]:
    """Return the entity tags of a condition that end with the suffix, without ``W/``."""
    if suffix is None:
        return []
    tags = (tag.strip().removeprefix("W/") for tag in headers.get(name, "").split(","))
    return [tag for tag in tags if tag.endswith(suffix)]


def _without_suffix(headers: list[tuple[bytes, bytes]], suffix: str) -> list[tuple[bytes, bytes]]:
    coded = suffix.encode("latin-1")
    return [
        (name, value.replace(coded, b'"') if name in _CONDITIONS else value)
        for name, value in headers
    ]
