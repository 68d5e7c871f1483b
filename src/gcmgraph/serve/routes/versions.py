"""Versions: at what address the present one stands, as the release itself says.

An ontology says it by ``owl:versionIRI`` (OWL 2 Structural Specification, 3.1), a dataset by
``dcat:hasCurrentVersion`` (DCAT 3, 11.1). A release holds one version of each; others are asked
of the releases that held them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gcmgraph.serve.http.problems import NOT_FOUND, ProblemError
from gcmgraph.serve.http.signposts import Link
from gcmgraph.serve.release import release_of

if TYPE_CHECKING:
    from starlette.requests import Request


def version_path(request: Request, thing: str) -> str | None:
    """Return the path of the version of ``thing`` that is served, where it is an IRI of ours."""
    release = release_of(request)
    version = release.manifest.versions.get(thing)
    return release.html.link(version) if version and release.html.is_local(version) else None


def require_version(request: Request, thing: str, version: str) -> tuple[Link, ...]:
    """Make sure that ``version`` is the version of ``thing`` that is served.

    Returns the links of a version (RFC 5829): where the newest is always found.

    Raises:
        ProblemError: 404, naming the version that there is.

    """
    release = release_of(request)
    present = release.manifest.versions.get(thing)
    if version != present:
        there = f"the one served is <{present}>" if present else f"<{thing}> names none"
        raise ProblemError(NOT_FOUND, f"There is no version <{version}> here; {there}.")
    newest = release.html.link(thing)
    return (Link(newest, "latest-version"),) if newest else ()
