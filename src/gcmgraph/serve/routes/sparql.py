"""The endpoint: SPARQL 1.1 Protocol §2.1, queries only.

A GET without a query is answered with the service description (SPARQL 1.1 Service Description),
or with a page to write queries on for a browser.

Beyond the protocol, ``format`` chooses the format of the answer, and ``release`` pins the release
that it comes from. An ASK may be answered as CSV or TSV, too, for which no standard exists: it is
the bare word ``true`` or ``false``, as other endpoints have it.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, quote, urlencode

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from gcmgraph.engine.admission import check_length
from gcmgraph.engine.protocol import Answer, Query, read_facts
from gcmgraph.errors import QueryTooLongError, ResultTooLargeError, UpdateRefusedError
from gcmgraph.rdf import formats, results
from gcmgraph.rdf.query_scan import Form
from gcmgraph.serve.client import CLIENT
from gcmgraph.serve.http.conditions import is_known, names_tag
from gcmgraph.serve.http.negotiation import choose
from gcmgraph.serve.http.problems import (
    BAD_REQUEST,
    PRECONDITION_FAILED,
    REQUEST_TIMEOUT,
    UNSUPPORTED,
    ProblemError,
)
from gcmgraph.serve.http.routes import Routes
from gcmgraph.serve.http.signposts import Link, link_header
from gcmgraph.serve.http.spool import SpooledResponse
from gcmgraph.serve.middleware.release import use_release
from gcmgraph.serve.release import release_of
from gcmgraph.serve.resource import (
    FRESH,
    PINNED,
    headers_of,
    not_modified,
    public_url,
    send,
    strong_tag,
    tag_of,
)
from gcmgraph.serve.views.service_description import OFFERED, description_query

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from gcmgraph.serve.release import Release
    from gcmgraph.settings import Settings

_PATH: Final = "/sparql"

_FORM: Final = "application/x-www-form-urlencoded"
_QUERY: Final = "application/sparql-query"
_UPDATE: Final = "application/sparql-update"

_MOST_FIELDS: Final = 1000

#: What some editors write at the beginning of a text in UTF-8; it is no part of the text.
_BYTE_ORDER_MARK: Final = "\ufeff"

#: Percent-encoding makes three bytes of one; the rest leaves room for other parameters.
_FORM_FACTOR: Final = 3
_FORM_ROOM: Final = 1 << 16

#: Bytes of an answer that a page shows; larger ones have formats of their own.
_MOST_ON_PAGE: Final = 1 << 20

#: Characters of an address that every client and every proxy passes on.
_LONGEST_LINK: Final = 2000

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


async def sparql(request: Request) -> Response:
    """Answer a query; without one, describe the service or show a page to write one."""
    settings: Settings = request.app.state.settings
    parameters = await read(request, settings)
    if parameters.query is not None:
        # A problem is shown on the query page, with the text to correct.
        request.state.query_text = parameters.query
    if request.method == "POST":
        await use_release(request, parameters.release)
    if parameters.query is not None:
        return await _answer(request, parameters, parameters.query)
    if request.method == "POST":
        raise ProblemError(BAD_REQUEST, "The parameter query is missing.")
    return await _describe(request, parameters)


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
        if media_type not in (_FORM, _QUERY) or charset not in ("utf-8", "utf8"):
            raise ProblemError(
                UNSUPPORTED,
                f"Send {_FORM} or {_QUERY} in UTF-8.",
                headers={"Accept-Post": f"{_FORM}, {_QUERY}"},
            )
        if media_type == _QUERY:
            body = await _body(request, settings.query_bytes, settings)
            text = _utf8(body).removeprefix(_BYTE_ORDER_MARK)
            if any(name == "query" and value for name, value in pairs):
                raise ProblemError(BAD_REQUEST, "The query is there twice: in body and address.")
        else:
            most = settings.query_bytes * _FORM_FACTOR + _FORM_ROOM
            pairs += _pairs(await _body(request, most, settings))
    return _parameters(pairs, text)


def _parameters(pairs: list[tuple[str, str]], text: str | None) -> Parameters:
    values: dict[str, list[str]] = {}
    # Clients and forms send fields that nobody filled in.
    for name, value in ((name, value) for name, value in pairs if value):
        values.setdefault(name, []).append(value)
    if "update" in values:
        raise UpdateRefusedError("This service is read-only; it takes queries and no updates.")
    for name in ("query", "release"):
        if len(values.get(name, [])) > 1:
            raise ProblemError(BAD_REQUEST, f"There is more than one parameter {name}.")

    def single(name: str) -> str | None:
        return next(iter(values.get(name, [])), None)

    if text is None and (said := single("query")) is not None:
        text = said.removeprefix(_BYTE_ORDER_MARK)
    return Parameters(
        query=text,
        default_graphs=tuple(values.get("default-graph-uri", [])),
        named_graphs=tuple(values.get("named-graph-uri", [])),
        # SPARQLWrapper says it twice: as its own name, and as media types.
        formats=tuple(values.get("format", [])),
        release=single("release"),
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


async def _answer(request: Request, parameters: Parameters, text: str) -> Response:
    release = release_of(request)
    check_length(text, request.app.state.settings.query_bytes)
    query = Query(
        text,
        formats.RESULTS_JSON,
        parameters.default_graphs,
        parameters.named_graphs,
        client=CLIENT.get(),
    )
    facts = await read_facts(query)
    gives_graph = facts.form is not None and facts.form.gives_graph
    offered = formats.TRIPLES if gives_graph else formats.RESULTS
    format_ = choose(request, (*offered, formats.HTML), names=parameters.formats)
    as_page = format_ is formats.HTML
    query = query.written_as(offered[0] if as_page else format_)
    link = permalink(request, query)
    links = [Link(link, "cite-as")] if link else []
    if facts.volatile:
        headers = {"Vary": "Accept", "Cache-Control": "no-store"}
        if links:
            headers["Link"] = link_header(links)
    else:
        etag = strong_tag(
            release,
            "sparql",
            # A page shows the text as it is, and its own address.
            *((text, link or "") if as_page else (facts.canonical,)),
            "\1".join(query.default_graphs),
            "\1".join(query.named_graphs),
            format_.name,
        )
        cache_control = FRESH if parameters.release is None else PINNED
        _require_match(request, etag)
        # A release never changes: whoever has this tag has the answer.
        if names_tag(request, etag):
            return not_modified(release, etag, cache_control)
        headers = headers_of(release, etag, links, cache_control)
    answer = await while_connected(request, release.engine.query(query))
    if not facts.volatile and is_known(request, etag, release.issued):
        answer.close()
        return not_modified(release, etag, cache_control)
    if as_page:
        return _page(release, query, answer, headers, link)
    return SpooledResponse(answer, headers)


def _require_match(request: Request, etag: str) -> None:
    """Make sure that the answer is one that the client takes (RFC 9110 §13.1.1).

    Raises:
        ProblemError: 412, where it is not.

    """
    if_match = request.headers.get("if-match", "*")
    if if_match.strip() != "*" and etag not in (tag.strip() for tag in if_match.split(",")):
        raise ProblemError(PRECONDITION_FAILED, f"The answer to this query has the tag {etag}.")


def permalink(request: Request, query: Query) -> str | None:
    """Return the address that pins query and release; ``None`` where it would be too long."""
    parameters = [
        ("query", query.text),
        *(("default-graph-uri", iri) for iri in query.default_graphs),
        *(("named-graph-uri", iri) for iri in query.named_graphs),
        ("release", release_of(request).manifest.identity),
    ]
    if len(query.text) > _LONGEST_LINK:
        return None
    link = f"{public_url(request, _PATH)}?{urlencode(parameters, quote_via=quote)}"
    return link if len(link) < _LONGEST_LINK else None


def _page(
    release: Release, query: Query, answer: Answer, headers: dict[str, str], link: str | None
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
    if query.facts.form is Form.SELECT:
        columns, rows = results.table(body)
        shown |= {"columns": columns, "rows": rows}
    elif query.facts.form is Form.ASK:
        shown["plain"] = "Yes." if results.boolean(body) else "No."
    else:
        shown["plain"] = body.decode()
    page = release.html.render("query.html", text=query.text, answer=shown)
    return Response(page, headers=headers, media_type="text/html")


async def _describe(request: Request, parameters: Parameters) -> Response:
    release = release_of(request)
    format_ = choose(request, OFFERED, names=parameters.formats)
    if format_ is formats.HTML:
        text = request.query_params.get("text", _EXAMPLE)

        async def page() -> bytes:
            return release.html.render("query.html", text=text).encode()

        return await send(request, tag_of(request, _PATH, format_, text), format_, page)
    endpoint = public_url(request, _PATH)
    is_federated = bool(request.app.state.settings.services)

    async def described() -> bytes:
        query = description_query(release.manifest, endpoint, is_federated=is_federated)
        return await release.graph.construct(query, format_)

    etag = tag_of(request, _PATH, format_, str(is_federated))
    return await send(request, etag, format_, described)


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


_METHODS: Final = ("GET", "HEAD", "POST")

router = Routes()
router.add_api_route(_PATH, sparql, methods=[*_METHODS], include_in_schema=False)
# One route answers, so that “Allow” is whole; these only describe it, a method each.
for _method in _METHODS:
    _operation: dict[str, Any] = {"parameters": _PARAMETERS}
    if _method == "POST":
        _operation["requestBody"] = _BODY
    router.add_api_route(
        _PATH,
        sparql,
        methods=[_method],
        operation_id=f"sparql-{_method.lower()}",
        openapi_extra=_operation,
    )
