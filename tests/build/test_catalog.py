"""The catalogue describes what is released."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gcmgraph.build.graphs import triple
from gcmgraph.namespaces import DCAT, DCT, PROV, SD, VOID

if TYPE_CHECKING:
    from tiny_project import Tiny

BASE = "https://rivers.example/"


def test_the_catalogue_counts_and_names(tiny: Tiny) -> None:
    checked = tiny.check()
    catalog = checked.graphs["catalog"]
    found = {(t.subject.value, t.predicate.value): t.object for t in catalog}  # type: ignore[union-attr]
    dataset = f"{BASE}dataset"
    assert found[dataset, VOID.triples].value == str(len(checked.default))
    guide = len(checked.graphs["guide"])
    assert found[f"{BASE}graph/guide", VOID.triples].value == str(guide)
    assert triple(dataset, PROV.wasDerivedFrom, f"{BASE}id/source/guide") in catalog
    assert triple(dataset, SD.namedGraph, f"{BASE}graph/inferred") in catalog
    ttl = f"{BASE}id/distribution/ttl"
    assert triple(dataset, DCAT.distribution, ttl) in catalog
    assert triple(ttl, DCT.format, "http://www.w3.org/ns/formats/Turtle") in catalog
    assert triple(ttl, DCAT.downloadURL, f"{BASE}download/riv.ttl") in catalog


def test_only_the_default_graphs_are_subsets(tiny: Tiny) -> None:
    checked = tiny.check()
    subsets = {
        t.object.value.rpartition("/")[2]
        for t in checked.graphs["catalog"]
        if t.predicate.value == VOID.subset
    }
    assert subsets == {"guide", "curation", "reference", "inferred", "ontology"}
