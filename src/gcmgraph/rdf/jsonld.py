"""Statements as JSON-LD 1.1, compacted with a context of one term per property.

The context is a release's ``context.jsonld``; ``build.context`` says how it is made. It has no
prefixes and no ``@vocab``: every name in it has one meaning, and every other IRI stands in full.
What is written here is what the standard's compaction algorithm gives for such a context (JSON-LD
1.1 Processing Algorithms and API, 6), in time that grows with the statements alone.

A property's values are read by its term:

===================  ==========================================================================
``@type: @id``       the IRI as a text
``@type: datatype``  the literal's text; a JSON number or truth value where that says the same
``@language``        an object from language to text, so that a further language changes nothing
none of these        a plain text; ``{"id": …}``, or ``{"@type": …, "@value": …}``, where not
===================  ==========================================================================

``@set`` makes every value an array, however many there are. A value that does not fit its term
stands under the property's full IRI, where no term changes its meaning.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

from gcmgraph.errors import ReleaseError
from gcmgraph.rdf.namespaces import RDF, XSD

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Mapping

#: The release's file that holds the context.
FILE_NAME: Final = "context.jsonld"

ID: Final = "id"
TYPE: Final = "type"
#: Keys of nested JSON: its things, and how it is known what stands there.
ITEMS: Final = "items"
CONCLUDED: Final = "concluded"
DERIVED: Final = "derived"
RESERVED: Final = frozenset({ID, TYPE, ITEMS, CONCLUDED, DERIVED})

_INTEGER: Final = re.compile(r"0|-?[1-9][0-9]{0,14}")


class Literal(NamedTuple):
    """A literal: its lexical form, the IRI of its datatype, and its language where it has one."""

    value: str
    datatype: str = XSD.string
    language: str | None = None


#: The object of a statement; a ``str`` is an IRI.
Value: TypeAlias = str | Literal
Statement: TypeAlias = tuple[str, str, Value]


@dataclass(frozen=True, slots=True)
class Term:
    """A term: ``coercion`` is ``@id``, ``@language``, a datatype's IRI, or none."""

    name: str
    iri: str
    coercion: str | None = None
    many: bool = False

    @property
    def definition(self) -> str | dict[str, Any]:
        """The term's definition in a context (JSON-LD 1.1, 9.15.1)."""
        expanded: dict[str, Any] = {"@id": self.iri}
        if self.coercion == "@language":
            expanded["@container"] = ["@language", "@set"] if self.many else "@language"
        else:
            if self.coercion:
                expanded["@type"] = self.coercion
            if self.many:
                expanded["@container"] = "@set"
        return expanded if len(expanded) > 1 else self.iri

    @classmethod
    def read(cls, name: str, definition: str | dict[str, Any]) -> Term:
        """Return the term that such a definition defines."""
        if isinstance(definition, str):
            return cls(name, definition)
        containers = definition.get("@container", [])
        containers = [containers] if isinstance(containers, str) else containers
        coercion = "@language" if "@language" in containers else definition.get("@type")
        return cls(name, definition["@id"], coercion, "@set" in containers)


