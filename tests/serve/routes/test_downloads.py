"""The release's files over HTTP: whole, in parts, and all of them saying the same."""

from __future__ import annotations

import base64
import csv
import gzip
import hashlib
import io
import json
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox
import pytest
import zstandard
from pyld import jsonld as pyld

from gcmgraph.manifest import Manifest
from gcmgraph.rdf import formats
from gcmgraph.rdf.namespaces import DCAT, SPDX
from gcmgraph.serve.app import create_app
from gcmgraph.settings import Settings
from sample_release import write_release
from servers import Client, serving

if TYPE_CHECKING:
    from pathlib import Path

FILE = "/download/park.nq"
EXPAND = {
    None: bytes,
    "gzip": gzip.decompress,
    "zstd": lambda data: zstandard.ZstdDecompressor().decompress(data),
}


def part(sample: Client, ranges: str, **headers: str) -> Any:
    return sample.get(FILE, headers={"Range": ranges, **headers})


def test_a_file_has_all_its_headers(sample: Client, release: Path) -> None:
    content = (release / "park.nq").read_bytes()
    digest = hashlib.sha256(content)
    response = sample.get(FILE, headers={"Accept-Encoding": "gzip, zstd"})
    assert response.content == content
    assert response.headers["content-type"] == "application/n-quads"
    assert response.headers["content-length"] == str(len(content))
    assert response.headers["etag"] == f'"{digest.hexdigest()}"'
    assert response.headers["last-modified"] == "Wed, 01 Jan 2020 00:00:00 GMT"
    assert response.headers["accept-ranges"] == "bytes"
    encoded = base64.b64encode(digest.digest()).decode()
    assert response.headers["repr-digest"] == f"sha-256=:{encoded}:"
    # What comes in parts is not coded on the way; and a browser shows what it can.
    assert "content-encoding" not in response.headers
    assert "content-disposition" not in response.headers


def test_head_says_what_get_would_and_knows_no_parts(sample: Client) -> None:
    asked = sample.request("HEAD", FILE, headers={"Range": "bytes=0-9"})
    given = sample.get(FILE)
    assert (asked.status_code, asked.content) == (200, b"")
    names = given.headers.keys() - {"date"}
    assert {name: asked.headers[name] for name in names} == {
        name: given.headers[name] for name in names
    }


@pytest.mark.parametrize(
    ("ranges", "expected"),
    [
        ("bytes=5-9", slice(5, 10)),
        ("bytes=5-", slice(5, None)),
        ("bytes=-5", slice(-5, None)),
        ("bytes=0-0", slice(0, 1)),
        ("bytes=7-99999999999999999999", slice(7, None)),
        ("bytes=-99999999999999999999", slice(0, None)),
        ("Bytes= 5-9 ", slice(5, 10)),
    ],
)
def test_a_part_is_given(sample: Client, release: Path, ranges: str, expected: slice) -> None:
    content = (release / "park.nq").read_bytes()
    start, stop, _ = expected.indices(len(content))
    response = part(sample, ranges)
    assert (response.status_code, response.content) == (206, content[expected])
    assert response.headers["content-range"] == f"bytes {start}-{stop - 1}/{len(content)}"
    assert response.headers["content-length"] == str(stop - start)
    assert response.headers["etag"] == sample.get(FILE).headers["etag"]


@pytest.mark.parametrize(
    "ranges",
    [
        "bytes=0-1,3-4",
        "bytes=" + ",".join(f"{n}-" for n in range(5000)),
        "bytes=9-5",
        "bytes=-",
        "bytes=",
        "bytes=a-b",
        "bytes=٣-٤",
        "bytes=1-2-3",
        f"bytes={'9' * 5000}-",
        "items=0-5",
        "0-5",
    ],
    ids=lambda ranges: ranges[:16],
)
def test_what_is_no_single_range_gives_the_whole(
    sample: Client, release: Path, ranges: str
) -> None:
    response = sample.get(FILE, headers={"Range": ranges.encode()})
    assert response.status_code == 200
    assert response.content == (release / "park.nq").read_bytes()


