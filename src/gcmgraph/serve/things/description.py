"""What the graph says of a thing, asked over SPARQL, so that any engine can answer.

A description holds the statements about the thing and about its parts (the hash IRIs below it,
up to two steps away), what points at it, and the labels of both. Only graphs that belong to the
default graph are read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gcmgraph.engine.protocol import Query
from gcmgraph.project import INFERRED
from gcmgraph.rdf import formats, terms
from gcmgraph.rdf.namespaces import DCT, FOAF, OA, PREFIXES, PROV, RDFS, SKOS
from gcmgraph.serve.things.statements import (
    Description,
    Quotation,
    Statement,
    by_predicate,
    by_subject,
    statements,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from gcmgraph.rdf.formats import Format
    from gcmgraph.rdf.terms import Row, Term
    from gcmgraph.serve.site import Site

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
    return _values("?p", LABELS)


def _values(variable: str, iris: Iterable[str]) -> str:
    return f"VALUES {variable} {{ {' '.join(map(terms.iri, iris))} }}"


def _batches(variable: str, iris: Iterable[str]) -> Iterator[str]:
    """Give the IRIs for some queries, none of them too long."""
    known = sorted({iri for iri in iris if terms.is_iri(iri)})
    for start in range(0, len(known), _BATCH):
        yield _values(variable, known[start : start + _BATCH])


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
      UNION {{
        {{ SELECT DISTINCT ?s WHERE {{ ?s ?any {terms.iri(thing)} }} }}
        {_labels()} ?s ?p ?o
      }}
    }}"""


