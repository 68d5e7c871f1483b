"""The JSON-LD context at both of its addresses."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from gcmgraph.manifest import Manifest

if TYPE_CHECKING:
    from pathlib import Path

    from servers import Client

PROFILED = 'application/ld+json;profile="http://www.w3.org/ns/json-ld#context"'


def pinned(real_release: Path) -> str:
    iri = Manifest.read(real_release).context
    assert iri is not None
    return "/context/" + iri.rpartition("/")[2]


def test_the_newest_context_names_the_address_at_which_it_stays(real: Client, real_release: Path):
    newest = real.get("/context.jsonld", "application/ld+json, application/json")
    assert newest.headers["content-type"] == PROFILED
    assert newest.headers["content-location"] == pinned(real_release)
    assert "max-age=60" in newest.headers["cache-control"]
    assert newest.headers["access-control-allow-origin"] == "*"
    assert newest.json()["@context"]["prefLabel"]["@container"]


def test_the_same_context_stands_for_ever_at_its_hash(real: Client, real_release: Path):
    response = real.get(pinned(real_release))
    assert response.content == real.get("/context.jsonld").content
    assert "immutable" in response.headers["cache-control"]
    assert "</context.jsonld>; rel=latest-version" in response.headers["link"]
    assert response.json()["id"].endswith(pinned(real_release))


def test_the_documents_of_the_release_refer_to_it(real: Client):
    framed = real.get("/download/things/practice.ndjson").text.partition("\n")[0]
    address = json.loads(framed)["@context"].removeprefix("https://w3id.org/gcmgraph")
    assert real.get(address).status_code == 200


def test_another_hash_is_404_and_names_the_one_there_is(real: Client, real_release: Path):
    response = real.get("/context/0123456789ab.jsonld")
    assert response.status_code == 404
    assert pinned(real_release) in response.json()["detail"]


def test_who_has_it_gets_no_body(real: Client):
    first = real.get("/context.jsonld")
    for name, value in (
        ("If-None-Match", first.headers["etag"]),
        ("If-Modified-Since", first.headers["last-modified"]),
    ):
        again = real.get("/context.jsonld", headers={name: value})
        assert (again.status_code, again.content) == (304, b"")
    head = real.request("HEAD", "/context.jsonld", headers={"Accept": "*/*"})
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["etag"] == first.headers["etag"]


def test_a_browser_gets_the_names_and_what_they_stand_for(real: Client):
    page = real.get("/context", "text/html").text
    assert '<tr id="answersAction">' in page
    assert 'href="/ontology#answersAction"' in page
    assert real.get("/context", "application/ld+json").headers["content-type"] == PROFILED
    links = real.get("/context.jsonld").headers["link"]
    assert '</context?format=html>; rel=alternate; type="text/html"' in links
    assert real.get("/context?format=html").text == page


def test_a_release_without_a_context_says_so(sample: Client):
    for path in ("/context.jsonld", "/context", "/context/x.jsonld"):
        response = sample.get(path)
        assert response.status_code == 404
        assert "context" in response.json()["detail"]
