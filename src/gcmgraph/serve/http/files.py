"""Files as they lie on the disk, whole or one range of bytes (RFC 9110 §14).

A request for several ranges is answered with the whole, as §14.2 allows: no client that resumes
asks for them, and their work grows faster than what they bring. So is what is no range of bytes.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from starlette.datastructures import Headers
from starlette.responses import FileResponse

from gcmgraph.serve.http.problems import OUT_OF_RANGE, ProblemError

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

_RANGE: Final = re.compile(r"bytes=\s*([0-9]{0,20})-([0-9]{0,20})\s*", re.ASCII | re.IGNORECASE)


class PartResponse(FileResponse):
    """Sends a file: all, or a part with status 206.

    Only GET asks for parts (§14.2). ``If-Range`` holds for the tag alone: the date of a release is
    but a day (§8.8.2.2).
    """

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it."""
        if not _asks_for_part(scope, self.headers["etag"]):
            kept = [pair for pair in scope["headers"] if pair[0] != b"range"]
            scope = {**scope, "headers": kept}
        await super().__call__(scope, receive, send)


def require_part(scope: Scope, size: int, etag: str) -> None:
    """Make sure that a request for a part of a file asks for one that there is.

    Raises:
        ProblemError: 416, where no byte lies in the range.

    """
    found = _asks_for_part(scope, etag)
    if found is None:
        return
    first, last = found.groups()
    if int(first) >= size if first else int(last) == 0 or size == 0:
        raise ProblemError(
            OUT_OF_RANGE,
            f"The file has {size} bytes, and none of them lies in the range.",
            headers={"Content-Range": f"bytes */{size}", "Accept-Ranges": "bytes"},
        )


def _asks_for_part(scope: Scope, etag: str) -> re.Match[str] | None:
    """Return the one range of bytes that is to be answered with."""
    headers = Headers(scope=scope)
    found = _RANGE.fullmatch(", ".join(headers.getlist("range")))
    if scope["method"] != "GET" or found is None or headers.get("if-range", etag) != etag:
        return None
    first, last = found.groups()
    is_range = (first or last) and not (first and last and int(first) > int(last))
    return found if is_range else None
