"""The things of the real project, class by class: all of them, and what a programmer wants."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from gcmgraph.project import Project
from gcmgraph.publish.write.frames import write_things
from gcmgraph.rdf import formats
from gcmgraph.rdf.namespaces import RDF
from pyld_reader import framed, triples

if TYPE_CHECKING:
    from gcmgraph.publish.pipeline import Checked

PROJECT = Project.open(Path(__file__).parents[2])


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
        said = triples(found, checked.context)
        assert said <= checked.default, name
        assert {t.subject.value for t in said} >= {thing["id"] for thing in found}


def test_framing_by_another_library_gives_the_same(
    checked: Checked, real: dict[str, list[dict[str, Any]]]
):
    for name, found in real.items():
        frame = json.loads((PROJECT.data / f"frames/{name}.jsonld").read_bytes())
        again = framed(checked, frame)
        assert again, name
        assert alike(again) == alike(found), name


def alike(value: Any) -> Any:
    """Return JSON without classes, the order of values, and whether a number has quotes."""
    if isinstance(value, dict) and "@value" in value:
        return (str(value["@value"]), value.get("@type") or value.get("type"))
    if isinstance(value, dict):
        told = {k: alike(v) for k, v in value.items() if k not in ("type", "@context")}
        return told["id"] if told.keys() == {"id"} else told
    if isinstance(value, list):
        return sorted((alike(one) for one in value), key=repr)
    return json.dumps(value) if isinstance(value, bool) else str(value)


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
    assert (measure["value"], measure["unitText"]) == (9962, {"en": "encounters"})
    assert measure["unit"]["prefLabel"] == {"en": "Encounters"}
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
