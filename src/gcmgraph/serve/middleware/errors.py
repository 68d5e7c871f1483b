"""Errors become problems (RFC 9457): JSON for programs, a page for browsers."""

from __future__ import annotations

import logging
import secrets
from http import HTTPStatus
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from gcmgraph import errors
from gcmgraph.rdf.formats import HTML, PROBLEM
from gcmgraph.serve.http.accept import best
from gcmgraph.serve.http.problems import (
    BAD_REQUEST,
    INTERNAL,
    LONGEST_PATH,
    METHOD_NOT_ALLOWED,
    NOT_FOUND,
    OF_STATUS,
    URI_TOO_LONG,
    ProblemError,
    problem_of,
)
from gcmgraph.serve.middleware import Middleware
from gcmgraph.serve.release import release_of

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.types import Message, Receive, Scope, Send

_LOG: Final = logging.getLogger(__name__)

#: How much of a line at fault is shown on either side of the place.
_MARKED: Final = 60


def install(app: FastAPI) -> None:
    """Answer for everything that can be raised in ``app``."""
    app.add_exception_handler(HTTPException, _framework)
    app.add_middleware(Errors)


def problem_response(request: Request, problem: ProblemError) -> Response:
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
    html = release_of(request).html
    text = getattr(request.state, "query_text", None)
    if text is None:
        page = html.render("problem.html", problem=body)
    else:
        mark = _mark(text, body.get("line"), body.get("column"))
        page = html.render("query.html", problem=body, text=text, mark=mark)
    return Response(page, problem.kind.status, headers, "text/html")


async def _framework(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for it
    kind = OF_STATUS.get(error.status_code, BAD_REQUEST)
    path = request.url.path
    headers = error.headers
    if kind is NOT_FOUND:
        if len(path) > LONGEST_PATH:
            detail = f"The path has {len(path)} characters; none has over {LONGEST_PATH}."
            return problem_response(request, ProblemError(URI_TOO_LONG, detail))
        if path.endswith("/") and request.method in ("GET", "HEAD"):
            # Of two addresses for one document, the one without the slash is its own.
            query = f"?{request.url.query}" if request.url.query else ""
            address = quote(f"/{path.strip('/')}")
            return RedirectResponse(address + query, HTTPStatus.PERMANENT_REDIRECT)
        detail = f"Nothing is published at {path}."
    elif kind is METHOD_NOT_ALLOWED:
        known = (headers or {}).get("Allow", "GET, HEAD").split(", ")
        allowed = ", ".join(sorted({*known, "OPTIONS"}))
        detail = f"{request.method} is not allowed here; {allowed} are."
        headers = {"Allow": allowed}
    else:
        detail = str(error.detail)
    return problem_response(request, ProblemError(kind, detail, headers=headers))


class Errors(Middleware):
    """Answers for what was raised, foreseen or not."""

    async def answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        has_begun = False

        async def watched(message: Message) -> None:
            nonlocal has_begun
            has_begun = True
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except Exception as error:
            request = Request(scope)
            problem = _problem_of(request, error)
            if has_begun:
                # Too late for a problem: the connection breaks, so that nobody takes it as whole.
                raise
            await problem_response(request, problem)(scope, receive, send)


def _problem_of(request: Request, error: Exception) -> ProblemError:
    """Return the problem that an error is; what is no client's fault is logged."""
    if isinstance(error, ProblemError):
        return error
    if isinstance(error, errors.GcmGraphError):
        problem = problem_of(error, request.app.state.settings)
        if isinstance(error, errors.QueryError | errors.EngineStoppedError):
            return problem
    else:
        detail = "The server failed, and it is not the request's fault."
        problem = ProblemError(INTERNAL, detail)
    identifier = secrets.token_hex(8)
    _LOG.error("%s: %s", identifier, error, exc_info=error)
    problem.members["instance"] = f"urn:error:{identifier}"
    return problem


def _mark(text: str, line: object, column: object) -> str:
    """Return the line at fault with a sign below the place; empty where no place is known."""
    if not isinstance(line, int) or not isinstance(column, int):
        return ""
    lines = text.split("\n")
    at_fault = lines[line - 1] if line <= len(lines) else ""
    start = max(column - _MARKED, 0)
    shown = at_fault[start : column + _MARKED].replace("\t", " ").rstrip("\r")
    return f"{shown}\n{' ' * (column - 1 - start)}^"
