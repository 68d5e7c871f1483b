"""The things of the real project, class by class: all of them, and what a programmer wants."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox
import pytest
from pyld import jsonld as pyld

from gcmgraph.project import Project
from gcmgraph.publish.write.frames import refuse, write_things
from gcmgraph.rdf import formats
from gcmgraph.rdf.namespaces import RDF

if TYPE_CHECKING:
    from gcmgraph.publish.pipeline import Checked
    from gcmgraph.rdf.graphs import Graph

PROJECT = Project.open(Path(__file__).parents[2])


def triples(checked: Checked, document: object) -> Graph:
    def local(address: str, options: object) -> dict[str, Any]:
        if address != checked.context.iri:
            refuse(address, options)
        definitions = {"@context": checked.context.definitions}
        return {"contextUrl": None, "documentUrl": address, "document": definitions}

    options = {"format": "application/n-quads", "documentLoader": local}
    lines = pyld.to_rdf(document, options)
    return {q.triple for q in ox.parse(lines, format=ox.RdfFormat.N_QUADS)}


@pytest.fixture(scope="module")
def real(checked: Checked) -> dict[str, list[dict[str, Any]]]:
    """Return the things of every frame of the real project, by class."""
    return {
        name: json.loads(data)
        for name, fmt, data in write_things(PROJECT, checked)
        if fmt == formats.FRAMED
    }


def test_nothing_of_a_class_is_left_out(checked: Checked, real: dict[str, list[dict[str, Any]]]):
    classes = {term.name: iri for iri, term in checked.context.terms.items()}
    for name, found in real.items():
        frame = json.loads((PROJECT.data / f"frames/{name}.jsonld").read_bytes())
        kind = classes[frame["type"]]
        instances = {
            t.subject.value
            for t in checked.default
            if t.predicate.value == RDF.type and t.object.value == kind
        }
        assert [thing["id"] for thing in found] == sorted(instances), name


def test_framed_things_say_only_what_the_graph_says(
    checked: Checked, real: dict[str, list[dict[str, Any]]]
):
    for name, found in real.items():
        said = triples(checked, found)
        assert said <= checked.default, name
        assert {t.subject.value for t in said} >= {thing["id"] for thing in found}


def test_a_practice_has_what_a_programmer_wants(
    checked: Checked, real: dict[str, list[dict[str, Any]]]
):
    practices = {thing["id"].rpartition("/")[2]: thing for thing in real["practice"]}
    chile = practices["chile-health-care"]
    assert chile["prefLabel"] == {"en": "Local health care for migrants in transit in Chile"}
    assert chile["country"]["prefLabel"] == {"en": "Chile"}
    assert chile["country"]["notation"] == "152"
    assert [a["notation"] for a in chile["answersAction"]] == ["15e"]
    assert [o["notation"] for o in chile["illustrates"]] == ["15"]
    (part,) = chile["participation"]
    assert part["role"]["prefLabel"] == {"en": "Lead"}
    assert part["participant"]["prefLabel"] == {"en": "Government of Chile"}
    (measure,) = chile["measure"]
    assert (measure["value"], measure["unit"]) == (9962, {"en": "encounters"})
    words = [quoted["hasSelector"]["exact"] for quoted in measure["wasQuotedFrom"]]
    assert any("9,962 encounters" in text for text in words)


def test_no_type_that_only_rules_derive(checked: Checked, real: dict[str, list[dict[str, Any]]]):
    inferred = {
        (t.subject.value, checked.context.name(t.object.value))
        for t in checked.graphs["inferred"]
        if t.predicate.value == RDF.type
    }
    for found in real.values():
        assert not {(thing["id"], name) for thing in found for name in thing["type"]} & inferred
