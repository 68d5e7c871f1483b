"""The ontology and the shapes at their IRIs, and at those of their versions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from gcmgraph.rdf import formats

if TYPE_CHECKING:
    from servers import Client

ONTOLOGY = "https://rivers.example/ontology"


def parsed(content: bytes, format_: formats.Format) -> set[ox.Triple]:
    """Return what is said of what has a name: as people wrote it, others have none."""
    quads = ox.parse(content, ox.RdfFormat.from_media_type(format_.media_type))
    return {
        q.triple
        for q in quads
        if not isinstance(q.subject, ox.BlankNode) and "genid" not in q.subject.value
        if not isinstance(q.object, ox.BlankNode) and "genid" not in q.object.value
    }


@pytest.mark.parametrize("format_", formats.TRIPLES, ids=lambda f: f.name)
@pytest.mark.parametrize("path", ["/ontology", "/ontology/1.2.0"])
def test_the_ontology_says_the_same_in_every_format(
    published: Client, path: str, format_: formats.Format
):
    by_accept = published.get(path, format_.media_type)
    by_suffix = published.get(f"{path}.{format_.suffix}")
    assert by_accept.headers["content-type"] == format_.content_type
    assert by_accept.content == by_suffix.content
    turtle = parsed(published.get("/ontology.ttl").content, formats.TURTLE)
    assert parsed(by_accept.content, format_) == turtle


def test_the_newest_names_its_version_and_the_version_the_newest(published: Client):
    newest = published.get("/ontology", "text/turtle")
    assert newest.headers["content-location"] == "/ontology/1.2.0.ttl"
    assert f"<{ONTOLOGY}>; rel=describes" in newest.headers["link"]
    assert '</ontology.rdf>; rel=alternate; type="application/rdf+xml"' in newest.headers["link"]
    version = published.get("/ontology/1.2.0", "text/turtle")
    assert version.content == newest.content
    assert "</ontology>; rel=latest-version" in version.headers["link"]
    # The same version may be released anew.
    assert "immutable" not in version.headers["cache-control"]


@pytest.mark.parametrize(
    ("path", "there"),
    [
        ("/ontology/0.9", f"<{ONTOLOGY}/1.2.0>"),
        ("/ontology/0.9.ttl", f"<{ONTOLOGY}/1.2.0>"),
        ("/shapes/1.2.0", "<https://rivers.example/shapes> names none"),
    ],
)
def test_another_version_is_404_and_names_the_one_there_is(
    published: Client, path: str, there: str
):
    response = published.get(path)
    assert response.status_code == 404
    assert there in response.json()["detail"]


def test_a_page_has_an_anchor_for_each_term_and_what_is_said_of_it(published: Client):
    page = published.get("/ontology", "text/html").text
    assert '<a href="#flowsInto">flows into</a>' in page
    term = page.partition('<h3 id="flowsInto">')[2].partition("<h3")[0]
    assert "The water at the end of the river" in term
    for words, target in (
        ("is said of", "/ontology#River"),
        ("has as value", "/ontology#Water"),
        ("is a", "/ontology#CourseProperty"),
    ):
        row = term.partition(f'<th scope="row">{words}</th>')[2].partition("</tr>")[0]
        assert f'href="{target}"' in row
    water = page.partition('<h3 id="Water">')[2].partition("<h3")[0]
    assert 'href="/ontology#flowsInto"' in water.partition("is the value of")[2]


def test_a_page_shows_what_is_said_of_the_terms_of_others(published: Client):
    aligned = published.get("/ontology", "text/html").text.partition('id="alignments"')[2]
    assert "schema:SeaBodyOfWater" in aligned


def test_shapes_say_in_words_what_they_ask_and_nodes_without_names_what_they_are(published: Client):
    page = published.get("/shapes", "text/html").text
    shape = page.partition('<h3 id="River-label">')[2].partition("<h3")[0]
    assert "A river has a label." in shape
    assert ".well-known/genid" not in page
    assert "(riv:flowsInto rdfs:label)" in page


def test_a_small_ontology_has_a_page_too(sample: Client):
    page = sample.get("/ontology", "text/html").text
    assert "A woody plant." in page
    assert "content-location" not in sample.get("/ontology").headers


@pytest.mark.parametrize(
    ("path", "status"), [("/ontology.csv", 406), ("/ontology?format=csv", 406), ("/shapes", 404)]
)
def test_what_is_not_there_is_a_problem(sample: Client, path: str, status: int):
    assert sample.get(path).status_code == status
