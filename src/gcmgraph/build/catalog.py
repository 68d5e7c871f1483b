"""The catalogue graph: what curators wrote of the dataset, and what can be counted.

It cannot hold the release's identity, sizes or checksums: those are taken of the N-Quads, which
hold this graph. They stand in the manifest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox

from gcmgraph.build.graphs import Graph, triple
from gcmgraph.formats import QUADS, TRIPLES
from gcmgraph.namespaces import DCAT, DCT, PROV, RDF, SD, VOID, XSD

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from gcmgraph.build.assemble import DatasetFacts
    from gcmgraph.build.sources import Source

_MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"


def describe_dataset(
    facts: DatasetFacts,
    graphs: Mapping[str, Graph],
    in_default: Iterable[str],
    triples: int,
    sources: Iterable[Source],
) -> Graph:
    """Return what is generated about the dataset: sizes, graphs, sources and distributions.

    ``triples`` is the size of the default graph, ``graphs`` those whose size is known beforehand
    (all but the catalogue itself).
    """
    found = {
        triple(facts.iri, RDF.type, VOID.Dataset),
        triple(facts.iri, RDF.type, SD.Dataset),
        triple(facts.iri, VOID.triples, _number(triples)),
    }
    found |= {triple(facts.iri, PROV.wasDerivedFrom, source.iri) for source in sources}
    default = set(in_default)
    for name, graph in graphs.items():
        iri = facts.graph_iri(name)
        found |= {
            triple(facts.iri, SD.namedGraph, iri),
            triple(iri, RDF.type, SD.NamedGraph),
            triple(iri, SD.name, iri),
            triple(iri, VOID.triples, _number(len(graph))),
        }
        if name in default:
            found.add(triple(facts.iri, VOID.subset, iri))
    for fmt in (*TRIPLES, *QUADS):
        iri = f"{facts.base}id/distribution/{fmt.suffix}"
        download = f"{facts.base}download/{facts.name}.{fmt.suffix}"
        found |= {
            triple(facts.iri, DCAT.distribution, iri),
            triple(facts.iri, VOID.dataDump, download),
            triple(iri, RDF.type, DCAT.Distribution),
            triple(iri, DCT.title, ox.Literal(fmt.label, language="en")),
            triple(iri, DCT.license, facts.license),
            triple(iri, DCAT.downloadURL, download),
            triple(iri, DCAT.accessURL, download),
            triple(iri, DCAT.mediaType, _MEDIA_TYPES + fmt.media_type),
        }
        if fmt.iri:
            found.add(triple(iri, DCT.format, fmt.iri))
    return found


def _number(value: int) -> ox.Literal:
    return ox.Literal(str(value), datatype=ox.NamedNode(XSD.integer))
