"""Shapes that would not bite are refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gcmgraph.errors import ValidationError
from gcmgraph.publish.judge.shapes import TERMS

if TYPE_CHECKING:
    from example_project import Example

FILE = "shapes/river.ttl"
LABEL = "sh:path rdfs:label ;\n    sh:minCount 1 ;"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (LABEL, LABEL.replace("min", "Min"), r"^shapes/river\.ttl:14: sh:MinCount is no term"),
        (LABEL, LABEL.replace("minCount", "mincount"), r"river\.ttl:14: sh:mincount is no term"),
        ("s:River-label a sh:PropertyShape", "s:River-label a sh:Property", "sh:Property is no"),
        (LABEL, LABEL.replace("1", '"one"'), r"river\.ttl:12: sh:minCount of .* whole number"),
        (LABEL, LABEL.replace("1", "1.0"), "whole number"),
        (LABEL, LABEL.replace("1", "-1"), "whole number"),
        (LABEL, LABEL + ' sh:pattern "^(?!x)" ;', "look-around"),
        (LABEL, LABEL + ' sh:pattern "\\\\p{L}" ;', "look-around"),
        ('    sh:message "A river has a label."@en .', '    rdfs:comment "x" .', "no sh:message"),
        ("sh:targetClass riv:River ;", "", "River> judges nothing"),
        ("sh:property s:River-label, ", "sh:property ", "River-label> judges nothing"),
        (
            "sh:property s:River-label,",
            "sh:property [ sh:path rdfs:label ], s:River-label,",
            "without a name",
        ),
        ('sh:message "A river does not drain to itself."@en ;', "", "River-loop> has no sh:mess"),
        (
            "sh:targetClass riv:River ;",
            "sh:targetClass riv:River ; sh:nodeKind sh:IRI ;",
            r"River> has no sh:message",
        ),
    ],
)
def test_shapes_at_fault_are_refused(example: Example, old: str, new: str, message: str) -> None:
    example.edit(FILE, old, new)
    with pytest.raises(ValidationError, match=message):
        example.check()


@pytest.mark.parametrize("pattern", ["^(?:a|b)+\\\\.[a-z]{2}$", "\\\\(\\\\?=", "\\\\\\\\1"])
def test_plain_patterns_are_taken(example: Example, pattern: str) -> None:
    example.edit(FILE, "s:River-label a", f's:River-x sh:pattern "{pattern}" .\n\ns:River-label a')
    assert example.check().verdict.constraints == 4


def test_the_terms_are_shacls() -> None:
    assert {"minCount", "NodeShape", "SPARQLConstraint", "qualifiedValueShape"} <= TERMS
    assert "mincount" not in TERMS


def test_all_faults_of_the_shapes_come_at_once(example: Example) -> None:
    example.edit(FILE, LABEL, LABEL.replace("minCount 1", "mincount 1 ; sh:maxCount -1"))
    example.edit(FILE, '    sh:message "A river has at most one', '    rdfs:label "A river has')
    with pytest.raises(ValidationError) as caught:
        example.check()
    assert [line.partition(":")[2].partition(" ")[0] for line in caught.value.details] == [
        "14:",
        "12:",
        "17:",
    ]
