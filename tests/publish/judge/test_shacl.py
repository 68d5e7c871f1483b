"""Both engines behind one adapter say the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gcmgraph.errors import ValidationError
from gcmgraph.publish.judge.shacl import Violation, compare, reference_validate, validate
from gcmgraph.rdf.namespaces import SH

if TYPE_CHECKING:
    from example_project import Example

PREFIXES = "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix e: <http://e/> .\n"
SHAPES = (
    PREFIXES
    + """
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
e:S a sh:NodeShape ; sh:targetClass e:C ; sh:property e:S-p, e:S-q, e:S-r ; sh:sparql e:S-s .
e:S-p sh:path e:p ; sh:minCount 1 ; sh:message "Ein p."@de, "Give a p."@en .
e:S-q sh:path ( [ sh:inversePath e:q ] e:r ) ; sh:maxCount 0 ; sh:message "Give no q r."@en .
e:S-r sh:path e:on ; sh:datatype xsd:boolean ; sh:message "Say true or false."@en .
e:S-s sh:message "Not itself."@en ; sh:select "SELECT $this WHERE { $this <http://e/q> $this }" .
"""
).encode()
DATA = (
    PREFIXES
    + """
e:good a e:C ; e:p 1 .
e:bad a e:C ; e:q e:bad ; e:r 2 ;
  e:on "none"^^<http://www.w3.org/2001/XMLSchema#boolean> .
"""
).encode()


@pytest.mark.parametrize("engine", [validate, reference_validate])
def test_violations_are_told_alike(engine: type[validate]) -> None:
    found = engine(DATA, SHAPES)
    assert [(v.shape, v.component.rpartition("#")[2], v.value, v.message) for v in found] == [
        ("http://e/S", "SPARQLConstraintComponent", "http://e/bad", "Not itself."),
        ("http://e/S-p", "MinCountConstraintComponent", "", "Give a p."),
        ("http://e/S-q", "MaxCountConstraintComponent", "", "Give no q r."),
        (
            "http://e/S-r",
            "DatatypeConstraintComponent",
            '"none"^^<http://www.w3.org/2001/XMLSchema#boolean>',
            "Say true or false.",
        ),
    ]
    assert {v.focus for v in found} == {"http://e/bad"}
    assert {v.severity for v in found} == {SH.Violation}


def test_two_engines_that_agree_do_not_differ() -> None:
    assert compare(validate(DATA, SHAPES), reference_validate(DATA, SHAPES)) == []


def test_a_difference_is_named() -> None:
    one, two = Violation("a", "s", "c"), Violation("b", "s", "c")
    assert compare([one, two], [two]) == [one]
    assert compare([two], [one, two]) == [one]


def test_what_the_engine_does_not_support_is_an_error() -> None:
    shapes = (
        PREFIXES + "e:S a sh:NodeShape ; sh:targetNode e:a ; sh:sparql e:x . e:x sh:select 'X' ."
    )
    with pytest.raises(ValidationError, match="shapes cannot be used"):
        validate(DATA, shapes.encode())


def test_an_exception_of_the_reference_engine_is_a_verdict() -> None:
    shapes = (
        PREFIXES + "e:S a sh:NodeShape ; sh:targetNode e:a ; sh:sparql e:x . e:x sh:select 'X' ."
    )
    with pytest.raises(ValidationError, match="cannot judge the graph"):
        reference_validate(DATA, shapes.encode())


def test_the_example_project_conforms_in_both_engines(example: Example) -> None:
    from gcmgraph.publish.pipeline import check

    checked = check(example.project, lambda _: None, thorough=True)
    assert checked.verdict.engines == ("pyshifty", "pySHACL")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "riv:length 12 ;",
            'riv:length "12" ;',
            (
                r'^data/guide\.ttl:9: <.*/river/aa> with "12" breaks <.*#River-length>: '
                r"A river has at most one length, in whole kilometres\.$"
            ),
        ),
        ("riv:flowsInto id:sea", "riv:flowsInto id:lake", "River-mouth"),
        ("riv:flowsInto id:sea\\/sea", "riv:flowsInto id:river\\/aa", r"River>.*\(and 1 more\)"),
    ],
)
def test_a_graph_that_breaks_a_shape_is_refused(
    example: Example, old: str, new: str, message: str
) -> None:
    example.edit("data/guide.ttl", old, new)
    with pytest.raises(ValidationError, match=message):
        example.check()


def test_all_violations_are_listed(example: Example) -> None:
    example.edit("data/guide.ttl", "riv:length 12 ;", 'riv:length "12", "13" ;')
    with pytest.raises(ValidationError) as caught:
        example.check()
    assert len(caught.value.details) == 3
