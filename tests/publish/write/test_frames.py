"""Things as nested JSON, and still nothing but what the graph says."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from gcmgraph.errors import ProjectError
from gcmgraph.publish.write.frames import write_things
from gcmgraph.rdf import formats

if TYPE_CHECKING:
    from example_project import Example

BASE = "https://rivers.example/"
FRAME = "data/frames/river.jsonld"


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
