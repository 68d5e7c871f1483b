"""Things as nested JSON, and still nothing but what the graph says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox
import pytest
from pyld import jsonld as pyld

from gcmgraph.errors import ProjectError
from gcmgraph.project import Project
from gcmgraph.publish.write.frames import refuse, write_things
from gcmgraph.rdf import formats
from gcmgraph.rdf.namespaces import RDF

if TYPE_CHECKING:
    from example_project import Example
    from gcmgraph.publish.pipeline import Checked
    from gcmgraph.rdf.graphs import Graph

BASE = "https://rivers.example/"
FRAME = "data/frames/river.jsonld"

PROJECT = Project.open(Path(__file__).parents[3])


def things(example: Example) -> list[dict[str, Any]]:
    return next(
        json.loads(data)
        for name, fmt, data in write_things(example.project, example.check())
        if (name, fmt) == ("river", formats.FRAMED)
    )


def test_a_river_as_its_frame_asks(example: Example):
    checked = example.check()
    aa, be = things(example)
    assert aa == {
        "@context": checked.context.iri,
        "id": f"{BASE}id/river/aa",
        "type": ["River"],
        "label": {"en": ["Aa"]},
        "length": 12,
        "flowsInto": [
            {"id": f"{BASE}id/river/be", "type": ["River"], "label": {"en": ["Bé"]}},
        ],
        # Not opened by the frame: their IRIs.
        "drainsTo": [f"{BASE}id/river/be", f"{BASE}id/sea/sea"],
    }
    assert list(aa) == ["@context", "id", "type", "label", "length", "flowsInto", "drainsTo"]
    assert "length" not in be


def test_a_thing_that_is_opened_stands_there_whatever_is_known_of_it(example: Example):
    example.edit(FRAME, '{"label": {}}', '{"length": {}}')
    assert things(example)[1]["flowsInto"] == [{"id": f"{BASE}id/sea/sea", "type": ["Sea"]}]


def test_lines_hold_what_the_array_holds(example: Example):
    found = {fmt.name: data for _, fmt, data in write_things(example.project, example.check())}
    lines = found["ndjson"].decode().splitlines()
    assert [json.loads(line) for line in lines] == json.loads(found["framed"])


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"label": {},', '"label": {}, "lenght": {},', "“lenght” is no term"),
        ('"length": {}', '"length": 12', "“length” must have an object"),
        ('"type": "River"', '"type": "Lake"', "the name of a class"),
        ('"type": "River"', '"type": "NamedGraph"', "finds nothing"),
        ("context.jsonld", "terms.jsonld", "whose @context is"),
        ('"length": {},', '"length": {', "is not JSON"),
    ],
)
def test_a_frame_at_fault_is_refused(example: Example, old: str, new: str, message: str):
    example.edit(FRAME, old, new)
    example.check()
    with pytest.raises(ProjectError, match=rf"^{FRAME}.*({message})"):
        things(example)


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
    """Return the things of every frame of the real project, by noun."""
    return {
        noun: json.loads(data)
        for noun, fmt, data in write_things(PROJECT, checked)
        if fmt == formats.FRAMED
    }


def test_the_real_nouns(real: dict[str, list[dict[str, Any]]]):
    assert {noun: len(found) for noun, found in real.items()} == {
        "action": 6,
        "cited-work": 7,
        "deliverable": 6,
        "measure": 5,
        "objective": 23,
        "organization": 18,
        "practice": 6,
        "resource": 12,
    }


def test_framed_things_say_only_what_the_graph_says(
    checked: Checked, real: dict[str, list[dict[str, Any]]]
):
    for noun, found in real.items():
        said = triples(checked, found)
        assert said <= checked.default, noun
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
