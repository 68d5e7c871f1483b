"""The description of the endpoint: SPARQL 1.1 Service Description, with VoID counts.

It is written as N-Triples, which are Turtle, too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gcmgraph import formats
from gcmgraph.namespaces import DCT, RDF, SD, VOID, XSD
from gcmgraph.serve.terms import Term

if TYPE_CHECKING:
    from gcmgraph.manifest import Manifest


def description(manifest: Manifest, endpoint: str) -> str:
    """Describe the service at the address ``endpoint``."""
    dataset, default = f"{endpoint}#dataset", f"{endpoint}#default-graph"
    lines: list[str] = []

    def say(subject: str, predicate: str, value: Term) -> None:
        lines.append(f"{_iri(subject).n3()} {_iri(predicate).n3()} {value.n3()} .\n")

    say(endpoint, RDF.type, _iri(SD.Service))
    say(endpoint, SD.endpoint, _iri(endpoint))
    say(endpoint, SD.supportedLanguage, _iri(SD.SPARQL11Query))
    for format_ in (*formats.RESULTS, *formats.TRIPLES):
        if format_.iri:
            say(endpoint, SD.resultFormat, _iri(format_.iri))
    say(endpoint, SD.defaultDataset, _iri(dataset))
    say(endpoint, SD.availableGraphs, _iri(dataset))
    say(dataset, RDF.type, _iri(SD.Dataset))
    say(dataset, RDF.type, _iri(SD.GraphCollection))
    say(dataset, f"{DCT}title", Term("literal", manifest.title))
    say(dataset, DCT.license, _iri(manifest.license))
    say(dataset, DCT.isVersionOf, _iri(manifest.iri))
    say(dataset, SD.defaultGraph, _iri(default))
    say(default, RDF.type, _iri(SD.Graph))
    say(default, VOID.triples, _number(manifest.triples))
    for graph in manifest.graphs:
        entry, node = f"{endpoint}#named-{graph.name}", f"{endpoint}#graph-{graph.name}"
        say(dataset, SD.namedGraph, _iri(entry))
        say(entry, RDF.type, _iri(SD.NamedGraph))
        say(entry, SD.name, _iri(graph.iri))
        say(entry, SD.graph, _iri(node))
        say(node, RDF.type, _iri(SD.Graph))
        say(node, VOID.triples, _number(graph.triples))
    return "".join(lines)


def _iri(value: str) -> Term:
    return Term("uri", value)


def _number(value: int) -> Term:
    return Term("literal", str(value), datatype=XSD.integer)
