"""The rules and the questions of a release."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from gcmgraph.rdf import formats
from gcmgraph.rdf.namespaces import PROV

if TYPE_CHECKING:
    from servers import Client

ROOT = Path(__file__).parents[3]
FOLDERS = [("rules", ROOT / "ontology/rules"), ("queries", ROOT / "data/queries")]


@pytest.mark.parametrize(("folder", "files"), FOLDERS)
def test_all_are_listed_and_each_is_the_text_as_written(real: Client, folder: str, files: Path):
    listed = real.get(f"/{folder}", "application/json").json()
    assert len(listed) == len(list(files.glob("*.rq")))
    for one in listed:
        path = one["url"].removeprefix("http://park.test")
        response = real.get(path)
        assert response.headers["content-type"] == one["mediaType"] == "application/sparql-query"
        assert response.content == (files / f"{path.rpartition('/')[2]}.rq").read_bytes()
        assert real.get(f"{path}.rq").content == response.content


@pytest.mark.parametrize("path", ["/rules", "/queries"])
def test_a_list_with_other_addresses_has_another_tag(real: Client, path: str):
    lists = [real.get(path, headers={"Host": host}) for host in ("one.test", "two.test")]
    assert lists[0].content != lists[1].content
    assert lists[0].headers["etag"] != lists[1].headers["etag"]


@pytest.mark.parametrize(("folder", "files"), FOLDERS)
def test_each_can_be_asked_as_it_is(real: Client, folder: str, files: Path):
    for path in files.glob("*.rq"):
        text = real.get(f"/{folder}/{path.stem}").text
        assert real.get("/sparql", params={"query": text}).status_code == 200


def test_a_question_has_a_page_on_which_it_can_be_asked(real: Client):
    page = real.get("/queries/practices-in-two-documents", "text/html").text
    assert "<h1>Which practices do two or more documents report?</h1>" in page
    assert "<p>With the country as each document has it: one extraction" in page
    assert '<form action="/sparql" method="get">' in page
    assert "&lt;http://purl.org/dc/terms/&gt;" in page


def test_a_rule_has_a_page_that_says_what_follows(real: Client):
    page = real.get("/rules/types", "text/html").text
    assert "<h1>A member of a class is a member of the classes above it" in page
    listing = real.get("/rules", "text/html").text
    assert '<a href="/rules/types">A member of a class' in listing


def test_the_graph_of_what_follows_names_its_rules(real: Client):
    query = """PREFIX prov: <http://www.w3.org/ns/prov#>
        SELECT ?rule WHERE { GRAPH ?catalog {
          <https://w3id.org/gcmgraph/graph/inferred> prov:wasDerivedFrom ?rule . ?rule a prov:Plan
        } }"""
    rows = real.get("/sparql", "text/csv", params={"query": query}).text.split()[1:]
    listed = real.get("/rules", "application/json").json()
    assert {row.rpartition("/")[2] for row in rows} == {
        one["url"].rpartition("/")[2] for one in listed
    }


@pytest.mark.parametrize("format_", formats.TRIPLES, ids=lambda f: f.name)
@pytest.mark.parametrize(("path", "plans"), [("/rules/types", 1), ("/rules", 12)])
def test_a_rule_is_linked_data(real: Client, path: str, plans: int, format_: formats.Format):
    response = real.get(path, format_.media_type)
    said = ox.parse(response.content, ox.RdfFormat.from_media_type(format_.media_type))
    derived = {
        quad.object.value
        for quad in said
        if quad.predicate.value == PROV.wasDerivedFrom
        and quad.subject.value == "https://w3id.org/gcmgraph/graph/inferred"
    }
    assert len(derived) == plans
    assert "https://w3id.org/gcmgraph/rules/types" in derived


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/rules/none", 404),
        ("/queries/..%2Fmanifest", 404),
        ("/queries/lessons.csv", 406),
        ("/queries/lessons?format=turtle", 406),
        ("/queries.csv", 406),
    ],
)
def test_what_is_not_there_is_a_problem(real: Client, path: str, status: int):
    assert real.get(path).status_code == status


def test_a_release_without_rules_has_an_empty_list(sample: Client):
    assert sample.get("/rules", "application/json").json() == []
    assert "This release has none." in sample.get("/rules", "text/html").text
