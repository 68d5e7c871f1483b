"""Describing: what one round trip says of a thing, held against what SPARQL says."""

from __future__ import annotations

import asyncio
from itertools import pairwise
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from gcmgraph.engine.describe import describe, strays
from gcmgraph.engine.description import MOST, Description, DescriptionRequest
from gcmgraph.engine.inline import InlineEngine
from gcmgraph.rdf.namespaces import OA, PROV, RDF
from sample_release import BASE, GROVE, IN_DEFAULT, ONTOLOGY, RDFS, graph, write_release

if TYPE_CHECKING:
    from pathlib import Path

    from gcmgraph.engine.pool import PoolEngine

DEFAULT = frozenset(map(graph, IN_DEFAULT))
OAK, LIME = f"{BASE}id/tree/oak", f"{BASE}id/tree/lime"
TONGUES = ("de", "fr")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> ox.Store:
    folder = tmp_path_factory.mktemp("grove")
    return InlineEngine.open(folder, write_release(folder, GROVE)).store


def about(store: ox.Store, *iris: str, page: int = 1) -> Description:
    found = describe(store, iris, page, DEFAULT, BASE, strays(store, BASE))
    assert found is not None
    return found


def test_statements_come_with_the_graphs_that_make_them(store: ox.Store) -> None:
    found = about(store, OAK)
    asked = store.query(
        f"SELECT ?g ?p ?o {{ GRAPH ?g {{ <{OAK}> ?p ?o }} }}",
        named_graphs=[ox.NamedNode(iri) for iri in DEFAULT],
    )
    said = {(s.predicate, s.object, g) for s in found.own for g in s.graphs}
    assert said == {(row["p"], row["o"], row["g"]) for row in asked}
    assert {len(s.graphs) for s in found.own if s.predicate.value == RDF.type} == {2}
    assert graph("report") not in {g.value for s in found.own for g in s.graphs}


@pytest.mark.parametrize("many", [0, 3 * MOST])
def test_parts_to_which_nothing_leads_are_told_of_with_their_thing(
    tmp_path: Path, many: int
) -> None:
    thing = f"{BASE}id/tree/beech"
    said = "".join(f'<{thing}> <{RDFS}comment> "{n}" .\n' for n in range(2 * many))
    said += f'<{thing}#bark> <{RDFS}label> "Bark" .\n<{thing}#leaf> <x:of> <{thing}#bark> .\n'
    # Nothing leads to these from outside of them.
    said += f"<{thing}#one> <x:of> <{thing}#two> .\n<{thing}#two> <x:of> <{thing}#one> .\n"
    found = about(InlineEngine.open(tmp_path, write_release(tmp_path, said)).store, thing)
    parts = {s.subject.value.removeprefix(thing) for s in found.own} - {""}
    assert parts == {"#bark", "#leaf", "#one", "#two"}


def test_a_thing_leads_to_its_parts_and_has_no_strays(store: ox.Store) -> None:
    assert strays(store, BASE) == {}


def test_it_tells_what_points_here_and_what_everything_is_called(store: ox.Store) -> None:
    found = about(store, f"{BASE}id/meadow/north")
    assert {s.subject.value for s in found.incoming} == {OAK, LIME, f"{BASE}id/place/gate"}
    assert found.label(found.iri) == "North meadow"
    assert found.label(f"{ONTOLOGY}#standsIn") == "stands in"
    assert found.counts["in", f"{ONTOLOGY}#standsIn"] == 2


def test_a_label_is_english_where_there_is_one(store: ox.Store) -> None:
    found = about(store, f"{BASE}id/place/gate")
    assert found.label(found.iri) == "Gate"
    assert found.definition == "Where one enters."
    assert found.described == {"http://un.example/sdg/4.2"}


def test_the_words_behind_a_thing_come_with_it(store: ox.Store) -> None:
    for thing in (OAK, f"{BASE}id/excerpt/survey-1"):
        found = about(store, thing)
        said = {s.predicate.value: s.object.value for s in found.evidence}
        assert said[OA.exact] == "The old oak is 21 m high."
        assert (said[OA.start], said[OA.end]) == ("10", "35")
        assert found.label(said[OA.hasSource]) == "Survey of the park"


def test_parts_are_told_with_the_whole_two_steps_deep() -> None:
    store = ox.Store()
    chain = [OAK, f"{OAK}#a", f"{OAK}#b", f"{OAK}#c"]
    for one, other in pairwise(chain):
        for where in (ox.DefaultGraph(), ox.NamedNode(graph("survey"))):
            store.add(ox.Quad(ox.NamedNode(one), ox.NamedNode("x:has"), ox.NamedNode(other), where))
    assert {s.subject.value for s in about(store, OAK).own} == set(chain[:3])


def test_conclusions_about_a_thing_come_with_it() -> None:
    store, said = ox.Store(), ox.NamedNode("x:because")
    for predicate, value in ((RDF.subject, ox.NamedNode(OAK)), ("x:why", ox.Literal("Seen."))):
        for where in (ox.DefaultGraph(), ox.NamedNode(graph("curation"))):
            store.add(ox.Quad(said, ox.NamedNode(predicate), value, where))
    assert {s.object.value for s in about(store, OAK).conclusions} == {OAK, "Seen."}


