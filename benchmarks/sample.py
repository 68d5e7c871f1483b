"""A release of as many trees as wanted: five statements each, and all of them joined in a ring."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gcmgraph.manifest import LAYOUT, FileEntry, GraphEntry, Manifest

if TYPE_CHECKING:
    from pathlib import Path

BASE = "https://example.org/park/"
GRAPH = f"{BASE}graph/survey"
TERMS = f"{BASE}ontology#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
INTEGER = "http://www.w3.org/2001/XMLSchema#integer"


def label(number: int) -> str:
    """Return the label of a tree; long and dull, as matchers of patterns hate it."""
    return f"Tree {number} {'a' * 40}!"


def write_release(folder: Path, trees: int) -> Manifest:
    """Write the release of a park into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    triples = sorted(
        triple
        for i in range(trees)
        for tree in [f"<{BASE}id/tree/{i}>"]
        for triple in (
            f"{tree} <{RDF}type> <{TERMS}Tree> ",
            f'{tree} <{RDFS}label> "{label(i)}"@en ',
            f'{tree} <{TERMS}height> "{i % 40}"^^<{INTEGER}> ',
            f"{tree} <{TERMS}next> <{BASE}id/tree/{(i + 1) % trees}> ",
            f"{tree} <{TERMS}standsIn> <{BASE}id/meadow/{i % 100}> ",
        )
    )
    contents = {
        "park.nq": ("nquads", "".join(f"{triple}<{GRAPH}> .\n" for triple in triples)),
        "park.nt": ("ntriples", "".join(f"{triple}.\n" for triple in triples)),
        "park.ttl": ("turtle", ""),
        "ontology.ttl": ("turtle", ""),
        "shapes.ttl": ("turtle", ""),
    }
    files = []
    for name, (format_name, text) in contents.items():
        (folder / name).write_text(text, "utf-8")
        stem = name.partition(".")[0]
        files.append(
            FileEntry.of(folder, name, "dataset", format_name)
            if stem == "park"
            else FileEntry.of(folder, name, "vocabulary", format_name, stem)
        )
    manifest = Manifest(
        layout=LAYOUT,
        made_by="benchmarks",
        identity=files[0].sha256,
        inputs="0" * 64,
        version="1.0",
        issued="2020-01-01",
        name="park",
        iri=f"{BASE}dataset",
        base=BASE,
        title="A large park",
        description="Which trees stand where.",
        license="https://creativecommons.org/publicdomain/zero/1.0/",
        prefixes={"park": TERMS, "rdfs": RDFS},
        triples=len(triples),
        quads=len(triples),
        graphs=(GraphEntry(name="survey", iri=GRAPH, triples=len(triples), in_default=True),),
        sources=(),
        files=tuple(files),
    )
    manifest.write(folder)
    return manifest
