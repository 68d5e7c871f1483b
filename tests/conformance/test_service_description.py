"""The W3C's service-description tests: what the endpoint says of itself."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from conformance.suite import CASES, SUITE, names

SD = "http://www.w3.org/ns/sparql-service-description#"
RDF_TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")

#: Of what class subject and object are (Service Description §3.4); None where no class is asked.
SCHEMA = {
    "endpoint": ("Service", None),
    "supportedLanguage": ("Service", None),
    "languageExtension": ("Service", None),
    "feature": ("Service", None),
    "extensionFunction": ("Service", None),
    "extensionAggregate": ("Service", None),
    "resultFormat": ("Service", None),
    "inputFormat": ("Service", None),
    "defaultEntailmentRegime": ("Service", None),
    "defaultSupportedEntailmentProfile": ("Service", None),
    "availableGraphs": ("Service", "GraphCollection"),
    "defaultDataset": ("Service", "Dataset"),
    "defaultGraph": ("Dataset", "Graph"),
    "namedGraph": ("Dataset", "NamedGraph"),
    "name": ("NamedGraph", None),
    "graph": ("NamedGraph", "Graph"),
    "entailmentRegime": ("NamedGraph", None),
    "supportedEntailmentProfile": ("NamedGraph", None),
}
CLASSES = {name for pair in SCHEMA.values() for name in pair if name}
#: What the vocabulary has besides classes and properties (§3.3).
INSTANCES = {
    *("SPARQL10Query", "SPARQL11Query", "SPARQL11Update"),
    *("DereferencesURIs", "UnionDefaultGraph", "RequiresDataset", "EmptyGraphs"),
    "BasicFederatedQuery",
}

pytestmark = pytest.mark.skipif(not CASES, reason=f"no W3C SPARQL suite in {SUITE}")

Endpoint = "Callable[[Data], Client]"


def description(endpoint_of: Endpoint, accept: str = "*/*") -> ox.Dataset:
    """Describe the service of a dataset that has named graphs."""
    data = next(case.data for case in CASES if len(case.data.named) > 1)
    response = endpoint_of(data).get("/sparql", accept)
    assert response.status_code == 200
    media_type = response.headers["content-type"].partition(";")[0]
    format_ = ox.RdfFormat.from_media_type(media_type)
    assert format_ is not None, f"{media_type} is no RDF"
    return ox.Dataset(ox.parse(response.content, format_, base_iri="http://park.test/sparql"))


def test_every_test_of_the_suite_is_here() -> None:
    here = {name.removeprefix("test_").replace("_", "-") for name in globals()}
    asked = names(SUITE / "service-description" / "manifest.ttl")
    assert len(asked) == 3
    assert asked <= here


@pytest.mark.parametrize("accept", ["*/*", "text/turtle", "application/n-triples"])
def test_returns_rdf(endpoint_of: Endpoint, accept: str) -> None:
    assert len(description(endpoint_of, accept)) > 10


def test_has_endpoint_triple(endpoint_of: Endpoint) -> None:
    found = description(endpoint_of).quads_for_predicate(ox.NamedNode(SD + "endpoint"))
    assert [quad.object.value for quad in found] == ["http://park.test/sparql"]


def test_conforms_to_schema(endpoint_of: Endpoint) -> None:
    quads = list(description(endpoint_of))
    types = {(q.subject, q.object.value) for q in quads if q.predicate == RDF_TYPE}
    used = set()
    for quad in quads:
        if quad.predicate.value.startswith(SD):
            used.add(quad.predicate.value.removeprefix(SD))
            of_subject, of_object = SCHEMA[quad.predicate.value.removeprefix(SD)]
            assert (quad.subject, SD + of_subject) in types, quad
            assert of_object is None or (quad.object, SD + of_object) in types, quad
            assert not isinstance(quad.object, ox.Literal), quad
        if isinstance(quad.object, ox.NamedNode) and quad.object.value.startswith(SD):
            assert quad.object.value.removeprefix(SD) in CLASSES | INSTANCES, quad
    assert {"endpoint", "supportedLanguage", "resultFormat", "defaultDataset"} <= used
    assert {"defaultGraph", "namedGraph", "name", "graph", "availableGraphs"} <= used
