"""The dataset as search engines read it: schema.org (Google, “Dataset structured data”).

The catalogue's statements in schema.org's terms, on the dataset and on each of its parts. Whole
files only: compressed ones stand in the catalogue.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import pyoxigraph as ox

from gcmgraph.project import CATALOG
from gcmgraph.publish.write.parts import format_of
from gcmgraph.rdf import formats
from gcmgraph.rdf.graphs import Graph, iri_of, objects, subjects
from gcmgraph.rdf.namespaces import DCAT, DCT, FOAF, PROV, RDFS, SKOS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gcmgraph.manifest import FileEntry
    from gcmgraph.publish.dataset import Dataset
    from gcmgraph.publish.read.sources import Source
    from gcmgraph.publish.write.parts import Part
    from gcmgraph.publish.write.tables import Table
    from gcmgraph.rdf.formats import Format
    from gcmgraph.rdf.graphs import Term

_LABELS: Final = (FOAF.name, SKOS.prefLabel, RDFS.label, DCT.title)
_ROLES: Final = {"creator": DCT.creator, "publisher": DCT.publisher}

#: The ends of a period, as ISO 8601 writes them with a stroke between.
_ENDS: Final = (DCAT.startDate, DCAT.endDate)

_Said: TypeAlias = "dict[tuple[str, str], list[Term]]"


def search_description(
    dataset: Dataset, catalog: Graph, files: Iterable[FileEntry], parts: Iterable[Part]
) -> dict[str, Any]:
    """Return the dataset and its ``parts`` as schema.org has them.

    ``catalog`` is the whole catalogue, ``files`` are those of the release.
    """
    facts, parts = dataset.facts, list(parts)
    said: _Said = defaultdict(list)
    for t in sorted(catalog, key=str):
        said[iri_of(t.subject), t.predicate.value].append(t.object)
    # The tables too: who looks for data often looks for CSV.
    whole = [
        (entry, fmt)
        for entry in files
        if (fmt := format_of(entry)) and (entry.name is None or fmt is formats.TABLE)
    ]
    tables = [part.table for part in parts if part.table]
    described = {
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
        **_of_catalog(dataset, said, facts.iri),
        "variableMeasured": _variables(tables),
        "citation": [_source(source) for source in dataset.sources.values()],
        "isBasedOn": [{"@id": source.iri} for source in dataset.sources.values()],
        "distribution": _downloads(dataset, whole),
        "hasPart": [_part(dataset, said, part) for part in parts],
        "includedInDataCatalog": [
            {
                "@type": "DataCatalog",
                "@id": iri,
                "url": iri,
                "name": _label(dataset, ox.NamedNode(iri)),
            }
            for iri in subjects(catalog, DCAT.dataset, facts.iri)
        ],
    }
    return _told(described)


def _part(dataset: Dataset, said: _Said, part: Part) -> dict[str, Any]:
    described = {
        "@type": "Dataset",
        "@id": part.iri,
        "name": part.title,
        "description": part.description,
        "url": part.page,
        "identifier": part.iri,
        "license": part.license,
        "isAccessibleForFree": True,
        **_of_catalog(dataset, said, part.iri),
        "isBasedOn": [
            {"@id": source.iri}
            for source in dataset.sources.values()
            if ox.NamedNode(source.iri) in said[part.iri, PROV.wasDerivedFrom]
        ],
        "variableMeasured": _variables([part.table] if part.table else []),
        "distribution": _downloads(dataset, part.files),
    }
    return _told(described)


def _of_catalog(dataset: Dataset, said: _Said, iri: str) -> dict[str, Any]:
    """Return what the catalogue says of a dataset, in schema.org's terms."""
    found: dict[str, Any] = {
        "dateModified": next((iri_of(day) for day in said[iri, DCT.modified]), None),
        "keywords": [iri_of(word) for word in said[iri, DCAT.keyword]],
        "temporalCoverage": next(
            (
                "/".join(iri_of(said[iri_of(period), end][0]) for end in _ENDS)
                for period in said[iri, DCT.temporal]
            ),
            None,
        ),
        "spatialCoverage": [
            {"@type": "Place", "@id": iri_of(place), "name": _label(dataset, place)}
            for place in said[iri, DCT.spatial]
        ],
    }
    for name, predicate in _ROLES.items():
        found[name] = [
            {"@type": "Organization", "@id": iri_of(agent), "name": _label(dataset, agent)}
            for agent in said[iri, predicate]
        ]
    return found


def _variables(tables: Iterable[Table]) -> list[dict[str, str]]:
    """Return what the columns hold, but for those that name the rows; each name once."""
    columns = {column.name: column for table in tables for column in table.columns[1:]}
    return [
        {"@type": "PropertyValue", "name": column.name, "description": column.description}
        for column in columns.values()
    ]


def _source(source: Source) -> dict[str, str]:
    """Return a document that the dataset is based on."""
    described = {
        "@type": "CreativeWork",
        "@id": source.iri,
        "name": source.title,
        "creditText": source.producer,
        "inLanguage": source.language,
        "url": source.page,
    }
    return _told(described)


def _downloads(dataset: Dataset, files: Iterable[tuple[FileEntry, Format]]) -> list[dict[str, str]]:
    return [
        {
            "@type": "DataDownload",
            "name": f"{entry.path} ({fmt.label})",
            "contentUrl": f"{dataset.facts.base}download/{entry.path}",
            "encodingFormat": fmt.media_type,
            "contentSize": f"{entry.bytes} B",
            "sha256": entry.sha256,
        }
        for entry, fmt in files
        if not entry.compression
    ]


def _told(described: dict[str, Any]) -> dict[str, Any]:
    """Return what has a value."""
    return {name: value for name, value in described.items() if value not in (None, [])}


def _label(dataset: Dataset, thing: Term) -> str:
    """Return what a thing is called, in English where that is known."""
    for graph in (dataset.graphs[CATALOG], dataset.default):
        for predicate in _LABELS:
            found = [v for v in objects(graph, thing, predicate) if isinstance(v, ox.Literal)]
            if found:
                return min(found, key=lambda v: (v.language not in ("en", None), v.value)).value
    return iri_of(thing)
