"""A portal's files confirm what we say of its things, or say where we differ."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from gcmgraph.errors import ProjectError, RdfSyntaxError
from gcmgraph.project import Project
from gcmgraph.publish.alignment.compare import align, read_files
from gcmgraph.publish.alignment.report import as_text, write_report

if TYPE_CHECKING:
    from example_project import Example
    from gcmgraph.publish.alignment.compare import Alignment
    from gcmgraph.publish.pipeline import Checked

SEAS = """
@prefix r: <https://rivers.example/id/> .
r:links a void:Linkset ; void:objectsTarget r:seas .
r:seas void:uriSpace "https://rivers.example/id/sea/" .
"""
PORTAL = """
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
<https://rivers.example/id/sea/sea> rdfs:label "sea"@en, "Meer"@de ; rdfs:comment "Salt."@en .
"""
CODES = ("056", "152", "442", "604", "764", "788")
SDG = "http://metadata.un.org/sdg/"

PROJECT = Project.open(Path(__file__).parents[3])


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


@pytest.fixture(scope="module")
def uns(checked: Checked, un: Path) -> dict[str, Alignment]:
    """Hold the real graph against the UN's own files."""
    return {one.space: one for one in align(PROJECT, checked, read_files(sorted(un.glob("*.ttl"))))}


def test_the_un_describes_every_goal_target_and_indicator(uns: dict[str, Alignment]):
    ontology = f"{SDG}ontology#"
    assert uns[SDG].classes == (
        (f"{ontology}Goal", 7, 7),
        (f"{ontology}Indicator", 30, 30),
        (f"{ontology}Target", 18, 18),
    )
    assert uns[SDG].missing == uns[SDG].mentioned == uns[SDG].unconfirmed == ()


def test_one_label_differs_from_the_uns_by_one_hyphen(uns: dict[str, Alignment]):
    (label,) = uns[SDG].labels
    assert label.thing == f"{SDG}4.2"
    assert label.how == ("at 104: HYPHEN-MINUS (U+002D) there is NON-BREAKING HYPHEN (U+2011)",)


def test_all_six_countries_are_found_with_their_codes(uns: dict[str, Alignment]):
    areas = uns[f"{SDG}codes/geoArea/"]
    assert ("https://w3id.org/gcmgraph/ontology#Country", 6, 6) in areas.classes
    countries = {f"{SDG}codes/geoArea/{m49}" for m49 in CODES}
    assert countries <= set(areas.described)
    assert not countries & {t.subject.value for t in areas.unconfirmed}


def test_the_uns_labels_in_french_are_what_we_lack(uns: dict[str, Alignment]):
    french = [t for t in uns[SDG].lacking if getattr(t.object, "language", None) == "fr"]
    assert len(french) > 20


def test_the_report_is_rdf_too(checked: Checked, un: Path, tmp_path: Path):
    files = sorted(un.glob("*.ttl"))
    found = align(PROJECT, checked, read_files(files))
    out = tmp_path / "report.ttl"
    write_report(checked, found, files, out)
    store = ox.Store()
    store.bulk_load(path=out, format=ox.RdfFormat.TURTLE)
    failed = """PREFIX earl: <http://www.w3.org/ns/earl#>
        SELECT ?thing ?info { ?a earl:subject ?thing ; earl:result ?r .
          ?r earl:outcome earl:failed ; earl:info ?info }"""
    ((thing, info),) = ((row[0].value, row[1].value) for row in store.query(failed))
    assert thing == f"{SDG}4.2"
    assert "NON-BREAKING HYPHEN (U+2011)" in info
    passed = """PREFIX earl: <http://www.w3.org/ns/earl#>
        SELECT (COUNT(*) AS ?n) { ?a earl:result/earl:outcome earl:passed }"""
    ((number,),) = store.query(passed)
    assert int(number.value) == 55 + 16
    with pytest.raises(ProjectError, match="no suffix of a format"):
        write_report(checked, found, files, tmp_path / "report.txt")
