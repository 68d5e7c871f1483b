"""Things as nested JSON, and still nothing but what the graph says."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from gcmgraph.publish.write.nested import write_things
from gcmgraph.rdf import formats

if TYPE_CHECKING:
    from example_project import Example

BASE = "https://rivers.example/"
FRAME = "data/frames/river.jsonld"


def things(example: Example) -> list[dict[str, Any]]:
    return next(
        json.loads(data)["items"]
        for name, fmt, data in write_things(example.project, example.check())
        if (name, fmt) == ("river", formats.FRAMED)
    )


def test_a_river_as_its_frame_asks(example: Example):
    aa, be = things(example)
    assert aa == {
        "id": f"{BASE}id/river/aa",
        "type": ["River"],
        "label": {"en": ["Aa"]},
        "length": 12,
        "flowsInto": [
            {"id": f"{BASE}id/river/be", "type": ["River"], "label": {"en": ["Bé"]}},
        ],
        # Not opened by the frame: their IRIs.
        "drainsTo": [f"{BASE}id/river/be", f"{BASE}id/sea/sea"],
        "derived": [
            {
                "predicate": "drainsTo",
                "object": f"{BASE}id/{where}",
                "rule": f"{BASE}rules/drains",
            }
            for where in ("river/be", "sea/sea")
        ],
    }
    assert list(aa) == ["id", "type", "label", "length", "flowsInto", "drainsTo", "derived"]
    assert "length" not in be


def test_a_thing_that_is_opened_stands_there_whatever_is_known_of_it(example: Example):
    example.edit(FRAME, '{"label": {}}', '{"length": {}}')
    assert things(example)[1]["flowsInto"] == [{"id": f"{BASE}id/sea/sea", "type": ["Sea"]}]


def test_lines_hold_what_the_array_holds(example: Example):
    found = {fmt.name: data for _, fmt, data in write_things(example.project, example.check())}
    lines = found["ndjson"].decode().splitlines()
    assert [json.loads(line) for line in lines] == json.loads(found["framed"])["items"]
