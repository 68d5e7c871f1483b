"""Linked data: a thing answers 303 to its document; the document comes in every format.

Things stand at ``/id/…`` and their documents at ``/doc/…``, with a suffix for a fixed format. Of
things whose IRIs others made there are documents, too, at ``/about/{host}/…``; the thing itself is
theirs. The IRI of a thing of ours lies below the release's base, whatever the server's address.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from starlette.requests import Request  # noqa: TC002 - FastAPI reads the annotation
from starlette.responses import Response  # noqa: TC002 - the same

from gcmgraph.rdf import formats
from gcmgraph.rdf.namespaces import DCT, PROV, RDF
from gcmgraph.serve.addresses import (
    ABOUT,
    DOCUMENT,
    GRAPH,
    IDENTIFIER,
    normal,
    tidy,
    with_suffix,
)
from gcmgraph.serve.http.negotiation import choose
from gcmgraph.serve.http.routes import Routes
from gcmgraph.serve.http.signposts import Link, alternates, header, in_formats
from gcmgraph.serve.things import schema_org
from gcmgraph.serve.things.absent import Absent
from gcmgraph.serve.things.description import Describer
from gcmgraph.serve.things.graphs import Graphs
from gcmgraph.serve.things.lists import Lists
from gcmgraph.serve.things.paths import redirect, sent
from gcmgraph.serve.things.quads import nquads, trig

if TYPE_CHECKING:
    from gcmgraph.rdf.formats import Format
    from gcmgraph.serve.addresses import Reading
    from gcmgraph.serve.site import Site

OFFERED: Final = (*formats.TRIPLES, *formats.QUADS, formats.HTML)
DATA: Final = (*formats.TRIPLES, *formats.QUADS)

#: What a page about a thing is (FAIR Signposting Profile §2.1).
_PAGE: Final = Link("https://schema.org/AboutPage", "type")

#: Classes that a header names; a header has its limits.
_MOST_TYPES: Final = 16

#: Read from the path as sent, so that the framework does not know of it.
_TAKES_PATH: Final = {
    "parameters": [{"name": "path", "in": "path", "required": True, "schema": {"type": "string"}}]
}

#: What ends like a file's name; a target of the UN's may end with a dot and one letter.
_SUFFIXED: Final = re.compile(r"(.+)\.([A-Za-z][A-Za-z0-9]{1,7})", re.ASCII)

#: Whether a thing is still there, and what it is.
_STANDING: Final = (RDF.type, PROV.invalidatedAtTime, DCT.isReplacedBy)


def router(site: Site) -> Routes:
    """Return the routes of things, their documents, and the graphs they stand in."""
    routes = Routes()
    lists, graphs = Lists(site), Graphs(site)
    things = _Things(site, lists)
    for root, endpoint in (
        (IDENTIFIER, things.identifier),
        (DOCUMENT, things.document),
        (ABOUT, things.about),
        (GRAPH, graphs.graph),
    ):
        routes.add(root, endpoint, described=False)
        routes.add(f"{root}/{{path:path}}", endpoint, operation=_TAKES_PATH)
    routes.add("/browse", lists.of_class)
    routes.add("/.well-known/genid/{name}", graphs.genid, described=False)
    return routes


class _Found(NamedTuple):
    """A thing that the graph knows, the suffix of the format, and who describes it."""

    iri: str
    suffix: str | None
    describer: Describer


class _Things:
    """Answers for single things."""

    def __init__(self, site: Site, lists: Lists) -> None:
        self._site = site
        self._addresses = site.pages.addresses
        self._lists = lists
        self._describer = Describer(site)
        self._absent = Absent(self._addresses, self._describer)

    async def identifier(self, request: Request) -> Response:
        """Lead from a thing to its document (Cool URIs for the Semantic Web §4.2)."""
        path, tail = sent(request, IDENTIFIER)
        found = await self._find(self._addresses.readings(tail, IDENTIFIER))
        await self._standing(found)
        canonical = self._addresses.identifier(found.iri)
        if path != canonical:
            return redirect(request, canonical, 308)
        document = str(self._addresses.document(found.iri))
        response = redirect(request, document, 303)
        response.headers["Vary"] = "Accept"
        response.headers["Link"] = header(in_formats(document, OFFERED, "describedby"))
        return response

    async def document(self, request: Request) -> Response:
        """Return what the graph says of a thing of ours, or a list of its kind."""
        path, tail = sent(request, DOCUMENT)
        readings = self._addresses.readings(tail, DOCUMENT)
        found = await self._known(readings)
        if found is not None:
            return await self._document(request, path, found)
        kind = tidy(normal(tail))
        if kind and "/" not in kind:
            if path != f"{DOCUMENT}/{kind}":
                return redirect(request, f"{DOCUMENT}/{kind}", 308)
            return await self._lists.of_kind(request, kind)
        await self._require_format(request, tail, DOCUMENT)
        raise await self._absent.unknown(readings)

    async def about(self, request: Request) -> Response:
        """Return what the graph says of a thing that has an IRI of others."""
        path, tail = sent(request, ABOUT)
        readings = self._addresses.readings(tail, ABOUT)
        found = await self._known(readings)
        if found is None:
            await self._require_format(request, tail, ABOUT)
            raise await self._absent.unknown(readings)
        return await self._document(request, path, found)

    async def _document(self, request: Request, path: str, found: _Found) -> Response:
        document = str(self._addresses.document(found.iri))
        canonical = with_suffix(document, found.suffix)
        if path != canonical:
            return redirect(request, canonical, 308)
        types = await self._standing(found)
        format_ = choose(request, OFFERED, suffix=found.suffix)
        url = self._site.url(request, document)
        etag = self._site.etag("doc", found.iri, format_.name, url)
        if (known := self._site.unchanged(request, etag)) is not None:
            return known
        body = await self._body(found, document, url, format_)
        return self._site.respond(
            body, format_, etag, _signposts(found.iri, document, format_, types)
        )

    async def _body(self, found: _Found, path: str, url: str, format_: Format) -> bytes:
        describer, iri = found.describer, found.iri
        if format_ is formats.HTML:
            thing = await describer.describe(iri)
            return self._site.pages.render(
                "thing.html",
                thing=thing,
                path=path,
                described=thing.described,
                schema_org=schema_org.describe(thing, url, self._site.manifest),
            ).encode()
        if format_ is formats.NQUADS:
            return nquads(await describer.quads(iri)).encode()
        if format_ is formats.TRIG:
            return trig(await describer.quads(iri), self._site.manifest.prefixes).encode()
        return await describer.triples(iri, format_)

    async def _known(self, readings: list[Reading]) -> _Found | None:
        """Return the first reading that the graph knows."""
        iris = {reading.iri for reading in readings}
        known = await self._describer.known(iris)
        # What nobody speaks of but the catalogue, say, is told from there.
        elsewhere = {} if known else await self._describer.elsewhere(iris)
        for iri, suffix in readings:
            if iri in known:
                return _Found(iri, suffix, self._describer)
            if iri in elsewhere:
                return _Found(iri, suffix, Describer(self._site, (elsewhere[iri],)))
        return None

    async def _require_format(self, request: Request, tail: str, root: str) -> None:
        """Make sure that a path of no known thing is not one with a suffix of no known format.

        Raises:
            ProblemError: 406, with the list of what there is.

        """
        named = _SUFFIXED.fullmatch(tail)
        if named is None or formats.by_suffix(named[2].lower(), OFFERED):
            return
        if await self._known(self._addresses.readings(named[1], root)):
            choose(request, OFFERED, suffix=named[2])

    async def _find(self, readings: list[Reading]) -> _Found:
        found = await self._known(readings)
        if found is None:
            raise await self._absent.unknown(readings)
        return found

    async def _standing(self, found: _Found) -> list[str]:
        """Return the classes of a thing.

        Raises:
            ProblemError: 410 where the graph says that the thing is no more.

        """
        facts = await found.describer.facts(found.iri, _STANDING)
        if facts[PROV.invalidatedAtTime]:
            since, successors = facts[PROV.invalidatedAtTime][0].value, facts[DCT.isReplacedBy]
            raise await self._absent.gone(found.iri, since, successors, found.describer)
        return [term.value for term in facts[RDF.type] if term.is_iri][:_MOST_TYPES]


def _signposts(iri: str, path: str, format_: Format, types: list[str]) -> list[Link]:
    """Return the links of a document (FAIR Signposting Profile)."""
    links = [Link(iri, "describes"), Link(iri, "cite-as")]
    links += [_PAGE] if format_ is formats.HTML else []
    links += [Link(type_, "type") for type_ in types if type_.startswith(("http://", "https://"))]
    links += alternates(path, OFFERED, format_)
    return links + (in_formats(path, DATA, "describedby") if format_ is formats.HTML else [])
