"""The things of the real project, class by class: all of them, and what a programmer wants."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
import rdflib

from gcmgraph.project import Project
from gcmgraph.publish.write.nested import write_things
from gcmgraph.rdf import formats
from gcmgraph.rdf.namespaces import RDF
from pyld_reader import framed, triples

if TYPE_CHECKING:
    from gcmgraph.publish.pipeline import Checked

PROJECT = Project.open(Path(__file__).parents[2])


@pytest.fixture(scope="module")
def files(checked: Checked) -> dict[tuple[str, str], Any]:
    """Return the nested JSON of the real project and its schemas, by class and format."""
    return {
        (name, fmt.name): json.loads(data)
        for name, fmt, data in write_things(PROJECT, checked)
        if fmt != formats.NDJSON
    }


@pytest.fixture(scope="module")
def real(files: dict[tuple[str, str], Any]) -> dict[str, list[dict[str, Any]]]:
    """Return the things of every frame of the real project, by class."""
    return {name: file["items"] for (name, fmt), file in files.items() if fmt == "framed"}


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


def test_all_that_somebody_states_of_a_class_is_told(
    checked: Checked, real: dict[str, list[dict[str, Any]]]
):
    said_of: dict[str, set[str]] = {}
    for name in set(checked.in_default) - {"inferred"}:
        for t in checked.graphs[name]:
            said_of.setdefault(t.subject.value, set()).add(t.predicate.value)
    for name, things in real.items():
        frame = json.loads((PROJECT.data / f"frames/{name}.jsonld").read_bytes())
        stated = set().union(*(said_of[thing["id"]] for thing in things)) - {RDF.type}
        assert {checked.context.name(predicate) for predicate in stated} <= frame.keys(), name


# Of rdflib, which warns of itself.
@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")
@pytest.mark.filterwarnings("ignore:Dataset.default_context:DeprecationWarning")
def test_every_reader_of_json_ld_reads_it_without_network(
    checked: Checked, files: dict[tuple[str, str], Any]
):
    for (name, fmt), document in files.items():
        if fmt == "framed":
            said = triples(document)
            assert said <= checked.default, name
            assert {t.subject.value for t in said} >= {thing["id"] for thing in document["items"]}
            graph = rdflib.Graph().parse(data=json.dumps(document), format="json-ld")
            assert len(graph) == len(said), name


def test_its_schema_describes_it_and_nothing_else(files: dict[tuple[str, str], Any]):
    for (name, fmt), document in files.items():
        if fmt == "framed":
            schema = files[name, "schema"]
            jsonschema.Draft202012Validator.check_schema(schema)
            jsonschema.validate(document, schema)
            thing = schema["$defs"]["thing"]
            assert thing["examples"] == document["items"][:1]
            line = {"$ref": "#/$defs/thing", "$defs": schema["$defs"]}
            for one in document["items"]:
                jsonschema.validate(one, line)
            wrong = document["items"][0] | {"prefLabel": "a text"}
            with pytest.raises(jsonschema.ValidationError):
                jsonschema.validate({"items": [wrong]}, schema)
            with pytest.raises(jsonschema.ValidationError):
                jsonschema.validate(wrong, line)


def test_what_is_concluded_and_what_is_derived_says_so(real: dict[str, list[dict[str, Any]]]):
    practices = {thing["id"].rpartition("/")[2]: thing for thing in real["practice"]}
    concluded = {
        (c["predicate"], c["object"]): c["rationale"]["en"]
        for c in practices["peru-cash-transfers"]["concluded"]
    }
    target = ("contributesToTarget", "http://metadata.un.org/sdg/1.3")
    assert concluded[target].startswith("Cash transfers to people in extreme vulnerability")
    derived = {
        (d["predicate"], d["rule"].rpartition("/")[2])
        for d in practices["peru-cash-transfers"]["derived"]
    }
    assert {("inRegion", "regions"), ("partPlace", "parts")} <= derived


def test_a_code_is_a_text_and_a_year_a_number(real: dict[str, list[dict[str, Any]]]):
    practices = {thing["id"].rpartition("/")[2]: thing for thing in real["practice"]}
    thailand = practices["thailand-universal-coverage"]
    assert thailand["startYear"] == 2001
    assert [target["notation"] for target in thailand["contributesToTarget"]] == ["1.4", "3.8"]
    assert [action["notation"] for action in thailand["answersAction"]] == ["15e"]
    assert [n["value"] for n in practices["peru-cash-transfers"]["partMeasure"]] == [350]


def test_framing_by_another_library_gives_the_same(
    checked: Checked, real: dict[str, list[dict[str, Any]]]
):
    for name, found in real.items():
        frame = json.loads((PROJECT.data / f"frames/{name}.jsonld").read_bytes())
        again = framed(checked, frame)
        assert again, name
        assert alike(again) == alike(found), name


#: What framing does not give, or otherwise.
NOT_FRAMED = ("type", "@context", "concluded", "derived")


def alike(value: Any) -> Any:
    """Return JSON without classes, the order of values, and whether a number has quotes."""
    if isinstance(value, dict) and "@value" in value:
        return str(value["@value"])
    if isinstance(value, dict):
        told = {k: alike(v) for k, v in value.items() if k not in NOT_FRAMED}
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
