"""What the graph says of a thing, asked over SPARQL, so that any engine can answer.

A description holds the statements about the thing and about its parts (the hash IRIs below it,
up to two steps away), what points at it, and the labels of what it points at. Only graphs that
belong to the default graph are read.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from gcmgraph import formats
from gcmgraph.engine.protocol import Query
from gcmgraph.namespaces import DCT, FOAF, OA, PREFIXES, PROV, RDF, RDFS, SKOS
from gcmgraph.project import INFERRED
from gcmgraph.serve import terms

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gcmgraph.serve.site import Site
    from gcmgraph.serve.terms import Row, Term

SCHEMA: Final = PREFIXES["schema"]

LABELS: Final = (
    SKOS.prefLabel,
    RDFS.label,
    DCT.title,
    FOAF.name,
    f"{SCHEMA}name",
    SKOS.altLabel,
)
DEFINITIONS: Final = (SKOS.definition, DCT.description, RDFS.comment, f"{SCHEMA}text")

#: How many statements that point at a thing its page shows.
MOST_INCOMING: Final = 200

#: IRIs whose labels are asked for in one query, far below any limit of its length.
_BATCH: Final = 1000


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement and the graphs in which it stands."""

    subject: Term
    predicate: Term
    object: Term
    graphs: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Quotation:
    """The words behind a thing: an excerpt of a source, with offsets in characters."""

    excerpt: Term
    words: Term
    source: Term | None
    start: str | None
    end: str | None


@dataclass(slots=True)
class Description:
    """What a page shows of a thing."""

    iri: str
    about: dict[Term, list[Statement]]
    inferred: dict[Term, list[Statement]]
    parts: dict[Term, list[Statement]]
    incoming: dict[Term, list[Statement]]
    incoming_cut: bool
    quotations: list[Quotation]
    labels: dict[str, str] = field(default_factory=dict)

    @property
    def label(self) -> str | None:
        """The thing's own label."""
        return self.labels.get(self.iri)

    @property
    def definition(self) -> str | None:
        """What the thing is, in words."""
        for predicate, statements in (*self.about.items(), *self.inferred.items()):
            if predicate.value in DEFINITIONS:
                return statements[0].object.value
        return None

    @property
    def types(self) -> list[Term]:
        """The classes that the thing is said to belong to."""
        return [
            statement.object
            for predicate, statements in self.about.items()
            if predicate.value == RDF.type
            for statement in statements
        ]


def _subjects(thing: str, variable: str = "?s") -> str:
    """Return the pattern that binds a variable to the thing and to its parts."""
    below = terms.literal(thing + "#")
    node = terms.iri(thing)
    return f"""{{ SELECT DISTINCT {variable} WHERE {{
      {{ VALUES {variable} {{ {node} }} }}
      UNION {{ {node} ?p1 {variable} FILTER(STRSTARTS(STR({variable}), {below})) }}
      UNION {{ {node} ?p1 ?part FILTER(STRSTARTS(STR(?part), {below}))
               ?part ?p2 {variable} FILTER(STRSTARTS(STR({variable}), {below})) }}
      FILTER(isIRI({variable}))
    }} }}"""


def _labels() -> str:
    return "VALUES ?p { " + " ".join(terms.iri(p) for p in LABELS) + " }"


def graph_query(thing: str) -> str:
    """Return the query whose answer is the thing's description as a graph."""
    return f"""CONSTRUCT {{ ?s ?p ?o }} WHERE {{
      {{ {_subjects(thing)} ?s ?p ?o }}
      UNION {{ VALUES ?o {{ {terms.iri(thing)} }} ?s ?p ?o }}
      UNION {{
        {{ SELECT DISTINCT ?s WHERE {{
          {_subjects(thing, "?from")} ?from ?any ?s FILTER(isIRI(?s)) }} }}
        {_labels()} ?s ?p ?o
      }}
    }}"""