@pytest.mark.parametrize("ranges", ["bytes=100000-", "bytes=100000-100001", "bytes=-0"])
def test_beyond_the_end_there_is_nothing(sample: Client, release: Path, ranges: str) -> None:
    response = part(sample, ranges)
    assert response.status_code == 416
    size = (release / "park.nq").stat().st_size
    assert response.headers["content-range"] == f"bytes */{size}"
    problem = response.json()
    assert f"{size} bytes" in problem["detail"]
    assert sample.get(problem["type"]).status_code == 200


def test_only_the_same_file_is_continued(sample: Client) -> None:
    etag = sample.get(FILE).headers["etag"]
    assert part(sample, "bytes=5-9", **{"If-Range": etag}).status_code == 206
    for other in (f"W/{etag}", '"other"', "Wed, 01 Jan 2020 00:00:00 GMT"):
        assert part(sample, "bytes=5-9", **{"If-Range": other}).status_code == 200
    assert part(sample, "bytes=5-9", **{"If-None-Match": etag}).status_code == 304


def test_what_breaks_off_is_resumed_to_the_byte(sample: Client, release: Path) -> None:
    content, have = (release / "park.nq").read_bytes(), b""
    while len(have) < len(content):
        piece = part(sample, f"bytes={len(have)}-{len(have) + 699}")
        assert piece.status_code == 206
        have += piece.content
    assert have == content


def test_only_what_the_manifest_lists_is_there(tmp_path: Path) -> None:
    write_release(tmp_path / "release")
    (tmp_path / "secret").write_text("secret")
    (tmp_path / "release" / "link.ttl").symlink_to(tmp_path / "secret")
    with serving(create_app(Settings(release=tmp_path / "release", workers=1))) as sample:
        for path in (
            "link.ttl",
            "manifest.json",
            "none.ttl",
            "%2e%2e/secret",
            "..%2fsecret",
            "x/%2e%2e/park.ttl",
            "./park.ttl/",
            "/park.ttl",
            f"/{tmp_path}/secret",
            "park.ttl%00",
            "park.ttl%00.txt",
            "PARK.TTL",
            "x" * 5000,
        ):
            response = sample.get(f"/download/{path}")
            assert response.status_code in (308, 404, 414), path
            assert b"secret" not in response.content[:6]


def test_the_page_tells_size_count_and_checksum(sample: Client, release: Path) -> None:
    page = sample.get("/download/", "text/html").text
    for entry in Manifest.read(release).files:
        assert f'href="/download/{entry.path}"' in page
    assert Manifest.read(release).dataset("nquads").sha256 in page
    assert "http://park.test/download/SHA256SUMS" in page


# ---------------------------------------------------------------------------------- the real files


@pytest.fixture(scope="module")
def manifest(example_release: Path) -> Manifest:
    return Manifest.read(example_release)


@pytest.fixture(scope="module")
def served(published: Client, manifest: Manifest) -> dict[str, bytes]:
    """Return every file that the listing names, as HTTP gives it."""
    listed = published.get("/download/", "application/json").json()
    assert [file["path"] for file in listed] == [entry.path for entry in manifest.files]
    contents = {}
    for file in listed:
        response = published.get(file["url"])
        assert response.status_code == 200
        assert response.headers["content-type"] == file["media_type"]
        contents[file["path"]] = response.content
        assert len(response.content) == file["bytes"]
        assert hashlib.sha256(response.content).hexdigest() == file["sha256"]
    return contents


@pytest.fixture(scope="module")
def quads(served: dict[str, bytes], manifest: Manifest) -> set[ox.Quad]:
    """Return all that the release says."""
    return parsed(served[manifest.dataset("nquads").path], formats.NQUADS)


