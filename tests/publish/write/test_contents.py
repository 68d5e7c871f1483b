"""Every file of a release says what the manifest says it holds."""

from __future__ import annotations

import gzip
import subprocess
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox
import pytest
import zstandard

from gcmgraph.errors import ProjectError
from gcmgraph.manifest import Manifest
from gcmgraph.publish.pipeline import build
from gcmgraph.publish.write.contents import check_contents
from gcmgraph.rdf import formats, jsonld

if TYPE_CHECKING:
    from pathlib import Path

    from example_project import Example

OX = {
    formats.TURTLE: ox.RdfFormat.TURTLE,
    formats.NTRIPLES: ox.RdfFormat.N_TRIPLES,
    formats.RDFXML: ox.RdfFormat.RDF_XML,
    formats.JSONLD: ox.RdfFormat.JSON_LD,
    formats.TRIG: ox.RdfFormat.TRIG,
    formats.NQUADS: ox.RdfFormat.N_QUADS,
}


@pytest.fixture(scope="module")
def manifest(example_release: Path) -> Manifest:
    """Return the manifest of the example project's release."""
    return Manifest.read(example_release)


def quads(content: bytes, fmt: formats.Format, graph: str) -> set[ox.Quad]:
    """Return what a file holds; of triples, in the graph that is named."""
    parsed = ox.parse(content, format=OX[fmt])
    if fmt in formats.QUADS:
        return set(parsed)
    return {ox.Quad(*q.triple, ox.NamedNode(graph)) for q in parsed}


def test_each_graph_is_there_in_every_format_and_is_that_of_the_dump(
    example_release: Path, manifest: Manifest
):
    nquads = (example_release / manifest.dataset("nquads").path).read_bytes()
    everything = quads(nquads, formats.NQUADS, "")
    for graph in manifest.graphs:
        expected = {q for q in everything if q.graph_name.value == graph.iri}
        assert len(expected) == graph.triples
        for fmt in OX:
            content = (example_release / f"graphs/{graph.name}.{fmt.suffix}").read_bytes()
            assert quads(content, fmt, graph.iri) == expected, f"{graph.name}.{fmt.suffix}"
            assert b"_:" not in content or fmt not in (formats.NTRIPLES, formats.NQUADS)


def test_what_is_compressed_is_the_file(example_release: Path, manifest: Manifest):
    plain = {entry.path: entry for entry in manifest.files if not entry.compression}
    small = [entry for entry in manifest.files if entry.compression]
    assert len(small) == 2 * sum(f"{path}.gz" in {e.path for e in small} for path in plain)
    for entry in small:
        content = (example_release / entry.path).read_bytes()
        read = gzip.decompress if entry.compression == "gzip" else zstandard.decompress
        path, _, _ = entry.path.rpartition(".")
        assert read(content) == (example_release / path).read_bytes()
        whole = plain[path]
        assert (entry.role, entry.name, entry.format) == (whole.role, whole.name, whole.format)


def test_statements_things_and_tables_come_compressed(manifest: Manifest):
    paths = {entry.path for entry in manifest.files}
    for name in ("riv.nq", "graphs/curation.ttl", "things/river.ndjson", "tables/river.csv"):
        assert {name, f"{name}.gz", f"{name}.zst"} <= paths


def test_the_checksums_are_what_sha256sum_reads(example_release: Path, manifest: Manifest):
    ran = subprocess.run(
        ["sha256sum", "--check", "--strict", "SHA256SUMS"],
        cwd=example_release,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    lines = ran.stdout.splitlines()
    assert {line.removesuffix(": OK") for line in lines} == {
        entry.path for entry in manifest.files if entry.path != "SHA256SUMS"
    }


def test_the_manifest_names_the_context(example_release: Path, manifest: Manifest):
    import json

    document = json.loads((example_release / jsonld.FILE_NAME).read_bytes())
    assert jsonld.Context.read(document).iri == manifest.context
    things = json.loads((example_release / "things/river.jsonld").read_bytes())
    assert things["@context"].keys() >= {"River", "flowsInto", "items"}


def test_the_manifest_says_of_what_a_file_is(manifest: Manifest):
    def paths(*wanted: Any) -> list[str]:
        return [entry.path for entry in manifest.find(*wanted)]

    assert manifest.dataset("turtle").path == "riv.ttl"
    assert paths("graph", "curation", "rdfxml") == ["graphs/curation.rdf"]
    assert paths("class", "river", "table") == ["tables/river.csv"]
    assert paths("class", "river", "ndjson") == ["things/river.ndjson"]
    assert paths("vocabulary") == ["ontology.ttl", "shapes.ttl"]
    assert paths("report") == ["report.ttl", "report.txt"]
    assert paths("catalog", "dataset") == ["dataset.jsonld"]
    assert paths("question", "rivers") == ["queries/rivers.rq"]
    assert paths("rule", "drains", "sparql") == ["rules/drains.rq"]
    assert paths("context") + paths("checksums") == ["context.jsonld", "SHA256SUMS"]
    assert not paths("graph", "nowhere")


def test_the_manifest_says_who_made_the_dataset_and_which_versions_it_holds(example: Example):
    catalog = example.root / "data/catalog.ttl"
    example.write(
        "data/catalog.ttl",
        catalog.read_text("utf-8")
        + """
        @prefix foaf: <http://xmlns.com/foaf/0.1/> .
        <https://rivers.example/dataset> dct:creator <https://rivers.example/id/agent/ada> ;
            dct:publisher <https://rivers.example/id/agent/press> .
        <https://rivers.example/id/agent/ada> foaf:name "Ada" .
        <https://rivers.example/id/agent/press> foaf:name "The press" .
        """,
    )
    out = example.root / "releases"
    manifest = Manifest.read(build(example.project, out, lambda _: None).path)
    assert (manifest.creators, manifest.publishers) == (("Ada",), ("The press",))
    assert manifest.versions[manifest.iri] == "https://rivers.example/version/1.2.0"


def test_a_question_that_nobody_can_ask_is_refused(example: Example):
    example.edit("data/queries/rivers.rq", "SELECT", "SELEKT")
    with pytest.raises(ProjectError, match=r"^data/queries/rivers\.rq, line \d+, column \d+"):
        check_contents(example.project, example.check())
