"""Files of other publishers stand beside our graphs, and a query joins across."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from gcmgraph.errors import ProjectError, RdfSyntaxError
from gcmgraph.project import Project
from gcmgraph.publish.pipeline import build, check
from gcmgraph.publish.write.release import inputs_digest
from gcmgraph.rdf.graphs import triple
from gcmgraph.rdf.namespaces import DCT, SPDX

if TYPE_CHECKING:
    from example_project import Example
    from gcmgraph.publish.pipeline import Checked

ROOT = Path(__file__).parents[3]
GRAPH = "https://rivers.example/graph/the-others"
OTHERS = """
@prefix void: <http://rdfs.org/ns/void#> .
<http://p/> a void:Dataset ; <http://purl.org/dc/terms/license> <http://p/licence> ;
    <http://p/by> [ <http://p/name> "somebody" ] .
<https://rivers.example/id/sea/sea> <http://p/depth> 5000 .
"""


@pytest.fixture
def others(tmp_path: Path) -> Path:
    """Write another publisher's file."""
    path = tmp_path / "The_Others.ttl"
    path.write_text(OTHERS, "utf-8")
    return path


def taken(example: Example, *files: Path, license_given: str | None = None) -> Checked:
    return check(example.project, lambda _: None, include=files, include_license=license_given)


def test_a_file_gets_a_graph_of_its_own_and_nothing_else_changes(example: Example, others: Path):
    before, after = example.check(), taken(example, others)
    assert after.default == before.default
    assert len(after.graphs["the-others"]) == 5
    assert after.context.terms.keys() == before.context.terms.keys()
    for name in before.graphs.keys() - {"catalog"}:
        assert after.graphs[name] == before.graphs[name]


def test_its_blank_nodes_have_the_same_iris_each_time(example: Example, others: Path):
    first = taken(example, others).graphs["the-others"]
    others.write_text(OTHERS.replace("[ <http://p/name>", "[ <http://p/name>  "), "utf-8")
    assert taken(example, others).graphs["the-others"] == first
    assert not any(isinstance(t.object, ox.BlankNode) for t in first)
    genid = "https://rivers.example/.well-known/genid/the-others-"
    assert any(str(t.subject).startswith(f"<{genid}") for t in first)


def test_the_catalogue_says_where_it_is_from(example: Example, others: Path):
    catalog = taken(example, others).graphs["catalog"]
    assert triple(f"{GRAPH}#file", DCT.identifier, ox.Literal("The_Others.ttl")) in catalog
    assert triple(GRAPH, DCT.license, "http://p/licence") in catalog
    assert {t.object.value for t in catalog if str(t.subject) == f"<{GRAPH}#sha256>"} >= {
        SPDX.checksumAlgorithm_sha256
    }


def test_a_licence_is_given_where_the_file_states_none(example: Example, others: Path):
    others.write_text("<http://p/a> <http://p/b> 1 .", "utf-8")
    catalog = taken(example, others, license_given="Free to copy.").graphs["catalog"]
    assert triple(GRAPH, DCT.rights, ox.Literal("Free to copy.")) in catalog
    catalog = taken(example, others).graphs["catalog"]
    assert not any(
        t.subject.value == GRAPH and t.predicate.value in (DCT.rights, DCT.license) for t in catalog
    )


@pytest.mark.parametrize("name", ["guide.ttl", "Catalog.ttl", "report.ttl", "--.ttl"])
def test_a_graph_of_ours_is_not_replaced(example: Example, tmp_path: Path, name: str):
    (tmp_path / name).write_text("", "utf-8")
    with pytest.raises(ProjectError, match="there is another graph"):
        taken(example, tmp_path / name)


def test_two_files_of_one_name_are_refused(example: Example, others: Path):
    with pytest.raises(ProjectError, match="there is another graph “the-others”"):
        taken(example, others, others)


