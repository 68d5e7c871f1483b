"""The catalogue's files: what DCAT-AP asks for, true to the byte."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox
import pytest

from gcmgraph.manifest import Manifest, sha256_of
from gcmgraph.publish.judge.shacl import reference_validate, validate
from gcmgraph.rdf import formats
from gcmgraph.rdf.namespaces import DCAT, DCT, RDF, SPDX, VOID

if TYPE_CHECKING:
    from pathlib import Path

BASE = "https://w3id.org/gcmgraph/"

#: What DCAT-AP 3 requires (its sections on mandatory properties), no more.
MINIMUM = b"""
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix spdx: <http://spdx.org/rdf/terms#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix s: <http://s/> .
s:Catalog a sh:NodeShape ; sh:targetClass dcat:Catalog ;
    sh:property s:title, s:description, s:publisher .
s:Dataset a sh:NodeShape ; sh:targetClass dcat:Dataset ; sh:property s:title, s:description .
s:Distribution a sh:NodeShape ; sh:targetClass dcat:Distribution ; sh:property s:access .
s:Service a sh:NodeShape ; sh:targetClass dcat:DataService ; sh:property s:title, s:endpoint .
s:Agent a sh:NodeShape ; sh:targetObjectsOf dct:publisher, dct:creator ; sh:property s:name .
s:Checksum a sh:NodeShape ; sh:targetObjectsOf spdx:checksum ; sh:property s:algorithm, s:sum .
s:title sh:path dct:title ; sh:minCount 1 ; sh:nodeKind sh:Literal .
s:description sh:path dct:description ; sh:minCount 1 ; sh:nodeKind sh:Literal .
s:publisher sh:path dct:publisher ; sh:minCount 1 ; sh:maxCount 1 ; sh:nodeKind sh:IRI .
s:access sh:path dcat:accessURL ; sh:minCount 1 ; sh:nodeKind sh:IRI .
s:endpoint sh:path dcat:endpointURL ; sh:minCount 1 ; sh:nodeKind sh:IRI .
s:name sh:path foaf:name ; sh:minCount 1 ; sh:nodeKind sh:Literal .
s:algorithm sh:path spdx:algorithm ; sh:minCount 1 ; sh:maxCount 1 ; sh:nodeKind sh:IRI .
s:sum sh:path spdx:checksumValue ; sh:minCount 1 ; sh:maxCount 1 ; sh:datatype xsd:hexBinary .
"""


@pytest.fixture(scope="module")
def catalog(real_release: Path) -> ox.Store:
    """Return the file catalogue of the real project's release."""
    store = ox.Store()
    store.bulk_load(path=real_release / "catalog.ttl", format=ox.RdfFormat.TURTLE)
    return store


def values(store: ox.Store, subject: str, predicate: str) -> set[str]:
    found = store.quads_for_pattern(ox.NamedNode(subject), ox.NamedNode(predicate), None)
    return {q.object.value for q in found}


def members(store: ox.Store, kind: str) -> set[str]:
    found = store.quads_for_pattern(None, ox.NamedNode(RDF.type), ox.NamedNode(kind))
    return {q.subject.value for q in found}


def test_it_has_what_dcat_ap_asks_for(catalog: ox.Store):
    data = ox.serialize((q.triple for q in catalog), format=ox.RdfFormat.N_TRIPLES)
    assert data is not None
    assert validate(data, MINIMUM) == reference_validate(data, MINIMUM) == []
    for kind in (DCAT.Catalog, DCAT.Dataset, DCAT.Distribution, DCAT.DataService):
        assert members(catalog, kind)


@pytest.mark.parametrize(
    "predicate",
    [
        "dcat#accessURL",
        "dcat#endpointURL",
        "dc/terms/title",
        "dc/terms/description",
        "dc/terms/publisher",
        "foaf/0.1/name",
        "terms#algorithm",
        "terms#checksumValue",
    ],
)
def test_the_shapes_notice_what_is_missing(catalog: ox.Store, predicate: str):
    left = (q.triple for q in catalog if not q.predicate.value.endswith(predicate))
    data = ox.serialize(left, format=ox.RdfFormat.N_TRIPLES)
    assert data is not None
    assert validate(data, MINIMUM) != []


def test_each_file_of_the_data_has_its_size_and_checksum(catalog: ox.Store, real_release: Path):
    distributions = members(catalog, DCAT.Distribution)
    files = {}
    for iri in distributions:
        (address,) = values(catalog, iri, DCAT.downloadURL)
        path = real_release / address.removeprefix(f"{BASE}download/")
        files[path.relative_to(real_release).as_posix()] = iri
        assert values(catalog, iri, DCAT.byteSize) == {str(path.stat().st_size)}
        assert values(catalog, f"{iri}#sha256", SPDX.checksumValue) == {sha256_of(path)}
        assert len(values(catalog, iri, DCAT.mediaType)) == 1
        compressed = values(catalog, iri, DCAT.compressFormat)
        assert bool(compressed) == (path.suffix in (".gz", ".zst"))
    manifest = Manifest.read(real_release)
    parts = ("graph", "class")
    told = [e for e in manifest.files if e.role in parts]
    expected = {e.path for e in told if e.format not in ("csvw", "schema")}
    assert {path for path in files if "/" in path} == expected
    assert len(files) > len(expected)


def test_the_words_that_are_quoted_are_attributed(catalog: ox.Store):
    sources = values(catalog, BASE, "http://www.w3.org/ns/prov#wasDerivedFrom")
    assert sources
    for source in sources:
        assert values(catalog, source, "http://purl.org/dc/elements/1.1/creator")
        assert values(catalog, source, "http://purl.org/dc/elements/1.1/rights")
    assert "remain those of their authors" in values(catalog, BASE, DCT.rights).pop()


