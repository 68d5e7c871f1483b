"""What a release cannot hold to the character is refused, with its place and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from gcmgraph.errors import ValidationError

if TYPE_CHECKING:
    from example_project import Example

CURATION = "data/curation.ttl"
HEAD = """@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix e: <https://rivers.example/x#> .
"""
XSD = "http://www.w3.org/2001/XMLSchema#"


def details(example: Example, statement: str) -> tuple[str, ...]:
    """What is said of a statement on line 3 of the curators' file."""
    example.write(CURATION, HEAD + statement)
    with pytest.raises(ValidationError) as caught:
        example.check()
    assert all(line.startswith(f"{CURATION}:3: <https://") for line in caught.value.details)
    return caught.value.details


@pytest.mark.parametrize(
    ("written", "datatype", "kept"),
    [
        ("01", "integer", "1"),
        ("+1", "integer", "1"),
        ("1.10", "decimal", "1.1"),
        ("1.0e0", "double", "1"),
        ("1e400", "double", "INF"),
        ("1", "boolean", "true"),
        ("2020-01-01+00:00", "date", "2020-01-01Z"),
        ("2020-01-01T24:00:00", "dateTime", "2020-01-02T00:00:00"),
        ("P12M", "duration", "P1Y"),
    ],
)
def test_a_form_that_the_engine_would_rewrite_is_refused(
    example: Example, written: str, datatype: str, kept: str
) -> None:
    (line,) = details(example, f'e:a e:num "{written}"^^xsd:{datatype} .')
    assert f'"{written}"^^<{XSD}{datatype}> has a value that the engine would turn into' in line
    assert f'into "{kept}"^^<{XSD}{datatype}>; write that' in line


def test_forms_that_the_engine_keeps_are_released_to_the_character(example: Example) -> None:
    forms = (
        '"1"^^xsd:integer, "1.1"^^xsd:decimal, "INF"^^xsd:double, "NaN"^^xsd:double, true, '
        '"99999999999999999999"^^xsd:integer, "twelve"^^xsd:integer, "-0044-03-15"^^xsd:date, '
        '"0000-01-01"^^xsd:date, "12026-01-01"^^xsd:date, "-0044"^^xsd:gYear, "01"^^e:own, "01"'
    )
    example.write(CURATION, f"{HEAD}e:a e:num {forms} .")
    graph = example.check().graphs["curation"]
    store = ox.Store()
    store.extend(ox.Quad(t.subject, t.predicate, t.object) for t in graph)
    assert len(graph) == 13
    assert {quad.triple for quad in store} == graph


def test_a_character_that_xml_cannot_write_is_refused(example: Example) -> None:
    (line,) = details(example, r'e:a e:note "bell\u0007" .')
    assert r'"bell\u0007" has a character that RDF/XML has no way to write; leave it out' in line


@pytest.mark.parametrize("iri", ["urn:isbn:1", "http://e/p/", "http://e/2020", "http://e/a%20"])
def test_a_property_that_xml_cannot_write_is_refused(example: Example, iri: str) -> None:
    (line,) = details(example, f'e:a <{iri}> "v" .')
    assert f"<{iri}> " in line
    assert "has a property that RDF/XML cannot write; let its IRI end in a name" in line


@pytest.mark.parametrize("iri", ["urn:isbn:1", "http://e/C/", "http://e/C?x=%2F#"])
def test_a_class_that_the_engine_cannot_write_is_refused(example: Example, iri: str) -> None:
    (line,) = details(example, f"e:a a <{iri}> .")
    assert f"<{iri}> has a class that we cannot write into RDF/XML; let its IRI end" in line


def test_all_faults_come_at_once(example: Example) -> None:
    lines = details(example, r'e:a e:num 01, 02 ; <urn:1> "\u0001", "\u0002", 03 .')
    assert len(lines) == 3 + 2 + 3


def test_the_statements_of_others_are_held_to_the_same(example: Example) -> None:
    from gcmgraph.publish.pipeline import check

    example.write("more.ttl", "<http://e/a> <http://e/b> 01 .")
    with pytest.raises(ValidationError, match=r"graph more: <http://e/a> .* would turn into"):
        check(example.project, lambda _: None, include=[example.root / "more.ttl"])
