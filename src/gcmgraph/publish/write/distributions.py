"""The catalogue as files: all that the catalogue graph says, and the files themselves.

A file cannot hold its own size, nor can the graph that stands in it. So these are written last:
every file of statements, things and tables with its media type, format, compression, size and
checksum (DCAT 3, 6.8), each graph and each class as a part of the dataset, and what is known of the
sources, so that the words quoted from them are attributed here too.

``void.*`` is the catalogue graph for ``/.well-known/void``, ``dataset.jsonld`` what search
engines read (schema.org).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pyoxigraph as ox

from gcmgraph.project import CATALOG, CURATION, INFERRED, ONTOLOGY, REFERENCE, REPORT, SHAPES
from gcmgraph.publish.describe.catalog import MEDIA_TYPES, distribution, distribution_iri
from gcmgraph.publish.describe.context import dump
from gcmgraph.publish.describe.statistics import number
from gcmgraph.publish.read.external import licensed
from gcmgraph.publish.read.files import checksum
from gcmgraph.publish.read.locate import relative
from gcmgraph.publish.read.sources import describe
from gcmgraph.publish.write.dumps import write_triples
from gcmgraph.publish.write.frames import read_frame
from gcmgraph.publish.write.tables import title_of
from gcmgraph.rdf import formats, jsonld
from gcmgraph.rdf.graphs import Graph, iri_of, objects, subjects, triple
from gcmgraph.rdf.namespaces import DCAT, DCT, FOAF, RDF, RDFS, SKOS, VOID, XSD
from gcmgraph.rdf.terms import typed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from gcmgraph.manifest import FileEntry
    from gcmgraph.project import Project
    from gcmgraph.publish.dataset import Dataset
    from gcmgraph.rdf.graphs import Term

_LABELS: Final = (FOAF.name, SKOS.prefLabel, RDFS.label, DCT.title)

_GRAPHS: Final = {
    CATALOG: "What the dataset is and holds",
    CURATION: "What curators conclude and no document says in words",
    INFERRED: "What the rules derive",
    ONTOLOGY: "The terms: classes and properties",
    REFERENCE: "Identifiers, labels and concepts from outside the documents",
    REPORT: "The report of the validation",
    SHAPES: "The constraints that the default graph keeps",
}


def write_catalog(
    project: Project, dataset: Dataset, files: Iterable[FileEntry]
) -> Iterator[tuple[str, formats.Format, bytes]]:
    """Yield the catalogue's files: stem, format, content; ``files`` are all those before."""
    entries = list(files)
    written = dataset.graphs[CATALOG]
    whole = written | describe_files(project, dataset, entries)
    base = dataset.facts.base
    void = written | {
        triple(f"{base}.well-known/void", RDF.type, VOID.DatasetDescription),
        triple(f"{base}.well-known/void", FOAF.primaryTopic, dataset.facts.iri),
    }
    for name, graph in ((CATALOG, whole), ("void", void)):
        for fmt in formats.TRIPLES:
            data = write_triples(graph, fmt, dataset.prefixes, dataset.context)
            yield name, fmt, data
    yield "dataset", formats.JSONLD, dump(search_description(dataset, entries))


def describe_files(project: Project, dataset: Dataset, files: Iterable[FileEntry]) -> Graph:
    """Return the distributions, the parts of the dataset, and the sources."""
    facts = dataset.facts
    licences = {other.name: other.license for other in dataset.external}
    found: Graph = set().union(*(describe(source) for source in dataset.sources.values()))
    for entry in files:
        fmt = formats.by_name(entry.format, formats.FILES)
        if fmt is None or not _is_distribution(entry):
            continue
        license_: str | None = facts.license
        if entry.role == "graph":
            license_ = licences.get(entry.name or "", license_)
        part = _part(dataset, entry)
        if part != facts.iri:
            title, description = _words(project, dataset, entry)
            found |= {
                triple(facts.iri, DCT.hasPart, part),
                triple(part, DCT.isPartOf, facts.iri),
                triple(part, RDF.type, DCAT.Dataset),
                triple(part, DCT.title, ox.Literal(title, language="en")),
                triple(part, DCT.description, ox.Literal(description, language="en")),
            } | licensed(part, license_)
        found |= distribution(facts, part, entry.path, fmt, license_)
        found |= _sizes(distribution_iri(facts, entry.path), entry)
    return found | _things(project, dataset)


def _things(project: Project, dataset: Dataset) -> Graph:
    """Return of how many things each nested file tells."""
    found: Graph = set()
    for path in project.frames.glob("*.jsonld"):
        where = relative(path, project.root)
        frame = read_frame(path, where, dataset.facts.base, dataset.context)
        (wanted,) = (i for i, t in dataset.context.terms.items() if t.name == frame[jsonld.TYPE])
        things = subjects(dataset.default, RDF.type, wanted)
        found.add(triple(_class_iri(dataset, path.stem), VOID.entities, number(len(things))))
    return found


