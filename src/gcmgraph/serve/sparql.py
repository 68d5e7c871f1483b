"""The endpoint: SPARQL 1.1 Protocol §2.1, queries only.

A GET without a query is answered with the service description (SPARQL 1.1 Service Description),
or with a page to write queries on for a browser.

Beyond the protocol, ``format`` chooses the format of the answer, and ``release`` pins the release
that it comes from. An ASK may be answered as CSV or TSV, too, for which no standard exists: it is
the bare word ``true`` or ``false``, as other endpoints have it.
"""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, quote, urlencode

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from gcmgraph.engine.admission import check_length
from gcmgraph.engine.protocol import Answer, Query, read_outline
from gcmgraph.errors import QueryTooLongError, ResultTooLargeError, UpdateRefusedError
from gcmgraph.rdf import formats, terms
from gcmgraph.rdf.query_scan import Form
from gcmgraph.serve.http.clients import CLIENT
from gcmgraph.serve.http.headers import FRESH, PINNED
from gcmgraph.serve.http.negotiation import choose
from gcmgraph.serve.http.problems import (
    BAD_REQUEST,
    PRECONDITION_FAILED,
    RELEASE_GONE,
    REQUEST_TIMEOUT,
    UNSUPPORTED,
    ProblemError,
    show_query,
)
from gcmgraph.serve.http.routes import Routes
from gcmgraph.serve.http.signposts import Link, header
from gcmgraph.serve.http.spool import SpooledResponse
from gcmgraph.serve.service import OFFERED, description_query

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from gcmgraph.serve.site import Site
    from gcmgraph.settings import Settings

_FORM: Final = "application/x-www-form-urlencoded"
_QUERY: Final = "application/sparql-query"
_UPDATE: Final = "application/sparql-update"

_MOST_FIELDS: Final = 1000

#: Percent-encoding makes three bytes of one; the rest leaves room for other parameters.
_FORM_FACTOR: Final = 3
_FORM_ROOM: Final = 1 << 16

#: Bytes of an answer that a page shows; larger ones have formats of their own.
_MOST_ON_PAGE: Final = 1 << 20

#: Characters of an address that every client and every proxy passes on.
_LONGEST_LINK: Final = 2000

_RELEASE: Final = re.compile(r"[0-9a-f]{12,64}")

_EXAMPLE: Final = "SELECT * WHERE { ?s ?p ?o } LIMIT 10"


@dataclass(frozen=True, slots=True)
class Parameters:
    """The parameters of a query operation (§2.1.4), and ours: a format, and a release."""

    query: str | None
    default_graphs: tuple[str, ...]
    named_graphs: tuple[str, ...]
    formats: tuple[str, ...]
    release: str | None


_TEXT: Final = {"type": "string"}
_TEXTS: Final = {"type": "array", "items": _TEXT}
_PROPERTIES: Final[dict[str, dict[str, Any]]] = {
    "query": _TEXT,
    "default-graph-uri": _TEXTS,
    "named-graph-uri": _TEXTS,
    "format": _TEXT,
    "release": _TEXT,
}
#: The operation as OpenAPI 3.1 describes it; requests are read by ``read``, by the protocol.
_PARAMETERS: Final = [
    {"name": name, "in": "query", "required": False, "schema": schema}
    for name, schema in _PROPERTIES.items()
]
_BODY: Final = {
    "required": True,
    "content": {
        _QUERY: {"schema": _TEXT},
        _FORM: {"schema": {"type": "object", "properties": _PROPERTIES, "required": ["query"]}},
    },
}


