"""TriG that people like to read."""

from __future__ import annotations

import pyoxigraph as ox
from hypothesis import given
from hypothesis import strategies as st

from gcmgraph.rdf.namespaces import RDF, XSD
from gcmgraph.rdf.terms import Term
from gcmgraph.serve.things.quads import nquads, trig
from gcmgraph.serve.things.statements import Statement

PARK = "https://example.org/park/"
PREFIXES = {"park": PARK, "tree": f"{PARK}tree/", "xsd": "http://www.w3.org/2001/XMLSchema#"}


def iri(text: str) -> Term:
    return Term("uri", text)


def said(subject: str, predicate: str, value: Term, *graphs: str) -> Statement:
    return Statement(iri(subject), iri(predicate), value, tuple(map(iri, graphs)))


def test_graphs_are_blocks_of_subjects_with_prefixes() -> None:
    number = Term("literal", "21", datatype=XSD.integer)
    date = Term("literal", "2020-01-01", datatype=XSD.date)
    statements = [
        said(f"{PARK}tree/oak", f"{PARK}height", number, f"{PARK}survey"),
        said(f"{PARK}tree/oak", RDF.type, iri(f"{PARK}Tree"), f"{PARK}survey", "urn:x"),
        said(f"{PARK}tree/oak", f"{PARK}near", iri(f"{PARK}tree/lime"), f"{PARK}survey"),
        said(f"{PARK}tree/oak", f"{PARK}near", iri(f"{PARK}tree/elm)"), f"{PARK}survey"),
        said(f"{PARK}tree/oak", f"{PARK}seen", date, f"{PARK}survey"),
    ]
    assert (
        trig(statements, PREFIXES)
        == """\
@prefix park: <https://example.org/park/> .
@prefix tree: <https://example.org/park/tree/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

<urn:x> {
  tree:oak
    a park:Tree .
}

park:survey {
  tree:oak
    a park:Tree ;
    park:height 21 ;
    park:near tree:lime, <https://example.org/park/tree/elm)> ;
    park:seen "2020-01-01"^^xsd:date .
}
"""
    )


NAMES = st.lists(st.sampled_from([*"aé1.-_/:~;,()'", "%2F"]), max_size=6).map("".join)
VALUES = st.one_of(
    st.builds(lambda name: iri(PARK + name), NAMES),
    st.builds(
        Term,
        st.just("literal"),
        st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
        datatype=st.sampled_from([None, XSD.integer, XSD.decimal, XSD.boolean, XSD.date]),
    ),
    st.builds(
        lambda text, datatype: Term("literal", text, datatype=datatype),
        st.sampled_from(["1", "-1", "+1.", ".5", "1e3", "true", "1\n"]),
        st.sampled_from([XSD.integer, XSD.decimal, XSD.boolean]),
    ),
)


@given(st.lists(st.tuples(NAMES, VALUES), min_size=1, max_size=5))
def test_trig_says_what_nquads_say(pairs: list[tuple[str, Term]]) -> None:
    statements = [said(PARK + name, f"{PARK}p", value, f"{PARK}g") for name, value in pairs]
    as_trig = set(ox.parse(trig(statements, PREFIXES), ox.RdfFormat.TRIG))
    assert as_trig == set(ox.parse(nquads(statements), ox.RdfFormat.N_QUADS))
