"""The rules and the questions of a release."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from example_project import EXAMPLE
from gcmgraph.rdf import formats
from gcmgraph.rdf.namespaces import PROV

if TYPE_CHECKING:
    from pathlib import Path

    from servers import Client

FOLDERS = [("rules", EXAMPLE / "ontology/rules"), ("queries", EXAMPLE / "data/queries")]


@pytest.mark.parametrize(("folder", "files"), FOLDERS)
def test_all_are_listed_and_each_is_the_text_as_written(
    published: Client, folder: str, files: Path
):
    listed = published.get(f"/{folder}", "application/json").json()
    assert len(listed) == len(list(files.glob("*.rq")))
    for one in listed:
        path = one["url"].removeprefix("http://park.test")
        response = published.get(path)
        assert response.headers["content-type"] == one["mediaType"] == "application/sparql-query"
        assert response.content == (files / f"{path.rpartition('/')[2]}.rq").read_bytes()
        assert published.get(f"{path}.rq").content == response.content


@pytest.mark.parametrize("path", ["/rules", "/queries"])
def test_a_list_with_other_addresses_has_another_tag(published: Client, path: str):
    lists = [published.get(path, headers={"Host": host}) for host in ("one.test", "two.test")]
    assert lists[0].content != lists[1].content
    assert lists[0].headers["etag"] != lists[1].headers["etag"]


@pytest.mark.parametrize(("folder", "files"), FOLDERS)
def test_each_can_be_asked_as_it_is(published: Client, folder: str, files: Path):
    for path in files.glob("*.rq"):
        text = published.get(f"/{folder}/{path.stem}").text
        assert published.get("/sparql", params={"query": text}).status_code == 200


def test_a_question_has_a_page_on_which_it_can_be_asked(published: Client):
    page = published.get("/queries/rivers", "text/html").text
    assert "<h1>Which rivers drain where?</h1>" in page
    assert "<p>Also by way of other rivers." in page
    assert '<form action="/sparql" method="get">' in page
    assert "&lt;https://rivers.example/ontology#&gt;" in page


def test_a_rule_has_a_page_that_says_what_follows(published: Client):
    page = published.get("/rules/drains", "text/html").text
    assert "<h1>A river drains to where it flows" in page
    listing = published.get("/rules", "text/html").text
    assert '<a href="/rules/drains">A river drains to' in listing


def test_the_graph_of_what_follows_names_its_rules(published: Client):
    query = """PREFIX prov: <http://www.w3.org/ns/prov#>
        SELECT ?rule WHERE { GRAPH ?catalog {
          <https://rivers.example/graph/inferred> prov:wasDerivedFrom ?rule . ?rule a prov:Plan
        } }"""
    rows = published.get("/sparql", "text/csv", params={"query": query}).text.split()[1:]
    listed = published.get("/rules", "application/json").json()
    assert {row.rpartition("/")[2] for row in rows} == {
        one["url"].rpartition("/")[2] for one in listed
    }


@pytest.mark.parametrize("format_", formats.TRIPLES, ids=lambda f: f.name)
@pytest.mark.parametrize(("path", "plans"), [("/rules/drains", 1), ("/rules", 1)])
def test_a_rule_is_linked_data(published: Client, path: str, plans: int, format_: formats.Format):
    response = published.get(path, format_.media_type)
    said = ox.parse(response.content, ox.RdfFormat.from_media_type(format_.media_type))
    derived = {
        quad.object.value
        for quad in said
        if quad.predicate.value == PROV.wasDerivedFrom
        and quad.subject.value == "https://rivers.example/graph/inferred"
    }
    assert len(derived) == plans
    assert "https://rivers.example/rules/drains" in derived


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/rules/none", 404),
        ("/queries/..%2Fmanifest", 404),
        ("/queries/rivers.csv", 406),
        ("/queries/rivers?format=turtle", 406),
        ("/queries.csv", 406),
    ],
)
def test_what_is_not_there_is_a_problem(published: Client, path: str, status: int):
    assert published.get(path).status_code == status


def test_a_release_without_rules_has_an_empty_list(sample: Client):
    assert sample.get("/rules", "application/json").json() == []
    assert "This release has none." in sample.get("/rules", "text/html").text
