"""Every RDF and result format once: name, media type, suffix, IRI.

Negotiation, downloads, dumps, the catalogue and the command line all read this one table. The
IRIs are those of the W3C's register of file formats (https://www.w3.org/ns/formats/).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Kind = Literal["triples", "quads", "results", "page", "things", "table", "citation", "other"]


@dataclass(frozen=True, slots=True)
class Format:
    """One way to write a graph, a dataset or a query's results.

    ``name`` is what ``?format=`` takes, and ``names`` are what clients in use send in its place;
    ``aliases`` are further media types under which they ask for the same thing.
    """

    name: str
    label: str
    media_type: str
    suffix: str
    kind: Kind
    iri: str | None = None
    aliases: tuple[str, ...] = ()
    names: tuple[str, ...] = ()

    @property
    def content_type(self) -> str:
        """The media type as sent, with ``charset=utf-8`` where its registration defines one."""
        return (
            f"{self.media_type};charset=utf-8"
            if self.media_type.startswith("text/")
            else (self.media_type)
        )


_W3C = "http://www.w3.org/ns/formats/"

TURTLE: Final = Format(
    "turtle",
    "Turtle",
    "text/turtle",
    "ttl",
    "triples",
    _W3C + "Turtle",
    # Turtle is a part of Notation3.
    ("application/turtle", "application/x-turtle", "text/n3", "text/rdf+n3"),
    ("n3",),
)
JSONLD: Final = Format(
    "jsonld",
    "JSON-LD",
    "application/ld+json",
    "jsonld",
    "triples",
    _W3C + "JSON-LD",
    ("application/json",),
    ("json-ld", "json"),
)
NTRIPLES: Final = Format(
    "ntriples", "N-Triples", "application/n-triples", "nt", "triples", _W3C + "N-Triples"
)
RDFXML: Final = Format(
    "rdfxml",
    "RDF/XML",
    "application/rdf+xml",
    "rdf",
    "triples",
    _W3C + "RDF_XML",
    ("application/xml", "text/xml"),
    ("rdf+xml", "xml"),
)
TRIG: Final = Format(
    "trig", "TriG", "application/trig", "trig", "quads", _W3C + "TriG", ("application/x-trig",)
)
NQUADS: Final = Format("nquads", "N-Quads", "application/n-quads", "nq", "quads", _W3C + "N-Quads")

RESULTS_JSON: Final = Format(
    "json",
    "SPARQL results as JSON",
    "application/sparql-results+json",
    "srj",
    "results",
    _W3C + "SPARQL_Results_JSON",
    ("application/json",),
)
RESULTS_XML: Final = Format(
    "xml",
    "SPARQL results as XML",
    "application/sparql-results+xml",
    "srx",
    "results",
    _W3C + "SPARQL_Results_XML",
    ("application/xml", "text/xml"),
)
RESULTS_CSV: Final = Format(
    "csv", "SPARQL results as CSV", "text/csv", "csv", "results", _W3C + "SPARQL_Results_CSV"
)
RESULTS_TSV: Final = Format(
    "tsv",
    "SPARQL results as TSV",
    "text/tab-separated-values",
    "tsv",
    "results",
    _W3C + "SPARQL_Results_TSV",
)

HTML: Final = Format("html", "Web page", "text/html", "html", "page")

#: How a release's files tell of things and tables; no query is answered in these.
FRAMED: Final = Format("framed", "Nested JSON-LD", "application/ld+json", "jsonld", "things")
NDJSON: Final = Format(
    "ndjson", "Nested JSON, one thing a line", "application/x-ndjson", "ndjson", "things"
)
SCHEMA: Final = Format("schema", "JSON Schema", "application/schema+json", "schema.json", "things")
TABLE: Final = Format("table", "CSV", "text/csv", "csv", "table")
CSVW: Final = Format(
    "csvw", "Table metadata", "application/csvm+json", "csv-metadata.json", "table"
)

#: How works are cited; the media types are those by which DOIs are asked for them.
BIBTEX: Final = Format("bibtex", "BibTeX", "application/x-bibtex", "bib", "citation")
RIS: Final = Format("ris", "RIS", "application/x-research-info-systems", "ris", "citation")
CSL: Final = Format(
    "csl", "CSL-JSON", "application/vnd.citationstyles.csl+json", "csl.json", "citation"
)
APA: Final = Format("apa", "APA", "text/x-bibliography", "txt", "citation")

#: What is no RDF, and tells of it.
SPARQL: Final = Format("sparql", "SPARQL", "application/sparql-query", "rq", "other")
JSON: Final = Format("json", "JSON", "application/json", "json", "other")
XML: Final = Format("xml", "XML", "application/xml", "xml", "other")
TEXT: Final = Format("text", "Text", "text/plain", "txt", "other")
SQLITE: Final = Format("sqlite", "SQLite", "application/vnd.sqlite3", "db", "other")
PROBLEM: Final = Format(
    "problem",
    "Problem details",
    "application/problem+json",
    "json",
    "other",
    aliases=("application/json",),
)
LINKSET: Final = Format(
    "linkset",
    "Linkset",
    'application/linkset+json;profile="https://www.rfc-editor.org/info/rfc9727"',
    "json",
    "other",
)

TRIPLES: Final = (TURTLE, JSONLD, NTRIPLES, RDFXML)
QUADS: Final = (TRIG, NQUADS)
RESULTS: Final = (RESULTS_JSON, RESULTS_XML, RESULTS_CSV, RESULTS_TSV)
FORMATS: Final = (*TRIPLES, *QUADS, *RESULTS, HTML)
FILES: Final = (*TRIPLES, *QUADS, FRAMED, NDJSON, SCHEMA, TABLE, CSVW, SPARQL, TEXT, SQLITE)
CITATIONS: Final = (APA, BIBTEX, RIS, CSL)


@dataclass(frozen=True, slots=True)
class Compression:
    """One way to make a file smaller; its suffix follows that of the file."""

    name: str
    media_type: str
    suffix: str


GZIP: Final = Compression("gzip", "application/gzip", "gz")
ZSTD: Final = Compression("zstd", "application/zstd", "zst")
COMPRESSIONS: Final = (GZIP, ZSTD)


def by_suffix(suffix: str, formats: tuple[Format, ...] = FORMATS) -> Format | None:
    """Return the format whose file suffix is ``suffix`` (without the dot), or ``None``."""
    return next((f for f in formats if f.suffix == suffix), None)


def split_suffix(name: str) -> tuple[str, str | None]:
    """Take the suffix of a known format off a name; one such as ``4.2`` has none."""
    stem, dot, suffix = name.rpartition(".")
    known = dot and by_suffix(suffix.lower()) is not None
    return (stem, suffix) if known else (name, None)


def by_name(name: str, formats: tuple[Format, ...] = FORMATS) -> Format | None:
    """Return the format that ``?format=name`` means.

    A format's own name comes before another's further names, suffix and media types.
    """
    own = next((f for f in formats if name == f.name), None)
    return own or next(
        (f for f in formats if name in (*f.names, f.suffix, f.media_type, *f.aliases)), None
    )