@pytest.fixture(scope="module")
def default(quads: set[ox.Quad], manifest: Manifest) -> set[ox.Triple]:
    """Return the default graph, made of the named ones."""
    members = {ox.NamedNode(graph.iri) for graph in manifest.graphs if graph.in_default}
    return {quad.triple for quad in quads if quad.graph_name in members}


def parsed(content: bytes, format_: formats.Format) -> set[ox.Quad]:
    return set(ox.parse(content, ox.RdfFormat.from_media_type(format_.media_type)))


def test_what_is_compressed_is_the_file_beside_it(
    served: dict[str, bytes], manifest: Manifest
) -> None:
    suffixes = {c.name: f".{c.suffix}" for c in formats.COMPRESSIONS}
    small = [entry for entry in manifest.files if entry.compression]
    assert {"things/river.ndjson.gz", "riv.nq.zst"} <= {entry.path for entry in small}
    for entry in small:
        plain = served[entry.path.removesuffix(suffixes[str(entry.compression)])]
        assert EXPAND[entry.compression](served[entry.path]) == plain


def test_every_dump_says_what_the_nquads_say(
    served: dict[str, bytes], manifest: Manifest, quads: set[ox.Quad], default: set[ox.Triple]
) -> None:
    assert (len(quads), len(default)) == (manifest.quads, manifest.triples)
    for format_ in formats.QUADS:
        assert parsed(served[manifest.dataset(format_.name).path], format_) == quads
    for format_ in formats.TRIPLES:
        found = parsed(served[manifest.dataset(format_.name).path], format_)
        assert {quad.triple for quad in found} == default
        assert {quad.graph_name for quad in found} == {ox.DefaultGraph()}


def test_every_graph_says_the_same_in_every_format(
    served: dict[str, bytes], manifest: Manifest, quads: set[ox.Quad]
) -> None:
    for graph in manifest.graphs:
        said = {quad for quad in quads if quad.graph_name.value == graph.iri}
        assert len(said) == graph.triples
        for format_ in (*formats.TRIPLES, *formats.QUADS):
            found = parsed(served[f"graphs/{graph.name}.{format_.suffix}"], format_)
            if format_ in formats.QUADS:
                assert found == said
            else:
                assert {quad.triple for quad in found} == {quad.triple for quad in said}


def test_things_lines_and_rows_are_as_many_as_the_catalogue_says(
    served: dict[str, bytes], manifest: Manifest
) -> None:
    catalog = parsed(served["catalog.ttl"], formats.TURTLE)
    classes = {entry.name for entry in manifest.files if entry.role == "class"}
    assert "river" in classes
    for name in classes:
        things = json.loads(served[f"things/{name}.jsonld"])["items"]
        lines = served[f"things/{name}.ndjson"].decode().splitlines()
        assert [json.loads(line) for line in lines] == things
        rows = list(csv.DictReader(io.StringIO(served[f"tables/{name}.csv"].decode())))
        column = json.loads(served[f"tables/{name}.csv-metadata.json"])["tableSchema"]["primaryKey"]
        assert {row[column] for row in rows} == {thing["id"] for thing in things}
        assert len(rows) == len(things)
        iri = f"{manifest.base}id/part/{name}"
        counts = {
            quad.object.value
            for quad in catalog
            if quad.subject.value == iri and quad.predicate.value.endswith("void#entities")
        }
        assert counts == {str(len(things))}


def test_nested_things_say_only_what_the_graph_says_through_pyld(
    served: dict[str, bytes], manifest: Manifest, default: set[ox.Triple]
) -> None:
    def load(address: str, _: object) -> dict[str, Any]:
        assert address == manifest.context
        document = json.loads(served["context.jsonld"])
        return {"contextUrl": None, "documentUrl": address, "document": document}

    for entry in manifest.files:
        if entry.compression or entry.format != formats.FRAMED.name:
            continue
        options = {"format": "application/n-quads", "documentLoader": load}
        lines = pyld.to_rdf(json.loads(served[entry.path]), options)
        said = {quad.triple for quad in ox.parse(lines, ox.RdfFormat.N_QUADS)}
        assert set() < said <= default


