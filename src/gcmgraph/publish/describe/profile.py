"""What DCAT-AP 3 recommends to say of datasets, services and files, as far as it is true.

What nobody said and nothing shows is left unsaid: a contact that nobody gave, the coordinates of a
place. Three things are known without being written:

- A part has the publisher, contact, themes and keywords of its dataset, and so has the service.
- A dataset covers the years that it speaks of, and those of its dataset's places that it names.
- What is a value of ``dct:license`` is a licence: the profile wants the class of a value beside it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from gcmgraph.rdf import formats
from gcmgraph.rdf.graphs import Graph, subjects, triple
from gcmgraph.rdf.namespaces import DCAT, DCT, FOAF, QB, RDF, SKOS, XSD
from gcmgraph.rdf.terms import typed

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from gcmgraph.rdf.graphs import Term

#: IANA's register of media types, in which DCAT names formats and compressions.
MEDIA_TYPES: Final = "https://www.iana.org/assignments/media-types/"

#: The EU's list of file types, in which DCAT-AP names formats.
FILE_TYPES: Final = "http://publications.europa.eu/resource/authority/file-type"

_FILE_TYPES: Final = {
    formats.TURTLE: "RDF_TURTLE",
    formats.JSONLD: "JSON_LD",
    formats.NTRIPLES: "RDF_N_TRIPLES",
    formats.RDFXML: "RDF_XML",
    formats.TRIG: "RDF_TRIG",
    formats.NQUADS: "RDF_N_QUADS",
    formats.FRAMED: "JSON_LD",
    formats.TABLE: "CSV",
}

#: What holds of a dataset holds of its parts and its service too; of what a part covers, no.
OF_PART: Final = (
    DCT.accessRights,
    DCT.creator,
    DCT.language,
    DCT.modified,
    DCT.publisher,
    DCAT.contactPoint,
    DCAT.keyword,
    DCAT.theme,
)
OF_SERVICE: Final = (
    DCT.accessRights,
    DCT.publisher,
    DCAT.contactPoint,
    DCAT.keyword,
    DCAT.theme,
)
OF_CATALOG: Final = (DCT.modified, DCT.spatial)

#: The class of every value of a property: its range, or the one that DCAT-AP narrows it to.
_RANGES: Final = {
    DCT.accessRights: DCT.RightsStatement,
    DCT.conformsTo: DCT.Standard,
    DCT.creator: FOAF.Agent,
    DCT.format: DCT.MediaTypeOrExtent,
    DCT.language: DCT.LinguisticSystem,
    DCT.license: DCT.LicenseDocument,
    DCT.publisher: FOAF.Agent,
    DCT.spatial: DCT.Location,
    DCT.temporal: DCT.PeriodOfTime,
    DCAT.compressFormat: DCT.MediaType,
    DCAT.landingPage: FOAF.Document,
    DCAT.mediaType: DCT.MediaType,
    DCAT.themeTaxonomy: SKOS.ConceptScheme,
    FOAF.homepage: FOAF.Document,
}

#: When something was written says nothing of the time that it speaks of.
_OF_PUBLICATION: Final = frozenset({DCT.available, DCT.created, DCT.issued, DCT.modified})
_TIMES: Final = frozenset({XSD.date, XSD.dateTime, XSD.gYear, XSD.gYearMonth})
_YEAR: Final = re.compile(r"-?\d+")

#: What the values are of properties that give years as numbers (RDF Data Cube Vocabulary, 6.3).
_REFERENCE_PERIOD: Final = "http://purl.org/linked-data/sdmx/2009/concept#refPeriod"


def inherited(catalog: Graph, dataset: str, thing: str, properties: Iterable[str]) -> Graph:
    """Return of ``thing`` what ``catalog`` says of the ``dataset`` with some properties.

    Nothing is said where the catalogue has words of its own for the thing.
    """
    node, whole = ox.NamedNode(thing), ox.NamedNode(dataset)
    own = {t.predicate for t in catalog if t.subject == node}
    wanted = {ox.NamedNode(name) for name in properties} - own
    return {
        ox.Triple(node, t.predicate, t.object)
        for t in catalog
        if t.subject == whole and t.predicate in wanted
    }


def year_properties(catalog: Graph) -> frozenset[str]:
    """Return the properties whose values are years, as the catalogue says by ``qb:concept``."""
    return frozenset(subjects(catalog, QB.concept, _REFERENCE_PERIOD))


def covered(
    dataset: str,
    told: Iterable[ox.Triple],
    places: Collection[Term],
    years: Collection[str],
    base: str,
) -> Graph:
    """Return what the statements ``told`` in a dataset cover: years, and some of ``places``.

    The years are those of dates of all kinds and of the properties ``years``, the first and the
    last (``xsd:gYear``). When a document was published is no such date.
    """
    found: Graph = set()
    spoken: set[int] = set()
    for t in told:
        if t.object in places:
            found.add(ox.Triple(ox.NamedNode(dataset), ox.NamedNode(DCT.spatial), t.object))
        elif (year := _year(t, years)) is not None:
            spoken.add(year)
    if spoken:
        first, last = (_written(year) for year in (min(spoken), max(spoken)))
        period = f"{base}id/period/{first}-{last}"
        found |= {
            triple(dataset, DCT.temporal, period),
            triple(period, DCAT.startDate, typed(first, XSD.gYear)),
            triple(period, DCAT.endDate, typed(last, XSD.gYear)),
        }
    return found


def _year(t: ox.Triple, years: Collection[str]) -> int | None:
    """Return the year of which a statement speaks."""
    if not isinstance(t.object, ox.Literal):
        return None
    is_date = t.object.datatype.value in _TIMES and t.predicate.value not in _OF_PUBLICATION
    found = _YEAR.match(t.object.value) if is_date or t.predicate.value in years else None
    return int(found[0]) if found else None


def _written(year: int) -> str:
    """Write a year as ``xsd:gYear`` has it, with four digits at least."""
    return f"{year:05d}" if year < 0 else f"{year:04d}"


def format_of(distribution: str, format_: formats.Format) -> Graph:
    """Return what format a file has: one of the EU's list, or else a media type."""
    name = _FILE_TYPES.get(format_)
    if name is None:
        return {triple(distribution, DCT.format, MEDIA_TYPES + format_.media_type)}
    file_type = f"{FILE_TYPES}/{name}"
    return {
        triple(distribution, DCT.format, file_type),
        triple(file_type, SKOS.inScheme, FILE_TYPES),
    }


def typed_values(catalog: Graph) -> Graph:
    """Return the classes of what the properties of a catalogue have as values."""
    return {
        triple(t.object.value, RDF.type, _RANGES[t.predicate.value])
        for t in catalog
        if t.predicate.value in _RANGES and isinstance(t.object, ox.NamedNode)
    }
