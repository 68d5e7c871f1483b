"""Links are counted where they lead, by predicate."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gcmgraph.errors import ProjectError
from gcmgraph.publish.describe.links import space_of
from gcmgraph.rdf.namespaces import VOID

if TYPE_CHECKING:
    from example_project import Example
    from gcmgraph.publish.pipeline import Checked

LINKSET = """
@prefix r: <https://rivers.example/id/> .
r:links a void:Linkset ; void:objectsTarget r:seas .
r:seas void:uriSpace "{space}" .
"""


def counts(checked: Checked, stem: str) -> dict[str, int]:
    """Return the number of triples of each linkset below an IRI, by what follows the IRI."""
    return {
        t.subject.value.removeprefix(stem): int(t.object.value)
        for t in checked.graphs["catalog"]
        if t.predicate.value == VOID.triples and t.subject.value.startswith(stem)
    }


def declare(example: Example, space: str) -> None:
    path = example.root / "data/catalog.ttl"
    example.write("data/catalog.ttl", path.read_text("utf-8") + LINKSET.format(space=space))


def test_links_are_counted_by_predicate(example: Example):
    declare(example, "https://rivers.example/id/sea/")
    assert counts(example.check(), "https://rivers.example/id/links") == {
        "": 3,
        "-riv-flowsInto": 1,
        "-riv-drainsTo": 2,
    }


def test_a_linkset_of_no_links_is_refused(example: Example):
    declare(example, "https://lakes.example/")
    with pytest.raises(ProjectError, match=r"nothing links to https://lakes\.example/"):
        example.check()


def test_a_linkset_that_leads_nowhere_is_refused(example: Example):
    declare(example, "")
    with pytest.raises(ProjectError, match="needs one void:objectsTarget"):
        example.check()


def test_the_longest_space_has_the_iri():
    known = {"http://e/": "a", "http://e/codes/": "b"}
    assert space_of("http://e/1", known) == "http://e/"
    assert space_of("http://e/codes/1", known) == "http://e/codes/"
    assert space_of("http://e/codes/", known) == "http://e/"
    assert space_of("http://f/1", known) is None
