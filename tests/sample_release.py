"""Writes small releases by hand, in a domain of its own: trees in a park."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pyoxigraph as ox

from gcmgraph.manifest import LAYOUT, FileEntry, GraphEntry, Manifest, sha256_of
from gcmgraph.rdf import formats

if TYPE_CHECKING:
    from pathlib import Path

    from gcmgraph.rdf.formats import Format

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
#: What only tests of addresses and documents ask for: names that are hard to write, things of
#: others, and one that is gone.
GROVE = f"""
<{BASE}id/tree/Köln> <{RDFS}label> "Linde in Köln"@de .
<{BASE}id/tree/%E5%8C%97%E4%BA%AC> <{RDFS}label> "Ginkgo in 北京"@zh .
<{BASE}id/tree/plan> <{RDFS}label> "Plan" .
<{BASE}id/tree/plan.ttl> <{RDFS}label> "File of the plan" .
<{BASE}id/tree/script> <{RDFS}label> "</script><script>alert('&')</script>" .
<{BASE}id/tree/elm> <{RDFS}label> "Elm"@en .
<{BASE}id/tree/elm> <http://www.w3.org/ns/prov#invalidatedAtTime> "2019-05-01" .
<{BASE}id/tree/elm> <http://purl.org/dc/terms/isReplacedBy> <{BASE}id/tree/lime> .
<{BASE}id/place/gate> <{RDF}type> <http://schema.org/Place> .
<{BASE}id/place/gate> <{RDF}type> <{ONTOLOGY}#Meadow> .
<{BASE}id/place/gate> <{RDFS}label> "Gate"@en .
<{BASE}id/place/gate> <{RDFS}label> "Tor"@de .
<{BASE}id/place/gate> <{RDFS}comment> "Where one enters."@en .
<{BASE}id/place/gate> <http://schema.org/maximumAttendeeCapacity> "12"^^<{INTEGER}> .
<{BASE}id/place/gate> <http://schema.org/containsPlace> <{BASE}id/meadow/north> .
<{BASE}id/place/gate> <http://www.w3.org/2004/02/skos/core#exactMatch> <http://un.example/sdg/4.2> .
<{BASE}id/place/gate> <{BASE}ontology#near> <{BASE}id/place/gate> .
<http://un.example/sdg/4.2> <{RDFS}label> "Target 4.2"@en .
<http://un.example/sdg/4.2> <{RDF}type> <http://un.example/sdg/ontology#Target> .
<http://un.example/sdg/ontology#Target> <{RDFS}label> "Target"@en .
<http://un.example/page.html?id=5#top> <{RDFS}label> "A page"@en .
<http://un.example/caf%C3%A9> <{RDFS}label> "Café, escaped"@fr .
<http://un.example/thé> <{RDFS}label> "Thé, in letters"@fr .
<http://un.example/> <{RDFS}label> "All of it"@en .
<https://un.example/safe> <{RDFS}label> "With https"@en .
"""

_DATA = (*formats.TRIPLES, *formats.QUADS)
IN_DEFAULT = ("survey", "curation", "ontology")


def graph(name: str) -> str:
    """Return the IRI of a named graph."""
    return f"{BASE}graph/{name}"


def write_release(folder: Path, extra: str = "", to: str = "survey") -> Manifest:
    """Write the park's release into ``folder``; ``extra`` are N-Triples more for a graph."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = {
        name: sorted({line for line in (text + extra * (name == to)).splitlines() if line})
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
        stem = path.partition(".")[0]
        files.append(
            FileEntry.of(folder, path, "dataset", format_name)
            if stem == "park"
            else FileEntry.of(folder, path, "vocabulary", format_name, stem)
        )
    files += [_graph_file(folder, name, f, lines[name]) for name in GRAPHS for f in _DATA]
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


def _graph_file(folder: Path, name: str, format_: Format, lines: list[str]) -> FileEntry:
    """Write a named graph in one format."""
    path = folder / "graphs" / f"{name}.{format_.suffix}"
    path.parent.mkdir(exist_ok=True)
    triples = ox.parse("\n".join(lines), ox.RdfFormat.N_TRIPLES)
    where = ox.NamedNode(graph(name)) if format_ in formats.QUADS else ox.DefaultGraph()
    ox.serialize(
        (ox.Quad(*quad.triple, where) for quad in triples),
        path,
        ox.RdfFormat.from_media_type(format_.media_type),
    )
    return FileEntry.of(folder, f"graphs/{path.name}", "graph", format_.name, name)


def reword(folder: Path) -> None:
    """Change a comment in a release's ontology: the same statements, in another file."""
    manifest, path = Manifest.read(folder), folder / "ontology.ttl"
    path.write_text("# Another word.\n" + path.read_text("utf-8"), "utf-8")
    changed = {"bytes": path.stat().st_size, "sha256": sha256_of(path)}
    files = (f.model_copy(update=changed if f.path == path.name else {}) for f in manifest.files)
    manifest.model_copy(update={"files": tuple(files)}).write(folder)
