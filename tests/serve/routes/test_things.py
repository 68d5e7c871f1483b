"""Things and their documents."""

from __future__ import annotations

import json
import re
from html import escape, unescape
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from gcmgraph.rdf import formats
from gcmgraph.serve.app import create_app
from gcmgraph.serve.routes.things import OFFERED
from gcmgraph.settings import Settings
from sample_release import BASE, RDF, RDFS, graph, write_release
from servers import Client, serving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import httpx

OAK = ox.NamedNode(f"{BASE}id/tree/oak")


def parsed(content: bytes, format_: formats.Format) -> set[ox.Quad]:
    return set(ox.parse(content, ox.RdfFormat.from_media_type(format_.media_type)))


def links(response: httpx.Response) -> dict[str, list[str]]:
    """Return the targets of the links in the header, by relation."""
    found: dict[str, list[str]] = {}
    header = ", ".join(response.headers.get_list("link"))
    for target, relation in re.findall(r"<([^>]*)>; rel=([a-z-]+)", header):
        found.setdefault(relation, []).append(target)
    return found


def test_a_blank_nodes_iri_leads_to_its_graph(sample: Client) -> None:
    response = sample.get("/.well-known/genid/ontology-12")
    assert (response.status_code, response.headers["location"]) == (303, "/graph/ontology")
    assert sample.get("/.well-known/genid/none-1").status_code == 404


def test_an_excerpt_is_called_by_its_words(sample: Client) -> None:
    page = sample.get("/doc/excerpt/survey-1", "text/html").text
    assert "<h1>“The old oak is 21 m high.”</h1>" in page
    block = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    assert block is not None
    assert json.loads(block[1])["name"] == "“The old oak is 21 m high.”"


def test_a_thing_answers_303_to_its_document(sample: Client) -> None:
    response = sample.get("/id/tree/oak")
    assert response.status_code == 303
    assert response.headers["location"] == "/doc/tree/oak"


#: Things with names of every form: who made the IRI, and what it has in it.
STRANGE = [
    f"{BASE}id/tree/frag#part",
    f"{BASE}id/tree/frag#part-of-a-part",
    f"{BASE}id/tree/q?x=1",
    f"{BASE}id/tree/q?x=1&y=%23#z",
    f"{BASE}id/tree/oak#nowhere",
    f"{BASE}id/solo",
    f"{BASE}id/tree/a//b/",
    f"{BASE}elsewhere/thing",
    f"{BASE}top.ttl",
    "https://un.example/x#part",
    "https://un.example:8443/x?a=b&c=%23",
    "urn:x-y:lake/a",
    "urn:isbn:1?=q#f",
    "mailto:a@b.example",
    "tel:112",
    "ftp://un.example/x",
    "HTTP://un.example/up",
]


