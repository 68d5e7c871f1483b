"""What every response carries, whatever made it: CORS, the release, what a browser may do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response

from gcmgraph.serve.http.signposts import Link, link_header
from gcmgraph.serve.middleware import Middleware

if TYPE_CHECKING:
    from starlette.types import Message, Receive, Scope, Send

_METHODS: Final = "GET, HEAD, OPTIONS"
_METHODS_OF_QUERY: Final = "GET, HEAD, POST, OPTIONS"

_EXPOSED: Final = (
    "Accept-Post, Accept-Ranges, Allow, Content-Encoding, Content-Length, Content-Location, "
    "Content-Range, ETag, Last-Modified, Link, Repr-Digest, Retry-After, X-Release"
)

_POLICY: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)

_HEADERS: Final = {
    # The same for everybody: where it depended on Origin, shared caches would keep all twice.
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": _EXPOSED,
    # What says nothing of its own may be kept, and is asked about each time.
    "Cache-Control": "no-cache",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": _POLICY,
    "Referrer-Policy": "no-referrer",
}


class CommonHeaders(Middleware):
    """Adds the headers, answers OPTIONS and preflights, and sends no body to HEAD."""

    async def answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        is_head = scope["method"] == "HEAD"

        async def complete(message: Message) -> None:
            if message["type"] == "http.response.start":
                manifest = scope["state"]["release"].manifest
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
                headers["X-Release"] = manifest.identity
                links = [Link(manifest.iri, "collection"), Link(manifest.license, "license")]
                headers.append("Link", link_header(links))
            elif is_head and message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        if scope["method"] == "OPTIONS":
            await _options(scope)(scope, receive, complete)
        else:
            await self._app(scope, receive, complete)


def _options(scope: Scope) -> Response:
    methods = _METHODS_OF_QUERY if scope["path"] == "/sparql" else _METHODS
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
