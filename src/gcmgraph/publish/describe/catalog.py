"""The catalogue graph: what curators wrote of the dataset, and what can be counted.

DCAT 3 and VoID, with the SPARQL service and the files of the whole dataset. It cannot hold sizes
or checksums of files: those hold this graph. They stand in the file ``catalog.ttl`` (see
``distributions``) and in the manifest.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from gcmgraph.project import CATALOG, CURATION, INFERRED, ONTOLOGY, REFERENCE, REPORT, SHAPES
from gcmgraph.publish.describe import profile
from gcmgraph.publish.describe.links import count_links
from gcmgraph.publish.describe.statistics import count, number
from gcmgraph.publish.read.external import describe_external, licensed
from gcmgraph.rdf import formats
from gcmgraph.rdf.comments import paragraphs
from gcmgraph.rdf.graphs import Graph, iri_of, objects, subjects, triple
from gcmgraph.rdf.namespaces import DCAT, DCT, FOAF, OWL, PROV, RDF, SD, VOID

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from gcmgraph.publish.read.assemble import DatasetFacts
    from gcmgraph.publish.read.external import ExternalDataset
    from gcmgraph.publish.read.sources import Source

#: An ontology's and a dataset's (OWL 2 Structural Specification, 3.1; DCAT 3, 11.1).
_PRESENT_VERSION: Final = (OWL.versionIRI, DCAT.hasCurrentVersion)
#: What the graphs hold that are of no document.
_GRAPHS: Final = {
    CATALOG: "What the dataset is and holds",
    CURATION: "What curators conclude and no document says in words",
    INFERRED: "What the rules derive",
    ONTOLOGY: "The terms: classes and properties",
    REFERENCE: "Identifiers, labels and concepts from outside the documents",
    REPORT: "The report of the validation",
    SHAPES: "The constraints that the default graph keeps",
}

_PROTOCOL: Final = "http://www.w3.org/TR/sparql11-protocol/"


@dataclass(frozen=True, slots=True)
class Described:
    """What is described: the graphs whose size is known beforehand (all but the catalogue).

    ``default`` is the default graph, ``where`` the place of the hand-written catalogue.
    """

    facts: DatasetFacts
    graphs: Mapping[str, Graph]
    in_default: tuple[str, ...]
    default: Graph
    prefixes: Mapping[str, str]
    sources: tuple[Source, ...]
    external: tuple[ExternalDataset, ...]
    rules: tuple[Path, ...]
    where: str


def describe_dataset(written: Graph, about: Described) -> Graph:
    """Return the catalogue graph: what was ``written``, and what is generated.

    Raises:
        ProjectError: where what was written does not hold of the graph.

    """
    facts = about.facts
    found = (
        written
        | _dataset(about)
        | _service(written, facts)
        | _catalogs(written, facts)
        | _coverage(written, about)
        | _version(facts)
        | _rules(about)
        | count(facts, about.default, about.prefixes)
        | count_links(facts, written, about.default, about.prefixes, about.where)
    )
    for fmt in (*formats.TRIPLES, *formats.QUADS):
        file = f"{facts.name}.{fmt.suffix}"
        found |= distribution(facts, facts.iri, facts.title, file, fmt, facts.license)
    for dataset in about.external:
        found |= describe_external(dataset, facts)
    return found | profile.typed_values(found)


def _coverage(written: Graph, about: Described) -> Graph:
    """Return the years that the dataset speaks of; its places are written by hand."""
    if objects(written, ox.NamedNode(about.facts.iri), DCT.temporal):
        return set()
    # When a document was received is no year of which it speaks.
    sources = {ox.NamedNode(source.iri) for source in about.sources}
    told = (t for t in about.default if t.subject not in sources)
    years = profile.year_properties(written)
    return profile.covered(about.facts.iri, told, (), years, about.facts.base)


def _dataset(about: Described) -> Graph:
    facts = about.facts
    found = {
        triple(facts.iri, RDF.type, VOID.Dataset),
        triple(facts.iri, RDF.type, SD.Dataset),
        triple(facts.iri, DCT.identifier, ox.Literal(facts.iri)),
        triple(facts.iri, SD.namedGraph, facts.graph_iri(CATALOG)),
        triple(facts.graph_iri(CATALOG), RDF.type, SD.NamedGraph),
        triple(facts.graph_iri(CATALOG), SD.name, facts.graph_iri(CATALOG)),
    }
    found |= {triple(facts.iri, PROV.wasDerivedFrom, source.iri) for source in about.sources}
    for name in (CATALOG, *about.graphs):
        title, _ = words_of_graph(name, about.sources, about.external)
        found.add(triple(facts.graph_iri(name), DCT.title, ox.Literal(title, language="en")))
    for name, graph in about.graphs.items():
        iri = facts.graph_iri(name)
        found |= {
            triple(facts.iri, SD.namedGraph, iri),
            triple(iri, RDF.type, SD.NamedGraph),
            triple(iri, SD.name, iri),
            triple(iri, VOID.triples, number(len(graph))),
        }
        if name in about.in_default:
            found.add(triple(facts.iri, VOID.subset, iri))
        found |= {
            triple(iri, PROV.wasDerivedFrom, source.iri)
            for source in about.sources
            if source.name == name
        }
    return found


def words_of_graph(
    name: str, sources: Iterable[Source], external: Iterable[ExternalDataset]
) -> tuple[str, str]:
    """Return the title of a named graph and a description."""
    for source in sources:
        if source.name == name:
            title = f"What the source says: {source.title}"
            return title, f"The named graph of one source document. {title}."
    for other in external:
        if other.name == name:
            title = f"What another publisher says: {other.file}"
            return title, f"The named graph of the file {other.file}, taken in as it is."
    return _GRAPHS[name], f"The graph “{name}”: {_GRAPHS[name]}."


def _version(facts: DatasetFacts) -> Graph:
    """Return the IRI of this version, by which it can be cited (DCAT 3, 11)."""
    version = f"{facts.base}version/{facts.version}"
    title = f"{facts.title}, version {facts.version}"
    return {
        triple(facts.iri, DCAT.hasCurrentVersion, version),
        triple(version, DCAT.isVersionOf, facts.iri),
        triple(version, DCAT.version, ox.Literal(facts.version)),
        triple(version, DCT.title, ox.Literal(title, language="en")),
    }


def _rules(about: Described) -> Graph:
    """Return by which rules the graph of what follows was made, and what each says."""
    facts = about.facts
    found: Graph = set()
    for path in about.rules:
        rule = f"{facts.base}rules/{path.stem}"
        title = next(iter(paragraphs(path.read_text("utf-8-sig"))), path.stem)
        found |= {
            triple(facts.graph_iri(INFERRED), PROV.wasDerivedFrom, rule),
            triple(rule, RDF.type, PROV.Plan),
            triple(rule, DCT.title, ox.Literal(title, language="en")),
        }
    return found


def agents(catalog: Graph, dataset: str, role: str) -> tuple[str, ...]:
    """Return the names of those who have a role in the dataset, one each, English before others."""
    found = []
    for agent in objects(catalog, ox.NamedNode(dataset), role):
        names = [n for n in objects(catalog, agent, FOAF.name) if isinstance(n, ox.Literal)]
        found += [name.value for name in sorted(names, key=_english_first)[:1]]
    return tuple(found)


def _english_first(name: ox.Literal) -> tuple[bool, str]:
    return name.language != "en", name.value


def versions(graphs: Mapping[str, Graph], base: str) -> dict[str, str]:
    """Return the IRI of the present version of all below ``base`` that the graphs name one of."""
    said = {
        (iri_of(t.subject), t.object.value)
        for graph in graphs.values()
        for t in graph
        if t.predicate.value in _PRESENT_VERSION and isinstance(t.object, ox.NamedNode)
    }
    # Of several the first counts, always the same.
    return dict(sorted(((s, v) for s, v in said if s.startswith(base)), reverse=True))


def _service(written: Graph, facts: DatasetFacts) -> Graph:
    """Return the SPARQL service."""
    service, address = f"{facts.base}id/service/sparql", f"{facts.base}sparql"
    title = f"SPARQL endpoint: {facts.title}"
    return {
        triple(facts.iri, VOID.sparqlEndpoint, address),
        triple(service, RDF.type, DCAT.DataService),
        triple(service, DCT.title, ox.Literal(title, language="en")),
        triple(service, DCT.license, facts.license),
        triple(service, DCT.conformsTo, _PROTOCOL),
        triple(service, DCAT.endpointURL, address),
        # Asked without a query, it describes itself (SPARQL 1.1 Service Description, 2).
        triple(service, DCAT.endpointDescription, address),
        triple(service, DCAT.servesDataset, facts.iri),
    } | profile.inherited(written, facts.iri, service, profile.OF_SERVICE)


def _catalogs(written: Graph, facts: DatasetFacts) -> Graph:
    """Return that the dataset and its service are in the catalogue, and the page of both."""
    page = f"{facts.base}{CATALOG}.{formats.HTML.suffix}"
    found = {triple(facts.iri, DCAT.landingPage, page)}
    for catalog in subjects(written, RDF.type, DCAT.Catalog):
        found |= {
            triple(catalog, DCAT.dataset, facts.iri),
            triple(catalog, DCAT.service, f"{facts.base}id/service/sparql"),
            triple(catalog, FOAF.homepage, page),
        } | profile.inherited(written, facts.iri, catalog, profile.OF_CATALOG)
    return found


def distribution(
    facts: DatasetFacts,
    dataset: str,
    title: str,
    path: str,
    fmt: formats.Format,
    license_: str | None,
) -> Graph:
    """Return that ``dataset``, called ``title``, can be had as the file ``path`` of a release."""
    iri = distribution_iri(facts, path)
    address = f"{facts.base}download/{path}"
    found = {
        triple(dataset, DCAT.distribution, iri),
        triple(iri, RDF.type, DCAT.Distribution),
        triple(iri, DCT.title, ox.Literal(f"{path} ({fmt.label})", language="en")),
        triple(iri, DCT.description, ox.Literal(f"{title}, as {fmt.label}.", language="en")),
        triple(iri, DCAT.downloadURL, address),
        triple(iri, DCAT.accessURL, address),
        triple(iri, DCAT.mediaType, profile.MEDIA_TYPES + fmt.media_type),
    }
    if fmt.iri:
        found |= {triple(dataset, VOID.dataDump, address), triple(dataset, VOID.feature, fmt.iri)}
    return found | profile.format_of(iri, fmt) | licensed(iri, license_)


def distribution_iri(facts: DatasetFacts, path: str) -> str:
    """Return the IRI of the distribution that is the file ``path``."""
    return f"{facts.base}id/distribution/{path.replace('/', '-').replace('.', '-')}"
