"""The catalogue as files: all that the catalogue graph says, and the files themselves.

A file cannot hold its own size, nor can the graph that stands in it. So these are written last:
every file of statements, things and tables with its media type, format, compression, size and
checksum (DCAT 3, 6.8), each graph and each class as a part of the dataset, the columns of tables
(CSV on the Web), and what is known of the sources, so that the words quoted from them are
attributed here too.

``void.*`` is the catalogue graph for ``/.well-known/void``, ``dataset.jsonld`` what search
engines read (schema.org).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox

from gcmgraph.project import CATALOG
from gcmgraph.publish.describe import profile
from gcmgraph.publish.describe.catalog import distribution, distribution_iri
from gcmgraph.publish.describe.context import dump
from gcmgraph.publish.describe.statistics import number
from gcmgraph.publish.read.external import licensed
from gcmgraph.publish.read.files import checksum
from gcmgraph.publish.read.sources import describe
from gcmgraph.publish.write.dumps import write_triples
from gcmgraph.publish.write.parts import format_of, parts_of
from gcmgraph.publish.write.search import search_description
from gcmgraph.rdf import formats
from gcmgraph.rdf.graphs import Graph, objects, triple
from gcmgraph.rdf.namespaces import CSVW, DCAT, DCT, FOAF, RDF, VOID, XSD
from gcmgraph.rdf.terms import typed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from gcmgraph.manifest import FileEntry
    from gcmgraph.project import Project
    from gcmgraph.publish.dataset import Dataset
    from gcmgraph.publish.write.parts import Part
    from gcmgraph.publish.write.tables import Table


def write_catalog(
    project: Project, dataset: Dataset, files: Iterable[FileEntry]
) -> Iterator[tuple[str, formats.Format, bytes]]:
    """Yield the catalogue's files: stem, format, content; ``files`` are all those before."""
    entries = list(files)
    parts = parts_of(project, dataset, entries)
    written = dataset.graphs[CATALOG]
    whole = written | describe_files(dataset, entries, parts)
    whole |= profile.typed_values(whole)
    base = dataset.facts.base
    void = written | {
        triple(f"{base}.well-known/void", RDF.type, VOID.DatasetDescription),
        triple(f"{base}.well-known/void", FOAF.primaryTopic, dataset.facts.iri),
    }
    for name, graph in ((CATALOG, whole), ("void", void)):
        for fmt in formats.TRIPLES:
            data = write_triples(graph, fmt, dataset.prefixes, dataset.context)
            yield name, fmt, data
    yield "dataset", formats.JSONLD, dump(search_description(dataset, whole, entries, parts))


def describe_files(dataset: Dataset, files: Iterable[FileEntry], parts: Iterable[Part]) -> Graph:
    """Return the distributions, the parts of the dataset, and the sources."""
    facts = dataset.facts
    found: Graph = set().union(*(describe(source) for source in dataset.sources.values()))
    for entry in files:
        if entry.name is None and (fmt := format_of(entry)):
            found |= distribution(facts, facts.iri, facts.title, entry.path, fmt, facts.license)
            found |= _sizes(distribution_iri(facts, entry.path), entry)
    for part in parts:
        found |= _part(dataset, part)
        for entry, fmt in part.files:
            found |= distribution(facts, part.iri, part.title, entry.path, fmt, part.license)
            found |= _sizes(distribution_iri(facts, entry.path), entry)
            if part.table and fmt is formats.TABLE and entry.compression is None:
                found |= _columns(f"{facts.base}download/{entry.path}", part.table)
    return found


def _part(dataset: Dataset, part: Part) -> Graph:
    """Return what a part is, of what it is a part, and what it covers."""
    facts, catalog = dataset.facts, dataset.graphs[CATALOG]
    found: Graph = {
        triple(facts.iri, DCT.hasPart, part.iri),
        triple(part.iri, DCT.isPartOf, facts.iri),
        triple(part.iri, RDF.type, DCAT.Dataset),
        triple(part.iri, DCT.title, ox.Literal(part.title, language="en")),
        triple(part.iri, DCT.description, ox.Literal(part.description, language="en")),
        triple(part.iri, DCAT.landingPage, part.page),
    } | licensed(part.iri, part.license)
    if part.entities is not None:
        found.add(triple(part.iri, VOID.entities, number(part.entities)))
    if part.ours:
        found |= profile.inherited(catalog, facts.iri, part.iri, profile.OF_PART)
    sources = {ox.NamedNode(source.iri) for source in dataset.sources.values()}
    told = (t for t in part.told if t.subject not in sources)
    places = objects(catalog, ox.NamedNode(facts.iri), DCT.spatial)
    years = profile.year_properties(catalog)
    return found | profile.covered(part.iri, told, places, years, facts.base)


def _columns(file: str, table: Table) -> Graph:
    """Return what the columns of a table hold, in their order (CSVW; RFC 7111 names a column)."""
    schema = f"{file}#schema"
    found = {
        triple(file, RDF.type, CSVW.Table),
        triple(file, CSVW.url, typed(file, XSD.anyURI)),
        triple(file, CSVW.tableSchema, schema),
        triple(schema, RDF.type, CSVW.Schema),
    }
    where, predicate = schema, CSVW.column
    for place, column in enumerate(table.columns, 1):
        iri, node = f"{file}#col={place}", f"{schema}-{place}"
        found |= {
            triple(where, predicate, node),
            triple(node, RDF.first, iri),
            triple(iri, RDF.type, CSVW.Column),
            triple(iri, CSVW.name, ox.Literal(column.name)),
            triple(iri, DCT.description, ox.Literal(column.description, language="en")),
        }
        where, predicate = node, RDF.rest
    return found | {triple(where, predicate, RDF.nil)}


def _sizes(iri: str, entry: FileEntry) -> Graph:
    """Return a file's size in bytes, its checksum, and how it is compressed.

    DCAT-AP 3 wants the size as ``xsd:decimal``; the value is the same that DCAT 3 wants.
    """
    found = checksum(iri, f"{iri}#sha256", entry.sha256)
    found.add(triple(iri, DCAT.byteSize, typed(entry.bytes, XSD.decimal)))
    for compression in formats.COMPRESSIONS:
        if compression.name == entry.compression:
            found.add(
                triple(iri, DCAT.compressFormat, profile.MEDIA_TYPES + compression.media_type)
            )
    return found