def router(site: Site) -> Routes:
    """Return the route of the endpoint."""
    routes = Routes()

    async def sparql(request: Request) -> Response:
        parameters = await read(request, site.settings)
        if parameters.query is not None:
            show_query(request, parameters.query)
        if parameters.release is not None:
            _check_release(parameters.release, site.manifest.identity)
        if parameters.query is not None:
            return await _answer(site, request, parameters, parameters.query)
        if request.method == "POST":
            raise ProblemError(BAD_REQUEST, "The parameter query is missing.")
        return await _describe(site, request, parameters)

    methods = ["GET", "HEAD", "POST"]
    routes.add_api_route("/sparql", sparql, methods=methods, include_in_schema=False)
    # One route answers, so that “Allow” is whole; these only describe it, a method each.
    for method in methods:
        operation: dict[str, Any] = {"parameters": _PARAMETERS}
        if method == "POST":
            operation["requestBody"] = _BODY
        routes.add_api_route(
            "/sparql",
            sparql,
            methods=[method],
            operation_id=f"sparql-{method.lower()}",
            openapi_extra=operation,
        )
    return routes


def _check_release(asked: str, served: str) -> None:
    if not _RELEASE.fullmatch(asked):
        raise ProblemError(
            BAD_REQUEST, "A release is named by 12 to 64 hexadecimal digits in lower case."
        )
    if not served.startswith(asked):
        raise ProblemError(
            RELEASE_GONE,
            f"Release {asked} is not served here; answers come from release {served}.",
            asked=asked,
            served=served,
        )


