"""The JSON-LD context of a release, made from its ontology, its shapes and its own use.

**Names.** Each property and class that our graphs use or define is a term: the local name of its
IRI (``skos:prefLabel`` is ``prefLabel``). A name has one meaning. Where several IRIs end alike, the
project's own has the bare name; without one, that of the statements goes before those of shapes,
report and catalogue; and where that leaves several, all bear their prefix (``dct_subject``,
``rdf_subject``), so that none changes its meaning when another comes. ``rdf:type`` is ``type``.

**Values.** What the ontology says of a property (``owl:ObjectProperty``, or the range of an
``owl:DatatypeProperty``) decides how its values are written; of a property from elsewhere, how it
is used: only with IRIs, only with languages, only with one datatype.

**Arrays.** A property has an array of values unless a shape says that it has at most one
(``sh:maxCount 1``; ``sh:uniqueLang true``: one per language), and no thing of the release has more.
Not how many there happen to be: a program that reads ``practice["component"][0]`` goes on working
when a second is added.

**Version.** The context's own IRI bears the beginning of the SHA-256 of its definitions, and
documents that refer to a context refer to that: what they mean cannot change behind them.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from gcmgraph.project import ONTOLOGY, SHAPES
from gcmgraph.rdf import jsonld
from gcmgraph.rdf.graphs import Graph, Term, union
from gcmgraph.rdf.jsonld import Context
from gcmgraph.rdf.namespaces import OWL, RDF, RDFS, SH, XSD
from gcmgraph.rdf.terms import typed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from gcmgraph.publish.read.assemble import DatasetFacts

_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
_PROPERTIES: Final = frozenset(
    {OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty, RDF.Property}
)
_CLASSES: Final = frozenset({OWL.Class, RDFS.Class})
#: Texts with a language, as RDF 1.1 and as OWL 2 call them.
_TEXTS: Final = frozenset({RDF.langString, RDF.PlainLiteral})


def make_context(
    base: str,
    graphs: Mapping[str, Graph],
    in_default: Iterable[str],
    prefixes: Mapping[str, str],
) -> Context:
    """Return the context of the project's own ``graphs``, whose IRIs lie below ``base``."""
    stated = union(graphs, in_default)
    everywhere = union(graphs, graphs)
    properties, classes = vocabulary(everywhere)
    names = _names(properties | classes, set().union(*vocabulary(stated)), base, prefixes)
    coercions = _coercions(graphs.get(ONTOLOGY, set()), everywhere)
    single = _single(graphs, coercions)
    terms = [
        jsonld.Term(
            name=name,
            iri=iri,
            coercion=coercions.get(iri) if iri in properties else None,
            many=iri in properties and iri not in single,
        )
        for iri, name in names.items()
    ]
    digest = hashlib.sha256(json.dumps(Context("", terms).definitions).encode()).hexdigest()
    return Context(f"{base}context/{digest[:12]}.jsonld", terms)


def write_context(facts: DatasetFacts, context: Context) -> bytes:
    """Return ``context.jsonld``; processors read nothing of it but ``@context``."""
    document = {
        "id": context.iri,
        "version": facts.version,
        "license": facts.license,
        "@context": context.definitions,
    }
    return dump(document)


def dump(document: object) -> bytes:
    """Return JSON for people and programs alike: indented, UTF-8, a line at the end."""
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


def vocabulary(graph: Graph) -> tuple[set[str], set[str]]:
    """Return the properties and the classes that a graph uses or defines."""
    properties: set[str] = set()
    classes: set[str] = set()
    for t in graph:
        if t.predicate.value != RDF.type:
            properties.add(t.predicate.value)
        elif isinstance(t.object, ox.NamedNode):
            classes.add(t.object.value)
            if isinstance(t.subject, ox.NamedNode):
                if t.object.value in _PROPERTIES:
                    properties.add(t.subject.value)
                elif t.object.value in _CLASSES:
                    classes.add(t.subject.value)
    return properties, classes


def _names(
    iris: Iterable[str], stated: set[str], base: str, prefixes: Mapping[str, str]
) -> dict[str, str]:
    """Return the name of each IRI that can have one."""
    alike: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for iri in iris:
        rank = 0 if iri.startswith(base) else 1 if iri in stated else 2
        alike[local_name(iri)].append((rank, iri))
    names: dict[str, str] = {}
    for local, found in sorted(alike.items()):
        if not _NAME.fullmatch(local):
            continue
        first = min(rank for rank, _ in found)
        alone = sum(rank == first for rank, _ in found) == 1 and local not in jsonld.RESERVED
        for rank, iri in sorted(found):
            prefix = next((p for p, ns in prefixes.items() if ns + local == iri), None)
            if rank == first and alone:
                names[iri] = local
            elif prefix and f"{prefix}_{local}" not in alike:
                names[iri] = f"{prefix}_{local}"
    return names


def local_name(iri: str) -> str:
    """Return what stands behind an IRI's last ``#`` or ``/``, or else its last ``:``."""
    return re.split(r"[/#]" if re.search(r"[/#]", iri) else ":", iri)[-1]


def _coercions(ontology: Graph, graph: Graph) -> dict[str, str]:
    """Return how the values of each property are written, where one way fits all."""
    used: dict[str, set[str]] = defaultdict(set)
    for t in graph:
        used[t.predicate.value].add(_kind(t.object))
    found = {p: next(iter(kinds)) for p, kinds in used.items() if len(kinds) == 1}
    ranges = {t.subject: t.object for t in ontology if t.predicate.value == RDFS.range}
    for t in ontology:
        if t.predicate.value != RDF.type or not isinstance(t.subject, ox.NamedNode):
            continue
        if t.object == ox.NamedNode(OWL.ObjectProperty):
            found[t.subject.value] = "@id"
        elif t.object == ox.NamedNode(OWL.DatatypeProperty) and t.subject in ranges:
            datatype = ranges[t.subject]
            if isinstance(datatype, ox.NamedNode):
                language = datatype.value in _TEXTS
                found[t.subject.value] = "@language" if language else datatype.value
    # A plain text needs no coercion, and with one it could not stand beside other values.
    return {p: kind for p, kind in found.items() if kind != XSD.string}


def _kind(value: Term) -> str:
    if not isinstance(value, ox.Literal):
        return "@id"
    return "@language" if value.language else value.datatype.value


def _single(graphs: Mapping[str, Graph], coercions: Mapping[str, str]) -> set[str]:
    """Return the properties that have at most one value (per language)."""
    said = {
        t.subject
        for t in graphs.get(SHAPES, set())
        if (t.predicate.value, t.object)
        in (
            (SH.maxCount, typed(1, XSD.integer)),
            (SH.uniqueLang, typed("true", XSD.boolean)),
        )
    }
    single = {
        t.object.value
        for t in graphs.get(SHAPES, set())
        if t.predicate.value == SH.path and t.subject in said and isinstance(t.object, ox.NamedNode)
    }
    for graph in graphs.values():
        counted = Counter(
            (t.subject, t.predicate.value, _language(t.object, coercions.get(t.predicate.value)))
            for t in graph
            if t.predicate.value in single
        )
        single -= {predicate for (_, predicate, _), n in counted.items() if n > 1}
    return single


def _language(value: Term, coercion: str | None) -> str | None:
    return value.language if isinstance(value, ox.Literal) and coercion == "@language" else None
