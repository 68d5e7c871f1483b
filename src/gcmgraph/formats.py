"""Every RDF and result format once: name, media type, suffix, IRI.

Negotiation, downloads, dumps, the catalogue and the command line all read this one table. The
IRIs are those of the W3C's register of file formats (https://www.w3.org/ns/formats/).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Kind = Literal["triples", "quads", "results", "page"]


@dataclass(frozen=True, slots=True)
class Format:
    """One way to write a graph, a dataset or a query's results.

    ``name`` is what ``?format=`` takes; ``aliases`` are further media types under which clients
    ask for the same thing.
    """

    name: str
    label: str
    media_type: str
    suffix: str
    kind: Kind
    iri: str | None = None
    aliases: tuple[str, ...] = ()

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
    "turtle", "Turtle", "text/turtle", "ttl", "triples", _W3C + "Turtle", ("application/x-turtle",)
)
JSONLD: Final = Format(
    "jsonld", "JSON-LD", "application/ld+json", "jsonld", "triples", _W3C + "JSON-LD"
)
NTRIPLES: Final = Format(
    "ntriples", "N-Triples", "application/n-triples", "nt", "triples", _W3C + "N-Triples"
)
RDFXML: Final = Format(
    "rdfxml", "RDF/XML", "application/rdf+xml", "rdf", "triples", _W3C + "RDF_XML"
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

TRIPLES: Final = (TURTLE, JSONLD, NTRIPLES, RDFXML)
QUADS: Final = (TRIG, NQUADS)
RESULTS: Final = (RESULTS_JSON, RESULTS_XML, RESULTS_CSV, RESULTS_TSV)
FORMATS: Final = (*TRIPLES, *QUADS, *RESULTS, HTML)


def by_suffix(suffix: str, formats: tuple[Format, ...] = FORMATS) -> Format | None:
    """Return the format whose file suffix is ``suffix`` (without the dot), or ``None``."""
    return next((f for f in formats if f.suffix == suffix), None)


def by_name(name: str, formats: tuple[Format, ...] = FORMATS) -> Format | None:
    """Return the format that ``?format=name`` means: its name, suffix or media type."""
    return next((f for f in formats if name in (f.name, f.suffix, f.media_type, *f.aliases)), None)
