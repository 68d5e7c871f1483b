"""The description of the endpoint: SPARQL 1.1 Service Description, with VoID statistics.

It is asked of the engine as a CONSTRUCT: what the server knows of itself stands in the query as
values, what can be counted stands in the release's catalogue graph already, and the engine
writes both in every format. No feature is claimed: the default graph is not the union of *all*
named graphs, and nothing is fetched.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gcmgraph.project import CATALOG
from gcmgraph.rdf import formats
from gcmgraph.rdf.namespaces import DCT, RDF, SD, VOID, XSD
from gcmgraph.rdf.terms import Literal, NamedNode, Term, iri, typed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gcmgraph.manifest import Manifest

_SIMPLE: Final = "http://www.w3.org/ns/entailment/Simple"

#: What VoID says of the content of a graph, and not of the files that hold it (§4).
_STATISTICS: Final = (
    VOID.classes,
    VOID.classPartition,
    VOID.distinctObjects,
    VOID.distinctSubjects,
    VOID.entities,
    VOID.properties,
    VOID.propertyPartition,
    VOID.uriSpace,
    VOID.vocabulary,
)

OFFERED: Final = (*formats.TRIPLES, formats.HTML)


def description_query(manifest: Manifest, endpoint: str, *, is_federated: bool = False) -> str:
    """Return the query whose answer describes the service at the address ``endpoint``.

    ``is_federated`` says that queries may call other services.
    """
    graphs = {graph.iri: f"{endpoint}#graph-{graph.name}" for graph in manifest.graphs}
    described = {manifest.iri: f"{endpoint}#default-graph"} | graphs
    statements = list(_statements(manifest, endpoint, graphs))
    if is_federated:
        statements.append((endpoint, SD.feature, NamedNode(SD.BasicFederatedQuery)))
    rows = "\n".join(f"({iri(s)} {iri(p)} {o})" for s, p, o in statements)
    patterns = [f"{{ VALUES (?s ?p ?o) {{ {rows} }} }}"]
    catalog = next((graph.iri for graph in manifest.graphs if graph.name == CATALOG), None)
    if catalog is not None:
        nodes = " ".join(f"({iri(about)} {iri(node)})" for about, node in described.items())
        statistics = " ".join(map(iri, _STATISTICS))
        parts = f"({iri(VOID.classPartition)}|{iri(VOID.propertyPartition)})+"
        of_graphs = f"VALUES (?about ?s) {{ {nodes} }} VALUES ?p {{ {statistics} }} ?about ?p ?o"
        of_parts = f"VALUES (?about ?node) {{ {nodes} }} ?about {parts} ?s . ?s ?p ?o"
        patterns += [
            f"{{ GRAPH {iri(catalog)} {{ {pattern} }} }}" for pattern in (of_graphs, of_parts)
        ]
    return f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ {' UNION '.join(patterns)} }}"


def _statements(
    manifest: Manifest, endpoint: str, graphs: dict[str, str]
) -> Iterator[tuple[str, str, Term]]:
    """Say what the server knows of itself."""
    dataset, default = f"{endpoint}#dataset", f"{endpoint}#default-graph"
    yield endpoint, RDF.type, NamedNode(SD.Service)
    yield endpoint, SD.endpoint, NamedNode(endpoint)
    yield endpoint, SD.supportedLanguage, NamedNode(SD.SPARQL11Query)
    for format_ in (*formats.RESULTS, *formats.TRIPLES):
        if format_.iri:
            yield endpoint, SD.resultFormat, NamedNode(format_.iri)
    yield endpoint, SD.defaultEntailmentRegime, NamedNode(_SIMPLE)
    yield endpoint, SD.defaultDataset, NamedNode(dataset)
    yield endpoint, SD.availableGraphs, NamedNode(dataset)
    for class_ in (SD.Dataset, SD.GraphCollection, VOID.Dataset):
        yield dataset, RDF.type, NamedNode(class_)
    yield dataset, VOID.sparqlEndpoint, NamedNode(endpoint)
    yield dataset, VOID.triples, typed(manifest.triples, XSD.integer)
    yield dataset, DCT.title, Literal(manifest.title)
    yield dataset, DCT.license, NamedNode(manifest.license)
    yield dataset, DCT.identifier, Literal(manifest.identity)
    yield dataset, DCT.isVersionOf, NamedNode(manifest.iri)
    yield dataset, SD.defaultGraph, NamedNode(default)
    yield default, RDF.type, NamedNode(SD.Graph)
    yield default, RDF.type, NamedNode(VOID.Dataset)
    yield default, VOID.triples, typed(manifest.triples, XSD.integer)
    for graph in manifest.graphs:
        entry, node = f"{endpoint}#named-{graph.name}", graphs[graph.iri]
        yield dataset, SD.namedGraph, NamedNode(entry)
        yield entry, RDF.type, NamedNode(SD.NamedGraph)
        yield entry, SD.name, NamedNode(graph.iri)
        yield entry, SD.graph, NamedNode(node)
        yield node, RDF.type, NamedNode(SD.Graph)
        yield node, RDF.type, NamedNode(VOID.Dataset)
        yield node, VOID.triples, typed(graph.triples, XSD.integer)
