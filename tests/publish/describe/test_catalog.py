"""The catalogue describes what is released."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from gcmgraph.rdf.graphs import objects, triple
from gcmgraph.rdf.namespaces import DCAT, DCT, PREFIXES, PROV, RDF, SD, VOID

if TYPE_CHECKING:
    from example_project import Example
    from gcmgraph.publish.pipeline import Checked

BASE = "https://rivers.example/"
GCM = "https://w3id.org/gcmgraph/"
SKOSMOS = PREFIXES["skosmos"]


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
    assert triple(ttl, DCT.format, "http://www.w3.org/ns/formats/Turtle") in catalog
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


def test_the_real_catalogue_holds_dataset_and_service(checked: Checked) -> None:
    catalog = checked.graphs["catalog"]
    assert triple(f"{GCM}catalog", DCAT.dataset, GCM) in catalog
    assert triple(f"{GCM}catalog", DCAT.service, f"{GCM}id/service/sparql") in catalog


def test_the_places_of_the_dataset_are_those_of_its_practices(checked: Checked) -> None:
    country = "https://w3id.org/gcmgraph/ontology#country"
    countries = {
        t.object
        for t in checked.default
        if t.predicate.value == country and "/id/practice/" in t.subject.value
    }
    spatial = objects(checked.graphs["catalog"], ox.NamedNode(GCM), DCT.spatial)
    assert set(spatial) == countries


@pytest.mark.parametrize(
    ("predicate", "value"),
    [
        (VOID.uriSpace, ox.Literal(f"{GCM}id/")),
        (VOID.sparqlEndpoint, ox.NamedNode(f"{GCM}sparql")),
        (DCT.title, ox.Literal("Concepts of the Global Compact graph", language="en")),
        (SKOSMOS + "shortName", ox.Literal("GCM")),
        (SKOSMOS + "language", ox.Literal("en")),
        (SKOSMOS + "defaultLanguage", ox.Literal("en")),
        (SKOSMOS + "mainConceptScheme", ox.NamedNode(f"{GCM}id/scheme/objectives")),
    ],
)
def test_skosmos_finds_what_it_needs(checked: Checked, predicate: str, value: ox.Literal) -> None:
    catalog = checked.graphs["catalog"]
    (vocabulary,) = {
        t.subject
        for t in catalog
        if t.predicate.value == RDF.type and t.object.value == SKOSMOS + "Vocabulary"
    }
    assert objects(catalog, vocabulary, predicate) == [value]
    if isinstance(value, ox.NamedNode) and "/scheme/" in value.value:
        assert any(t.subject == value for t in checked.default)
