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
qualities = st.one_of(
    st.sampled_from(
        ["", ";q=0", ";q=0.5", ";q=2", ";charset=utf-8", "; q = .9", ";Q=1.", ';q="1"']
    ),
    st.text(st.sampled_from("0123456789.+-eE infq=; "), max_size=8).map(";q={}".format),
)
ranges = st.tuples(media_types, qualities).map("".join)
accepts = st.just("*/*") | st.lists(ranges, max_size=4).map(", ".join).map(str.strip)
content_types = st.one_of(
    st.sampled_from(
        [
            "application/sparql-query",
            "application/sparql-query; charset=utf-8",
            "application/x-www-form-urlencoded",
            "application/x-www-form-urlencoded;charset=latin1",
            "application/sparql-query;charset=UTF8;charset=",
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
    place=st.sampled_from(
        [
            "doc",
            "id",
            "download",
            "graph",
            "doc/tree",
            "static",
            "problems",
            "",
            "id/tree/oak?x=",
            "about",
            "about/urn:x",
            "about/http:/",
            "browse?class=",
            "citation?of=",
            "doc/tree?page=",
            "ontology",
            "version",
            "context",
            "queries",
            "rules",
            "catalog",
            "sitemap",
        ]
    ),
    path=st.lists(segments, max_size=4).map("/".join),
    accept=accepts,
)
def test_a_path(client: httpx.Client, place: str, path: str, accept: str) -> None:
    # Not as the address: httpx would mend it first.
    target = {"target": f"/{place}{'' if place.endswith('=') else '/'}{path}".encode()}
    response = client.get("/", headers={"Accept": accept}, extensions=target)
    check(response)
    assert "root:" not in response.text


@some
@given(
    name=st.sampled_from(
        [
            "Accept",
            "Accept-Encoding",
            "If-None-Match",
            "If-Match",
            "If-Modified-Since",
            "Range",
            "Origin",
            "X-Forwarded-For",
            "Forwarded",
            "Host",
            "Accept-Language",
            "Referer",
        ]
    ),
    value=st.one_of(
        st.text(st.characters(max_codepoint=0xFF), max_size=20),
        st.lists(st.sampled_from(["gzip", "*", ";q=.", "bytes=0-", '"', "W/", ",", "\ufeff"])).map(
            "".join
        ),
    ),
    address=st.sampled_from(
        ["/", "/doc/tree/oak", "/sparql?query=ASK{}", "/graph/survey", "/none"]
    ),
)
def test_a_header(client: httpx.Client, name: str, value: str, address: str) -> None:
    # What is no header field at all, no client sends, and the server does not let in.
    sent = value.encode("utf-8").translate(None, bytes([*range(32), 127])).strip()
    response = client.get(address, headers={name.encode(): sent})
    if response.status_code != 400 or "x-release" in response.headers:
        check(response)


def test_afterwards_every_worker_answers(client: httpx.Client) -> None:
    def label(number: int) -> str:
        # Different texts, so that none is answered for another.
        query = f"SELECT ?l {{ <{BASE}id/tree/lime> ?p ?l FILTER(LANG(?l) = 'en') }} LIMIT {number}"
        found = client.get("/sparql", params={"query": query}).json()["results"]["bindings"]
        return found[0]["l"]["value"]

    with ThreadPoolExecutor(2 * WORKERS) as threads:
        assert set(threads.map(label, range(1, 20))) == {"Lime"}
