"""How the dataset and any thing in it is cited, at ``/citation``.

``of`` is the IRI of a thing, or the address of its page as a browser shows it; without it, the
dataset is meant. One look at the graph tells what a thing is called, who made it, and whose words
stand behind it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs, quote, urlencode

from starlette.requests import Request  # noqa: TC002 - FastAPI reads the annotation
from starlette.responses import RedirectResponse, Response

from gcmgraph.rdf import formats
from gcmgraph.serve.addresses import ABOUT, DOCUMENT, IDENTIFIER
from gcmgraph.serve.http.bodies import Body
from gcmgraph.serve.http.negotiation import choose
from gcmgraph.serve.http.problems import NOT_FOUND, ProblemError
from gcmgraph.serve.http.routes import Routes
from gcmgraph.serve.http.signposts import Link
from gcmgraph.serve.release import release_of
from gcmgraph.serve.resource import public_url, send, tag_of
from gcmgraph.serve.views import citation_formats
from gcmgraph.serve.views.works import dataset_work, work_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gcmgraph.serve.release import Release

OFFERED: Final = (formats.HTML, *formats.CITATIONS)

PATH: Final = "/citation"

_RELEASE: Final = "release"


async def citation(request: Request) -> Response:
    """Say how to cite."""
    release = release_of(request)
    given = request.query_params.get("of", "").strip() or release.manifest.iri
    origin = public_url(request, "")
    pinned = _pinned(given) if _start(release, given, origin) else None
    if pinned and _RELEASE not in request.query_params:
        # The page that was copied was that of another release, and so is its citation.
        query = urlencode([*request.query_params.multi_items(), (_RELEASE, pinned)])
        return RedirectResponse(f"{PATH}?{query}", 307)
    format_ = choose(request, OFFERED)

    async def make() -> Body:
        work = await _work(release, given, origin)
        signposts = (Link(work.iri, "cite-as"), *links("alternate", work.iri, format_))
        if format_ is not formats.HTML:
            return Body(citation_formats.write(work, format_).encode(), signposts)
        texts = {f: citation_formats.write(work, f) for f in formats.CITATIONS}
        page = release.html.render("citation.html", work=work, texts=texts)
        return Body(page.encode(), signposts)

    return await send(request, tag_of(request, PATH, format_, given), format_, make)


def links(rel: str, iri: str = "", chosen: formats.Format | None = None) -> list[Link]:
    """Return links to a citation in each format but the chosen one; of the dataset if no other."""
    of = f"of={quote(iri, safe='')}&" if iri else ""
    return [
        Link(f"{PATH}?{of}format={format_.name}", rel, format_.media_type)
        for format_ in formats.CITATIONS
        if format_ is not chosen
    ]


async def _work(release: Release, given: str, origin: str) -> citation_formats.Work:
    """Return the work that an IRI or an address names.

    Raises:
        ProblemError: 404, where the graph says nothing of it.

    """
    whole = dataset_work(release.manifest)
    meant = list(dict.fromkeys(_readings(release, given, origin)))
    if whole.iri in meant[:2]:  # by its IRI, or by the address of its page
        return whole
    found = await release.graph.describe(meant)
    if found is None:
        raise ProblemError(
            NOT_FOUND, f"The graph says nothing of “{given}”, so that it cannot be cited from it."
        )
    return work_of(found, release.manifest)


def _pinned(given: str) -> str | None:
    """Return the release that an address names."""
    query = given.partition("#")[0].partition("?")[2]
    return next(iter(parse_qs(query).get(_RELEASE, ())), None)


def _start(release: Release, given: str, origin: str) -> str | None:
    """Return with what an address of ours begins; ``None`` for the IRIs of others."""
    starts = (f"{origin}/", release.manifest.base, "/")
    return next((start for start in starts if given.startswith(start)), None)


def _readings(release: Release, given: str, origin: str) -> Iterator[str]:
    """Give the IRIs that may be meant by an IRI or by the address of a page, the likeliest first.

    ``origin`` is the public address of this server; what a query says of form and page is no part
    of what is cited.
    """
    manifest, addresses = release.manifest, release.html.addresses
    bare, fragment = re.split("[?#]", given)[0], given.partition("#")[2]
    start = _start(release, given, origin)
    if start is None:
        yield given
        yield from (reading.iri for reading in addresses.readings(f"/{bare}", ABOUT))
        return
    path = bare.removeprefix(start)
    stem, suffix = formats.split_suffix(path)
    # The catalogue knows some of our pages; what they are about is cited.
    names = [stem] if suffix == formats.HTML.suffix else [path, stem]
    yield from () if suffix == formats.HTML.suffix else (given,)
    if not path:
        yield manifest.iri
    for name in dict.fromkeys(names):
        yield from (f"{manifest.base}{name}#{fragment}",) if fragment else ()
        yield f"{manifest.base}{name}"
    root, _, tail = f"/{path}".partition("/")[2].partition("/")
    if f"/{root}" in (IDENTIFIER, DOCUMENT, ABOUT):
        kind = ABOUT if f"/{root}" == ABOUT else DOCUMENT
        yield from (reading.iri for reading in addresses.readings(f"/{tail}", kind))


router = Routes()
router.add(PATH, citation)