class Context:
    """Terms by the IRIs that they stand for; ``iri`` is the context's own, fixed to its content."""

    def __init__(self, iri: str, terms: Iterable[Term]) -> None:
        self.iri = iri
        self.terms = {term.iri: term for term in terms}

    @classmethod
    def read(cls, document: Mapping[str, Any]) -> Context:
        """Return the context of a release's ``context.jsonld``.

        Raises:
            ReleaseError: where the document is no such context.

        """
        try:
            return cls(
                document["id"],
                (
                    Term.read(name, definition)
                    for name, definition in document["@context"].items()
                    if name not in (ID, TYPE) and not name.startswith("@")
                ),
            )
        except (KeyError, TypeError, AttributeError):
            raise ReleaseError(
                f"{FILE_NAME} is no context of a release; build the release anew."
            ) from None

    @property
    def definitions(self) -> dict[str, Any]:
        """The value of ``@context``, terms sorted without regard to case."""
        terms = sorted(self.terms.values(), key=lambda term: (term.name.lower(), term.name))
        return {
            "@version": 1.1,
            ID: "@id",
            # Always an array, as are the values of every property that may have several.
            TYPE: {"@id": "@type", "@container": "@set"},
        } | {term.name: term.definition for term in terms}

    def part(self, iris: Container[str]) -> Context:
        """Return the context without the terms of other IRIs."""
        return Context(self.iri, (term for iri, term in self.terms.items() if iri in iris))

    def name(self, iri: str) -> str:
        """Return the term for a class or property, or its IRI where it has none."""
        return self.terms[iri].name if iri in self.terms else iri

    def term(self, predicate: str) -> Term:
        """Return the term for a property, or one that is its IRI."""
        return self.terms.get(predicate) or Term(predicate, predicate)

    def document(self, statements: Iterable[Statement]) -> dict[str, Any]:
        """Return statements as a document that holds its own context.

        It means the same wherever it is read: nothing has to be fetched.
        """
        return {"@context": self.definitions, "@graph": self.nodes(statements)}

    def nodes(self, statements: Iterable[Statement]) -> list[dict[str, Any]]:
        """Return one object per subject, in the order in which subjects and properties come."""
        types: dict[str, list[str]] = {}
        facts: dict[str, dict[str, list[Value]]] = defaultdict(lambda: defaultdict(list))
        for subject, predicate, value in statements:
            about = facts[subject]
            if predicate == RDF.type and isinstance(value, str):
                types.setdefault(subject, []).append(self.name(value))
            else:
                about[predicate].append(value)
        return [
            {
                ID: subject,
                **({TYPE: types[subject]} if subject in types else {}),
                **{
                    key: value
                    for predicate, values in about.items()
                    for key, value in written(self.term(predicate), values).items()
                },
            }
            for subject, about in facts.items()
        ]


def written(
    term: Term, values: list[Value], node: Callable[[str], object] | None = None
) -> dict[str, Any]:
    """Return what stands under a property's term, and what under its IRI.

    ``node`` tells what stands for a thing in place of its IRI.
    """
    fitting = [value for value in values if _fits(term, value)]
    others = [value for value in values if not _fits(term, value)]
    found: dict[str, Any] = {}
    if fitting and term.coercion == "@language":
        found[term.name] = _language_map(fitting, many=term.many)
    elif fitting:
        found[term.name] = _one_or_all([_plain(term, v, node) for v in fitting], many=term.many)
    if others:
        bare = Term(term.iri, term.iri)
        found[term.iri] = _one_or_all([_plain(bare, v, node) for v in others], many=False)
    return found


def _fits(term: Term, value: Value) -> bool:
    if term.coercion is None:
        return True
    if isinstance(value, str):
        return term.coercion == "@id"
    return term.coercion == ("@language" if value.language else value.datatype)


def _plain(term: Term, value: Value, node: Callable[[str], object] | None) -> object:
    """Return a value that fits the term, as its definition lets it be written."""
    if isinstance(value, str):
        if node:
            return node(value)
        return value if term.coercion == "@id" else {ID: value}
    if value.language:
        return {"@language": value.language, "@value": value.value}
    if (number := native(value)) is not None:
        return number
    if value.datatype == term.coercion or value.datatype == XSD.string:
        return value.value
    # Not the alias: rdflib does not know it here.
    return {"@type": value.datatype, "@value": value.value}


def native(value: Literal) -> int | bool | None:
    """Return what JSON itself can say of a literal without losing a digit, else ``None``."""
    if value.datatype == XSD.integer and _INTEGER.fullmatch(value.value):
        return int(value.value)
    if value.datatype == XSD.boolean and value.value in ("true", "false"):
        return value.value == "true"
    return None


def _language_map(values: list[Value], *, many: bool) -> dict[str, Any]:
    languages: dict[str, list[object]] = defaultdict(list)
    for value in values:
        if isinstance(value, Literal) and value.language:
            languages[value.language].append(value.value)
    return {language: _one_or_all(languages[language], many=many) for language in sorted(languages)}


def _one_or_all(values: list[object], *, many: bool) -> object:
    return values if many or len(values) > 1 else values[0]
