"""Statements as JSON-LD: plain where a context lets them be, exact where it does not."""

from __future__ import annotations

import pytest

from gcmgraph.errors import ReleaseError
from gcmgraph.rdf.jsonld import Context, Literal, Term, Value
from gcmgraph.rdf.namespaces import RDF, XSD

E = "http://e/"
TERMS = (
    Term("Thing", E + "Thing"),
    Term("link", E + "link", "@id"),
    Term("links", E + "links", "@id", many=True),
    Term("label", E + "label", "@language"),
    Term("notes", E + "notes", "@language", many=True),
    Term("size", E + "size", XSD.integer),
    Term("code", E + "code"),
)
CONTEXT = Context(E + "context/1.jsonld", TERMS)


def written(name: str, *values: Value) -> dict[str, object]:
    """Return what is written of a thing with these values of one property."""
    (node,) = CONTEXT.nodes((E + "a", E + name, value) for value in values)
    assert node.pop("id") == E + "a"
    return node


@pytest.mark.parametrize(
    ("name", "values", "expected"),
    [
        ("link", [E + "b"], {"link": E + "b"}),
        ("link", [E + "b", E + "c"], {"link": [E + "b", E + "c"]}),
        ("links", [E + "b"], {"links": [E + "b"]}),
        ("label", [Literal("A", RDF.langString, "en")], {"label": {"en": "A"}}),
        ("notes", [Literal("A", RDF.langString, "en")], {"notes": {"en": ["A"]}}),
        ("size", [Literal("12", XSD.integer)], {"size": 12}),
        # JSON's numbers would lose the zero, or the last digits.
        ("size", [Literal("012", XSD.integer)], {"size": "012"}),
        ("size", [Literal("12345678901234567", XSD.integer)], {"size": "12345678901234567"}),
        ("code", [Literal("3.8")], {"code": "3.8"}),
        ("code", [Literal("true", XSD.boolean)], {"code": True}),
        ("code", [Literal("1", XSD.boolean)], {"code": {"@type": XSD.boolean, "@value": "1"}}),
        ("code", [E + "b"], {"code": {"id": E + "b"}}),
        (
            "code",
            [Literal("A", RDF.langString, "en")],
            {"code": {"@language": "en", "@value": "A"}},
        ),
        # What does not fit its term, or has none, stands under the IRI.
        ("link", [Literal("b")], {E + "link": "b"}),
        ("label", [Literal("A")], {E + "label": "A"}),
        ("size", [Literal("a")], {E + "size": "a"}),
        ("other", [E + "b"], {E + "other": {"id": E + "b"}}),
    ],
)
def test_a_value_is_written_as_its_term_says(
    name: str, values: list[Value], expected: dict[str, object]
) -> None:
    assert written(name, *values) == expected


def test_values_that_fit_and_values_that_do_not_stand_apart() -> None:
    assert written("link", E + "b", Literal("c")) == {"link": E + "b", E + "link": "c"}


def test_types_are_an_array_of_names() -> None:
    (node,) = CONTEXT.nodes([(E + "a", RDF.type, E + "Thing"), (E + "a", RDF.type, E + "Other")])
    assert node == {"id": E + "a", "type": ["Thing", E + "Other"]}


def test_a_context_is_read_as_it_was_written() -> None:
    read = Context.read({"id": CONTEXT.iri, "@context": CONTEXT.definitions})
    assert (read.iri, read.terms) == (CONTEXT.iri, CONTEXT.terms)


@pytest.mark.parametrize("document", [{}, {"id": "x"}, {"id": "x", "@context": {"a": {}}}])
def test_what_is_no_context_is_refused(document: dict[str, object]) -> None:
    with pytest.raises(ReleaseError, match="is no context of a release"):
        Context.read(document)
