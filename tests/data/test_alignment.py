"""The UN's own files confirm what the graph says of goals, targets, indicators and countries."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from gcmgraph.errors import ProjectError
from gcmgraph.project import Project
from gcmgraph.publish.alignment.compare import align, read_files
from gcmgraph.publish.alignment.report import write_report
from gcmgraph.rdf.namespaces import SKOS

if TYPE_CHECKING:
    from gcmgraph.publish.alignment.compare import Alignment
    from gcmgraph.publish.pipeline import Checked

CODES = ("056", "152", "442", "604", "764", "788")
SDG = "http://metadata.un.org/sdg/"
PROJECT = Project.open(Path(__file__).parents[2])


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


def test_we_lack_no_label_that_the_un_gives_the_goals(uns: dict[str, Alignment]):
    labels = [t for t in uns[SDG].lacking if t.predicate.value == SKOS.prefLabel]
    assert [t for t in labels if getattr(t.object, "language", None) == "fr"] == []


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