def test_the_whole_as_json_ld_comes_back_through_pyld(
    served: dict[str, bytes], manifest: Manifest, default: set[ox.Triple]
) -> None:
    def load(address: str, _: object) -> dict[str, Any]:
        raise AssertionError(f"a dump needs nothing else, and {address} was asked for")

    document = json.loads(served[manifest.dataset("jsonld").path])
    options = {"format": "application/n-quads", "documentLoader": load}
    lines = pyld.to_rdf(document, options)
    assert {quad.triple for quad in ox.parse(lines, ox.RdfFormat.N_QUADS)} == default


def test_all_lists_agree_with_what_is_served(served: dict[str, bytes], manifest: Manifest) -> None:
    sums = dict(reversed(line.split("  ")) for line in served["SHA256SUMS"].decode().splitlines())
    assert sums.keys() == served.keys() - {"SHA256SUMS"}
    catalog = ox.Store()
    catalog.bulk_load(served["catalog.nt"], ox.RdfFormat.N_TRIPLES)

    def value(subject: ox.NamedNode, predicate: str) -> str:
        (quad,) = catalog.quads_for_pattern(subject, ox.NamedNode(predicate), None)
        return str(quad.object.value)

    described = set()
    for quad in catalog.quads_for_pattern(None, ox.NamedNode(DCAT.downloadURL), None):
        path = quad.object.value.removeprefix(f"{manifest.base}download/")
        content = served[path]
        described.add(path)
        assert value(quad.subject, DCAT.byteSize) == str(len(content))
        checksum = ox.NamedNode(value(quad.subject, SPDX.checksum))
        assert value(checksum, SPDX.checksumValue) == sums[path]
    assert described == {
        e.path
        for e in manifest.files
        if e.role in ("dataset", "graph", "class")
        and e.format not in (formats.CSVW.name, formats.SCHEMA.name)
    }
    for path, digest in sums.items():
        assert hashlib.sha256(served[path]).hexdigest() == digest


def test_a_table_leads_to_its_metadata_and_all_to_the_catalogue(
    published: Client, manifest: Manifest
) -> None:
    table = published.get("/download/tables/river.csv").headers["link"]
    assert (
        '</download/tables/river.csv-metadata.json>; rel=describedby; type="application/csvm+json"'
    ) in table
    for path in ("tables/river.csv", manifest.dataset("turtle").path, "graphs/curation.nt.gz"):
        link = published.get(f"/download/{path}").headers["link"]
        assert '</catalog.ttl>; rel=describedby; type="text/turtle"' in link
        assert "rel=license" in link


def test_media_types_are_the_registered_ones(published: Client) -> None:
    for path, media_type in {
        "things/river.jsonld": (
            'application/ld+json;profile="http://www.w3.org/ns/json-ld#framed"'
        ),
        "things/river.ndjson": "application/x-ndjson",
        "tables/river.csv": "text/csv;charset=utf-8",
        "tables/river.csv-metadata.json": "application/csvm+json",
        "tables/river.csv.gz": "application/gzip",
        "tables/river.csv.zst": "application/zstd",
        "queries/rivers.rq": "application/sparql-query",
        "SHA256SUMS": "text/plain;charset=utf-8",
    }.items():
        assert published.get(f"/download/{path}").headers["content-type"] == media_type


def test_the_page_shows_every_file_and_how_many_things_there_are(
    published: Client, manifest: Manifest, example_release: Path
) -> None:
    page = published.get("/download/", "text/html").text
    rivers = (example_release / "things/river.ndjson").read_text("utf-8").count("\n")
    for entry in manifest.files:
        assert f'href="/download/{entry.path}"' in page
        if entry.role in ("graph", "class"):
            assert f"{entry.sha256}  {entry.path}\n" in page
    row = page.partition('id="things-river"')[2].partition("</tr>")[0]
    assert f'<td class="number">{rivers}</td>' in row
    assert f'<td class="number">{manifest.quads:,}</td>' in page