async def read(request: Request, settings: Settings) -> Parameters:
    """Read a query operation from a request.

    Raises:
        ProblemError: 400, 408 or 415, where the request is not as the protocol has it.
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
            text = _utf8(await _body(request, settings.query_bytes, settings))
            if any(name == "query" for name, _ in pairs):
                raise ProblemError(BAD_REQUEST, "The query is there twice: in body and address.")
        else:
            most = settings.query_bytes * _FORM_FACTOR + _FORM_ROOM
            pairs += _pairs(await _body(request, most, settings))
    return _parameters(pairs, text)


def _parameters(pairs: list[tuple[str, str]], text: str | None) -> Parameters:
    values: dict[str, list[str]] = {}
    for name, value in pairs:
        values.setdefault(name, []).append(value)
    if "update" in values:
        raise UpdateRefusedError("This service is read-only; it takes queries and no updates.")
    for name in ("query", "release"):
        if len(values.get(name, [])) > 1:
            raise ProblemError(BAD_REQUEST, f"There is more than one parameter {name}.")

    def single(name: str) -> str | None:
        return next(iter(values.get(name, [])), None)

    return Parameters(
        query=text if text is not None else single("query"),
        default_graphs=tuple(values.get("default-graph-uri", [])),
        named_graphs=tuple(values.get("named-graph-uri", [])),
        # SPARQLWrapper says it twice: as its own name, and as media types.
        formats=tuple(value for value in values.get("format", []) if value),
        release=single("release") or None,
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


async def _body(request: Request, most: int, settings: Settings) -> bytes:
    """Read the body, no more of it than it may have, and for no longer than it may take."""
    chunks = []
    size = 0
    try:
        async with asyncio.timeout(settings.request_time):
            async for chunk in request.stream():
                size += len(chunk)
                if size > most:
                    raise QueryTooLongError(
                        f"The request is longer than the limit of {most} bytes."
                    )
                chunks.append(chunk)
    except ClientDisconnect:
        raise ProblemError(BAD_REQUEST, "The request ended before its end.") from None
    except TimeoutError:
        raise ProblemError(
            REQUEST_TIMEOUT,
            f"The request did not arrive whole within {settings.request_time:g} seconds.",
            headers={"Connection": "close"},
            limit=settings.request_time,
            unit="seconds",
            setting="GCMGRAPH_REQUEST_TIME",
        ) from None
    return b"".join(chunks)


async def _answer(site: Site, request: Request, parameters: Parameters, text: str) -> Response:
    check_length(text, site.settings.query_bytes)
    query = Query(
        text,
        formats.RESULTS_JSON,
        parameters.default_graphs,
        parameters.named_graphs,
        client=CLIENT.get(),
    )
    outline = await read_outline(query)
    gives_graph = outline.form is not None and outline.form.gives_graph
    offered = formats.TRIPLES if gives_graph else formats.RESULTS
    format_ = choose(request, (*offered, formats.HTML), names=parameters.formats)
    as_page = format_ is formats.HTML
    query = query.written_as(offered[0] if as_page else format_)
    link = permalink(site, request, query)
    links = [Link(link, "cite-as")] if link else []
    if outline.volatile:
        headers = {"Vary": "Accept", "Cache-Control": "no-store"}
        if links:
            headers["Link"] = header(links)
    else:
        etag = site.etag(
            "sparql",
            # A page shows the text as it is, and its own address.
            *((text, link or "") if as_page else (outline.canonical,)),
            "\1".join(query.default_graphs),
            "\1".join(query.named_graphs),
            format_.name,
        )
        cache_control = FRESH if parameters.release is None else PINNED
        if (known := _precondition(site, request, etag, cache_control)) is not None:
            return known
        headers = site.headers(etag, links, cache_control)
    answer = await while_connected(request, site.engine.query(query))
    if not outline.volatile and (known := site.unchanged(request, etag, cache_control)) is not None:
        answer.close()
        return known
    if as_page:
        return _page(site, query, answer, headers, link)
    return SpooledResponse(answer, headers)


def _precondition(site: Site, request: Request, etag: str, cache_control: str) -> Response | None:
    """Answer a request whose conditions decide it (RFC 9110 §13.2.2); nothing is evaluated.

    A release never changes: whoever has this tag has the answer. ``*`` asks whether there is any
    answer, and so does a date, which only evaluating can tell.
    """
    if_match = request.headers.get("if-match", "*")
    if if_match.strip() != "*" and etag not in (tag.strip() for tag in if_match.split(",")):
        raise ProblemError(PRECONDITION_FAILED, f"The answer to this query has the tag {etag}.")
    if request.headers.get("if-none-match", "*").strip() == "*":
        return None
    return site.unchanged(request, etag, cache_control)


def permalink(site: Site, request: Request, query: Query) -> str | None:
    """Return the address that pins query and release; ``None`` where it would be too long."""
    parameters = [
        ("query", query.text),
        *(("default-graph-uri", iri) for iri in query.default_graphs),
        *(("named-graph-uri", iri) for iri in query.named_graphs),
        ("release", site.manifest.identity),
    ]
    if len(query.text) > _LONGEST_LINK:
        return None
    link = f"{site.url(request, '/sparql')}?{urlencode(parameters, quote_via=quote)}"
    return link if len(link) < _LONGEST_LINK else None


def _page(
    site: Site, query: Query, answer: Answer, headers: dict[str, str], link: str | None
) -> Response:
    """Show an answer on the query page; a page is whole, too, or it is an error."""
    with answer:
        if answer.size > _MOST_ON_PAGE:
            raise ResultTooLargeError(
                f"The answer has {answer.size} bytes, too many for a page; ask for a format "
                "such as CSV, JSON or Turtle, or for less with LIMIT."
            )
        body = answer.read()
    shown: dict[str, object] = {"link": link}
    if query.outline.form is Form.SELECT:
        shown |= {"columns": terms.columns(body), "rows": terms.rows(body)}
    elif query.outline.form is Form.ASK:
        shown["plain"] = "Yes." if terms.boolean(body) else "No."
    else:
        shown["plain"] = body.decode()
    page = site.pages.render("query.html", text=query.text, answer=shown)
    return Response(page, headers=headers, media_type="text/html")


async def _describe(site: Site, request: Request, parameters: Parameters) -> Response:
    format_ = choose(request, OFFERED, names=parameters.formats)
    if format_ is formats.HTML:
        text = request.query_params.get("text", _EXAMPLE)
        return site.page(request, "query.html", text=text)
    endpoint = site.url(request, "/sparql")
    is_federated = bool(site.settings.services)
    etag = site.etag("service", endpoint, str(is_federated), format_.name)
    if (known := site.unchanged(request, etag)) is not None:
        return known
    text = description_query(site.manifest, endpoint, is_federated=is_federated)
    body = await site.read(text, format_)
    return site.respond(body, format_, etag)


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
