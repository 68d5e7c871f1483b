"""Vocabularies and vocabularies' terms are named where they are used."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox

from gcmgraph.publish.describe.statistics import short_name

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


def test_terms_without_slash_or_hash_are_counted(example: Example) -> None:
    example.write("data/curation.ttl", '<urn:x-y:a> a <urn:x-y:Kind> ; <urn:x-y:flows> "v", "w" .')
    catalog = example.check().graphs["catalog"]
    partitions = {t.subject for t in catalog if t.object == ox.NamedNode("urn:x-y:flows")}
    (part,) = partitions
    assert {t.object.value for t in catalog if t.subject == part and "triples" in str(t)} == {"2"}
    vocabularies = {t.object.value for t in catalog if t.predicate.value.endswith("vocabulary")}
    assert "urn:x-y:" in vocabularies


def test_no_two_terms_have_one_name() -> None:
    prefixes = {"a": "http://a/", "a-b": "http://b/", "c": "http://c/"}
    one, other = short_name("http://a/b-c", prefixes), short_name("http://b/c", prefixes)
    assert one != other
    assert (short_name("http://c/d", prefixes), len(short_name("urn:x", prefixes))) == ("c-d", 12)
