"""What DCAT-AP recommends is said of each dataset where it is known, and nowhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from gcmgraph.publish.describe import profile
from gcmgraph.rdf import formats
from gcmgraph.rdf.graphs import Graph, triple
from gcmgraph.rdf.namespaces import DCAT, DCT, FOAF, QB, RDF, SKOS, XSD
from gcmgraph.rdf.terms import typed

if TYPE_CHECKING:
    from example_project import Example

BASE = "https://rivers.example/"
DATASET, PART = f"{BASE}dataset", f"{BASE}graph/guide"
OPENED = f"{BASE}opened"


def period(graph: Graph) -> list[str]:
    """Return the years in which a period begins and ends."""
    return [
        t.object.value
        for p in (DCAT.startDate, DCAT.endDate)
        for t in graph
        if t.predicate.value == p
    ]  # type: ignore[union-attr]


def test_a_part_has_what_its_dataset_has() -> None:
    said = {
        triple(DATASET, DCAT.contactPoint, f"{BASE}desk"),
        triple(DATASET, DCAT.keyword, ox.Literal("water")),
        triple(DATASET, DCT.title, ox.Literal("Rivers")),
        triple(PART, DCAT.keyword, ox.Literal("mills")),
    }
    found = profile.inherited(said, DATASET, PART, profile.OF_PART)
    assert found == {triple(PART, DCAT.contactPoint, f"{BASE}desk")}


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (("1903", XSD.gYear), ("1931-05-02", XSD.date), ["1903", "1931"]),
        (("-0044", XSD.gYear), ("12024-01", XSD.gYearMonth), ["-0044", "12024"]),
        (("1903-01-01T00:00:00Z", XSD.dateTime), ("1903", XSD.gYear), ["1903", "1903"]),
    ],
)
def test_a_dataset_covers_the_years_of_which_it_speaks(
    first: tuple[str, str], last: tuple[str, str], expected: list[str]
) -> None:
    told = [triple(f"{BASE}id/mill", OPENED, typed(*when)) for when in (last, first)]
    found = profile.covered(DATASET, told, (), (), BASE)
    assert period(found) == expected
    assert triple(DATASET, DCT.temporal, f"{BASE}id/period/{'-'.join(expected)}") in found


def test_when_something_was_published_is_no_year_of_which_it_speaks() -> None:
    told = [
        triple(f"{BASE}id/guide", DCT.issued, typed("2017", XSD.gYear)),
        triple(f"{BASE}id/guide", OPENED, typed("1903", XSD.string)),
    ]
    assert profile.covered(DATASET, told, (), (), BASE) == set()


def test_the_catalogue_says_which_numbers_are_years() -> None:
    said = {
        triple(OPENED, QB.concept, "http://purl.org/linked-data/sdmx/2009/concept#refPeriod"),
        triple(f"{BASE}size", QB.concept, "http://purl.org/linked-data/sdmx/2009/concept#obsValue"),
    }
    years = profile.year_properties(said)
    assert years == {OPENED}
    told = [
        triple(f"{BASE}id/mill", name, typed(number, XSD.integer))
        for name, number in ((OPENED, 1903), (OPENED, 87), (f"{BASE}size", 21))
    ]
    assert period(profile.covered(DATASET, told, (), years, BASE)) == ["0087", "1903"]


def test_a_dataset_covers_those_of_its_places_that_it_names() -> None:
    alba, brenna = (ox.NamedNode(f"{BASE}id/place/{name}") for name in ("alba", "brenna"))
    told = [triple(f"{BASE}id/mill", f"{BASE}at", alba.value)]
    assert profile.covered(PART, told, [alba, brenna], (), BASE) == {
        triple(PART, DCT.spatial, alba.value)
    }


def test_a_format_is_one_of_the_list_or_a_media_type() -> None:
    file = f"{BASE}id/distribution/rivers"
    csv = f"{profile.FILE_TYPES}/CSV"
    assert profile.format_of(file, formats.TABLE) == {
        triple(file, DCT.format, csv),
        triple(csv, SKOS.inScheme, profile.FILE_TYPES),
    }
    lines = f"{profile.MEDIA_TYPES}application/x-ndjson"
    assert profile.format_of(file, formats.NDJSON) == {triple(file, DCT.format, lines)}


def test_what_a_property_leads_to_has_its_class() -> None:
    said = {
        triple(DATASET, DCT.license, f"{BASE}licence"),
        triple(DATASET, DCT.rights, ox.Literal("Ask first.")),
    }
    assert profile.typed_values(said) == {
        triple(f"{BASE}licence", RDF.type, DCT.LicenseDocument),
    }


def test_a_contact_that_is_given_is_that_of_all(example: Example) -> None:
    desk = f"{BASE}id/agent/desk"
    text = (example.root / "data/catalog.ttl").read_text("utf-8")
    example.write(
        "data/catalog.ttl",
        text + f"<{DATASET}> dcat:contactPoint <{desk}> ; dct:publisher <{desk}> .\n",
    )
    catalog = example.check().graphs["catalog"]
    service = f"{BASE}id/service/sparql"
    assert triple(service, DCAT.contactPoint, desk) in catalog
    assert triple(service, DCT.publisher, desk) in catalog
    assert triple(desk, RDF.type, FOAF.Agent) in catalog
