"""Compressed responses, over applications of a few lines."""

from __future__ import annotations

import asyncio
import gzip
from typing import TYPE_CHECKING

import httpx
import pytest
import zstandard
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse

from gcmgraph.serve.middleware.compression import SMALLEST, Compression

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.types import ASGIApp, Receive, Scope, Send

TEXT = "A tree is a tree is a tree. " * 400
EXPAND = {
    "gzip": gzip.decompress,
    "zstd": lambda data: zstandard.ZstdDecompressor().decompressobj().decompress(data),
}


def ask(app: ASGIApp, method: str = "GET", **headers: str) -> tuple[httpx.Response, bytes]:
    """Ask once; return the response and its body as sent."""

    async def main() -> tuple[httpx.Response, bytes]:
        transport = httpx.ASGITransport(Compression(app))
        async with httpx.AsyncClient(transport=transport, base_url="http://x.test") as client:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            async with client.stream(
                method, "/", headers={"Accept-Encoding": "identity", **named}
            ) as response:
                return response, b"".join([part async for part in response.aiter_raw()])

    return asyncio.run(main())


def tagged(text: str = TEXT, **headers: str) -> ASGIApp:
    """Return an application that answers with a text that has the tag ``"t"``."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        response: Response = PlainTextResponse(text, headers={"ETag": '"t"', **headers})
        if '"t"' in Request(scope).headers.get("if-none-match", ""):
            response = Response(status_code=304, headers={"ETag": '"t"'})
        await response(scope, receive, send)

    return app


@pytest.mark.parametrize("coding", ["gzip", "zstd"])
def test_a_text_is_compressed_and_has_a_tag_of_its_own(coding: str) -> None:
    response, body = ask(tagged(), Accept_Encoding=coding)
    assert response.headers["content-encoding"] == coding
    assert response.headers["etag"] == f'"t-{coding}"'
    assert response.headers["vary"] == "Accept-Encoding"
    assert "content-length" not in response.headers
    assert EXPAND[coding](body).decode() == TEXT
    assert len(body) < len(TEXT) // 10


@pytest.mark.parametrize("media_type", ["application/sparql-query", "application/n-quads"])
def test_texts_of_applications_are_compressed(media_type: str) -> None:
    _, body = ask(Response(TEXT, media_type=media_type), Accept_Encoding="gzip")
    assert gzip.decompress(body).decode() == TEXT


@pytest.mark.parametrize("coding", ["gzip", "zstd"])
def test_a_stream_is_compressed_piece_by_piece(coding: str) -> None:
    pieces = [f"{number}\n".encode() * 50_000 for number in range(3)]

    async def stream() -> AsyncIterator[bytes]:
        for piece in pieces:
            yield piece

    app = StreamingResponse(stream(), media_type="application/sparql-results+json")
    _, body = ask(app, Accept_Encoding=coding)
    assert EXPAND[coding](body) == b"".join(pieces)


def test_without_a_wish_nothing_is_compressed_and_caches_are_told() -> None:
    response, body = ask(tagged())
    assert body.decode() == TEXT
    assert response.headers["vary"] == "Accept-Encoding"
    assert response.headers["etag"] == '"t"'
    assert int(response.headers["content-length"]) == len(TEXT)


@pytest.mark.parametrize(
    "app",
    [
        PlainTextResponse("x" * (SMALLEST - 1)),
        Response(TEXT, media_type="image/png"),
        Response(TEXT, headers={"Content-Encoding": "br"}, media_type="text/plain"),
        Response(TEXT, headers={"Cache-Control": "no-transform"}, media_type="text/plain"),
        Response(TEXT, 206, {"Content-Range": "bytes 0-9/10"}, "text/plain"),
        Response(TEXT, 200, {"Accept-Ranges": "bytes"}, "text/plain"),
        Response(status_code=204),
    ],
    ids=["small", "image", "coded", "no-transform", "part", "has parts", "empty"],
)
def test_what_is_left_as_it_is(app: Response) -> None:
    response, body = ask(app, Accept_Encoding="gzip")
    assert body == app.body
    assert response.headers.get("content-encoding") == app.headers.get("content-encoding")


def test_a_small_text_is_compressed_where_no_coding_is_refused() -> None:
    _, body = ask(tagged("small"), Accept_Encoding="identity;q=0, gzip")
    assert gzip.decompress(body) == b"small"


def test_head_says_what_get_says() -> None:
    head, _ = ask(tagged(), "HEAD", Accept_Encoding="zstd")
    get, _ = ask(tagged(), Accept_Encoding="zstd")
    assert head.headers == get.headers


@pytest.mark.parametrize(
    ("accept_encoding", "if_none_match", "status", "etag"),
    [
        ("gzip", '"t-gzip"', 304, '"t-gzip"'),
        ("gzip", 'W/"t-gzip"', 304, '"t-gzip"'),
        ("gzip", '"other", "t-gzip", "t"', 304, '"t-gzip"'),
        ("gzip", '"t"', 304, '"t"'),
        ("gzip", '"t-zstd"', 200, '"t-gzip"'),
        ("identity", '"t-gzip"', 200, '"t"'),
        ("gzip", '"other-gzip"', 200, '"t-gzip"'),
    ],
)
def test_a_tag_is_known_again_for_the_coding_that_it_stands_for(
    accept_encoding: str, if_none_match: str, status: int, etag: str
) -> None:
    response, body = ask(tagged(), Accept_Encoding=accept_encoding, If_None_Match=if_none_match)
    assert (response.status_code, response.headers["etag"]) == (status, etag)
    assert (body == b"") == (status == 304)
    assert "Accept-Encoding" in response.headers["vary"]


def test_a_weak_tag_stands_for_every_coding() -> None:
    response, _ = ask(tagged(ETag='W/"t"'), Accept_Encoding="gzip")
    assert response.headers["etag"] == 'W/"t"'


def test_a_failure_half_way_is_no_whole_answer() -> None:
    async def stream() -> AsyncIterator[bytes]:
        yield b"half" * 1000
        raise OSError("the other half is lost")

    with pytest.raises(OSError, match="lost"):
        ask(StreamingResponse(stream(), media_type="text/csv"), Accept_Encoding="gzip")
