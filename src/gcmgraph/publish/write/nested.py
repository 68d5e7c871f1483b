"""Things as nested JSON, without a word of RDF for whoever reads it.

What is written is what framing gives with these flags, so that a frame needs none (JSON-LD 1.1
Framing, 2.3):

- ``@explicit``: a thing has the properties that the frame lists, in the order in which it lists
  them;
- ``@embed: @always``: a thing stands whole wherever it is pointed at, so that no reader has to look
  for it elsewhere;
- ``@omitDefault``: what is not stated is left out.

A thing that a frame opens stands there whatever is known of it, and ``type`` lists the classes that
somebody states: those that rules derive would be six for a country.

``things/<class>.jsonld`` is an object with its own context, so that every JSON-LD processor reads
it and fetches nothing; its ``items`` are the things. ``things/<class>.ndjson`` has one thing a
line. A property has one shape everywhere. Where a class has codes of a datatype of its own, the
context says so for the class, and the code is a text all the same (JSON-LD 1.1, 4.1.6).

Two keys say how it is known what stands there:

=============  ================================================================================
``concluded``  the statements about the thing that somebody concluded: ``predicate``, ``object``
               and what is said of the conclusion, such as its reason (RDF 1.1 Schema, 5.3)
``derived``    the statements shown that a rule derived: ``predicate``, ``object`` and the rule;
               not for JSON-LD processors, to which they are statements like others
=============  ================================================================================
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from gcmgraph.errors import ProjectError
from gcmgraph.project import INFERRED
from gcmgraph.publish.describe.context import dump
from gcmgraph.publish.read.locate import relative
from gcmgraph.publish.write.frames import class_of, read_frames
from gcmgraph.publish.write.json_schema import schema_of
from gcmgraph.rdf import formats, jsonld
from gcmgraph.rdf.graphs import statements
from gcmgraph.rdf.jsonld import CONCLUDED, DERIVED, ITEMS
from gcmgraph.rdf.namespaces import RDF, XSD

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gcmgraph.project import Project
    from gcmgraph.publish.dataset import Dataset
    from gcmgraph.publish.write.frames import Frame
    from gcmgraph.rdf.jsonld import Context

_PARTS: Final = (RDF.subject, RDF.predicate, RDF.object)

Facts: TypeAlias = dict[str, dict[str, list[jsonld.Value]]]


def write_things(project: Project, dataset: Dataset) -> Iterator[tuple[str, formats.Format, bytes]]:
    """Yield the things of each frame: its class, the format, the file.

    Raises:
        ProjectError: where a frame is at fault.

    """
    nesting = Nesting.of(dataset)
    for name, frame in read_frames(project, dataset).items():
        found = nesting.things(frame)
        if not found:
            where = relative(project.frames / f"{name}.jsonld", project.root)
            raise ProjectError(
                f"{where} finds nothing; is “{frame[jsonld.TYPE]}” the class you mean?"
            )
        document = {"@context": nesting.definitions(frame, found), ITEMS: found}
        yield name, formats.FRAMED, dump(document)
        lines = (json.dumps(thing, ensure_ascii=False, separators=(",", ":")) for thing in found)
        yield name, formats.NDJSON, "".join(line + "\n" for line in lines).encode()
        yield name, formats.SCHEMA, dump(schema_of(frame, nesting.terms, nesting.facts, found))


@dataclass(frozen=True, slots=True)
class Nesting:
    """What is known of each thing, and in which terms it is told.

    ``facts`` are the statements about each thing by property, ``stated`` the classes that somebody
    says it belongs to, ``concluded`` the nodes that stand for a statement about it, ``derived`` the
    rules behind statements, ``terms`` the context's by name, and ``codes`` the datatypes of a
    class's literals, by class and property, where the property alone does not say it.
    """

    base: str
    context: Context
    facts: Facts
    stated: set[tuple[str, jsonld.Value]]
    concluded: dict[str, list[str]]
    derived: dict[jsonld.Statement, str]
    terms: dict[str, jsonld.Term]
    codes: dict[str, dict[str, str]]

    @classmethod
    def of(cls, dataset: Dataset) -> Nesting:
        """Return what a dataset knows."""
        facts: Facts = defaultdict(lambda: defaultdict(list))
        concluded: dict[str, list[str]] = defaultdict(list)
        for subject, predicate, value in sorted(statements(dataset.default), key=str):
            facts[subject][predicate].append(value)
            if predicate == RDF.subject:
                concluded[str(value)].append(subject)
        stated = {
            (subject, value)
            for name in dataset.in_default
            if name != INFERRED
            for subject, predicate, value in statements(dataset.graphs[name])
            if predicate == RDF.type
        }
        terms = {term.name: term for term in dataset.context.terms.values()}
        rules = [dataset.derivations[t] for t in dataset.derivations]
        derived = dict(zip(statements(dataset.derivations), rules, strict=True))
        codes = _codes(facts, stated, dataset.context)
        base = dataset.facts.base
        return cls(base, dataset.context, facts, stated, concluded, derived, terms, codes)

    def things(self, frame: Frame) -> list[dict[str, Any]]:
        """Return the things of the frame's class, sorted by their IRIs."""
        wanted = class_of(frame, self.context)
        return [
            self._thing(frame, iri)
            for iri in sorted(self.facts)
            if wanted in self.facts[iri].get(RDF.type, ())
        ]

    def definitions(self, frame: Frame, things: list[dict[str, Any]]) -> dict[str, Any]:
        """Return the context of a file: the terms that it can hold, and what is its own."""
        conclusions = {p for nodes in self.concluded.values() for n in nodes for p in self.facts[n]}
        asked = {*_asked(frame)}
        used = {self.terms[name].iri for name in asked | {*_types(things)} if name in self.terms}
        found = self.context.part(used | conclusions).definitions
        for iri in self.codes.keys() & used:
            scoped = {
                self.context.name(p): {"@id": p, "@type": datatype}
                for p, datatype in self.codes[iri].items()
                if self.context.name(p) in asked
            }
            if scoped:
                found[self.context.name(iri)] = {"@id": iri, "@context": scoped}
        if conclusions:
            name = self.context.name(RDF.predicate)
            found[name] = {"@id": RDF.predicate, "@type": "@vocab"}
        return found | {
            ITEMS: "@graph",
            CONCLUDED: {"@reverse": RDF.subject, "@container": "@set"},
            DERIVED: None,
        }

    def _thing(self, frame: Frame, iri: str) -> dict[str, Any]:
        found: dict[str, Any] = {jsonld.ID: iri}
        about = self.facts.get(iri, {})
        classes = [str(kind) for kind in about.get(RDF.type, ()) if (iri, kind) in self.stated]
        if classes:
            found[jsonld.TYPE] = [self.context.name(kind) for kind in classes]
        shown = set()
        for name, inner in frame.items():
            if term := self.terms.get(name):
                shown.add(term.iri)
                found |= self._values(term, about.get(term.iri, []), inner, classes)
        for node in self.concluded.get(iri, ()):
            if shown & {*self.facts[node].get(RDF.predicate, ())}:
                found.setdefault(CONCLUDED, []).append(self._conclusion(node))
        if derived := list(self._derived(iri, shown)):
            found[DERIVED] = derived
        return found

    def _values(
        self, term: jsonld.Term, values: list[jsonld.Value], inner: Frame, classes: list[str]
    ) -> dict[str, Any]:
        for kind in sorted(classes):
            if (datatype := self.codes.get(kind, {}).get(term.iri)) is not None:
                term = jsonld.Term(term.name, term.iri, datatype, term.many)
        # Of a thing that the frame does not open, its IRI says enough.
        bare = not inner and term.coercion == "@id"
        return jsonld.written(term, values, None if bare else partial(self._thing, inner))

    def _conclusion(self, node: str) -> dict[str, Any]:
        """Return what is said of a statement that stands as a node, and of its being concluded."""
        about = self.facts[node]
        found: dict[str, Any] = {jsonld.ID: node}
        name = self.context.name(RDF.predicate)
        found[name] = self.context.name(str(about[RDF.predicate][0]))
        others = sorted(about.keys() - {RDF.type, RDF.subject, RDF.predicate, RDF.object})
        for predicate in (RDF.object, *others):
            found |= jsonld.written(self.context.term(predicate), about[predicate])
        return found

    def _derived(self, iri: str, shown: set[str]) -> Iterator[dict[str, Any]]:
        for predicate in sorted(shown):
            for value in self.facts.get(iri, {}).get(predicate, ()):
                if rule := self.derived.get((iri, predicate, value)):
                    name = self.context.name(predicate)
                    said = value if isinstance(value, str) else value.value
                    yield {
                        "predicate": name,
                        "object": said,
                        "rule": f"{self.base}rules/{rule}",
                    }


