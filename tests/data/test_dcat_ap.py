"""The catalogue keeps SEMIC's shapes for DCAT-AP 3; what it cannot keep is named, and why."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import pytest
import rdflib
from rdflib.namespace import DCTERMS, SH

from gcmgraph.publish.judge.shacl import reference_report

if TYPE_CHECKING:
    from pathlib import Path

    from rdflib.term import Node

BASE: Final = "https://w3id.org/gcmgraph/"

#: A kind of finding: the class of what is judged, the property, what SHACL calls the constraint.
Kind = tuple[str, str, str]

NO_CONTACT = "No maintainer has given an address; the catalogue invents none."
NO_PROMISE = "No maintainer has said for how long a file stays where it is."
UN_AREAS = "The identifiers of places are the UN's; the EU's list of countries is another."
OWN_AGENT = "The publisher is no body of the EU, and so not in its list."

NO_LINES = "No identifier of the EU's is known to us for JSON of one thing a line."

EXCEPTIONS: Final[dict[str, dict[Kind, str]]] = {
    "shapes": {},
    "range": {},
    "deprecateduris": {},
    "shapes_recommended": {
        ("Dataset", "contactPoint", "MinCount"): NO_CONTACT,
        ("DataService", "contactPoint", "MinCount"): NO_CONTACT,
        ("Distribution", "availability", "MinCount"): NO_PROMISE,
        ("Agent", "type", "MinCount"): "Nobody has said what type of publisher they are.",
        ("Location", "bbox", "MinCount"): "The graph has no coordinates.",
        ("Location", "centroid", "MinCount"): "The graph has no coordinates.",
        ("Dataset", "spatial", "MinCount"): "Some parts name no place: see the test of these.",
        ("Dataset", "temporal", "MinCount"): "Some parts name no year: see the test of these.",
    },
    "mdr-vocabularies.shape": {
        ("Checksum", "algorithm", "Node"): "The pattern wants https; SPDX's namespace is http.",
        ("Dataset", "spatial", "Node"): UN_AREAS,
        ("Catalog", "spatial", "Node"): UN_AREAS,
        ("Dataset", "publisher", "Node"): OWN_AGENT,
        ("Catalog", "publisher", "Node"): OWN_AGENT,
        ("Distribution", "format", "Node"): NO_LINES,
    },
}


def short(node: Node | None) -> str:
    return re.split("[/#]", str(node or ""))[-1]


def findings(data: bytes, shapes: Path) -> list[tuple[Kind, str]]:
    """Return what kinds of findings there are, and of what."""
    graph = rdflib.Graph().parse(data=data, format="turtle")
    report = reference_report(data, shapes.read_bytes())
    found = []
    for result in report.objects(None, SH.result):
        focus = report.value(result, SH.focusNode)
        # Of an organization, say, that it is an agent is what the profile goes by.
        kinds = sorted(short(kind) for kind in graph.objects(focus, rdflib.RDF.type))
        path = short(report.value(result, SH.resultPath))
        component = short(report.value(result, SH.sourceConstraintComponent))
        kind = kinds[0] if kinds else ""
        found.append(((kind, path, component.removesuffix("ConstraintComponent")), str(focus)))
    return found


@pytest.mark.parametrize("name", EXCEPTIONS)
@pytest.mark.parametrize("file", ["catalog.ttl", "graphs/catalog.ttl"])
def test_it_keeps_the_profile(real_release: Path, dcat_ap: Path, file: str, name: str):
    found = findings((real_release / file).read_bytes(), dcat_ap / f"{name}.ttl")
    kinds = {kind for kind, _ in found}
    if file == "catalog.ttl":
        assert kinds == EXCEPTIONS[name].keys()
    assert kinds <= EXCEPTIONS[name].keys()


def test_only_files_of_lines_have_a_format_of_no_list(real_release: Path, dcat_ap: Path):
    data = (real_release / "catalog.ttl").read_bytes()
    found = findings(data, dcat_ap / "mdr-vocabularies.shape.ttl")
    formats = {focus for kind, focus in found if kind == ("Distribution", "format", "Node")}
    assert formats
    assert all("-ndjson" in focus for focus in formats)


def test_only_graphs_that_name_no_place_or_year_lack_a_coverage(real_release: Path):
    catalog = rdflib.Graph().parse(real_release / "catalog.ttl")
    places = set(catalog.objects(rdflib.URIRef(BASE), DCTERMS.spatial))
    assert places
    years = re.compile(r"\^\^<http://www.w3.org/2001/XMLSchema#(date|dateTime|gYear|gYearMonth)>")
    for file in (real_release / "graphs").glob("*.nt"):
        if file.stem == "catalog":
            continue
        part, text = rdflib.URIRef(f"{BASE}graph/{file.stem}"), file.read_text("utf-8")
        named = {place for place in places if f" {place.n3()} ." in text}
        assert set(catalog.objects(part, DCTERMS.spatial)) == named
        dated = [line for line in text.splitlines() if years.search(line)]
        about = [line for line in dated if "/purl.org/dc/terms/" not in line]
        assert (part, DCTERMS.temporal, None) in catalog or not about
    for whole in (BASE, f"{BASE}id/part/practice"):
        for coverage in (DCTERMS.temporal, DCTERMS.spatial):
            assert (rdflib.URIRef(whole), coverage, None) in catalog


@pytest.mark.parametrize(
    ("name", "left_out"),
    [
        ("shapes", "dcat:accessURL"),
        ("shapes_recommended", "dcat:keyword"),
        ("range", "dct:LicenseDocument"),
    ],
)
def test_the_shapes_notice_what_is_missing(
    real_release: Path, dcat_ap: Path, name: str, left_out: str
):
    data = (real_release / "catalog.ttl").read_text("utf-8")
    assert left_out in data
    broken = data.replace(left_out, "dcat:nothing").encode()
    kinds = {kind for kind, _ in findings(broken, dcat_ap / f"{name}.ttl")}
    assert kinds - EXCEPTIONS[name].keys()


def test_properties_that_give_years_are_in_use_and_do(real_release: Path):
    catalog = rdflib.Graph().parse(real_release / "catalog.ttl")
    concept = rdflib.URIRef("http://purl.org/linked-data/cube#concept")
    named = set(catalog.subjects(concept))
    assert named
    default = rdflib.Graph().parse(real_release / "gcm.nt")
    for year in named:
        values = set(default.objects(None, year))
        assert values, f"nothing is said with {year}"
        assert all(1900 < int(str(value)) < 2100 for value in values)
