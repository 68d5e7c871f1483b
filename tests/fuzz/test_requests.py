"""Whatever is sent to the server, each response is an answer or a problem with a name."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fuzz.conftest import WORKERS
from fuzz.grammar import queries
from fuzz.response_checks import check
from gcmgraph.rdf import formats
from sample_release import BASE, graph

if TYPE_CHECKING:
    import httpx

some = settings(
    max_examples=200,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)

visible = st.characters(min_codepoint=0x21, max_codepoint=0x7E)
printable = st.characters(min_codepoint=0x20, max_codepoint=0x7E)
media_types = st.one_of(
    st.sampled_from([f.media_type for f in formats.FORMATS]),
    st.sampled_from(["*/*", "text/*", "image/png", "*/json", "", "text/html", ";", "a/b;q=x"]),
    st.text(printable, max_size=12),
)
qualities = st.sampled_from(["", ";q=0", ";q=0.5", ";q=2", ";charset=utf-8"])
ranges = st.tuples(media_types, qualities).map("".join)
accepts = st.just("*/*") | st.lists(ranges, max_size=4).map(", ".join).map(str.strip)
content_types = st.one_of(
    st.sampled_from(
        [
            "application/sparql-query",
            "application/sparql-query; charset=utf-8",
            "application/x-www-form-urlencoded",
            "application/x-www-form-urlencoded;charset=latin1",
            "application/sparql-update",
            "multipart/form-data",
        ]
    ),
    st.text(printable, max_size=12).map(str.strip),
)
graphs = st.sampled_from([graph("survey"), graph("curation"), "x:y", "", "not an IRI", "<>"])
parameters = st.lists(
    st.one_of(
        st.tuples(st.just("query"), queries),
        st.tuples(st.sampled_from(["default-graph-uri", "named-graph-uri"]), graphs),
        st.tuples(st.just("format"), st.sampled_from([f.name for f in formats.FORMATS])),
        st.tuples(st.sampled_from(["format", "update", "query", "text", ""]), st.text(max_size=5)),
    ),
    max_size=4,
)
#: What is percent-encoded well, badly, twice, and not at all.
segments = st.one_of(
    st.sampled_from(["..", ".", "%2e%2e", "%2F", "%00", "%", "%zz", "%C3", "%25%32%65", "oak.ttl"]),
    st.text(visible, max_size=8),
)


@some
@given(query=queries, accept=accepts)
def test_a_query(client: httpx.Client, query: str, accept: str) -> None:
    check(client.post("/sparql", data={"query": query}, headers={"Accept": accept}))


@some
@given(
    method=st.sampled_from(["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "X"]),
    pairs=parameters,
    accept=accepts,
    etag=st.sampled_from(["", "*", '"x"', 'W/"x', ","]),
)
def test_parameters(
    client: httpx.Client, method: str, pairs: list[tuple[str, str]], accept: str, etag: str
) -> None:
    headers = {"Accept": accept, "If-None-Match": etag}
    check(client.request(method, "/sparql", params=pairs, headers=headers))


@some
@given(
    body=st.one_of(queries.map(str.encode), st.binary(max_size=60)),
    content_type=content_types,
    search=st.text(visible, max_size=12),
)
def test_a_body(client: httpx.Client, body: bytes, content_type: str, search: str) -> None:
    target = {"target": b"/sparql?" + search.encode()}
    check(client.post("/", content=body, headers={"Content-Type": content_type}, extensions=target))


@some
@given(
    place=st.sampled_from(["doc", "id", "download", "graph", "doc/tree", "static", "problems", ""]),
    path=st.lists(segments, max_size=4).map("/".join),
    accept=accepts,
)
def test_a_path(client: httpx.Client, place: str, path: str, accept: str) -> None:
    # Not as the address: httpx would mend it first.
    target = {"target": f"/{place}/{path}".encode()}
    response = client.get("/", headers={"Accept": accept}, extensions=target)
    check(response)
    assert "root:" not in response.text


def test_afterwards_every_worker_answers(client: httpx.Client) -> None:
    def label(number: int) -> str:
        # Different texts, so that none is answered for another.
        query = f"SELECT ?l {{ <{BASE}id/tree/lime> ?p ?l FILTER(LANG(?l) = 'en') }} LIMIT {number}"
        found = client.get("/sparql", params={"query": query}).json()["results"]["bindings"]
        return found[0]["l"]["value"]

    with ThreadPoolExecutor(2 * WORKERS) as threads:
        assert set(threads.map(label, range(1, 20))) == {"Lime"}
