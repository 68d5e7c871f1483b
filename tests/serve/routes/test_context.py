"""The JSON-LD context at both of its addresses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gcmgraph.manifest import Manifest

if TYPE_CHECKING:
    from pathlib import Path

    from servers import Client

PROFILED = 'application/ld+json;profile="http://www.w3.org/ns/json-ld#context"'


def pinned(example_release: Path) -> str:
    iri = Manifest.read(example_release).context
    assert iri is not None
    return "/context/" + iri.rpartition("/")[2]


def test_the_newest_context_names_the_address_at_which_it_stays(
    published: Client, example_release: Path
):
    newest = published.get("/context.jsonld", "application/ld+json, application/json")
    assert newest.headers["content-type"] == PROFILED
    assert newest.headers["content-location"] == pinned(example_release)
    assert "max-age=60" in newest.headers["cache-control"]
    assert newest.headers["access-control-allow-origin"] == "*"
    assert newest.json()["@context"]["label"]["@container"]


def test_the_same_context_stands_for_ever_at_its_hash(published: Client, example_release: Path):
    response = published.get(pinned(example_release))
    assert response.content == published.get("/context.jsonld").content
    assert "immutable" in response.headers["cache-control"]
    assert "</context.jsonld>; rel=latest-version" in response.headers["link"]
    assert response.json()["id"].endswith(pinned(example_release))


def test_another_hash_is_404_and_names_the_one_there_is(published: Client, example_release: Path):
    response = published.get("/context/0123456789ab.jsonld")
    assert response.status_code == 404
    assert pinned(example_release) in response.json()["detail"]


def test_who_has_it_gets_no_body(published: Client):
    first = published.get("/context.jsonld")
    for name, value in (
        ("If-None-Match", first.headers["etag"]),
        ("If-Modified-Since", first.headers["last-modified"]),
    ):
        again = published.get("/context.jsonld", headers={name: value})
        assert (again.status_code, again.content) == (304, b"")
    head = published.request("HEAD", "/context.jsonld", headers={"Accept": "*/*"})
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["etag"] == first.headers["etag"]


def test_a_browser_gets_the_names_and_what_they_stand_for(published: Client):
    page = published.get("/context", "text/html").text
    assert '<tr id="flowsInto">' in page
    assert 'href="/ontology#flowsInto"' in page
    assert published.get("/context", "application/ld+json").headers["content-type"] == PROFILED
    links = published.get("/context.jsonld").headers["link"]
    assert '</context?format=html>; rel=alternate; type="text/html"' in links
    assert published.get("/context?format=html").text == page


def test_a_release_without_a_context_says_so(sample: Client):
    for path in ("/context.jsonld", "/context", "/context/x.jsonld"):
        response = sample.get(path)
        assert response.status_code == 404
        assert "context" in response.json()["detail"]
