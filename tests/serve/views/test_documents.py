"""Documents are views of one description."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from gcmgraph.engine.description import MOST
from gcmgraph.rdf import formats
from gcmgraph.rdf.namespaces import HYDRA
from gcmgraph.serve.app import create_app
from gcmgraph.settings import Settings
from sample_release import BASE, RDF, RDFS, write_release
from servers import Client, serving

if TYPE_CHECKING:
    from collections.abc import Iterator

NORTH = ox.NamedNode(f"{BASE}id/meadow/north")
TREES = 250
DATA = (*formats.TRIPLES, *formats.QUADS)


@pytest.fixture(scope="module")
def forest(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """Serve a park whose north meadow has many trees, and names all of them."""
    folder = tmp_path_factory.mktemp("forest")
    trees = [f"{BASE}id/tree/t{n:03}" for n in range(TREES)]
    write_release(
        folder,
        "".join(
            f"<{tree}> <{RDF}type> <{BASE}ontology#Tree> .\n"
            f'<{tree}> <{RDFS}label> "Tree {n}"@en .\n'
            f"<{tree}> <{BASE}ontology#standsIn> <{NORTH.value}> .\n"
            f"<{NORTH.value}> <{BASE}ontology#hasTree> <{tree}> .\n"
            for n, tree in enumerate(trees)
        ),
    )
    with serving(create_app(Settings(release=folder, workers=1))) as client:
        yield client


def quads(content: bytes, format_: formats.Format) -> set[ox.Quad]:
    return set(ox.parse(content, ox.RdfFormat.from_media_type(format_.media_type)))


def links(header: str) -> dict[str, str]:
    return {rel: target for target, rel in re.findall(r"<(\?page=[0-9]+)>; rel=([a-z]+)", header)}


@pytest.mark.parametrize("format_", DATA, ids=lambda f: f.name)
def test_all_pages_of_a_document_hold_what_the_graph_says(
    forest: Client, format_: formats.Format
) -> None:
    there, found, path = 0, set(), f"/doc/meadow/north.{format_.suffix}"
    while path:
        answer = forest.get(path)
        assert answer.status_code == 200
        page = quads(answer.content, format_)
        about = {q.triple for q in page if NORTH in (q.subject, q.object)}
        assert len(about) <= 4 * MOST
        assert not about & found, "a statement stands on one page only"
        found |= about
        there += 1
        following = links(answer.headers["link"]).get("next")
        path = f"/doc/meadow/north.{format_.suffix}{following}" if following else ""
    asked = forest.get(
        "/sparql",
        params={
            "query": f"SELECT * {{ {{ {NORTH} ?p ?o }} UNION {{ ?s ?q {NORTH} }} }}",
            "format": "csv",
        },
    )
    assert there == 3
    assert len(found) == len(asked.text.splitlines()) - 1 == 2 * TREES + 4


@pytest.mark.parametrize("format_", DATA, ids=lambda f: f.name)
def test_a_page_says_in_its_data_that_it_is_one_of_several(
    forest: Client, format_: formats.Format
) -> None:
    page = quads(forest.get(f"/doc/meadow/north.{format_.suffix}?page=2").content, format_)
    said = {q.predicate.value: q.object.value for q in page if "hydra" in q.predicate.value}
    whole, here = "http://park.test/doc/meadow/north", "http://park.test/doc/meadow/north?page="
    assert said[HYDRA.totalItems] == str(2 * TREES + 4)
    assert (said[HYDRA.first], said[HYDRA.previous]) == (f"{here}1", f"{here}1")
    assert (said[HYDRA.next], said[HYDRA.last]) == (f"{here}3", f"{here}3")
    assert {q.subject.value for q in page if q.predicate.value == HYDRA.view} == {whole}


def test_a_document_of_one_page_says_nothing_of_pages(forest: Client) -> None:
    answer = forest.get("/doc/tree/oak.nt")
    assert "hydra" not in answer.text
    assert links(answer.headers["link"]) == {}


def test_a_page_for_people_counts_and_leads_on(forest: Client) -> None:
    page = forest.get("/doc/meadow/north", "text/html").text
    assert page.count("250 in all") == 1
    assert page.count("252 in all") == 1
    assert "Page 1 of 3; there are 504 statements in all" in page
    assert '<a href="?page=2" rel="next">' in page
    assert len(page) < 150_000


def test_there_is_no_page_beyond_the_last(forest: Client) -> None:
    answer = forest.get("/doc/meadow/north?page=4")
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
    assert answer.json()["detail"] == "The document has no page 4; the last one is 3."
    assert forest.get("/doc/tree/oak?page=2").status_code == 404
    assert forest.get("/doc/tree/oak?page=x").status_code == 400


def test_trig_has_a_block_for_each_graph_and_the_prefixes_in_use(forest: Client) -> None:
    text = forest.get("/doc/tree/oak.trig").text
    assert "@prefix park:" in text
    assert "park:height 21" in text
    assert text.count(f"<{BASE}graph/curation> {{") == 1