def test_the_first_that_is_known_is_described(store: ox.Store) -> None:
    assert about(store, f"{BASE}id/none", LIME, OAK).iri == LIME
    assert describe(store, [f"{BASE}id/none"], 1, DEFAULT, BASE, {}) is None


def test_what_only_another_graph_knows_is_told_from_there(tmp_path: Path) -> None:
    check = f"{BASE}id/check/first"
    manifest = write_release(tmp_path, f'<{check}> <{RDFS}label> "First"@en .\n', to="report")
    found = about(InlineEngine.open(tmp_path, manifest).store, check)
    assert found.graph == graph("report")
    assert [s.graphs for s in found.own] == [(ox.NamedNode(graph("report")),)]
    # What the default graph speaks of is told from there, whatever else tells of it.
    assert about(InlineEngine.open(tmp_path, manifest).store, check, OAK).iri == OAK


@pytest.mark.parametrize("values", [MOST, MOST + 1, 2 * MOST + 50])
def test_no_page_holds_more_than_so_many_values_and_all_together_hold_all(values: int) -> None:
    store, thing = ox.Store(), ox.NamedNode(OAK)
    expected = set()
    for n in range(values):
        other = ox.NamedNode(f"{BASE}id/leaf/{n}")
        for triple in (
            ox.Triple(thing, ox.NamedNode("x:has"), other),
            ox.Triple(
                thing, ox.NamedNode("x:called"), ox.Literal(str(n // 2), language=TONGUES[n % 2])
            ),
            ox.Triple(other, ox.NamedNode("x:of"), thing),
        ):
            expected.add(triple)
            for where in (ox.DefaultGraph(), ox.NamedNode(graph("survey"))):
                store.add(ox.Quad(*triple, where))
    pages = about(store, OAK).pages
    assert pages == -(-values // MOST)
    told = [about(store, OAK, page=page) for page in range(1, pages + 1)]
    found = [s for page in told for s in (*page.own, *page.incoming)]
    assert len(found) == len(expected)
    assert {ox.Triple(s.subject, s.predicate, s.object) for s in found} == expected
    assert all(len(page.incoming) <= MOST for page in told)
    beyond = about(store, OAK, page=pages + 1)
    assert (beyond.own, beyond.incoming, beyond.pages) == ((), (), pages)


def in_both(*triples: tuple[str, str, str | ox.Literal]) -> ox.Store:
    """Return a store whose triples stand in the default graph, as in the survey that gives them."""
    store = ox.Store()
    for subject, predicate, value in triples:
        term = ox.NamedNode(value) if isinstance(value, str) else value
        for where in (ox.DefaultGraph(), ox.NamedNode(graph("survey"))):
            store.add(ox.Quad(ox.NamedNode(subject), ox.NamedNode(predicate), term, where))
    return store


@pytest.mark.parametrize(("parts", "values"), [(250, 1), (1, 250), (40, 40)])
def test_all_pages_together_hold_all_that_is_said_of_parts(parts: int, values: int) -> None:
    names = [f"{OAK}#{n}" for n in range(parts)]
    store = in_both(
        *((OAK, "x:has", name) for name in names),
        *((name, "x:is", ox.Literal(str(n))) for name in names for n in range(values)),
    )
    pages = about(store, OAK).pages
    assert pages == -(-parts * values // MOST)
    told = [s for n in range(1, pages + 1) for s in about(store, OAK, page=n).own]
    found = {ox.Triple(s.subject, s.predicate, s.object) for s in told}
    assert len(told) == len(found) == parts * (1 + values)
    assert found == {q.triple for q in store}
    assert about(store, OAK).counts == {("out", "x:has"): parts}


def test_a_page_names_no_more_labels_than_it_may_hold() -> None:
    names = [(OAK, f"{RDFS}label", ox.Literal(f"{n:04}")) for n in range(5 * MOST)]
    found = about(in_both(*names), OAK)
    assert len(found.labels) == len(found.own) == MOST
    assert all(s.graphs == (ox.NamedNode(graph("survey")),) for s in found.labels)


def test_what_is_no_iri_is_known_to_nobody(store: ox.Store) -> None:
    assert about(store, "no iri", OAK).iri == OAK
    assert describe(store, ["no iri"], 1, DEFAULT, BASE, {}) is None


def test_a_worker_describes_as_the_store_does(with_engine: object) -> None:
    async def program(engine: PoolEngine) -> None:
        found = await engine.describe(DescriptionRequest((f"{BASE}id/none", OAK)))
        assert found is not None
        assert found.iri == OAK
        assert found.label(OAK) == "Old oak <b>&</b>"
        assert {s.object.value for s in found.own if s.predicate.value == PROV.wasQuotedFrom} == {
            f"{BASE}id/excerpt/survey-1"
        }
        assert await engine.describe(DescriptionRequest((f"{BASE}id/none",))) is None

    with_engine(program)


def test_a_description_is_read_as_it_was_written(store: ox.Store) -> None:
    found = about(store, f"{BASE}id/place/gate")
    assert Description.from_json(found.to_json()) == found


def test_descriptions_take_turns_as_queries_do(with_engine: object) -> None:
    async def program(engine: PoolEngine) -> None:
        asked = [
            asyncio.create_task(engine.describe(DescriptionRequest((OAK,), client=str(n))))
            for n in range(4)
        ]
        assert all(found.iri == OAK for found in await asyncio.gather(*asked))

    with_engine(program)
