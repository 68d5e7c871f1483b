"""The endpoint, by the SPARQL 1.1 Protocol."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from gcmgraph import formats
from releases import BASE, graph

if TYPE_CHECKING:
    from servers import Client

COUNT = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"
JOIN = " ".join(f"?a{i} ?b{i} ?c{i} ." for i in range(9))


def count(response: object) -> int:
    return int(response.json()["results"]["bindings"][0]["n"]["value"])


def test_get_answers_in_json(park: Client) -> None:
    response = park.get("/sparql", params={"query": COUNT})
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/sparql-results+json"
    assert int(response.headers["content-length"]) == len(response.content)
    assert count(response) == 29


def test_post_form_and_post_direct_answer_as_get_does(park: Client) -> None:
    form = park.post("/sparql", data={"query": COUNT})
    direct = park.post(
        "/sparql",
        content=COUNT,
        headers={"Content-Type": "application/sparql-query;charset=UTF-8"},
    )
    assert count(form) == count(direct) == 29


def test_head_has_the_headers_of_get_and_no_body(park: Client) -> None:
    get = park.get("/sparql", params={"query": COUNT})
    head = park.request("HEAD", "/sparql", params={"query": COUNT}, headers={"Accept": "*/*"})
    assert head.status_code == 200
    assert head.content == b""
    assert head.headers == get.headers


@pytest.mark.parametrize("format_", formats.RESULTS, ids=lambda f: f.name)
@pytest.mark.parametrize("query", ["SELECT ?s { ?s ?p ?o }", "ASK {}"])
def test_every_results_format(park: Client, format_: formats.Format, query: str) -> None:
    by_accept = park.get("/sparql", format_.media_type, params={"query": query})
    by_name = park.get("/sparql", params={"query": query, "format": format_.name})
    assert by_accept.headers["content-type"] == format_.content_type
    assert by_accept.content == by_name.content != b""


@pytest.mark.parametrize("format_", formats.TRIPLES, ids=lambda f: f.name)
@pytest.mark.parametrize("form", ["CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }", "DESCRIBE <{}>"])
def test_every_graph_format(park: Client, format_: formats.Format, form: str) -> None:
    query = form.replace("<{}>", f"<{BASE}id/tree/oak>")
    response = park.get("/sparql", format_.media_type, params={"query": query})
    assert response.headers["content-type"] == format_.content_type
    parsed = ox.parse(response.content, ox.RdfFormat.from_media_type(format_.media_type))
    expected = park.get("/sparql", "application/n-triples", params={"query": query})
    again = ox.parse(expected.content, ox.RdfFormat.N_TRIPLES)
    assert {q.triple for q in parsed} == {q.triple for q in again} != set()


def test_turtle_is_written_with_the_prefixes_of_the_release(park: Client) -> None:
    response = park.get("/sparql", params={"query": f"DESCRIBE <{BASE}id/tree/oak>"})
    assert "park:height 21" in response.text


def test_dataset_parameters_replace_that_of_the_text(park: Client) -> None:
    query = COUNT.replace("WHERE", f"FROM <{graph('ontology')}> WHERE")
    assert count(park.get("/sparql", params={"query": query})) == 9
    chosen = {"query": query, "default-graph-uri": [graph("survey"), graph("curation")]}
    # One statement stands in both graphs; their merge holds it once.
    assert count(park.get("/sparql", params=chosen)) == 20


REFUSED = {
    "syntax": ({"query": "SELECT * {"}, 400, "query-syntax"),
    "update parameter": ({"update": "CLEAR ALL"}, 403, "update-refused"),
    "update as query": ({"query": "CLEAR ALL"}, 403, "update-refused"),
    "service": ({"query": "ASK { SERVICE <http://127.0.0.1/> {} }"}, 403, "service-refused"),
    "two queries": ({"query": [COUNT, COUNT]}, 400, "bad-request"),
    "unknown graph": ({"query": "ASK FROM <http://x.test/> {}"}, 400, "unknown-graph"),
    "too long": ({"query": "#" * (1 << 17)}, 413, "query-too-long"),
    "too deep": ({"query": "SELECT * " + "{" * 10000 + "}" * 10000}, 400, "query-too-deep"),
    "too large": ({"query": f"SELECT * {{ {JOIN} }}"}, 507, "result-too-large"),
    "memory": ({"query": f"SELECT * {{ {JOIN} }} ORDER BY ?a1"}, 507, "query-memory"),
    "time": ({"query": f"SELECT (COUNT(*) AS ?n) {{ {JOIN} }}"}, 504, "query-timeout"),
    "no such format": ({"query": COUNT, "format": "xls"}, 406, "not-acceptable"),
    "graph asked as CSV": ({"query": "DESCRIBE <x:y>", "format": "csv"}, 406, "not-acceptable"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_each_refusal_is_a_problem_of_its_own(park: Client, case: str) -> None:
    parameters, status, slug = REFUSED[case]
    response = park.post("/sparql", data=parameters)
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers["access-control-allow-origin"] == "*"
    assert response.json()["type"] == f"/problems/{slug}"
    assert count(park.get("/sparql", params={"query": COUNT})) == 29


def test_a_syntax_error_says_line_and_column(park: Client) -> None:
    problem = park.get("/sparql", params={"query": "SELECT *\n{ ?s ?p ?o } LIMIT x"}).json()
    assert (problem["line"], problem["column"]) == (2, 20)


def test_a_prefix_that_is_not_declared_is_named(park: Client) -> None:
    problem = park.get("/sparql", params={"query": "ASK { ?s park:height ?o }"}).json()
    assert f"PREFIX park: <{BASE}ontology#>" in problem["detail"]


@pytest.mark.parametrize(
    ("headers", "content", "status"),
    [
        ({"Content-Type": "text/plain"}, b"ASK {}", 415),
        ({}, b"ASK {}", 415),
        ({"Content-Type": "application/sparql-query;charset=latin-1"}, b"ASK {}", 415),
        ({"Content-Type": "application/sparql-query"}, b"ASK { ?s ?p '\xff' }", 400),
        ({"Content-Type": "application/x-www-form-urlencoded"}, b"query=%ff", 400),
        ({"Content-Type": "application/x-www-form-urlencoded"}, b"format=json", 400),
        ({"Content-Type": "application/sparql-update"}, b"CLEAR ALL", 403),
    ],
)
def test_a_malformed_post_is_refused(
    park: Client, headers: dict[str, str], content: bytes, status: int
) -> None:
    response = park.post("/sparql", content=content, headers=headers)
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"


def test_percent_encoding_is_decoded_once(park: Client) -> None:
    response = park.get("/sparql?query=ASK%20%7B%20FILTER(%22%2541%22%20%3D%20%22%25%2241%22)%7D")
    assert response.status_code == 400
    response = park.get("/sparql?query=SELECT%20(%22%2541%22%20AS%20%3Fx)%20%7B%7D&format=csv")
    assert response.text == "x\r\n%41\r\n"


def test_an_etag_stands_for_release_query_and_format(park: Client) -> None:
    first = park.get("/sparql", params={"query": COUNT})
    etag = first.headers["etag"]
    spaced = COUNT.replace(" ", "\n #comment\n ")
    again = park.get("/sparql", params={"query": spaced}, headers={"If-None-Match": etag})
    assert (again.status_code, again.content) == (304, b"")
    other = park.get("/sparql", "text/csv", params={"query": COUNT})
    assert other.headers["etag"] != etag


def test_what_changes_by_itself_is_not_cached(park: Client) -> None:
    response = park.get("/sparql", params={"query": "SELECT (UUID() AS ?x) {}"})
    assert "etag" not in response.headers
    assert response.headers["cache-control"] == "no-store"


def test_a_limit_that_is_hit_is_named(park: Client) -> None:
    problem = park.get("/sparql", params={"query": f"SELECT * {{ {JOIN} }}"}).json()
    assert problem["limit"] == 1 << 20


def test_a_small_graph_declares_only_the_prefixes_it_uses(park: Client) -> None:
    text = "CONSTRUCT { ?s a ?o } WHERE { ?s a ?o }"
    assert "@prefix rdfs:" not in park.get("/sparql", params={"query": text}).text


def test_without_a_query_it_describes_itself(park: Client) -> None:
    response = park.get("/sparql")
    assert response.headers["content-type"] == "text/turtle;charset=utf-8"
    said = {
        (q.subject, q.predicate.value.rpartition("#")[2], q.object)
        for q in ox.parse(response.content, ox.RdfFormat.TURTLE)
    }
    endpoint = ox.NamedNode("http://park.test/sparql")
    assert (endpoint, "endpoint", endpoint) in said
    assert {o.value for _, p, o in said if p == "name"} == {
        graph(name) for name in ("survey", "curation", "ontology", "report")
    }


def test_a_browser_gets_a_page_with_a_form_that_works_without_scripts(park: Client) -> None:
    page = park.get("/sparql", "text/html").text
    assert "<form" in page
    assert "<script" not in page
    answered = park.get("/sparql", "text/html", params={"query": "SELECT ('<i>' AS ?x) {}"}).text
    assert "&lt;i&gt;" in answered
    assert "<i>" not in answered


def test_preflight_is_answered(park: Client) -> None:
    response = park.request(
        "OPTIONS", "/sparql", headers={"Access-Control-Request-Headers": "X-Any"}
    )
    assert response.status_code == 204
    assert "POST" in response.headers["access-control-allow-methods"]
    assert response.headers["access-control-allow-headers"] == "X-Any"


def test_an_unknown_method_is_a_problem(park: Client) -> None:
    response = park.request("DELETE", "/sparql")
    assert response.status_code == 405
    assert json.loads(response.content)["type"] == "/problems/method-not-allowed"
