"""Versions: at what address the present one stands, as the graph itself says.

An ontology says it by ``owl:versionIRI`` (OWL 2 Structural Specification, 3.1), a dataset by
``dcat:hasCurrentVersion`` (DCAT 3, 11.1). A release holds one version of each; others are asked
of the releases that held them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gcmgraph.rdf import terms
from gcmgraph.rdf.namespaces import DCAT, OWL
from gcmgraph.serve.http.problems import NOT_FOUND, ProblemError
from gcmgraph.serve.http.signposts import Link

if TYPE_CHECKING:
    from gcmgraph.serve.site import Site

_SAYS: Final = (OWL.versionIRI, DCAT.hasCurrentVersion)


async def current(site: Site, thing: str) -> str | None:
    """Return the IRI of the version of ``thing`` that is served; the graph may name none."""
    rows = await site.select(
        f"SELECT ?version WHERE {{ GRAPH ?g {{ VALUES ?p {{ {' '.join(map(terms.iri, _SAYS))} }} "
        f"{terms.iri(thing)} ?p ?version FILTER(isIRI(?version)) }} }} ORDER BY ?version LIMIT 1"
    )
    return rows[0]["version"].value if rows else None


async def location(site: Site, thing: str) -> str | None:
    """Return the path of the version of ``thing`` that is served, where it is an IRI of ours."""
    version = await current(site, thing)
    return site.pages.link(version) if version and site.pages.is_local(version) else None


async def require(site: Site, thing: str, version: str) -> list[Link]:
    """Make sure that ``version`` is the version of ``thing`` that is served.

    Returns the links of a version (RFC 5829): where the newest is always found.

    Raises:
        ProblemError: 404, naming the version that there is.

    """
    present = await current(site, thing)
    if version != present:
        there = f"the one served is <{present}>" if present else f"<{thing}> names none"
        raise ProblemError(NOT_FOUND, f"There is no version <{version}> here; {there}.")
    newest = site.pages.link(thing)
    return [Link(newest, "latest-version")] if newest else []