@pytest.fixture(scope="module")
def strange(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    folder = tmp_path_factory.mktemp("strange")
    extra = "".join(
        f'<{iri}> <{RDFS}label> "Thing {number}." .\n<{iri}> <{RDF}type> <urn:x-y:Class> .\n'
        f"<{iri}> <urn:x-y:near> <{BASE}id/tree/oak> .\n"
        for number, iri in enumerate(STRANGE)
    )
    write_release(folder, extra)
    with serving(create_app(Settings(release=folder, workers=2))) as client:
        yield client


def test_every_thing_has_a_page_to_which_links_lead(strange: Client) -> None:
    page = strange.get("/doc/tree/oak", "text/html").text
    for number, iri in enumerate(STRANGE):
        found = re.search(rf'<a href="([^"]*)"[^>]*title="{re.escape(escape(iri))}"', page)
        # Of a part of the oak this page itself tells, where links to it lead.
        told = strange.get(unescape(found[1]), "text/html").text if found else page
        assert f"Thing {number}." in told, iri
        assert found or 'id="nowhere"' in page


@pytest.mark.parametrize("format_", OFFERED, ids=lambda f: f.name)
def test_every_thing_of_ours_is_found_by_its_iri(strange: Client, format_: formats.Format) -> None:
    for number, iri in enumerate(STRANGE):
        if iri.startswith(BASE):
            address = "/" + iri.removeprefix(BASE).partition("#")[0]
            response = strange.get(address, format_.media_type, follow_redirects=True)
            assert (response.status_code, f"Thing {number}." in response.text) == (200, True), iri


def test_a_thing_that_a_page_does_not_tell_of_is_still_missing(strange: Client) -> None:
    for address in ("/doc/tree/none", "/id/tree/q?x=2", "/about/urn:x-y:none", "/elsewhere/none"):
        assert strange.get(address).status_code == 404
    assert strange.get("/id/tree/oak?x=1").headers["location"] == "/doc/tree/oak?x=1"


@pytest.mark.parametrize("format_", OFFERED, ids=lambda f: f.name)
def test_a_document_comes_in_every_format_by_every_way(
    sample: Client, format_: formats.Format
) -> None:
    by_accept = sample.get("/doc/tree/oak", format_.media_type)
    by_suffix = sample.get(f"/doc/tree/oak.{format_.suffix}")
    by_name = sample.get(f"/doc/tree/oak?format={format_.name}")
    for response in (by_accept, by_suffix, by_name):
        assert response.status_code == 200
        assert response.headers["content-type"] == format_.content_type
        assert f"<{BASE}id/tree/oak>" in response.headers["link"]
    if format_ is not formats.HTML:
        assert parsed(by_accept.content, format_) == parsed(by_suffix.content, format_) != set()


@pytest.mark.parametrize("format_", formats.TRIPLES, ids=lambda f: f.name)
def test_all_formats_say_the_same(sample: Client, format_: formats.Format) -> None:
    response = sample.get(f"/doc/tree/oak.{format_.suffix}")
    quads = parsed(sample.get("/doc/tree/oak.nq").content, formats.NQUADS)
    assert {q.triple for q in parsed(response.content, format_)} == {q.triple for q in quads}


def test_a_document_holds_parts_what_points_here_and_labels(sample: Client) -> None:
    excerpt = sample.get("/doc/excerpt/survey-1.nt").text
    assert f'<{BASE}id/excerpt/survey-1#quote> <http://www.w3.org/ns/oa#exact> "The' in excerpt
    assert f"<{BASE}id/tree/oak> <http://www.w3.org/ns/prov#wasQuotedFrom>" in excerpt
    assert '"Survey of the park"@en' in excerpt


def test_quads_say_who_says_so_and_leave_out_what_is_not_in_the_default_graph(
    sample: Client,
) -> None:
    trig = parsed(sample.get("/doc/tree/oak.trig").content, formats.TRIG)
    assert trig == parsed(sample.get("/doc/tree/oak.nq").content, formats.NQUADS)
    tree = ox.NamedNode(f"{BASE}ontology#Tree")
    where = {q.graph_name for q in trig if q.subject == OAK and q.object == tree}
    survey, curation = ox.NamedNode(graph("survey")), ox.NamedNode(graph("curation"))
    assert where == {survey, curation, ox.DefaultGraph()}
    assert ox.NamedNode(graph("report")) not in {q.graph_name for q in trig}
    # Who follows a link looks into the default graph.
    turtle = parsed(sample.get("/doc/tree/oak.ttl").content, formats.TURTLE)
    assert {q for q in trig if q.graph_name == ox.DefaultGraph()} == turtle


def test_a_page_escapes_links_and_quotes(sample: Client) -> None:
    page = sample.get("/doc/tree/oak", "text/html").text
    assert "Old oak &lt;b&gt;&amp;&lt;/b&gt;" in page
    assert "javascript:alert" not in "".join(page.split('href="')[1:][:40]).split('"')[0]
    assert 'href="javascript' not in page
    assert "<p>The old oak is 21 m high.</p>" in page
    assert "characters 10 to 35" in page
    assert 'href="/doc/meadow/north"' in page
    assert "height in metres" in page
    assert '<a class="tag" href="/graph/curation"' in page


def test_the_etag_of_a_document_is_known_again(sample: Client) -> None:
    etag = sample.get("/doc/tree/oak.ttl").headers["etag"]
    again = sample.get("/doc/tree/oak.ttl", headers={"If-None-Match": f'W/"x", {etag}'})
    assert again.status_code == 304


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/id/tree/none", 404),
        ("/doc/tree/none", 404),
        ("/doc/tree/none.ttl", 404),
        ("/doc/tree/oak%3E%20%7D", 404),
        ("/doc/tree/..%2F..", 404),
        ("/doc/tree/oak.csv", 406),
        ("/doc/tree/oak.xyz", 406),
        ("/doc/tree/oak.ttl.gz", 406),
        ("/doc/tree/oak.ttl.ttl", 404),
        ("/doc/tree/none.xyz", 404),
        ("/doc/tree/oak.b", 404),
        ("/doc/tree/oak?format=csv", 406),
        ("/doc/cloud", 404),
        ("/doc/tree?page=x", 400),
        ("/doc/tree?page=99", 404),
        ("/browse?class=x", 400),
        ("/graph/none", 404),
        ("/nothing/at/all", 404),
    ],
)
def test_what_is_not_there_is_a_problem(sample: Client, path: str, status: int) -> None:
    response = sample.get(path)
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"


def test_a_kind_and_a_class_are_listed(sample: Client) -> None:
    by_kind = sample.get("/doc/tree").text
    by_class = sample.get("/browse", params={"class": f"{BASE}ontology#Tree"}).text
    for page in (by_kind, by_class):
        assert 'href="/doc/tree/oak"' in page
        assert ">Lime</a>" in page


