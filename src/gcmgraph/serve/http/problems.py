"""What went wrong, as HTTP says it: RFC 9457 problem details, and the same as a page."""

from __future__ import annotations

import logging
import secrets
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from gcmgraph import errors
from gcmgraph.rdf.formats import HTML, PROBLEM
from gcmgraph.serve.http.accept import best

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fastapi import FastAPI
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from gcmgraph.serve.pages import Pages
    from gcmgraph.settings import Limits

_LOG: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of problem; its ``type`` is ``/problems/{slug}`` and never changes."""

    status: int
    slug: str
    title: str

    @property
    def type(self) -> str:
        """The reference that identifies the kind, relative to the server."""
        return f"/problems/{self.slug}"


BAD_REQUEST: Final = Kind(400, "bad-request", "The request is malformed")
NOT_FOUND: Final = Kind(404, "not-found", "There is nothing here")
GONE: Final = Kind(410, "gone", "What was here is no more")
METHOD_NOT_ALLOWED: Final = Kind(405, "method-not-allowed", "The method is not allowed here")
NOT_ACCEPTABLE: Final = Kind(406, "not-acceptable", "There is no such format")
UNSUPPORTED: Final = Kind(415, "unsupported-media-type", "The request's media type is not taken")
REQUEST_TIMEOUT: Final = Kind(408, "request-timeout", "The request took too long to arrive")
RELEASE_GONE: Final = Kind(404, "release-gone", "That release is not served here")
PRECONDITION_FAILED: Final = Kind(412, "precondition-failed", "The answer is not the one named")
OUT_OF_RANGE: Final = Kind(416, "range-not-satisfiable", "The file has no such part")
TOO_LONG: Final = Kind(413, "query-too-long", "The query is too long")
URI_TOO_LONG: Final = Kind(414, "address-too-long", "The address is too long")
INTERNAL: Final = Kind(500, "internal-error", "The server failed")

#: The problem of each error; the most specific class counts.
OF_ERROR: Final[dict[type[Exception], Kind]] = {
    errors.QuerySyntaxError: Kind(400, "query-syntax", "This is no SPARQL query"),
    errors.UnsupportedQueryError: Kind(400, "query-unsupported", "The query uses the unknown"),
    errors.QueryTooDeepError: Kind(400, "query-too-deep", "The query is nested too deeply"),
    errors.QueryTooLongError: TOO_LONG,
    errors.UpdateRefusedError: Kind(403, "update-refused", "The service is read-only"),
    errors.ServiceRefusedError: Kind(403, "service-refused", "Other services are not called"),
    errors.ServiceFailedError: Kind(502, "service-failed", "Another service did not answer"),
    errors.DatasetError: Kind(400, "unknown-graph", "There is no such graph"),
    errors.UnwritableResultError: Kind(
        406, "unwritable-result", "The format cannot hold the answer"
    ),
    errors.QueryTimeoutError: Kind(504, "query-timeout", "The query took too long"),
    errors.QueryMemoryError: Kind(507, "query-memory", "The query needed too much memory"),
    errors.ResultTooLargeError: Kind(507, "result-too-large", "The answer is too large"),
    errors.EngineBusyError: Kind(503, "busy", "Too many queries at once"),
    errors.EngineStoppedError: Kind(503, "stopping", "The server is stopping"),
    errors.EngineError: Kind(503, "engine-unavailable", "The engine failed"),
}

_OF_STATUS: Final = {
    kind.status: kind
    for kind in (BAD_REQUEST, NOT_FOUND, METHOD_NOT_ALLOWED, NOT_ACCEPTABLE, UNSUPPORTED, TOO_LONG)
}

KINDS: Final = {
    kind.slug: kind
    for kind in (
        *_OF_STATUS.values(),
        GONE,
        RELEASE_GONE,
        REQUEST_TIMEOUT,
        PRECONDITION_FAILED,
        OUT_OF_RANGE,
        URI_TOO_LONG,
        *OF_ERROR.values(),
        INTERNAL,
    )
}


class ProblemError(Exception):
    """A problem found by the web layer itself; becomes the response of the request."""

    def __init__(
        self,
        kind: Kind,
        detail: str,
        *,
        headers: Mapping[str, str] | None = None,
        **members: object,
    ) -> None:
        super().__init__(detail)
        self.kind = kind
        self.detail = detail
        self.headers = dict(headers or {})
        self.members = members


#: Characters of a path; nothing has a longer one, and nobody can read it.
LONGEST_PATH: Final = 2048

#: How much of a line at fault is shown on either side of the place.
_MARKED: Final = 60


def problem_of(error: errors.GcmGraphError, limits: Limits) -> ProblemError:
    """Translate an error of ours.

    A syntax error has the members ``line``, ``column`` and ``expected``, where they are known; a
    limit that was hit has ``limit`` (its value), ``unit`` and ``setting`` (its name).
    """
    kind = next((OF_ERROR[c] for c in type(error).__mro__ if c in OF_ERROR), INTERNAL)
    members = {
        name: value
        for name in ("line", "column", "expected")
        if (value := getattr(error, name, None))
    }
    if error.limit is not None:
        members |= limits.members(error.limit)
    headers = {"Retry-After": "1"} if kind.status == HTTPStatus.SERVICE_UNAVAILABLE else {}
    return ProblemError(kind, str(error), headers=headers, **members)


def show_query(request: Request, text: str) -> None:
    """Have a problem of this request shown on the query page, with the text to correct."""
    request.state.query_text = text


class Responder:
    """Turns problems into responses: JSON for programs, a page for browsers."""

    def __init__(self, pages: Pages, limits: Limits) -> None:
        self._pages = pages
        self._limits = limits

    def install(self, app: FastAPI) -> None:
        """Answer for everything that can be raised in ``app``."""
        app.add_exception_handler(ProblemError, self._problem)
        app.add_exception_handler(errors.GcmGraphError, self._ours)
        app.add_exception_handler(HTTPException, self._framework)
        app.add_middleware(_Catcher, responder=self)

    def respond(self, request: Request, problem: ProblemError) -> Response:
        """Return the response for a problem."""
        body = {
            "type": problem.kind.type,
            "title": problem.kind.title,
            "status": problem.kind.status,
            "detail": problem.detail,
            **problem.members,
        }
        headers = {**problem.headers, "Cache-Control": "no-store", "Vary": "Accept"}
        accept = ", ".join(request.headers.getlist("accept"))
        if best(accept, (PROBLEM, HTML)) is not HTML:
            return JSONResponse(body, problem.kind.status, headers, PROBLEM.media_type)
        text = getattr(request.state, "query_text", None)
        if text is None:
            page = self._pages.render("problem.html", problem=body)
        else:
            mark = _mark(text, body.get("line"), body.get("column"))
            page = self._pages.render("query.html", problem=body, text=text, mark=mark)
        return Response(page, problem.kind.status, headers, "text/html")

    async def _problem(self, request: Request, error: Exception) -> Response:
        assert isinstance(error, ProblemError)  # noqa: S101 - registered for it
        return self.respond(request, error)

    async def _ours(self, request: Request, error: Exception) -> Response:
        assert isinstance(error, errors.GcmGraphError)  # noqa: S101 - registered for it
        if isinstance(error, errors.QueryError | errors.EngineStoppedError):
            return self.respond(request, problem_of(error, self._limits))
        return self.respond(request, _logged(problem_of(error, self._limits), error))

    async def _framework(self, request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)  # noqa: S101 - registered for it
        kind = _OF_STATUS.get(error.status_code, BAD_REQUEST)
        path = request.url.path
        if kind is NOT_FOUND:
            if len(path) > LONGEST_PATH:
                detail = f"The path has {len(path)} characters; none has over {LONGEST_PATH}."
                return self.respond(request, ProblemError(URI_TOO_LONG, detail))
            if path.endswith("/") and request.method in ("GET", "HEAD"):
                # Of two addresses for one document, the one without the slash is its own.
                address = quote(f"/{path.strip('/')}")
                query = f"?{request.url.query}" if request.url.query else ""
                return RedirectResponse(address + query, HTTPStatus.PERMANENT_REDIRECT)
            detail = f"Nothing is published at {path}."
        elif kind is METHOD_NOT_ALLOWED:
            known = (error.headers or {}).get("Allow", "GET, HEAD").split(", ")
            allowed = ", ".join(sorted({*known, "OPTIONS"}))
            detail = f"{request.method} is not allowed here; {allowed} are."
            return self.respond(request, ProblemError(kind, detail, headers={"Allow": allowed}))
        else:
            detail = str(error.detail)
        return self.respond(request, ProblemError(kind, detail, headers=error.headers))

    def unknown(self, request: Request, error: Exception) -> Response:
        """Return the response for what nobody foresaw."""
        detail = "The server failed, and it is not the request's fault."
        return self.respond(request, _logged(ProblemError(INTERNAL, detail), error))


class _Catcher:
    """Catches what nobody foresaw, below the middleware that adds the headers of all responses."""

    def __init__(self, app: ASGIApp, responder: Responder) -> None:
        self._app = app
        self._responder = responder

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        has_begun = False

        async def watched(message: Message) -> None:
            nonlocal has_begun
            has_begun = True
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except Exception as error:
            response = self._responder.unknown(Request(scope), error)
            if has_begun:
                # Too late for a problem: the connection breaks, so that nobody takes it as whole.
                raise
            await response(scope, receive, send)


def _mark(text: str, line: object, column: object) -> str:
    """Return the line at fault with a sign below the place; empty where no place is known."""
    if not isinstance(line, int) or not isinstance(column, int):
        return ""
    lines = text.split("\n")
    at_fault = lines[line - 1] if line <= len(lines) else ""
    start = max(column - _MARKED, 0)
    shown = at_fault[start : column + _MARKED].replace("\t", " ").rstrip("\r")
    return f"{shown}\n{' ' * (column - 1 - start)}^"


def _logged(problem: ProblemError, error: Exception) -> ProblemError:
    """Log an error of ours under an id that the response names."""
    identifier = secrets.token_hex(8)
    _LOG.error("%s: %s", identifier, error, exc_info=error)
    problem.members["instance"] = f"urn:error:{identifier}"
    return problem
