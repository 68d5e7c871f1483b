"""Paths as they were sent: what a framework decodes, no longer tells a slash from its escape."""

from __future__ import annotations

import re
import string
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import quote

from starlette.responses import RedirectResponse

from gcmgraph.serve.addresses import normal
from gcmgraph.serve.http.problems import LONGEST_PATH, NOT_FOUND, URI_TOO_LONG, ProblemError

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

#: A torn escape, a control character, or a segment that leads elsewhere: nothing is there.
_HOPELESS: Final = re.compile(r"%(?![0-9A-F]{2})|%[01]|%7F|(?<![^/])\.\.?(?![^/])")


class Sent(NamedTuple):
    """A path in ASCII, and what of it follows the root, with the slash before it."""

    path: str
    tail: str


def sent(request: Request, root: str) -> Sent:
    """Return the path of a request below ``root``, which is empty for that of the server.

    Raises:
        ProblemError: 414 where it is too long, 404 where there can be nothing.

    """
    raw: bytes = request.scope.get("raw_path") or quote(request.scope["path"]).encode()
    if len(raw) > LONGEST_PATH:
        raise ProblemError(
            URI_TOO_LONG, f"The path has {len(raw)} characters; none has over {LONGEST_PATH}."
        )
    path = quote(raw, safe=string.punctuation)
    first, slash, rest = path[1:].partition("/")
    if (root and normal(f"/{first}") != root) or _HOPELESS.search(normal(path)):
        raise ProblemError(NOT_FOUND, "There can be nothing at such an address.")
    return Sent(path, slash + rest if root else path)


def redirect(request: Request, path: str, status: int) -> Response:
    """Lead to another path, with the same query."""
    path, hash_, fragment = path.partition("#")
    query = f"?{request.url.query}" if request.url.query else ""
    return RedirectResponse(path + query + hash_ + fragment, status)
