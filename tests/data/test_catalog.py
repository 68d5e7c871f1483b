"""The catalogue of the real project: what it links to, and what portals ask of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from gcmgraph.rdf.graphs import objects, triple
from gcmgraph.rdf.namespaces import DCAT, DCT, PREFIXES, RDF, VOID

if TYPE_CHECKING:
    from gcmgraph.publish.pipeline import Checked

GCM = "https://w3id.org/gcmgraph/"
SKOSMOS = PREFIXES["skosmos"]


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


def test_every_linkset_is_the_sum_of_its_predicates(checked: Checked):
    stem = f"{GCM}id/linkset/"
    found = {
        t.subject.value.removeprefix(stem): int(t.object.value)
        for t in checked.graphs["catalog"]
        if t.predicate.value == VOID.triples and t.subject.value.startswith(stem)
    }
    for whole in ("un-sdg", "un-areas", "unbis", "wikidata", "geonames"):
        parts = [n for name, n in found.items() if name.startswith(f"{whole}-")]
        assert found[whole] == sum(parts) > 0
    # What the LOD Cloud asks for.
    assert found["un-sdg"] >= 50
