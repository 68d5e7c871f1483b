"""Parts of a file: one range of bytes, sent as it stands on the disk (RFC 9110 §14).

A request for several ranges is answered with the whole, as §14.2 allows: no client that resumes
asks for them, and their work grows faster than what they bring. So is what is no range of bytes.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import anyio
from starlette.responses import StreamingResponse

from gcmgraph.serve.http.problems import OUT_OF_RANGE, ProblemError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from starlette.requests import Request

_RANGE: Final = re.compile(r"bytes=\s*([0-9]{0,20})-([0-9]{0,20})\s*", re.ASCII | re.IGNORECASE)
_CHUNK: Final = 1 << 16


def part(request: Request, size: int, etag: str) -> range | None:
    """Return the bytes that a request asks for, or ``None`` where it is to have the whole.

    Only GET asks for parts (§14.2). ``If-Range`` holds for the tag alone: the date of a release
    is but a day (§8.8.2.2).

    Raises:
        ProblemError: 416, where no byte lies in the range.

    """
    found = _RANGE.fullmatch(", ".join(request.headers.getlist("range")))
    if request.method != "GET" or found is None:
        return None
    if request.headers.get("if-range", etag) != etag:
        return None
    first, last = found.groups()
    if first and last and int(first) > int(last):
        return None
    if first:
        asked = range(int(first), min(int(last) + 1, size) if last else size)
    elif last:
        asked = range(max(size - int(last), 0), size)
    else:
        return None
    if not asked:
        raise ProblemError(
            OUT_OF_RANGE,
            f"The file has {size} bytes, and none of them lies in the range.",
            headers={"Content-Range": f"bytes */{size}", "Accept-Ranges": "bytes"},
        )
    return asked


class PartResponse(StreamingResponse):
    """Sends bytes of a file: all, or a part with status 206; to HEAD, what would be sent."""

    def __init__(
        self,
        request: Request,
        path: Path,
        size: int,
        headers: dict[str, str],
        media_type: str,
    ) -> None:
        asked = part(request, size, headers["ETag"])
        sent = range(size) if asked is None else asked
        headers = {**headers, "Accept-Ranges": "bytes", "Content-Length": str(len(sent))}
        if asked is not None:
            headers["Content-Range"] = f"bytes {asked.start}-{asked.stop - 1}/{size}"
        body = _read(path, range(0) if request.method == "HEAD" else sent)
        super().__init__(body, 200 if asked is None else 206, headers, media_type)


async def _read(path: Path, sent: range) -> AsyncIterator[bytes]:
    left = len(sent)
    async with await anyio.open_file(path, "rb") as file:
        await file.seek(sent.start)
        while left and (chunk := await file.read(min(_CHUNK, left))):
            left -= len(chunk)
            yield chunk
