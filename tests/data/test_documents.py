"""The table: every kind of thing × every format × (Accept, suffix, parameter).

One thing of each kind that the real graph has stands for all; what is asked by ``Accept`` is
looked at closely, and the other two ways must give the same.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from gcmgraph.manifest import Manifest
from gcmgraph.rdf import formats
from gcmgraph.serve.app import create_app
from gcmgraph.serve.http.signposts import Link
from gcmgraph.settings import Settings
from servers import Client, serving

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    import httpx

    from gcmgraph.rdf.formats import Format

RDF = (*formats.TRIPLES, *formats.QUADS)
PLAIN = (*formats.TRIPLES, formats.HTML)

#: The formats that there are of documents, by the first part of their paths.
OFFERED = {
    "doc": (*RDF, formats.HTML),
    "about": (*RDF, formats.HTML),
    "graph": (*RDF, formats.HTML),
    "ontology": PLAIN,
    "shapes": PLAIN,
    "catalog": PLAIN,
}

#: Things that others have named, and where their documents are here.
FOREIGN = (
    "http://metadata.un.org/sdg/3",
    "http://metadata.un.org/sdg/4.2",
    "http://metadata.un.org/sdg/C040201",
    "http://metadata.un.org/sdg/codes/geoArea/764",
    "http://metadata.un.org/thesaurus/1000544",
)


@dataclass(frozen=True)
class Row:
    """A row of the table: an address without a suffix, and the IRI of what it tells of."""

    path: str
    iri: str

    @property
    def part(self) -> str:
        """The first part of the path."""
        return self.path.split("/")[1]


@dataclass(frozen=True)
class Table:
    """The rows, a client, and what the release holds."""

    client: Client
    manifest: Manifest
    default: ox.Dataset
    rest: ox.Dataset
    rows: tuple[Row, ...]
    answers: dict[tuple[str, str], httpx.Response] = field(default_factory=dict)

    def asked(self, part: str, format_: Format) -> Iterator[tuple[Row, httpx.Response]]:
        """Ask for the rows of a part in a format, by ``Accept``, once."""
        for row in self.of(part):
            cell = (row.path, format_.name)
            if cell not in self.answers:
                self.answers[cell] = self.client.get(row.path, format_.media_type)
            yield row, self.answers[cell]

    def of(self, *parts: str) -> list[Row]:
        """Return the rows of some parts."""
        return [row for row in self.rows if row.part in parts]

    def told(self, thing: ox.NamedNode) -> ox.Dataset:
        """Return the graphs that tell of a thing: the rest, where the default graph does not."""
        known = [*self.default.quads_for_subject(thing), *self.default.quads_for_object(thing)]
        return self.default if known else self.rest


def parsed(answer: httpx.Response, format_: Format) -> set[ox.Quad]:
    if format_ is formats.JSONLD:
        assert isinstance(answer.json()["@context"], dict)
    return set(ox.parse(answer.content, ox.RdfFormat.from_media_type(format_.media_type)))


def things(quads: Iterable[ox.Quad], base: str) -> list[str]:
    """Return the first thing of each kind."""
    kinds = defaultdict(set)
    for subject in {quad.subject.value for quad in quads}:
        kind, slash, _ = subject.removeprefix(f"{base}id/").partition("/")
        if slash and subject.startswith(f"{base}id/") and "#" not in subject:
            kinds[kind].add(subject)
    return [min(found) for _, found in sorted(kinds.items())]


@pytest.fixture(scope="module")
def table(real_release: Path) -> Iterator[Table]:
    manifest = Manifest.read(real_release)
    base = manifest.base
    quads = list(ox.parse(path=real_release / manifest.dataset("nquads").path))
    in_default = {graph.iri for graph in manifest.graphs if graph.in_default}
    default = ox.Dataset(quad for quad in quads if quad.graph_name.value in in_default)
    rest = ox.Dataset(quad for quad in quads if quad.graph_name.value not in in_default)
    rows = [
        *(Row(f"/doc/{i.removeprefix(f'{base}id/')}", i) for i in things(quads, base)),
        *(Row(f"/about/{iri.removeprefix('http://')}", iri) for iri in FOREIGN),
        Row("/graph/curation", f"{base}graph/curation"),
        Row("/ontology", f"{base}ontology"),
        Row("/shapes", f"{base}shapes"),
        Row("/catalog", manifest.iri),
    ]
    with serving(create_app(Settings(release=real_release, workers=2))) as client:
        yield Table(client, manifest, default, rest, tuple(rows))


every_cell = pytest.mark.parametrize(
    ("part", "format_"),
    [(part, format_) for part, offered in OFFERED.items() for format_ in offered],
    ids=lambda value: getattr(value, "name", value),
)


def test_no_kind_is_left_out(table: Table) -> None:
    kinds = {row.path.split("/")[2] for row in table.of("doc")}
    assert kinds >= {"practice", "excerpt", "conclusion", "scheme", "distribution", "partition"}
    assert len(kinds) == len(table.of("doc")) > 40


@every_cell
def test_each_way_leads_to_the_same(table: Table, part: str, format_: Format) -> None:
    for row, by_accept in table.asked(part, format_):
        assert by_accept.status_code == 200, row
        assert by_accept.headers["content-type"] == format_.content_type, row
        for way in (f"{row.path}.{format_.suffix}", f"{row.path}?format={format_.name}"):
            other = table.client.get(way)
            assert other.status_code == 200, way
            assert other.content == by_accept.content, way
            # A page may have an entity tag for each of its addresses (RFC 9110 §8.8.3).
            same = by_accept.headers.keys() - ({"etag"} if format_ is formats.HTML else set())
            for name in same:
                assert other.headers[name] == by_accept.headers[name], (way, name)


@every_cell
def test_the_headers_say_what_it_is_and_what_belongs_to_it(
    table: Table, part: str, format_: Format
) -> None:
    issued = datetime.fromisoformat(table.manifest.issued).replace(tzinfo=UTC)
    for row, answer in table.asked(part, format_):
        headers = answer.headers
        assert headers["etag"].startswith('"'), row
        assert headers["last-modified"] == format_datetime(issued, usegmt=True), row
        assert {"Accept", "Accept-Encoding"} <= set(headers["vary"].split(", ")), row
        assert headers["access-control-allow-origin"] == "*", row
        assert {"ETag", "Link"} <= set(headers["access-control-expose-headers"].split(", ")), row
        expected = [Link(table.manifest.iri, "collection"), Link(table.manifest.license, "license")]
        expected += [Link(row.iri, "describes")] if part != "graph" else []
        expected += [
            Link(f"{row.path}.{other.suffix}", "alternate", other.media_type)
            for other in OFFERED[part]
            if other is not format_
        ]
        if part in ("doc", "about"):
            expected.append(Link(row.iri, "cite-as"))
        links = headers["link"].split(", ")
        assert {str(link) for link in expected} <= set(links), row
        assert len(set(links)) == len(links), row


@every_cell
def test_head_is_get_without_the_body(table: Table, part: str, format_: Format) -> None:
    for row, answer in table.asked(part, format_):
        head = table.client.request("HEAD", row.path, headers={"Accept": format_.media_type})
        assert (head.status_code, head.content) == (200, b""), row
        assert {**head.headers} == {**answer.headers}, row


@every_cell
def test_what_a_client_has_is_not_sent_again(table: Table, part: str, format_: Format) -> None:
    for row, answer in table.asked(part, format_):
        for asked, said in (("If-None-Match", "etag"), ("If-Modified-Since", "last-modified")):
            again = table.client.get(
                row.path, format_.media_type, headers={asked: answer.headers[said]}
            )
            assert (again.status_code, again.content) == (304, b""), (row, asked)
            assert {"etag", "vary", "cache-control"} <= again.headers.keys(), row


@pytest.mark.parametrize("part", ["doc", "about"])
def test_a_document_says_of_a_thing_what_the_dataset_says(table: Table, part: str) -> None:
    for row, answer in table.asked(part, formats.NQUADS):
        quads = parsed(answer, formats.NQUADS)
        found = {q for q in quads if q.graph_name != ox.DefaultGraph()}
        # Clients that look into the default graph alone find all of it there.
        assert {q.triple for q in quads - found} == {q.triple for q in found}, row
        thing = ox.NamedNode(row.iri)
        truth = table.told(thing)
        assert {q for q in found if q.subject == thing} == set(truth.quads_for_subject(thing)), row
        assert {q for q in found if q.object == thing} == set(truth.quads_for_object(thing)), row
        assert all(quad in truth for quad in found), row
        assert len(answer.content.splitlines()) == len(quads), row


@pytest.mark.parametrize("part", ["graph", "ontology"])
def test_a_graph_is_there_whole(table: Table, part: str) -> None:
    for row, answer in table.asked(part, formats.NTRIPLES):
        graph = ox.NamedNode(f"{table.manifest.base}graph/{row.path.rpartition('/')[2]}")
        truth = {quad.triple for quad in table.default.quads_for_graph_name(graph)}
        assert {quad.triple for quad in parsed(answer, formats.NTRIPLES)} == truth, row


@pytest.mark.parametrize("part", ["doc", "about", "graph", "ontology"])
def test_every_format_says_the_same(table: Table, part: str) -> None:
    said: dict[Row, dict[Format, set[ox.Quad]]] = defaultdict(dict)
    for format_ in OFFERED[part][:-1]:
        for row, answer in table.asked(part, format_):
            said[row][format_] = parsed(answer, format_)
    for row, found in said.items():
        triples = {quad.triple for quad in found[formats.NTRIPLES]}
        assert triples, row
        for format_, quads in found.items():
            assert {quad.triple for quad in quads} == triples, (row, format_.name)
        assert found.get(formats.TRIG) == found.get(formats.NQUADS), row


def test_a_thing_leads_to_its_document(table: Table) -> None:
    for row in table.of("doc"):
        answer = table.client.get(row.path.replace("/doc/", "/id/"))
        assert (answer.status_code, answer.headers["location"]) == (303, row.path)


def test_every_document_may_be_asked_for_from_other_sites(table: Table) -> None:
    asked = {"Origin": "https://x.example", "Access-Control-Request-Method": "GET"}
    for row in table.rows:
        answer = table.client.request("OPTIONS", row.path, headers=asked)
        assert answer.status_code == 204, row
        assert answer.headers["access-control-allow-origin"] == "*", row


def test_the_context_comes_by_each_way(table: Table) -> None:
    by_suffix = table.client.get("/context.jsonld")
    by_accept = table.client.get("/context", formats.JSONLD.media_type)
    by_name = table.client.get("/context?format=jsonld")
    assert by_suffix.json()["id"] == table.manifest.context
    assert by_suffix.headers["content-type"] == (
        'application/ld+json;profile="http://www.w3.org/ns/json-ld#context"'
    )
    assert by_suffix.content == by_accept.content == by_name.content
    assert by_suffix.headers == by_accept.headers == by_name.headers
    assert table.client.get("/context", "text/html").headers["content-type"].startswith("text/html")
