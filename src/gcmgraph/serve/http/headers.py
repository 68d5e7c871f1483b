"""What every response carries, whatever made it: CORS, the release, and what a browser may do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response

from gcmgraph.serve.http.signposts import Link, header

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from gcmgraph.manifest import Manifest

#: How long a cache may give what it has: an address may lead to a newer release tomorrow. After
#: a minute it asks, and the entity tag makes the answer short; it never gives what is older.
FRESH: Final = "public, max-age=60, must-revalidate"

#: An address that names its release leads to the same for ever.
PINNED: Final = "public, max-age=31536000, immutable"

_METHODS: Final = "GET, HEAD, POST, OPTIONS"

_EXPOSED: Final = (
    "Accept-Post, Accept-Ranges, Allow, Content-Encoding, Content-Length, Content-Location, "
    "Content-Range, ETag, Last-Modified, Link, Repr-Digest, Retry-After, X-Release"
)

_POLICY: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)


class Manners:
    """Adds the headers, answers OPTIONS and preflights, and sends no body to HEAD."""

    def __init__(self, app: ASGIApp, manifest: Manifest) -> None:
        self._app = app
        self._headers = {
            "Access-Control-Allow-Origin": "*",
            "Access-Control-Expose-Headers": _EXPOSED,
            # What says nothing of its own may be kept, and is asked about each time.
            "Cache-Control": "no-cache",
            "X-Content-Type-Options": "nosniff",
            "X-Release": manifest.identity,
            "Content-Security-Policy": _POLICY,
            "Referrer-Policy": "no-referrer",
        }
        self._links = header([Link(manifest.iri, "collection"), Link(manifest.license, "license")])

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        is_head = scope["method"] == "HEAD"

        async def mannered(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
                headers.append("Link", self._links)
            elif is_head and message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        if scope["method"] == "OPTIONS":
            await self._options(scope)(scope, receive, mannered)
        else:
            await self._app(scope, receive, mannered)

    def _options(self, scope: Scope) -> Response:
        methods = _METHODS if scope["path"] == "/sparql" else _METHODS.replace("POST, ", "")
        asked = Headers(scope=scope).get("access-control-request-headers", "Content-Type")
        return Response(
            status_code=204,
            headers={
                "Allow": methods,
                "Access-Control-Allow-Methods": methods,
                "Access-Control-Allow-Headers": asked,
                "Access-Control-Max-Age": "86400",
                "Vary": "Access-Control-Request-Headers",
            },
        )
