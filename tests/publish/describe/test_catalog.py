"""The catalogue describes what is released."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox

from gcmgraph.rdf.graphs import objects, triple
from gcmgraph.rdf.namespaces import DCAT, DCT, PROV, RDF, SD, VOID

if TYPE_CHECKING:
    from example_project import Example

BASE = "https://rivers.example/"


def test_the_catalogue_counts_and_names(example: Example) -> None:
    checked = example.check()
    catalog = checked.graphs["catalog"]
    found = {(t.subject.value, t.predicate.value): t.object for t in catalog}  # type: ignore[union-attr]
    dataset = f"{BASE}dataset"
    assert found[dataset, VOID.triples].value == str(len(checked.default))
    guide = len(checked.graphs["guide"])
    assert found[f"{BASE}graph/guide", VOID.triples].value == str(guide)
    assert triple(dataset, PROV.wasDerivedFrom, f"{BASE}id/source/guide") in catalog
    assert triple(f"{BASE}graph/guide", PROV.wasDerivedFrom, f"{BASE}id/source/guide") in catalog
    assert triple(dataset, SD.namedGraph, f"{BASE}graph/inferred") in catalog
    assert triple(dataset, SD.namedGraph, f"{BASE}graph/catalog") in catalog
    ttl = f"{BASE}id/distribution/riv-ttl"
    assert triple(dataset, DCAT.distribution, ttl) in catalog
    turtle = "http://publications.europa.eu/resource/authority/file-type/RDF_TURTLE"
    assert triple(ttl, DCT.format, turtle) in catalog
    assert triple(dataset, VOID.feature, "http://www.w3.org/ns/formats/Turtle") in catalog
    assert triple(ttl, DCAT.downloadURL, f"{BASE}download/riv.ttl") in catalog


def test_only_the_default_graphs_are_subsets(example: Example) -> None:
    checked = example.check()
    subsets = {
        t.object.value
        for t in checked.graphs["catalog"]
        if t.predicate.value == VOID.subset and t.object.value.startswith(f"{BASE}graph/")
    }
    default = ("guide", "curation", "reference", "inferred", "ontology")
    assert subsets == {f"{BASE}graph/{name}" for name in default}


def test_the_service_is_described(example: Example) -> None:
    catalog = example.check().graphs["catalog"]
    service = f"{BASE}id/service/sparql"
    assert triple(service, RDF.type, DCAT.DataService) in catalog
    assert triple(service, DCAT.endpointURL, f"{BASE}sparql") in catalog
    assert triple(service, DCAT.servesDataset, f"{BASE}dataset") in catalog
    assert triple(f"{BASE}dataset", VOID.sparqlEndpoint, f"{BASE}sparql") in catalog


def test_the_version_has_an_iri_of_its_own(example: Example) -> None:
    catalog = example.check().graphs["catalog"]
    version = f"{BASE}version/1.2.0"
    assert triple(f"{BASE}dataset", DCAT.hasCurrentVersion, version) in catalog
    assert triple(version, DCAT.isVersionOf, f"{BASE}dataset") in catalog
    assert triple(version, DCAT.version, ox.Literal("1.2.0")) in catalog


def test_what_follows_was_derived_by_rules(example: Example) -> None:
    catalog = example.check().graphs["catalog"]
    rule = f"{BASE}rules/drains"
    assert triple(f"{BASE}graph/inferred", PROV.wasDerivedFrom, rule) in catalog
    assert triple(rule, RDF.type, PROV.Plan) in catalog
    (title,) = objects(catalog, ox.NamedNode(rule), DCT.title)
    text = (example.root / "ontology/rules/drains.rq").read_text("utf-8")
    assert text.startswith(f"# {title.value}\n")
