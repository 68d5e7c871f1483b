"""The endpoint: SPARQL 1.1 Protocol §2.1, queries only.

A GET without a query is answered with the service description (SPARQL 1.1 Service Description),
or with a page to write queries on for a browser.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl

from fastapi import APIRouter
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from gcmgraph import formats
from gcmgraph.engine.admission import check_length
from gcmgraph.engine.outline import Form
from gcmgraph.engine.protocol import Answer, Query
from gcmgraph.errors import QueryTooLongError, ResultTooLargeError, UpdateRefusedError
from gcmgraph.serve import terms
from gcmgraph.serve.negotiation import choose
from gcmgraph.serve.problems import BAD_REQUEST, UNSUPPORTED, ProblemError
from gcmgraph.serve.service import description
from gcmgraph.serve.site import Site, not_modified, unmodified
from gcmgraph.serve.spool import SpooledResponse

if TYPE_CHECKING:
    from collections.abc import Coroutine


_FORM: Final = "application/x-www-form-urlencoded"
_QUERY: Final = "application/sparql-query"
_UPDATE: Final = "application/sparql-update"

_MOST_FIELDS: Final = 1000

#: Percent-encoding makes three bytes of one; the rest leaves room for other parameters.
_FORM_FACTOR: Final = 3
_FORM_ROOM: Final = 1 << 16

#: Bytes of an answer that a page shows; larger ones have formats of their own.
_MOST_ON_PAGE: Final = 1 << 20

_DESCRIPTION_FORMATS: Final = (formats.TURTLE, formats.NTRIPLES, formats.HTML)


@dataclass(frozen=True, slots=True)
class Parameters:
    """The parameters of a query operation (§2.1.4), and the format that a form may carry."""

    query: str | None
    default_graphs: tuple[str, ...]
    named_graphs: tuple[str, ...]
    format: str | None


def router(site: Site) -> APIRouter:
    """Return the route of the endpoint."""
    routes = APIRouter()

    async def sparql(request: Request) -> Response:
        parameters = await read(request, site.settings.query_bytes)
        if parameters.query is None:
            if request.method == "POST":
                raise ProblemError(BAD_REQUEST, "The parameter query is missing.")
            return _describe(site, request)
        return await _answer(site, request, parameters, parameters.query)

    routes.add_api_route("/sparql", sparql, methods=["GET", "HEAD", "POST"])
    return routes


async def read(request: Request, query_bytes: int) -> Parameters:
    """Read a query operation from a request.

    Raises:
        ProblemError: 400 or 415, where the request is not as the protocol has it.
        QueryTooLongError: where the body exceeds what a query can need.
        UpdateRefusedError: where the request is an update operation.

    """
    pairs = _pairs(request.scope["query_string"])
    text: str | None = None
    if request.method == "POST":
        media_type, charset = _content_type(request)
        if media_type == _UPDATE:
            raise UpdateRefusedError("This service is read-only; it takes queries and no updates.")
        if media_type not in (_FORM, _QUERY) or charset != "utf-8":
            raise ProblemError(
                UNSUPPORTED,
                f"Send {_FORM} or {_QUERY} in UTF-8.",
                headers={"Accept-Post": f"{_FORM}, {_QUERY}"},
            )
        if media_type == _QUERY:
            text = _utf8(await _body(request, query_bytes))
            if any(name == "query" for name, _ in pairs):
                raise ProblemError(BAD_REQUEST, "The query is there twice: in body and address.")
        else:
            most = query_bytes * _FORM_FACTOR + _FORM_ROOM
            pairs += _pairs(await _body(request, most))
    return _parameters(pairs, text)


def _parameters(pairs: list[tuple[str, str]], text: str | None) -> Parameters:
    values: dict[str, list[str]] = {}
    for name, value in pairs:
        values.setdefault(name, []).append(value)
    if "update" in values:
        raise UpdateRefusedError("This service is read-only; it takes queries and no updates.")
    for name in ("query", "format"):
        if len(values.get(name, [])) > 1:
            raise ProblemError(BAD_REQUEST, f"There is more than one parameter {name}.")
    return Parameters(
        query=text if text is not None else next(iter(values.get("query", [])), None),
        default_graphs=tuple(values.get("default-graph-uri", [])),
        named_graphs=tuple(values.get("named-graph-uri", [])),
        format=next(iter(values.get("format", [])), None) or None,
    )


def _pairs(encoded: bytes) -> list[tuple[str, str]]:
    """Decode a form, once."""
    try:
        return parse_qsl(
            _utf8(encoded),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=_MOST_FIELDS,
        )
    except UnicodeDecodeError:
        raise ProblemError(BAD_REQUEST, "A parameter is not in UTF-8.") from None
    except ValueError:
        raise ProblemError(BAD_REQUEST, "There are too many parameters.") from None


def _utf8(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ProblemError(
            BAD_REQUEST, f"The request is not in UTF-8 at byte {error.start + 1}."
        ) from None


def _content_type(request: Request) -> tuple[str, str]:
    media_type, *parameters = request.headers.get("content-type", "").split(";")
    charset = "utf-8"
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            charset = value.strip().strip('"').lower()
    return media_type.strip().lower(), charset


async def _body(request: Request, most: int) -> bytes:
    """Read the body, and no more of it than it may have."""
    chunks = []
    size = 0
    try:
        async for chunk in request.stream():
            size += len(chunk)
            if size > most:
                raise QueryTooLongError(f"The request is longer than the limit of {most} bytes.")
            chunks.append(chunk)
    except ClientDisconnect:
        raise ProblemError(BAD_REQUEST, "The request ended before its end.") from None
    return b"".join(chunks)


async def _answer(site: Site, request: Request, parameters: Parameters, text: str) -> Response:
    check_length(text, site.settings.query_bytes)
    query = Query(text, formats.RESULTS_JSON, parameters.default_graphs, parameters.named_graphs)
    # A long text takes a while to read, and others are waiting for this thread.
    outline = await asyncio.to_thread(lambda: query.outline)
    gives_graph = outline.form is not None and outline.form.gives_graph
    offered = formats.TRIPLES if gives_graph else formats.RESULTS
    format_ = choose(request, (*offered, formats.HTML), name=parameters.format or "")
    as_page = format_ is formats.HTML
    query = query.written_as(offered[0] if as_page else format_)
    etag = site.etag(
        "sparql",
        outline.canonical,
        "\1".join(query.default_graphs),
        "\1".join(query.named_graphs),
        format_.name,
    )
    # A release never changes: whoever has this tag has the answer, and nothing needs evaluating.
    says_any = request.headers.get("if-none-match", "").strip() == "*"
    if not outline.volatile and not says_any and unmodified(request, etag):
        return not_modified(etag)
    answer = await while_connected(request, site.engine.query(query))
    if as_page:
        return _page(site, query, answer)
    headers = {"ETag": etag, "Cache-Control": "public, max-age=60", "Vary": "Accept"}
    if outline.volatile:
        headers = {"Cache-Control": "no-store", "Vary": "Accept"}
    return SpooledResponse(answer, headers)


def _page(site: Site, query: Query, answer: Answer) -> Response:
    """Show an answer on the query page; a page is whole, too, or it is an error."""
    with answer:
        if answer.size > _MOST_ON_PAGE:
            raise ResultTooLargeError(
                f"The answer has {answer.size} bytes, too many for a page; ask for a format "
                "such as CSV, JSON or Turtle, or for less with LIMIT."
            )
        body = answer.read()
    columns: list[str] = []
    rows: list[terms.Row] = []
    plain = ""
    if query.outline.form is Form.SELECT:
        columns, rows = terms.columns(body), terms.rows(body)
    elif query.outline.form is Form.ASK:
        plain = "Yes." if terms.boolean(body) else "No."
    else:
        plain = body.decode()
    page = site.pages.render(
        "query.html", text=query.text, columns=columns, rows=rows, plain=plain, answered=True
    )
    return Response(
        page, headers={"Vary": "Accept", "Cache-Control": "no-cache"}, media_type="text/html"
    )


def _describe(site: Site, request: Request) -> Response:
    format_ = choose(request, _DESCRIPTION_FORMATS)
    if format_ is formats.HTML:
        text = request.query_params.get("text", "SELECT * WHERE { ?s ?p ?o } LIMIT 10")
        return site.page(
            request, "query.html", text=text, columns=[], rows=[], plain="", answered=False
        )
    endpoint = site.url(request, "/sparql")
    etag = site.etag("service", endpoint, format_.name)
    if unmodified(request, etag):
        return not_modified(etag)
    return site.respond(description(site.manifest, endpoint).encode(), format_, etag)


async def while_connected(request: Request, work: Coroutine[Any, Any, Answer]) -> Answer:
    """Run a query for as long as somebody waits for its answer."""
    query = asyncio.create_task(work)
    gone = asyncio.create_task(_disconnected(request))
    try:
        await asyncio.wait((query, gone), return_when=asyncio.FIRST_COMPLETED)
        if query.done():
            return query.result()
        query.cancel()
        raise ProblemError(BAD_REQUEST, "The client has gone.")
    except asyncio.CancelledError:
        query.cancel()
        raise
    finally:
        gone.cancel()
        if query.cancelling():
            # The engine needs a moment to take the worker back; an answer that came is dropped.
            query.add_done_callback(_drop)


def _drop(query: asyncio.Task[Answer]) -> None:
    if not query.cancelled() and query.exception() is None:
        query.result().close()


async def _disconnected(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
