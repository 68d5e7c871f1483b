"""Programs that take an address and follow where it leads: rdflib, curl, PyLD."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest
from pyld import jsonld
from rdflib import Graph

from gcmgraph.rdf import formats

if TYPE_CHECKING:
    from pathlib import Path

    import httpx

    from integration.served import Ours

FORMATS = (*formats.TRIPLES, *formats.QUADS, formats.HTML)

THINGS = [
    "id/practice/thailand-universal-coverage",
    "id/objective/15",
    "id/scheme/themes",
    "id/source/objective-15-flyer",
    "about/metadata.un.org/sdg/3.8",
    "about/metadata.un.org/sdg/codes/geoArea/764",
]

#: Where a graph is told of, and its name.
GRAPHS = [
    ("graph/curation", "curation"),
    ("ontology", "ontology"),
    ("shapes", "shapes"),
    ("catalog", "catalog"),
    ("", "catalog"),
]

things = pytest.mark.parametrize("path", THINGS)


def iri_of(ours: Ours, path: str) -> str:
    """Return the IRI of what is told of at a path of ours."""
    foreign = path.removeprefix("about/")
    return ours.manifest.base + path if foreign == path else f"http://{foreign}"


def about(content: bytes, format_: formats.Format, iri: str) -> set[ox.Triple]:
    """Return what a document says of a thing."""
    quads = ox.parse(content, ox.RdfFormat.from_media_type(format_.media_type))
    return {quad.triple for quad in quads if quad.subject == ox.NamedNode(iri)}


def read(address: str) -> bytes:
    return Graph().parse(address).serialize(format="nt", encoding="utf-8")


@things
def test_rdflib_reads_a_thing(ours: Ours, path: str) -> None:
    iri = iri_of(ours, path)
    found = about(read(ours.address + path), formats.NTRIPLES, iri)
    assert found == ours.about(iri) != set()


@pytest.mark.parametrize(("path", "name"), GRAPHS)
def test_rdflib_reads_a_graph(ours: Ours, path: str, name: str) -> None:
    found = {quad.triple for quad in ox.parse(read(ours.address + path), ox.RdfFormat.N_TRIPLES)}
    # What has a name of its own; nodes without one are named anew by every reader.
    named = {triple for triple in ours.graph(name) if "/genid/" not in str(triple)}
    assert named <= found
    assert named


@pytest.mark.skipif(shutil.which("curl") is None, reason="there is no curl")
@things
@pytest.mark.parametrize("format_", FORMATS, ids=lambda f: f.name)
def test_curl_is_led_to_the_format_it_asks_for(
    ours: Ours, tmp_path: Path, path: str, format_: formats.Format
) -> None:
    body = tmp_path / "body"
    curl = ["curl", "-sSfL", "-o", body, "-w", "%{content_type}"]
    asked = [*curl, "-H", f"Accept: {format_.media_type}", ours.address + path]
    said = subprocess.run(asked, check=True, capture_output=True, text=True)
    assert said.stdout == format_.content_type
    if format_ is not formats.HTML:
        iri = iri_of(ours, path)
        assert about(body.read_bytes(), format_, iri) == ours.about(iri) != set()


def asked(ours: Ours, path: str, format_: formats.Format) -> httpx.Response:
    headers = {"Accept": format_.media_type}
    return ours.client.get(f"/{path}", headers=headers, follow_redirects=True)


def expanded(document: object, **options: object) -> set[ox.Quad]:
    """Return what PyLD reads."""
    quads = jsonld.to_rdf(document, {"format": "application/n-quads", **options})
    return set(ox.parse(quads, ox.RdfFormat.N_QUADS))


@things
def test_pyld_reads_the_same_triples_and_fetches_nothing_more(ours: Ours, path: str) -> None:
    same = set(ox.parse(asked(ours, path, formats.NTRIPLES).content, ox.RdfFormat.N_TRIPLES))
    assert expanded(asked(ours, path, formats.JSONLD).json(), documentLoader=None) == same != set()


@things
def test_pyld_reads_a_thing_by_its_address(ours: Ours, path: str) -> None:
    same = set(ox.parse(asked(ours, path, formats.NTRIPLES).content, ox.RdfFormat.N_TRIPLES))
    assert expanded(ours.address + path) == same


def test_pyld_takes_the_context_from_its_address(ours: Ours) -> None:
    document = asked(ours, THINGS[0], formats.JSONLD).json()
    assert ours.manifest.context is not None
    for address in (f"{ours.address}context.jsonld", ours.at(ours.manifest.context)):
        assert expanded({**document, "@context": address}) == expanded(document)
