"""The dataset's descriptions: DCAT, VoID, a page, and the dataset's own IRI."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from gcmgraph.manifest import Manifest
from gcmgraph.rdf import formats
from gcmgraph.rdf.namespaces import DCAT, PREFIXES, RDF, VOID

if TYPE_CHECKING:
    from pathlib import Path

    from servers import Client

BASE = "https://rivers.example/"
SKOSMOS = PREFIXES["skosmos"]


def parsed(content: bytes, media_type: str) -> set[tuple[str, str, str]]:
    triples = ox.parse(content, ox.RdfFormat.from_media_type(media_type))
    return {(t.subject.value, t.predicate.value, t.object.value) for t in triples}


@pytest.mark.parametrize("format_", formats.TRIPLES, ids=lambda f: f.name)
@pytest.mark.parametrize("path", ["/catalog", "/", "/version/1.2.0"])
def test_the_catalogue_comes_in_every_format(published: Client, path: str, format_: formats.Format):
    response = published.get(path, format_.media_type)
    assert response.headers["content-type"] == format_.content_type
    assert f"<{BASE}>; rel=describes" in response.headers["link"]
    assert response.content == published.get(f"/catalog.{format_.suffix}").content
    said = parsed(response.content, format_.media_type)
    assert (f"{BASE}catalog", DCAT.dataset, BASE) in said
    assert (BASE, DCAT.hasCurrentVersion, f"{BASE}version/1.2.0") in said


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("*/*", "text/turtle"),
        ("text/turtle", "text/turtle"),
        ("application/rdf+xml", "application/rdf+xml"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "application/rdf+xml"),
    ],
)
def test_void_is_found_at_its_well_known_address(published: Client, accept: str, media_type: str):
    response = published.get("/.well-known/void", accept)
    assert response.headers["content-type"].startswith(media_type)
    said = parsed(response.content, media_type)
    assert (f"{BASE}.well-known/void", RDF.type, VOID.DatasetDescription) in said
    assert (BASE, VOID.sparqlEndpoint, f"{BASE}sparql") in said


@pytest.mark.parametrize("path", ["/catalog.ttl", "/void.ttl", "/.well-known/void"])
def test_skosmos_finds_its_vocabulary(published: Client, path: str):
    said = parsed(published.get(path).content, "text/turtle")
    vocabulary = f"{BASE}id/vocabulary/riv"
    assert (vocabulary, RDF.type, f"{SKOSMOS}Vocabulary") in said
    assert (vocabulary, f"{SKOSMOS}mainConceptScheme", f"{BASE}id/scheme/waters") in said


def test_a_browser_gets_a_page(published: Client, example_release: Path):
    page = published.get("/catalog", "text/html").text
    triples = page.partition(">void:triples</th>")[2].partition("</tr>")[0]
    assert str(Manifest.read(example_release).triples) in triples
    for shown in ("Register of seas", "SPARQL endpoint: ", 'href="/catalog.jsonld"'):
        assert shown in page


def test_the_version_leads_to_the_newest_and_another_is_404(published: Client):
    assert "</>; rel=latest-version" in published.get("/version/1.2.0").headers["link"]
    response = published.get("/version/7.ttl")
    assert response.status_code == 404
    assert f"<{BASE}version/1.2.0>" in response.json()["detail"]


@pytest.mark.parametrize("path", ["/catalog", "/void.rdf", "/.well-known/void"])
def test_who_has_it_gets_no_body(published: Client, path: str):
    etag = published.get(path).headers["etag"]
    assert published.get(path, headers={"If-None-Match": etag}).status_code == 304


@pytest.mark.parametrize(
    ("path", "status"),
    [("/catalog", 404), ("/catalog.ttl", 404), ("/void", 404), ("/.well-known/void", 404)],
)
def test_a_release_without_a_catalogue_says_so(sample: Client, path: str, status: int):
    assert sample.get(path).status_code == status


@pytest.mark.parametrize(
    ("path", "canonical"),
    [
        ("/catalog.TTL", "/catalog.ttl"),
        ("/void.Rdf?x=1", "/void.rdf?x=1"),
        ("/version/1.2.0.JSONLD", "/version/1.2.0.jsonld"),
        ("/ontology.HTML", "/ontology.html"),
        ("/rules/drains.RQ", "/rules/drains.rq"),
        ("/queries.JSON", "/queries.json"),
    ],
)
def test_a_suffix_in_upper_case_leads_to_the_one_address(
    published: Client, path: str, canonical: str
):
    response = published.get(path)
    assert (response.status_code, response.headers["location"]) == (308, canonical)
    assert published.get(canonical).status_code == 200


def test_a_format_that_is_not_there_is_406(published: Client):
    for path in ("/catalog.csv", "/catalog?format=trig", "/void.html"):
        assert published.get(path).status_code == 406
