"""A release with a portal's files answers, over HTTP, what none of them knows alone."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gcmgraph.cli import main
from processes import running

if TYPE_CHECKING:
    from collections.abc import Iterator

    from processes import Server

ROOT = Path(__file__).parents[2]

#: The thesaurus is not among the UN's files here; for labels of its concepts these stand in.
THESAURUS = """
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix unbis: <http://metadata.un.org/thesaurus/> .
unbis:1000544 skos:prefLabel "sujet 1000544"@fr .
unbis:1005995 skos:prefLabel "sujet 1005995"@fr .
"""

PREFIXES = """
PREFIX dct: <http://purl.org/dc/terms/>
PREFIX gcm: <https://w3id.org/gcmgraph/ontology#>
PREFIX graph: <https://w3id.org/gcmgraph/graph/>
PREFIX practice: <https://w3id.org/gcmgraph/id/practice/>
PREFIX sdgo: <http://metadata.un.org/sdg/ontology#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
"""

SUBJECTS = """
SELECT ?target ?indicator ?subject ?ours ?label WHERE {
  practice:thailand-universal-coverage gcm:contributesToTarget ?target .
  GRAPH graph:sdg-kos-goals-targets-indicators { ?target sdgo:hasIndicator ?indicator }
  GRAPH graph:sdg-kos-subject-mappings { ?target dct:subject ?subject }
  GRAPH graph:thesaurus { ?subject skos:prefLabel ?label FILTER(LANG(?label) = "fr") }
  OPTIONAL { ?subject skos:prefLabel ?ours }
}
"""

#: The files name countries in six languages, and regions in English alone.
REGIONS = """
SELECT ?country ?region WHERE {
  practice:thailand-universal-coverage gcm:country ?place .
  GRAPH graph:sdg-codes {
    ?place skos:prefLabel ?country ; skos:broader+/skos:prefLabel ?region
    FILTER(LANG(?country) = "fr" && LANG(?region) = "en")
  }
}
"""


@pytest.fixture(scope="module")
def joined(un_files: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Build a release with these files, as one would, and serve it."""
    folder = tmp_path_factory.mktemp("joined")
    thesaurus = folder / "thesaurus.ttl"
    thesaurus.write_text(THESAURUS, "utf-8")
    files = [str(path) for path in (*un_files, thesaurus)]
    out = folder / "releases"
    assert main(["build", "--project", str(ROOT), "--out", str(out), "--include", *files]) == 0
    with running(out / "current") as server:
        yield server


def rows(server: Server, query: str) -> list[dict[str, str]]:
    answer = server.ask(PREFIXES + query)
    assert answer.status_code == 200, answer.text
    return list(csv.DictReader(io.StringIO(answer.text)))


def test_from_a_practice_to_a_subject_in_french(joined: Server) -> None:
    found = rows(joined, SUBJECTS)
    assert {row["target"] for row in found} == {"http://metadata.un.org/sdg/3.8"}
    assert {row["indicator"][-7:] for row in found} == {"C030801", "C030802"}
    assert {(row["subject"][-7:], row["ours"], row["label"]) for row in found} == {
        ("1000544", "BASIC NEEDS", "sujet 1000544"),
        ("1005995", "SOCIAL WELFARE", "sujet 1005995"),
    }


def test_from_a_practice_to_its_country_and_regions(joined: Server) -> None:
    found = rows(joined, REGIONS)
    assert {row["country"] for row in found} == {"Thaïlande"}
    assert {row["region"] for row in found} >= {"South-eastern Asia", "Asia", "World"}


def test_a_portal_s_file_has_a_document_as_our_own_graphs_have(joined: Server) -> None:
    answer = joined.client.get("/graph/thesaurus", headers={"Accept": "application/n-triples"})
    assert len(answer.text.splitlines()) == 2