class Describer:
    """Describes the things of a site."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._graphs = tuple(g.iri for g in site.manifest.graphs if g.in_default)
        self._derived = {g.iri for g in site.manifest.graphs if g.name == INFERRED}

    def _is_inferred(self, statement: Statement) -> bool:
        """Say whether rules alone make a statement, and nobody says it."""
        return all(graph.value in self._derived for graph in statement.graphs)

    async def exists(self, thing: str) -> bool:
        """Say whether the graph says anything of a thing, or with it."""
        node = terms.iri(thing)
        found = await self._rows(
            f"SELECT ?p WHERE {{ {{ {node} ?p ?o }} UNION {{ ?s ?p {node} }} }} LIMIT 1"
        )
        return bool(found)

    async def quads(self, thing: str) -> list[Statement]:
        """Return the description with the graphs in which each statement stands."""
        about = await self._about(thing)
        incoming = await self._incoming(thing)
        objects = {s.object.value for s in about if s.object.is_iri}
        labels = await self._label_statements(objects)
        merged = {(s.subject, s.predicate, s.object): s for s in (*about, *incoming, *labels)}
        return list(merged.values())

    async def describe(self, thing: str) -> Description | None:
        """Return what a page shows of a thing; ``None`` where the graph does not know it."""
        statements = await self._about(thing)
        incoming = await self._incoming(thing, MOST_INCOMING + 1)
        if not statements and not incoming:
            return None
        own = [s for s in statements if s.subject.value == thing]
        parts = [s for s in statements if s.subject.value != thing]
        shown = incoming[:MOST_INCOMING]
        excerpts = [thing] + [
            s.object.value
            for s in own
            if s.predicate.value == PROV.wasQuotedFrom and terms.is_iri(s.object.value)
        ]
        quotations = await self._quotations(excerpts)
        description = Description(
            iri=thing,
            about=_by_predicate([s for s in own if not self._is_inferred(s)]),
            inferred=_by_predicate([s for s in own if self._is_inferred(s)]),
            parts=_by_subject(parts),
            incoming=_by_predicate(shown),
            incoming_cut=len(incoming) > MOST_INCOMING,
            quotations=quotations,
        )
        named = {thing} | {q.source.value for q in quotations if q.source}
        for s in (*statements, *shown):
            named |= {s.predicate.value, s.subject.value}
            if s.object.is_iri:
                named.add(s.object.value)
        description.labels = await self.labels(named)
        return description

    async def labels(self, iris: Iterable[str]) -> dict[str, str]:
        """Return a label for each IRI that has one: English before none before others."""
        best: dict[str, tuple[tuple[int, int, str], str]] = {}
        for s in await self._label_statements(iris):
            language = {"en": 0, "": 1}.get((s.object.language or "").lower(), 2)
            rank = (language, LABELS.index(s.predicate.value), s.object.value)
            if s.subject.value not in best or rank < best[s.subject.value][0]:
                best[s.subject.value] = (rank, s.object.value)
        return {iri: label for iri, (_, label) in best.items()}

    async def _label_statements(self, iris: Iterable[str]) -> list[Statement]:
        known = sorted(iri for iri in iris if terms.is_iri(iri))
        found: list[Row] = []
        for start in range(0, len(known), _BATCH):
            values = " ".join(terms.iri(iri) for iri in known[start : start + _BATCH])
            found += await self._rows(
                "SELECT ?g ?s ?p ?o WHERE { "
                f"VALUES ?s {{ {values} }} {_labels()} GRAPH ?g {{ ?s ?p ?o }} }}"
            )
        return _statements(found)

    async def _about(self, thing: str) -> list[Statement]:
        return _statements(
            await self._rows(
                f"SELECT ?g ?s ?p ?o WHERE {{ {_subjects(thing)} GRAPH ?g {{ ?s ?p ?o }} }}"
            )
        )

    async def _incoming(self, thing: str, most: int | None = None) -> list[Statement]:
        node = terms.iri(thing)
        limit = f"ORDER BY ?p ?s LIMIT {most}" if most else ""
        found = await self._rows(
            f"SELECT ?g ?s ?p ?o WHERE {{ "
            f"{{ SELECT ?s ?p WHERE {{ ?s ?p {node} }} {limit} }} "
            f"VALUES ?o {{ {node} }} GRAPH ?g {{ ?s ?p ?o }} }}"
        )
        return _statements(found)

    async def _quotations(self, excerpts: list[str]) -> list[Quotation]:
        values = " ".join(terms.iri(iri) for iri in excerpts)
        found = await self._rows(
            f"""PREFIX oa: <{OA}>
            SELECT ?x ?exact ?source ?start ?end WHERE {{
              VALUES ?x {{ {values} }}
              ?x oa:hasSelector ?selector . ?selector oa:exact ?exact .
              OPTIONAL {{ ?x oa:hasSource ?source }}
              OPTIONAL {{ ?x oa:hasSelector ?position .
                          ?position oa:start ?start ; oa:end ?end }}
            }} ORDER BY ?source ?start ?x"""
        )
        quotations = {
            row["x"]: Quotation(
                excerpt=row["x"],
                words=row["exact"],
                source=row.get("source"),
                start=row["start"].value if "start" in row else None,
                end=row["end"].value if "end" in row else None,
            )
            for row in found
        }
        return list(quotations.values())

    async def _rows(self, text: str) -> list[Row]:
        query = Query(text, formats.RESULTS_JSON, self._graphs, self._graphs)
        with await self._site.ask(query) as answer:
            return terms.rows(answer.read())


def _statements(found: list[Row]) -> list[Statement]:
    """Bring together the graphs of each statement, and sort."""
    graphs: dict[tuple[Term, Term, Term], set[Term]] = defaultdict(set)
    for row in found:
        graphs[row["s"], row["p"], row["o"]].add(row["g"])
    return [
        Statement(*triple, tuple(sorted(where, key=_key)))
        for triple, where in sorted(graphs.items(), key=lambda item: tuple(map(_key, item[0])))
    ]


def _key(term: Term) -> tuple[str, str, str]:
    return (term.kind, term.value, term.language or term.datatype or "")


def _by_predicate(statements: list[Statement]) -> dict[Term, list[Statement]]:
    groups: dict[Term, list[Statement]] = {}
    for statement in statements:
        groups.setdefault(statement.predicate, []).append(statement)
    return groups


def _by_subject(statements: list[Statement]) -> dict[Term, list[Statement]]:
    groups: dict[Term, list[Statement]] = {}
    for statement in statements:
        groups.setdefault(statement.subject, []).append(statement)
    return groups
