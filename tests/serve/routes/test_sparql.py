"""The endpoint, by the SPARQL 1.1 Protocol."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pyoxigraph as ox
import pytest

from gcmgraph.errors import EngineBusyError
from gcmgraph.rdf import formats
from gcmgraph.serve.app import create_app
from gcmgraph.settings import Settings
from sample_release import BASE, INTEGER, graph
from servers import Client, serving

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

COUNT = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
DIRECT = {"Content-Type": "application/sparql-query"}
JOIN = " ".join(f"?a{i} ?b{i} ?c{i} ." for i in range(9))


def count(response: object) -> int:
    return int(response.json()["results"]["bindings"][0]["n"]["value"])


def test_get_answers_in_json(sample: Client) -> None:
    response = sample.get("/sparql", params={"query": COUNT})
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/sparql-results+json"
    assert int(response.headers["content-length"]) == len(response.content)
    assert count(response) == 29


def test_post_form_and_post_direct_answer_as_get_does(sample: Client) -> None:
    form = sample.post("/sparql", data={"query": COUNT})
    direct = sample.post(
        "/sparql",
        content=COUNT,
        headers={"Content-Type": "application/sparql-query;charset=UTF-8"},
    )
    assert count(form) == count(direct) == 29


def test_head_has_the_headers_of_get_and_no_body(sample: Client) -> None:
    get = sample.get("/sparql", params={"query": COUNT})
    head = sample.request("HEAD", "/sparql", params={"query": COUNT}, headers={"Accept": "*/*"})
    assert head.status_code == 200
    assert head.content == b""
    assert head.headers == get.headers


@pytest.mark.parametrize("format_", formats.RESULTS, ids=lambda f: f.name)
@pytest.mark.parametrize("query", ["SELECT ?s { ?s ?p ?o }", "ASK {}"])
def test_every_results_format(sample: Client, format_: formats.Format, query: str) -> None:
    by_accept = sample.get("/sparql", format_.media_type, params={"query": query})
    by_name = sample.get("/sparql", params={"query": query, "format": format_.name})
    assert by_accept.headers["content-type"] == format_.content_type
    assert by_accept.content == by_name.content != b""


def test_of_several_formats_the_first_that_is_there_counts(sample: Client) -> None:
    response = sample.get("/sparql", params={"query": COUNT, "format": ["nothing", "csv", "json"]})
    assert response.headers["content-type"] == formats.RESULTS_CSV.content_type


@pytest.mark.parametrize("format_", formats.TRIPLES, ids=lambda f: f.name)
@pytest.mark.parametrize("form", ["CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }", "DESCRIBE <{}>"])
def test_every_graph_format(sample: Client, format_: formats.Format, form: str) -> None:
    query = form.replace("<{}>", f"<{BASE}id/tree/oak>")
    response = sample.get("/sparql", format_.media_type, params={"query": query})
    assert response.headers["content-type"] == format_.content_type
    parsed = ox.parse(response.content, ox.RdfFormat.from_media_type(format_.media_type))
    expected = sample.get("/sparql", "application/n-triples", params={"query": query})
    again = ox.parse(expected.content, ox.RdfFormat.N_TRIPLES)
    assert {q.triple for q in parsed} == {q.triple for q in again} != set()


def test_turtle_is_written_with_the_prefixes_of_the_release(sample: Client) -> None:
    response = sample.get("/sparql", params={"query": f"DESCRIBE <{BASE}id/tree/oak>"})
    assert "park:height 21" in response.text


def test_dataset_parameters_replace_that_of_the_text(sample: Client) -> None:
    query = COUNT.replace("WHERE", f"FROM <{graph('ontology')}> WHERE")
    assert count(sample.get("/sparql", params={"query": query})) == 9
    chosen = {"query": query, "default-graph-uri": [graph("survey"), graph("curation")]}
    # One statement stands in both graphs; their merge holds it once.
    assert count(sample.get("/sparql", params=chosen)) == 20


def test_dataset_parameters_stand_in_the_address_of_a_direct_post(sample: Client) -> None:
    query = COUNT.replace("WHERE", f"FROM <{graph('ontology')}> WHERE")
    chosen = {"default-graph-uri": graph("survey")}
    assert count(sample.post("/sparql", params=chosen, content=query, headers=DIRECT)) == 19


def test_named_graphs_alone_leave_the_default_graph_empty(sample: Client) -> None:
    named = {"named-graph-uri": [graph("survey"), graph("report")]}
    assert count(sample.get("/sparql", params={"query": COUNT, **named})) == 0
    inside = COUNT.replace("{ ?s ?p ?o }", "{ GRAPH ?g { ?s ?p ?o } }")
    assert count(sample.post("/sparql", data={"query": inside, **named})) == 20


REFUSED = {
    "empty": ({"query": ""}, 400, "bad-request"),
    "syntax": ({"query": "SELECT * {"}, 400, "query-syntax"),
    "update parameter": ({"update": "CLEAR ALL"}, 403, "update-refused"),
    "update as query": ({"query": "CLEAR ALL"}, 403, "update-refused"),
    "service": ({"query": "ASK { SERVICE <http://127.0.0.1/> {} }"}, 403, "service-refused"),
    "two queries": ({"query": [COUNT, COUNT]}, 400, "bad-request"),
    "unknown graph in a parameter": (
        {"query": COUNT, "default-graph-uri": "http://x.test/"},
        400,
        "unknown-graph",
    ),
    "another release": ({"query": COUNT, "release": "0" * 64}, 404, "release-gone"),
    "no release": ({"query": COUNT, "release": "newest"}, 400, "bad-request"),
    "unknown graph": ({"query": "ASK FROM <http://x.test/> {}"}, 400, "unknown-graph"),
    "too long": ({"query": "#" * (1 << 17)}, 413, "query-too-long"),
    "too deep": ({"query": "SELECT * " + "{" * 10000 + "}" * 10000}, 400, "query-too-deep"),
    "too large": ({"query": f"SELECT * {{ {JOIN} }}"}, 507, "result-too-large"),
    "memory": ({"query": f"SELECT * {{ {JOIN} }} ORDER BY ?a1"}, 507, "query-memory"),
    "time": ({"query": f"SELECT (COUNT(*) AS ?n) {{ {JOIN} }}"}, 504, "query-timeout"),
    "no such format": ({"query": COUNT, "format": "xls"}, 406, "not-acceptable"),
    "unknown function": (
        {"query": "SELECT (<x:f>(1) AS ?x) {}"},
        400,
        "query-unsupported",
    ),
    "number of arguments": (
        {"query": f"SELECT (<{INTEGER}>() AS ?x) {{}}"},
        400,
        "query-unsupported",
    ),
    "BNODE with an argument": (
        {"query": "SELECT (BNODE('x') AS ?x) {}"},
        400,
        "query-unsupported",
    ),
    "graph asked as CSV": ({"query": "DESCRIBE <x:y>", "format": "csv"}, 406, "not-acceptable"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_each_refusal_is_a_problem_of_its_own(sample: Client, case: str) -> None:
    parameters, status, slug = REFUSED[case]
    response = sample.post("/sparql", data=parameters)
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers["access-control-allow-origin"] == "*"
    assert response.json()["type"] == f"/problems/{slug}"
    assert count(sample.get("/sparql", params={"query": COUNT})) == 29


def test_a_syntax_error_says_line_column_and_what_was_expected(sample: Client) -> None:
    problem = sample.get("/sparql", params={"query": "SELECT *\n{ ?s ?p ?o } LIMIT x"}).json()
    assert (problem["line"], problem["column"]) == (2, 20)
    assert problem["expected"] == ["a digit"]


def test_a_browser_gets_a_syntax_error_with_its_text_to_correct(sample: Client) -> None:
    response = sample.get("/sparql", BROWSER, params={"query": "SELECT *\n{ ?s ?p '<i>' } LIMIT x"})
    assert response.status_code == 400
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    at_fault = "{ ?s ?p &#39;&lt;i&gt;&#39; } LIMIT x"
    assert f"<pre>{at_fault}\n{' ' * 22}^</pre>" in response.text
    assert f"SELECT *\n{at_fault}</textarea>" in response.text
    assert '<form action="/sparql"' in response.text


def test_a_program_that_would_also_take_a_page_gets_json(sample: Client) -> None:
    accept = "application/sparql-results+json, text/html;q=0.1, */*;q=0.2"
    response = sample.get("/sparql", accept, params={"query": "SELECT"})
    assert response.headers["content-type"] == "application/problem+json"


def test_a_prefix_that_is_not_declared_is_named(sample: Client) -> None:
    problem = sample.get("/sparql", params={"query": "ASK { ?s park:height ?o }"}).json()
    declaration = f"PREFIX park: <{BASE}ontology#>"
    assert declaration in problem["detail"]
    assert problem["expected"] == [declaration]
    assert (problem["line"], problem["column"]) == (1, 10)
    assert count(sample.get("/sparql", params={"query": f"{declaration}\n{COUNT}"})) == 29


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
        ({"Content-Type": "multipart/form-data; boundary=x"}, b"--x--", 415),
        ({"Content-Type": "application/x-www-form-urlencoded"}, b"a&" * 2000, 400),
        ({"Content-Type": "application/sparql-query"}, b"", 400),
    ],
)
def test_a_malformed_post_is_refused(
    sample: Client, headers: dict[str, str], content: bytes, status: int
) -> None:
    response = sample.post("/sparql", content=content, headers=headers)
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"


def test_an_empty_parameter_is_as_if_it_were_absent(sample: Client) -> None:
    empty = "default-graph-uri=&named-graph-uri=&format=&release=&update=&query=&"
    assert count(sample.get(f"/sparql?{empty}{urlencode({'query': COUNT})}")) == 29
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    body = f"{empty}{urlencode({'query': COUNT})}"
    assert count(sample.post("/sparql", content=body, headers=form)) == 29
    direct = {"Content-Type": "application/sparql-query"}
    assert count(sample.post(f"/sparql?{empty}", content=COUNT, headers=direct)) == 29
    described = sample.get("/sparql", "text/turtle")
    assert sample.get(f"/sparql?{empty}", "text/turtle").content == described.content
    assert sample.get("/doc/tree?page=&release=").status_code == 200


@pytest.mark.parametrize(
    "text", ["\ufeff" + COUNT, COUNT.replace(" ", "\r\n"), "\ufeff\r\n" + COUNT]
)
def test_a_byte_order_mark_and_any_line_ends_are_read(sample: Client, text: str) -> None:
    assert count(sample.get("/sparql", params={"query": text})) == 29
    assert count(sample.post("/sparql", data={"query": text})) == 29
    for charset in ("utf-8", "UTF8"):
        headers = {"Content-Type": f"application/sparql-query; charset={charset}"}
        assert count(sample.post("/sparql", content=text.encode(), headers=headers)) == 29


def test_group_concat_joins_iris_and_numbers(sample: Client) -> None:
    text = "SELECT (GROUP_CONCAT(?x) AS ?all) { VALUES ?x { <x:a> <x:b> 1 } }"
    (row,) = sample.get("/sparql", params={"query": text}).json()["results"]["bindings"]
    assert row["all"] == {"type": "literal", "value": "x:a x:b 1"}


def test_percent_encoding_is_decoded_once(sample: Client) -> None:
    response = sample.get("/sparql?query=ASK%20%7B%20FILTER(%22%2541%22%20%3D%20%22%25%2241%22)%7D")
    assert response.status_code == 400
    response = sample.get("/sparql?query=SELECT%20(%22%2541%22%20AS%20%3Fx)%20%7B%7D&format=csv")
    assert response.text == "x\r\n%41\r\n"


def test_an_etag_stands_for_release_query_and_format(sample: Client) -> None:
    first = sample.get("/sparql", params={"query": COUNT})
    etag = first.headers["etag"]
    spaced = COUNT.replace(" ", "\n #comment\n ")
    again = sample.get("/sparql", params={"query": spaced}, headers={"If-None-Match": etag})
    assert (again.status_code, again.content) == (304, b"")
    other = sample.get("/sparql", "text/csv", params={"query": COUNT})
    assert other.headers["etag"] != etag


def test_what_changes_by_itself_is_not_cached(sample: Client) -> None:
    response = sample.get("/sparql", params={"query": "SELECT (UUID() AS ?x) {}"})
    assert "etag" not in response.headers
    assert response.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("case", "limit", "unit", "setting"),
    [
        ("too long", 1 << 16, "bytes", "GCMGRAPH_QUERY_BYTES"),
        ("too large", 1 << 20, "bytes", "GCMGRAPH_RESULT_BYTES"),
        ("memory", 128 << 20, "bytes", "GCMGRAPH_QUERY_MEMORY"),
        ("time", 1, "seconds", "GCMGRAPH_QUERY_TIME"),
    ],
)
def test_a_limit_that_is_hit_is_named(
    sample: Client, case: str, limit: int, unit: str, setting: str
) -> None:
    problem = sample.post("/sparql", data=REFUSED[case][0]).json()
    assert (problem["limit"], problem["unit"], problem["setting"]) == (limit, unit, setting)


def test_too_many_at_once_are_told_when_to_come_back(release: Path) -> None:
    class Busy:
        async def start(self) -> None: ...

        async def stop(self) -> None: ...

        async def query(self, query: object) -> object:
            raise EngineBusyError("64 queries are waiting already; ask again in a moment.")

    app = create_app(Settings(release=release), lambda *_: Busy())
    with serving(app) as client:
        response = client.get("/sparql", params={"query": "ASK {}"})
    assert response.status_code == 503
    assert int(response.headers["retry-after"]) >= 1
    assert response.json()["setting"] == "GCMGRAPH_QUEUE"


def test_a_small_graph_declares_only_the_prefixes_it_uses(sample: Client) -> None:
    text = "CONSTRUCT { ?s a ?o } WHERE { ?s a ?o }"
    assert "@prefix rdfs:" not in sample.get("/sparql", params={"query": text}).text


def test_a_browser_gets_a_page_with_a_form_that_works_without_scripts(sample: Client) -> None:
    page = sample.get("/sparql", "text/html").text
    assert "<form" in page
    assert "<script" not in page
    answered = sample.get("/sparql", "text/html", params={"query": "SELECT ('<i>' AS ?x) {}"}).text
    assert "&lt;i&gt;" in answered
    assert "<i>" not in answered


def test_preflight_is_answered(sample: Client) -> None:
    response = sample.request(
        "OPTIONS", "/sparql", headers={"Access-Control-Request-Headers": "X-Any"}
    )
    assert response.status_code == 204
    assert "POST" in response.headers["access-control-allow-methods"]
    assert response.headers["access-control-allow-headers"] == "X-Any"


def test_an_unknown_method_is_a_problem(sample: Client) -> None:
    response = sample.request("DELETE", "/sparql")
    assert response.status_code == 405
    assert json.loads(response.content)["type"] == "/problems/method-not-allowed"
    assert response.headers["allow"] == "GET, HEAD, OPTIONS, POST"
    assert response.headers["access-control-allow-origin"] == "*"


def test_what_is_not_acceptable_lists_what_there_is(sample: Client) -> None:
    select = sample.get("/sparql", "image/png", params={"query": COUNT})
    assert select.status_code == 406
    assert select.json()["available"] == [f.media_type for f in (*formats.RESULTS, formats.HTML)]
    describe = sample.get("/sparql", "text/csv", params={"query": "DESCRIBE <x:y>"})
    assert describe.json()["available"] == [f.media_type for f in (*formats.TRIPLES, formats.HTML)]


@pytest.mark.parametrize(
    ("accept", "query", "media_type"),
    [
        (None, "ASK {}", "application/sparql-results+json"),
        ("*/*", "DESCRIBE <x:y>", "text/turtle;charset=utf-8"),
        ("application/json", "ASK {}", "application/sparql-results+json"),
        ("application/json", "DESCRIBE <x:y>", "application/ld+json"),
        ("text/xml", "SELECT * {}", "application/sparql-results+xml"),
        ("text/*", "SELECT * {}", "text/csv;charset=utf-8"),
        ("text/csv;q=0.3, application/*;q=0.4", "ASK {}", "application/sparql-results+json"),
        (BROWSER, "SELECT * {}", "text/html; charset=utf-8"),
    ],
)
def test_the_media_type_is_negotiated(
    sample: Client, accept: str | None, query: str, media_type: str
) -> None:
    headers = {"Accept": accept} if accept else {}
    response = sample.request("GET", "/sparql", params={"query": query}, headers=headers)
    assert response.headers["content-type"] == media_type


def test_an_ask_has_its_bare_word_as_csv_and_tsv(sample: Client) -> None:
    for name in ("csv", "tsv"):
        said = sample.get("/sparql", params={"query": "ASK { FILTER(false) }", "format": name})
        assert said.content == b"false"


def test_the_permalink_pins_query_dataset_and_release(sample: Client) -> None:
    chosen = {"query": COUNT, "default-graph-uri": graph("survey")}
    first = sample.post("/sparql", data=chosen)
    link = first.links["cite-as"]["url"]
    assert link.startswith("http://park.test/sparql?query=SELECT%20")
    again = sample.get(link)
    assert again.json() == first.json()
    assert again.headers["etag"] == sample.get("/sparql", params=chosen).headers["etag"]
    assert again.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert again.headers["x-release"] in link


def test_a_query_too_long_for_an_address_has_no_permalink(sample: Client) -> None:
    assert "cite-as" not in sample.post("/sparql", data={"query": "#" * 2000 + "\nASK {}"}).links


def test_a_release_is_named_by_its_first_digits_and_another_one_is_gone(sample: Client) -> None:
    served = sample.get("/healthz").headers["x-release"]
    query = {"query": COUNT}
    assert count(sample.get("/sparql", params={**query, "release": served[:12]})) == 29
    assert sample.get("/sparql", params={**query, "release": served[:11]}).status_code == 400
    gone = sample.get("/sparql", params={**query, "release": "0" * 12})
    assert gone.status_code == 404
    assert served in [kept["release"] for kept in gone.json()["kept"]]


def test_a_cache_may_keep_an_answer_for_a_moment_and_then_asks(sample: Client) -> None:
    first = sample.get("/sparql", params={"query": COUNT})
    assert first.headers["cache-control"] == "public, max-age=60, must-revalidate"
    assert {name.strip() for name in first.headers["vary"].split(",")} == {
        "Accept",
        "Accept-Encoding",
    }
    tag = {"If-None-Match": first.headers["etag"]}
    again = sample.get("/sparql", params={"query": COUNT}, headers=tag)
    for name in ("etag", "cache-control", "vary", "x-release"):
        assert again.headers[name] == first.headers[name]
    for condition in (
        {"If-None-Match": "*"},
        {"If-Modified-Since": first.headers["last-modified"]},
    ):
        assert sample.get("/sparql", params={"query": COUNT}, headers=condition).status_code == 304
        # Whether there is an answer at all, only evaluating tells.
        assert sample.get("/sparql", params={"query": "X"}, headers=condition).status_code == 400
    longer_ago = {"If-Modified-Since": "Tue, 31 Dec 2019 23:59:59 GMT"}
    assert sample.get("/sparql", params={"query": COUNT}, headers=longer_ago).status_code == 200


def test_an_answer_other_than_the_one_named_is_not_given(sample: Client) -> None:
    etag = sample.get("/sparql", params={"query": COUNT}).headers["etag"]
    for tag, status in ((etag, 200), ("*", 200), ('"other"', 412), (f"W/{etag}", 412)):
        response = sample.get("/sparql", params={"query": COUNT}, headers={"If-Match": tag})
        assert response.status_code == status


@pytest.mark.parametrize("coding", ["gzip", "zstd", "identity"])
def test_every_coding_says_the_same_under_a_tag_of_its_own(sample: Client, coding: str) -> None:
    query = {"query": "SELECT * { ?s ?p ?o } ORDER BY ?s ?p ?o", "format": "csv"}
    response = sample.get("/sparql", params=query, headers={"Accept-Encoding": coding})
    assert response.headers.get("content-encoding", "identity") == coding
    assert response.text.count("\r\n") == 30
    headers = {"Accept-Encoding": coding, "If-None-Match": response.headers["etag"]}
    assert sample.get("/sparql", params=query, headers=headers).status_code == 304


def test_a_page_has_the_tag_of_its_own_text(sample: Client) -> None:
    tags = [
        sample.get("/sparql", BROWSER, params={"query": text}).headers["etag"]
        for text in ("ASK {}", "ASK  {}", "ASK {}")
    ]
    assert tags[0] == tags[2] != tags[1]


def test_a_client_that_does_not_finish_sending_is_told_the_limit(release: Path) -> None:
    async def slowly() -> AsyncIterator[bytes]:
        yield b"ASK"
        await asyncio.sleep(60)

    with serving(create_app(Settings(release=release, workers=1, request_time=0.1))) as client:
        response = client.post("/sparql", content=slowly(), headers=DIRECT)
    assert response.status_code == 408
    assert response.json()["setting"] == "GCMGRAPH_REQUEST_TIME"
