"""A portal's files confirm what we say of its things, or say where we differ."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gcmgraph.errors import ProjectError, RdfSyntaxError
from gcmgraph.publish.alignment.compare import align, read_files
from gcmgraph.publish.alignment.report import as_text

if TYPE_CHECKING:
    from pathlib import Path

    from example_project import Example
    from gcmgraph.publish.alignment.compare import Alignment

SEAS = """
@prefix r: <https://rivers.example/id/> .
r:links a void:Linkset ; void:objectsTarget r:seas .
r:seas void:uriSpace "https://rivers.example/id/sea/" .
"""
PORTAL = """
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
<https://rivers.example/id/sea/sea> rdfs:label "sea"@en, "Meer"@de ; rdfs:comment "Salt."@en .
"""


def held(example: Example, portal: str = PORTAL) -> Alignment:
    path = example.root / "data/catalog.ttl"
    example.write("data/catalog.ttl", path.read_text("utf-8") + SEAS)
    example.write("portal.ttl", portal)
    (found,) = align(example.project, example.check(), read_files([example.root / "portal.ttl"]))
    return found


def test_what_agrees_agrees(example: Example):
    found = held(example)
    assert found.answered
    assert found.described == ("https://rivers.example/id/sea/sea",)
    assert (found.labels_alike, found.labels, found.unconfirmed) == (1, (), ())


def test_what_they_say_and_we_do_not_is_told_for_properties_that_we_use(example: Example):
    assert [t.object.value for t in held(example).lacking] == ["Meer"]


def test_a_label_that_differs_is_told_with_its_characters(example: Example):
    (label,) = held(example, PORTAL.replace('"sea"@en', '"se\u0430"@en')).labels
    assert (label.ours, label.theirs) == ("sea", "se\u0430")
    assert label.how == (
        "at 2: LATIN SMALL LETTER A (U+0061) there is CYRILLIC SMALL LETTER A (U+0430)",
    )


def test_a_label_that_they_do_not_have_is_told(example: Example):
    (label,) = held(example, PORTAL.replace('"sea"@en, ', "")).labels
    assert (label.theirs, label.how) == (None, ())


def test_a_thing_that_they_do_not_know_is_missing(example: Example):
    found = held(example, PORTAL.replace("sea/sea", "sea/lake"))
    assert (found.answered, found.described) == (True, ())
    assert found.missing == ("https://rivers.example/id/sea/sea",)


def test_of_others_things_they_cannot_tell(example: Example):
    found = held(example, "<http://e/a> <http://e/near> <https://rivers.example/id/sea/sea> .")
    assert (found.answered, len(found.mentioned)) == (False, 1)
    text = as_text([found], {})
    assert "the files do not describe such things; 1 are mentioned" in text


def test_without_linksets_there_is_nothing_to_compare(example: Example):
    with pytest.raises(ProjectError, match="declares no void:Linkset"):
        align(example.project, example.check(), set())


def test_a_file_at_fault_is_named_with_its_line(tmp_path: Path):
    (tmp_path / "x.ttl").write_text("<a> <b> .", "utf-8")
    with pytest.raises(RdfSyntaxError, match=r"x\.ttl, line 1, column \d+: "):
        read_files([tmp_path / "x.ttl"])
    with pytest.raises(ProjectError, match=r"y\.ttl cannot be read"):
        read_files([tmp_path / "y.ttl"])
    (tmp_path / "x.txt").write_text("", "utf-8")
    with pytest.raises(ProjectError, match="no suffix of a format"):
        read_files([tmp_path / "x.txt"])
