"""Writes small releases by hand, in a domain of its own: trees in a park."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from gcmgraph.manifest import LAYOUT, FileEntry, GraphEntry, Manifest, sha256_of

if TYPE_CHECKING:
    from pathlib import Path

BASE = "https://example.org/park/"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
ONTOLOGY = BASE + "ontology"
INTEGER = "http://www.w3.org/2001/XMLSchema#integer"
OA = "http://www.w3.org/ns/oa#"
PREFIXES = {"park": ONTOLOGY + "#", "rdfs": RDFS}

GRAPHS = {
    "survey": f"""
<{BASE}id/tree/oak> <{RDF}type> <{ONTOLOGY}#Tree> .
<{BASE}id/tree/oak> <{RDFS}label> "Old oak <b>&</b>"@en .
<{BASE}id/tree/oak> <{ONTOLOGY}#height> "21"^^<{INTEGER}> .
<{BASE}id/tree/oak> <{ONTOLOGY}#standsIn> <{BASE}id/meadow/north> .
<{BASE}id/tree/oak> <http://www.w3.org/ns/prov#wasQuotedFrom> <{BASE}id/excerpt/survey-1> .
<{BASE}id/tree/oak> <{RDFS}seeAlso> <javascript:alert(1)> .
<{BASE}id/tree/oak> <{RDFS}seeAlso> <https://trees.example/oak> .
<{BASE}id/tree/lime> <{RDF}type> <{ONTOLOGY}#Tree> .
<{BASE}id/tree/lime> <{RDFS}label> "Lime"@en .
<{BASE}id/tree/lime> <{ONTOLOGY}#standsIn> <{BASE}id/meadow/north> .
<{BASE}id/excerpt/survey-1> <{RDF}type> <{OA}SpecificResource> .
<{BASE}id/excerpt/survey-1> <{OA}hasSource> <{BASE}id/source/survey> .
<{BASE}id/excerpt/survey-1> <{OA}hasSelector> <{BASE}id/excerpt/survey-1#quote> .
<{BASE}id/excerpt/survey-1#quote> <{OA}exact> "The old oak is 21 m high." .
<{BASE}id/excerpt/survey-1#quote> <{OA}start> "10"^^<{INTEGER}> .
<{BASE}id/excerpt/survey-1#quote> <{OA}end> "35"^^<{INTEGER}> .
<{BASE}id/source/survey> <{RDFS}label> "Survey of the park"@en .
<{BASE}id/meadow/north> <{RDF}type> <{ONTOLOGY}#Meadow> .
<{BASE}id/meadow/north> <{RDFS}label> "North meadow"@en .
""",
    "curation": f"""
<{BASE}id/tree/oak> <{RDF}type> <{ONTOLOGY}#Tree> .
<{BASE}id/tree/oak> <{ONTOLOGY}#care> "Water it."@en .
""",
    "ontology": f"""
<{ONTOLOGY}> <{RDFS}label> "Park ontology"@en .
<{ONTOLOGY}#Tree> <{RDF}type> <http://www.w3.org/2002/07/owl#Class> .
<{ONTOLOGY}#Tree> <{RDFS}label> "tree"@en .
<{ONTOLOGY}#Tree> <{RDFS}comment> "A woody plant."@en .
<{ONTOLOGY}#Tree> <{RDFS}isDefinedBy> <{ONTOLOGY}> .
<{ONTOLOGY}#Meadow> <{RDF}type> <http://www.w3.org/2002/07/owl#Class> .
<{ONTOLOGY}#Meadow> <{RDFS}label> "meadow"@en .
<{ONTOLOGY}#standsIn> <{RDFS}label> "stands in"@en .
<{ONTOLOGY}#height> <{RDFS}label> "height in metres"@en .
""",
    "report": f"""
<{BASE}id/tree/oak> <{ONTOLOGY}#checked> "yes" .
""",
}
IN_DEFAULT = ("survey", "curation", "ontology")


def graph(name: str) -> str:
    """Return the IRI of a named graph."""
    return f"{BASE}graph/{name}"


def write_release(folder: Path, extra: str = "") -> Manifest:
    """Write the park's release into ``folder``; ``extra`` are N-Triples for the survey."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = {
        name: sorted({line for line in (text + extra * (name == "survey")).splitlines() if line})
        for name, text in GRAPHS.items()
    }
    quads = sorted(
        f"{line[:-2]} <{graph(name)}> ." for name, some in lines.items() for line in some
    )
    triples = sorted({line for name in IN_DEFAULT for line in lines[name]})
    contents = {
        "park.nq": ("nquads", quads),
        "park.nt": ("ntriples", triples),
        "park.ttl": ("turtle", triples),
        "ontology.ttl": ("turtle", lines["ontology"]),
        "shapes.ttl": ("turtle", []),
    }
    files = []
    for path, (format_name, some) in contents.items():
        (folder / path).write_text("".join(line + "\n" for line in some), "utf-8")
        size = (folder / path).stat().st_size
        files.append(
            FileEntry(path=path, format=format_name, bytes=size, sha256=sha256_of(folder / path))
        )
    manifest = Manifest(
        layout=LAYOUT,
        made_by="tests",
        identity=hashlib.sha256("\n".join(quads).encode()).hexdigest(),
        inputs="0" * 64,
        version="1.0",
        issued="2020-01-01",
        name="park",
        iri=BASE + "dataset",
        base=BASE,
        title="Trees of the park",
        description="Which trees stand where.",
        license="https://creativecommons.org/licenses/by/4.0/",
        prefixes=PREFIXES,
        triples=len(triples),
        quads=len(quads),
        graphs=tuple(
            GraphEntry(name=name, iri=graph(name), triples=len(some), in_default=name in IN_DEFAULT)
            for name, some in lines.items()
        ),
        sources=(),
        files=tuple(files),
    )
    manifest.write(folder)
    return manifest