def _is_distribution(entry: FileEntry) -> bool:
    return entry.role in ("dataset", "graph", "class") and entry.format != formats.CSVW.name


def _part(dataset: Dataset, entry: FileEntry) -> str:
    if entry.name is None:
        return dataset.facts.iri
    if entry.role == "graph":
        return dataset.facts.graph_iri(entry.name)
    return _class_iri(dataset, entry.name)


def _class_iri(dataset: Dataset, name: str) -> str:
    return f"{dataset.facts.base}id/part/{name}"


def _words(project: Project, dataset: Dataset, entry: FileEntry) -> tuple[str, str]:
    """Return the title and description of a part of the dataset."""
    name = entry.name or ""
    if entry.role == "class":
        query = project.tables / f"{name}.rq"
        title = title_of(query.read_text("utf-8-sig")) if query.is_file() else name
        return title, f"A part of the dataset, told thing by thing: {title}."
    if name in dataset.sources:
        title = f"What the source says: {dataset.sources[name].title}"
        return title, f"The named graph of one source document. {title}."
    external = {other.name: other.file for other in dataset.external}
    if name in external:
        return (
            f"What another publisher says: {external[name]}",
            f"The named graph of the file {external[name]}, taken in as it is.",
        )
    return f"The graph “{name}”", f"{_GRAPHS[name]}."


def _sizes(iri: str, entry: FileEntry) -> Graph:
    """Return a file's size in bytes, its checksum, and how it is compressed."""
    found = checksum(iri, f"{iri}#sha256", entry.sha256)
    found.add(triple(iri, DCAT.byteSize, typed(entry.bytes, XSD.nonNegativeInteger)))
    for compression in formats.COMPRESSIONS:
        if compression.name == entry.compression:
            found.add(triple(iri, DCAT.compressFormat, MEDIA_TYPES + compression.media_type))
    return found


def search_description(dataset: Dataset, files: Iterable[FileEntry]) -> dict[str, Any]:
    """Return the dataset as schema.org has it (Google, “Dataset structured data”).

    Whole files only: a search engine shows a handful, and the rest stand in the catalogue.
    """
    facts = dataset.facts
    catalog = dataset.graphs[CATALOG]
    node = ox.NamedNode(facts.iri)
    downloads = []
    for entry in files:
        fmt = formats.by_name(entry.format, formats.FILES)
        whole = entry.role in ("dataset", "class") and _is_distribution(entry)
        if fmt is None or entry.compression or not whole:
            continue
        if fmt.kind != "things":
            downloads.append(
                {
                    "@type": "DataDownload",
                    "name": f"{entry.path} ({fmt.label})",
                    "contentUrl": f"{facts.base}download/{entry.path}",
                    "encodingFormat": fmt.media_type,
                    "contentSize": f"{entry.bytes} B",
                    "sha256": entry.sha256,
                }
            )
    described: dict[str, Any] = {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "@id": facts.iri,
        "name": facts.title,
        "description": facts.description,
        "url": facts.iri,
        "identifier": facts.iri,
        "version": facts.version,
        "datePublished": facts.issued,
        "license": facts.license,
        "isAccessibleForFree": True,
        "keywords": [iri_of(word) for word in objects(catalog, node, DCAT.keyword)],
        "distribution": downloads,
    }
    for name, predicate in (("creator", DCT.creator), ("publisher", DCT.publisher)):
        agents = [
            {"@type": "Organization", "@id": iri_of(agent), "name": _label(dataset, agent)}
            for agent in objects(catalog, node, predicate)
        ]
        if agents:
            described[name] = agents
    if catalogs := subjects(catalog, DCAT.dataset, facts.iri):
        described["includedInDataCatalog"] = [
            {
                "@type": "DataCatalog",
                "@id": iri,
                "url": iri,
                "name": _label(dataset, ox.NamedNode(iri)),
            }
            for iri in catalogs
        ]
    if places := objects(catalog, node, DCT.spatial):
        described["spatialCoverage"] = [
            {"@type": "Place", "@id": iri_of(place), "name": _label(dataset, place)}
            for place in places
        ]
    return {name: value for name, value in described.items() if value != []}


def _label(dataset: Dataset, thing: Term) -> str:
    """Return what a thing is called, in English where that is known."""
    for graph in (dataset.graphs[CATALOG], dataset.default):
        for predicate in _LABELS:
            found = [v for v in objects(graph, thing, predicate) if isinstance(v, ox.Literal)]
            if found:
                return min(found, key=lambda v: (v.language not in ("en", None), v.value)).value
    return iri_of(thing)