def test_a_file_at_fault_is_named(example: Example, others: Path):
    others.write_text("<a> <b> .", "utf-8")
    with pytest.raises(RdfSyntaxError, match=r"The_Others\.ttl, line 1"):
        taken(example, others)


def test_it_is_in_the_release_and_counts_as_an_input(example: Example, others: Path):
    built = build(example.project, example.root / "releases", lambda _: None, include=[others])
    (entry,) = (g for g in built.manifest.graphs if g.name == "the-others")
    assert not entry.in_default
    assert (built.path / "graphs/the-others.nt").is_file()
    assert GRAPH.encode() in (built.path / "riv.nq").read_bytes()
    catalog = (built.path / "catalog.ttl").read_text("utf-8")
    assert "What another publisher says: The_Others.ttl" in catalog
    assert inputs_digest(example.project, [others]) == built.manifest.inputs
    assert inputs_digest(example.project) != built.manifest.inputs
    again = build(example.project, example.root / "releases", lambda _: None, include=[others])
    assert not again.fresh


JOIN = """
PREFIX dct: <http://purl.org/dc/terms/>
PREFIX gcm: <https://w3id.org/gcmgraph/ontology#>
PREFIX graph: <https://w3id.org/gcmgraph/graph/>
PREFIX sdgo: <http://metadata.un.org/sdg/ontology#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT DISTINCT ?practice ?target ?indicator ?subject ?what ?where ?region
WHERE {
  ?practice gcm:contributesToTarget ?target ; gcm:country ?country .
  GRAPH graph:sdg-kos-goals-targets-indicators {
    ?target sdgo:hasIndicator ?indicator .
    ?indicator skos:prefLabel ?what FILTER(LANG(?what) = "fr")
  }
  # The UN gives these subjects to targets; the thesaurus with its labels is another file.
  GRAPH graph:sdg-kos-subject-mappings { ?target dct:subject ?subject }
  FILTER(STRSTARTS(STR(?subject), "http://metadata.un.org/thesaurus/"))
  GRAPH graph:sdg-codes {
    ?country skos:prefLabel ?where ; skos:broader/skos:prefLabel ?region
    FILTER(LANG(?where) = "fr" && LANG(?region) = "en")
  }
}
"""


@pytest.fixture(scope="module")
def joined(un: Path, tmp_path_factory: pytest.TempPathFactory) -> ox.Store:
    """Load a release of the real project with the UN's files beside it."""
    out = tmp_path_factory.mktemp("joined")
    files = sorted(un.glob("*.ttl"))
    built = build(Project.open(ROOT), out, lambda _: None, include=files)
    store = ox.Store()
    store.bulk_load(path=built.path / "gcm.nq", format=ox.RdfFormat.N_QUADS)
    store.bulk_load(
        path=built.path / "gcm.nt", format=ox.RdfFormat.N_TRIPLES, to_graph=ox.DefaultGraph()
    )
    shutil.rmtree(out)
    return store


def test_a_query_joins_practices_with_what_the_un_says(joined: ox.Store):
    found = [[term.value for term in row] for row in joined.query(JOIN)]
    thai = [row for row in found if row[0].endswith("/thailand-universal-coverage")]
    assert {row[1] for row in thai} == {"http://metadata.un.org/sdg/3.8"}
    assert {row[2].rpartition("/")[2] for row in thai} == {"C030801", "C030802"}
    assert {row[3].rpartition("/")[2] for row in thai} == {"1000544", "1005995"}
    assert any("services de santé essentiels" in row[4] for row in thai)
    assert {row[5] for row in thai} == {"Thaïlande"}
    assert "South-eastern Asia" in {row[6] for row in thai}


def test_the_default_graph_counts_our_targets_only(joined: ox.Store):
    ((number,),) = joined.query(
        "SELECT (COUNT(?t) AS ?n) { ?t a <http://metadata.un.org/sdg/ontology#Target> }"
    )
    assert number.value == "18"