def test_a_class_says_of_how_many_things_it_tells(catalog: ox.Store, real_release: Path):
    for lines in (real_release / "things").glob("*.ndjson"):
        counted = values(catalog, f"{BASE}id/part/{lines.stem}", VOID.entities)
        assert counted == {str(len(lines.read_bytes().splitlines()))}


def test_parts_are_parts(catalog: ox.Store):
    parts = values(catalog, BASE, DCT.hasPart)
    assert f"{BASE}graph/curation" in parts
    assert f"{BASE}id/part/practice" in parts
    assert members(catalog, DCAT.Dataset) == parts | {BASE}


@pytest.mark.parametrize(("name", "least"), [("catalog", 5000), ("void", 1000)])
def test_its_formats_say_the_same(real_release: Path, name: str, least: int):
    # Not from the store: it takes every kind of whole number for an integer.
    turtle, *others = (
        {
            q.triple
            for q in ox.parse(
                path=real_release / f"{name}.{format_.suffix}",
                format=ox.RdfFormat.from_media_type(format_.media_type),
            )
        }
        for format_ in formats.TRIPLES
    )
    assert all(turtle == other for other in others)
    assert len(turtle) > least


def test_the_void_file_describes_the_dataset(real_release: Path):
    store = ox.Store()
    store.bulk_load(path=real_release / "void.ttl", format=ox.RdfFormat.TURTLE)
    (description,) = members(store, VOID.DatasetDescription)
    assert values(store, description, "http://xmlns.com/foaf/0.1/primaryTopic") == {BASE}
    assert f"{BASE}id/linkset/unbis" in values(store, BASE, VOID.subset)


@pytest.fixture(scope="module")
def search(real_release: Path) -> dict[str, Any]:
    """Return what search engines read."""
    found: dict[str, Any] = json.loads((real_release / "dataset.jsonld").read_bytes())
    return found


def test_search_engines_find_what_they_ask_for(search: dict[str, Any], real_release: Path):
    assert (search["@context"], search["@type"]) == ("https://schema.org/", "Dataset")
    assert 50 <= len(search["description"]) <= 5000
    assert search["license"] == "https://creativecommons.org/licenses/by/4.0/"
    assert search["creator"][0]["name"] == "The maintainers of gcmgraph"
    assert search["identifier"] == BASE
    assert search["includedInDataCatalog"] == [
        {
            "@type": "DataCatalog",
            "@id": f"{BASE}catalog",
            "url": f"{BASE}catalog",
            "name": "Catalogue of the Global Compact graph",
        }
    ]
    assert "migration" in search["keywords"]
    places = {place["name"] for place in search["spatialCoverage"]}
    assert {"Belgium", "Chile", "Luxembourg", "Peru", "Thailand", "Tunisia"} <= places
    first, last = search["temporalCoverage"].split("/")
    assert 1900 < int(first) <= int(last)
    for download in search["distribution"]:
        path = real_release / download["contentUrl"].removeprefix(f"{BASE}download/")
        assert download["contentSize"] == f"{path.stat().st_size} B"
        assert download["sha256"] == sha256_of(path)
    known = {download["encodingFormat"] for download in search["distribution"]}
    assert {"text/csv", "text/turtle", "application/n-quads"} <= known


def test_search_engines_learn_what_the_dataset_measures_and_is_based_on(search: dict[str, Any]):
    variables = {one["name"]: one["description"] for one in search["variableMeasured"]}
    assert "start_year" in variables
    assert all(variables.values())
    for work in search["citation"]:
        assert work["@type"] == "CreativeWork"
        assert work["name"]
        assert work["creditText"]
    assert {work["@id"] for work in search["citation"]} == {s["@id"] for s in search["isBasedOn"]}


def test_each_part_can_be_found_by_itself(search: dict[str, Any], catalog: ox.Store):
    parts = {part["@id"]: part for part in search["hasPart"]}
    assert parts.keys() == values(catalog, BASE, DCT.hasPart)
    for iri, part in parts.items():
        assert part["@type"] == "Dataset"
        assert 50 <= len(part["description"]) <= 5000
        assert part["license"] == search["license"]
        assert part["publisher"] == search["publisher"]
        assert part["keywords"] == search["keywords"]
        assert {place["@id"] for place in part.get("spatialCoverage", ())} == values(
            catalog, iri, DCT.spatial
        )
        assert part["distribution"]
    practices = parts[f"{BASE}id/part/practice"]
    assert "start_year" in {one["name"] for one in practices["variableMeasured"]}
    assert parts[f"{BASE}graph/working-group-6"]["isBasedOn"] == [
        {"@id": f"{BASE}id/source/working-group-6"}
    ]


def test_the_catalogue_has_the_columns_of_each_table(catalog: ox.Store, real_release: Path):
    for file in (real_release / "tables").glob("*.csv"):
        header = file.read_text("utf-8-sig").splitlines()[0].split(",")
        address = f"{BASE}download/tables/{file.name}"
        query = f"""PREFIX csvw: <http://www.w3.org/ns/csvw#>
            PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
            SELECT ?column ?name WHERE {{
              <{address}> csvw:tableSchema/csvw:column/rdf:rest*/rdf:first ?column .
              ?column csvw:name ?name ; <http://purl.org/dc/terms/description> ?description }}"""
        rows = {row["column"].value: row["name"].value for row in catalog.query(query)}  # type: ignore[union-attr]
        assert rows == {f"{address}#col={n}": name for n, name in enumerate(header, 1)}