class Describer:
    """Describes the things of a site, from ``graphs``; by default those of the default graph."""

    def __init__(self, site: Site, graphs: tuple[str, ...] = ()) -> None:
        self._site = site
        self._graphs = graphs or tuple(g.iri for g in site.manifest.graphs if g.in_default)
        self._derived = {g.iri for g in site.manifest.graphs if g.name == INFERRED}

    def _is_inferred(self, statement: Statement) -> bool:
        """Say whether rules alone make a statement, and nobody says it."""
        return all(graph.value in self._derived for graph in statement.graphs)

    async def exists(self, thing: str) -> bool:
        """Say whether the graph says anything of a thing, or with it."""
        return bool(await self.known([thing]))

    async def known(self, iris: Iterable[str]) -> set[str]:
        """Return those of which the graph says anything, or with which."""
        return await self._which(iris, "EXISTS { ?x ?p ?o } || EXISTS { ?s ?q ?x }")

    async def described(self, iris: Iterable[str]) -> set[str]:
        """Return those of which the graph says anything."""
        return await self._which(iris, "EXISTS { ?x ?p ?o }")

    async def elsewhere(self, iris: Iterable[str]) -> dict[str, str]:
        """Return those of which only other graphs say anything, with the first such graph."""
        others = {g.iri for g in self._site.manifest.graphs} - set(self._graphs)
        found: dict[str, str] = {}
        for values in _batches("?x", iris) if others else ():
            query = Query(
                f"SELECT DISTINCT ?x ?g WHERE {{ {values} GRAPH ?g {{ ?x ?p ?o }} }} ORDER BY ?g",
                formats.RESULTS_JSON,
                named_graphs=tuple(sorted(others)),
            )
            with await self._site.ask(query) as answer:
                for row in terms.rows(answer.read()):
                    found.setdefault(row["x"].value, row["g"].value)
        return found

    async def facts(self, thing: str, predicates: Iterable[str]) -> dict[str, list[Term]]:
        """Return what the graph says of a thing with some predicates."""
        found: dict[str, list[Term]] = {predicate: [] for predicate in predicates}
        for row in await self._rows(
            f"SELECT ?p ?o WHERE {{ {_values('?p', found)} {terms.iri(thing)} ?p ?o }} "
            "ORDER BY ?p ?o"
        ):
            found[row["p"].value].append(row["o"])
        return found

    async def triples(self, thing: str, format_: Format) -> bytes:
        """Return the description as a graph, written in a format."""
        return await self._site.read(graph_query(thing), format_, self._graphs)

    async def quads(self, thing: str) -> list[Statement]:
        """Return the description with the graphs in which each statement stands."""
        about = await self._about(thing)
        incoming = await self._incoming(thing)
        named = {s.object.value for s in about if s.object.is_iri}
        labels = await self._label_statements(named | {s.subject.value for s in incoming})
        merged = {(s.subject, s.predicate, s.object): s for s in (*about, *incoming, *labels)}
        return list(merged.values())

    async def describe(self, thing: str) -> Description:
        """Return what a page shows of a thing, each statement once."""
        about = await self._about(thing)
        own = [s for s in about if s.subject.value == thing]
        said = [s for s in own if not self._is_inferred(s)]
        inferred = [s for s in own if self._is_inferred(s)]
        incoming = await self._incoming(thing, MOST_INCOMING + 1)
        shown_already = {s.subject for s in about}
        description = Description(
            iri=thing,
            about=by_predicate(said),
            inferred=by_predicate(inferred),
            parts=by_subject(s for s in about if s.subject.value != thing),
            incoming=by_predicate(
                s for s in incoming[:MOST_INCOMING] if s.subject not in shown_already
            ),
            incoming_cut=len(incoming) > MOST_INCOMING,
            quotations=await self._quotations(
                [thing] + [s.object.value for s in own if s.predicate.value == PROV.wasQuotedFrom]
            ),
            definition=next(
                (s.object.value for s in (*said, *inferred) if s.predicate.value in DEFINITIONS),
                None,
            ),
        )
        named = description.named()
        description.labels = await self.labels(named)
        is_ours = self._site.pages.is_local
        description.described = await self.described(iri for iri in named if not is_ours(iri))
        return description

    async def labels(self, iris: Iterable[str]) -> dict[str, str]:
        """Return a label for each IRI that has one: English before none before others."""
        return _best((s.subject, s.predicate, s.object) for s in await self._label_statements(iris))

    async def labelled(self, start: str, most: int) -> dict[str, str]:
        """Return a label for each thing that has one and whose IRI begins so, ``most`` of them."""
        found = await self._rows(
            f"SELECT ?s ?p ?o WHERE {{ {{ SELECT DISTINCT ?s WHERE {{ {_labels()} ?s ?p ?label "
            f"FILTER(isIRI(?s) && STRSTARTS(STR(?s), {terms.literal(start)})) }} LIMIT {most} }} "
            f"{_labels()} ?s ?p ?o }}"
        )
        return _best((row["s"], row["p"], row["o"]) for row in found)

    async def _label_statements(self, iris: Iterable[str]) -> list[Statement]:
        found: list[Row] = []
        for values in _batches("?s", iris):
            found += await self._rows(
                f"SELECT ?g ?s ?p ?o WHERE {{ {values} {_labels()} GRAPH ?g {{ ?s ?p ?o }} }}"
            )
        return statements(found)

    async def _which(self, iris: Iterable[str], condition: str) -> set[str]:
        found: list[Row] = []
        for values in _batches("?x", iris):
            found += await self._rows(f"SELECT ?x WHERE {{ {values} FILTER({condition}) }}")
        return {row["x"].value for row in found}

    async def _about(self, thing: str) -> list[Statement]:
        return statements(
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
        return statements(found)

    async def _quotations(self, excerpts: list[str]) -> list[Quotation]:
        values = _values("?x", filter(terms.is_iri, excerpts))
        found = await self._rows(
            f"""PREFIX oa: <{OA}>
            SELECT ?x ?exact ?source ?start ?end WHERE {{
              {values}
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


def _best(labels: Iterable[tuple[Term, Term, Term]]) -> dict[str, str]:
    """Choose a label for each thing: English before none before others."""
    best: dict[str, tuple[tuple[int, int, str], str]] = {}
    for thing, predicate, label in labels:
        language = {"en": 0, "": 1}.get((label.language or "").lower(), 2)
        rank = (language, LABELS.index(predicate.value), label.value)
        if thing.value not in best or rank < best[thing.value][0]:
            best[thing.value] = (rank, label.value)
    return {iri: label for iri, (_, label) in best.items()}