def _codes(
    facts: Facts, stated: set[tuple[str, jsonld.Value]], context: Context
) -> dict[str, dict[str, str]]:
    """Return the datatypes of a class's literals, where the term alone leaves them open."""
    used: dict[tuple[str, str], set[str]] = defaultdict(set)
    for thing, kind in stated:
        for predicate, values in facts.get(thing, {}).items():
            if context.term(predicate).coercion is None:
                for value in values:
                    plain = value if isinstance(value, jsonld.Literal) else None
                    code = plain.datatype if plain and not plain.language else ""
                    used[str(kind), predicate].add(code)
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for (kind, predicate), datatypes in sorted(used.items()):
        if len(datatypes) == 1 and (datatype := next(iter(datatypes))) not in ("", XSD.string):
            found[kind][predicate] = datatype
    return dict(found)


def _asked(frame: Frame) -> Iterator[str]:
    """Yield the properties of a frame."""
    for name, inner in frame.items():
        if isinstance(inner, dict):
            yield name
            yield from _asked(inner)


def _types(value: object) -> Iterator[str]:
    """Yield the classes of things in nested JSON, and the properties that conclusions name."""
    if isinstance(value, list):
        for one in value:
            yield from _types(one)
    elif isinstance(value, dict):
        yield from value.get(jsonld.TYPE, ())
        for inner in value.values():
            yield from _types(inner)
