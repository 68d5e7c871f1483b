"""Every file of a release says what the manifest says it holds."""

from __future__ import annotations

import gzip
import subprocess
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox
import pytest
import zstandard

from gcmgraph.manifest import Manifest
from gcmgraph.rdf import formats, jsonld

if TYPE_CHECKING:
    from pathlib import Path

OX = {
    formats.TURTLE: ox.RdfFormat.TURTLE,
    formats.NTRIPLES: ox.RdfFormat.N_TRIPLES,
    formats.RDFXML: ox.RdfFormat.RDF_XML,
    formats.JSONLD: ox.RdfFormat.JSON_LD,
    formats.TRIG: ox.RdfFormat.TRIG,
    formats.NQUADS: ox.RdfFormat.N_QUADS,
}


@pytest.fixture(scope="module")
def manifest(real_release: Path) -> Manifest:
    """Return the manifest of the real project's release."""
    return Manifest.read(real_release)


def quads(content: bytes, fmt: formats.Format, graph: str) -> set[ox.Quad]:
    """Return what a file holds; of triples, in the graph that is named."""
    parsed = ox.parse(content, format=OX[fmt])
    if fmt in formats.QUADS:
        return set(parsed)
    return {ox.Quad(*q.triple, ox.NamedNode(graph)) for q in parsed}


def test_each_graph_is_there_in_every_format_and_is_that_of_the_dump(
    real_release: Path, manifest: Manifest
):
    nquads = (real_release / manifest.dataset("nquads").path).read_bytes()
    everything = quads(nquads, formats.NQUADS, "")
    for graph in manifest.graphs:
        expected = {q for q in everything if q.graph_name.value == graph.iri}
        assert len(expected) == graph.triples
        for fmt in OX:
            content = (real_release / f"graphs/{graph.name}.{fmt.suffix}").read_bytes()
            assert quads(content, fmt, graph.iri) == expected, f"{graph.name}.{fmt.suffix}"
            assert b"_:" not in content or fmt not in (formats.NTRIPLES, formats.NQUADS)


def test_what_is_compressed_is_the_file(real_release: Path, manifest: Manifest):
    plain = {entry.path: entry for entry in manifest.files if not entry.compression}
    small = [entry for entry in manifest.files if entry.compression]
    assert len(small) == 2 * sum(f"{path}.gz" in {e.path for e in small} for path in plain)
    for entry in small:
        content = (real_release / entry.path).read_bytes()
        read = gzip.decompress if entry.compression == "gzip" else zstandard.decompress
        path, _, _ = entry.path.rpartition(".")
        assert read(content) == (real_release / path).read_bytes()
        whole = plain[path]
        assert (entry.role, entry.name, entry.format) == (whole.role, whole.name, whole.format)


def test_statements_things_and_tables_come_compressed(manifest: Manifest):
    paths = {entry.path for entry in manifest.files}
    for name in ("gcm.nq", "graphs/curation.ttl", "things/practice.ndjson", "tables/practice.csv"):
        assert {name, f"{name}.gz", f"{name}.zst"} <= paths


def test_the_checksums_are_what_sha256sum_reads(real_release: Path, manifest: Manifest):
    ran = subprocess.run(
        ["sha256sum", "--check", "--strict", "SHA256SUMS"],
        cwd=real_release,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    lines = ran.stdout.splitlines()
    assert {line.removesuffix(": OK") for line in lines} == {
        entry.path for entry in manifest.files if entry.path != "SHA256SUMS"
    }


def test_the_manifest_names_the_context(real_release: Path, manifest: Manifest):
    import json

    document = json.loads((real_release / jsonld.FILE_NAME).read_bytes())
    assert jsonld.Context.read(document).iri == manifest.context
    first = (real_release / "things/practice.ndjson").read_text("utf-8").splitlines()[0]
    assert json.loads(first)["@context"] == manifest.context


def test_the_manifest_says_of_what_a_file_is(manifest: Manifest):
    def paths(*wanted: Any) -> list[str]:
        return [entry.path for entry in manifest.find(*wanted)]

    assert manifest.dataset("turtle").path == "gcm.ttl"
    assert paths("graph", "curation", "rdfxml") == ["graphs/curation.rdf"]
    assert paths("class", "practice", "table") == ["tables/practice.csv"]
    assert paths("class", "practice", "ndjson") == ["things/practice.ndjson"]
    assert paths("vocabulary") == ["ontology.ttl", "shapes.ttl"]
    assert paths("report") == ["report.ttl", "report.txt"]
    assert paths("catalog", "dataset") == ["dataset.jsonld"]
    assert paths("question", "roles") == ["queries/roles.rq"]
    assert paths("rule", "types", "sparql") == ["rules/types.rq"]
    assert paths("context") + paths("checksums") == ["context.jsonld", "SHA256SUMS"]
    assert not paths("graph", "nowhere")


def test_the_manifest_says_who_made_the_dataset_and_which_versions_it_holds(manifest: Manifest):
    base = manifest.base
    assert manifest.creators == ("The maintainers of gcmgraph",)
    assert manifest.publishers == ("The maintainers of gcmgraph",)
    assert manifest.versions == {
        manifest.iri: f"{base}version/1.0.0",
        f"{base}ontology": f"{base}ontology/1.0.0",
    }