def test_a_long_list_leads_on_and_back(tmp_path: Path) -> None:
    trees = (f"<{BASE}id/tree/t{n}> <{RDF}type> <{BASE}ontology#Tree> .\n" for n in range(150))
    write_release(tmp_path, "".join(trees))
    with serving(create_app(Settings(release=tmp_path, workers=1))) as client:
        first = client.get("/doc/tree")
        second = client.get(str(first.url.join(links(first)["next"][0])))
        assert "prev" not in links(first)
        assert "next" not in links(second)
        assert links(second)["prev"] == ["?page=1"]
        assert (first.text + second.text).count('href="/doc/tree/t') == 150


@pytest.mark.parametrize("format_", [*formats.TRIPLES, *formats.QUADS], ids=lambda f: f.name)
def test_a_graph_is_given_whole_in_every_format(sample: Client, format_: formats.Format) -> None:
    by_accept = sample.get("/graph/survey", format_.media_type)
    by_suffix = sample.get(f"/graph/survey.{format_.suffix}")
    assert by_accept.content == by_suffix.content
    assert by_accept.headers["content-type"] == format_.content_type
    assert links(by_accept)["cite-as"] == [graph("survey")]
    assert len(links(by_accept)["alternate"]) == len(OFFERED) - 1
    quads = parsed(by_suffix.content, format_)
    where = {ox.DefaultGraph(), *([ox.NamedNode(graph("survey"))] * (format_ in formats.QUADS))}
    for name in where:
        assert len({quad for quad in quads if quad.graph_name == name}) == 19
    assert {quad.graph_name for quad in quads} == where
    plain = sample.get(f"/graph/survey.{format_.suffix}", headers={"Accept-Encoding": "identity"})
    assert len(plain.content) == int(plain.headers["content-length"])


def test_a_graph_has_a_page(sample: Client) -> None:
    page = sample.get("/graph/survey", "text/html")
    assert "19 statements" in page.text
    assert 'href="/graph/survey.trig"' in page.text


def test_a_thing_leads_to_its_document_in_each_format(sample: Client) -> None:
    described_by = links(sample.get("/id/tree/oak"))["describedby"]
    assert described_by == [f"/doc/tree/oak.{f.suffix}" for f in OFFERED]
    assert sample.get("/id/tree/oak?format=ttl").headers["location"] == "/doc/tree/oak?format=ttl"


@pytest.mark.parametrize("format_", OFFERED, ids=lambda f: f.name)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_document_has_signposts(sample: Client, method: str, format_: formats.Format) -> None:
    found = links(sample.request(method, f"/doc/tree/oak.{format_.suffix}"))
    assert found["describes"] == found["cite-as"] == [OAK.value]
    assert found["alternate"] == [f"/doc/tree/oak.{f.suffix}" for f in OFFERED if f != format_]
    page = format_ is formats.HTML
    assert found["type"] == page * ["https://schema.org/AboutPage"] + [f"{BASE}ontology#Tree"]
    assert found.get("describedby", []) == page * found["alternate"]
    assert len(found["collection"]) == len(found["license"]) == 1


def test_a_statement_is_shown_once(grove: Client) -> None:
    page = grove.get("/doc/place/gate", "text/html").text
    # A thing that is near itself: said of it, and not shown again as pointing at it.
    assert page.count(f'title="{BASE}ontology#near"') == 1
    lines = grove.get("/doc/place/gate.nt").text.splitlines()
    assert len(lines) == len(set(lines))


def test_what_only_another_graph_knows_is_told_from_there(tmp_path: Path) -> None:
    first = f'<{BASE}id/check/first> <{RDFS}label> "First check"@en .\n'
    write_release(tmp_path, first, to="report")
    with serving(create_app(Settings(release=tmp_path, workers=1))) as client:
        assert client.get("/id/check/first").status_code == 303
        quads = client.get("/doc/check/first.nq").text
        assert quads == first.replace(" .\n", f" <{graph('report')}> .\n") + first
        assert client.get("/doc/check/first.nt").text == first
        assert "First check" in client.get("/doc/check/first", "text/html").text


def test_a_page_says_how_to_cite(sample: Client) -> None:
    page = sample.get("/doc/tree/oak", "text/html").text
    assert 'href="/citation?of=https%3A%2F%2Fexample.org%2Fpark%2Fid%2Ftree%2Foak"' in page


def test_the_ontology_is_given_as_released_and_as_a_page(sample: Client) -> None:
    turtle = sample.get("/ontology")
    assert turtle.headers["content-type"] == "text/turtle;charset=utf-8"
    as_released = parsed(turtle.content, formats.TURTLE)
    assert as_released == parsed(sample.get("/ontology.jsonld").content, formats.JSONLD)
    page = sample.get("/ontology", "text/html").text
    assert '<h3 id="Tree">tree</h3>' in page
    assert "A woody plant." in page
