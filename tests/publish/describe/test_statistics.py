"""Vocabularies and vocabularies' terms are named where they are used."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from example_project import Example


def test_vocabularies_are_named(example: Example):
    found = {
        t.object.value
        for t in example.check().graphs["catalog"]
        if "vocabulary" in t.predicate.value
    }
    assert {"https://rivers.example/ontology", "http://www.w3.org/ns/oa#"} <= found
    assert "https://rivers.example/ontology#" not in found
