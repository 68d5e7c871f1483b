"""Answers are those of SPARQL 1.1 where the engine's own are not; where they cannot be, it is said.

``docs/sparql.md`` tells of both. A new version of the engine may change what it does: then a test
here fails, and a rewriting or a line of that page has to go.
"""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import given, settings
from hypothesis import strategies as st

from fuzz.grammar import queries
from gcmgraph.errors import UnsupportedQueryError
from gcmgraph.rdf.sparql import ask

if TYPE_CHECKING:
    from collections.abc import Callable

PAGE = Path(__file__).parents[2] / "docs" / "sparql.md"
PREFIXES = "PREFIX : <http://e/> PREFIX xsd: <http://www.w3.org/2001/XMLSchema#> "
DATA = """
PREFIX : <http://e/>
:oak :near :ash . :ash :near :elm .
GRAPH :wood { :oak :near :ash . :oak :height 21 }
GRAPH :park { :ash :near :elm . :elm :near :oak }
GRAPH :yard { :oak :height 21 }
"""


def store() -> ox.Store:
    made = ox.Store()
    made.load(DATA, format=ox.RdfFormat.TRIG)
    return made


def rows(text: str) -> Counter[str]:
    """Answer a query; each row as Turtle would write it."""
    found = ask(store(), PREFIXES + text)
    assert isinstance(found, ox.QuerySolutions)
    names = sorted(variable.value for variable in found.variables)
    return Counter(" ".join(str(row[name] or "UNDEF") for name in names) for row in found)


@pytest.mark.parametrize(
    ("members", "joined"),
    [
        ('"a" "b"', "a|b"),
        ("<x:a> <x:b>", "x:a|x:b"),
        ("1 2.5", "1|2.5"),
        ('"2020-01-01"^^xsd:date <x:a> "b"', "2020-01-01|x:a|b"),
        ('"a"@en "b"@en', "a|b"),
        ('"a"@en "b"@de', "a|b"),
        ('"a"^^<x:d>', "a"),
        ("", ""),
    ],
)
def test_group_concat_joins_the_string_forms_of_all_terms(members: str, joined: str) -> None:
    values = f"{{ VALUES ?x {{ {members} }} }}"
    text = f"SELECT (GROUP_CONCAT(?x; SEPARATOR='|') AS ?all) {values}"
    assert rows(text) == {f'"{joined}"': 1}
    if members:
        of_rdflib = rdflib.Graph().query(PREFIXES + text)
        assert [str(row[0]) for row in of_rdflib] == [joined]


def test_group_concat_of_distinct_members_tells_terms_apart() -> None:
    values = '{ VALUES ?x { "a"@en "a"@de <x:a> <x:a> } }'
    assert rows(f"SELECT (GROUP_CONCAT(DISTINCT ?x) AS ?all) {values}") == {'"a a x:a"': 1}


def test_group_concat_stands_wherever_an_aggregate_may() -> None:
    text = r"""
        SELECT (CONCAT("<", group_concat # all of them
            (distinct IF(?x > 1, STR(?x), "one"); separator = "\u003B)\n"), ">") AS ?all) ?k
        { VALUES (?x ?k) { (1 "a") (2 "a") (3 "b") } }
        GROUP BY ?k HAVING (GROUP_CONCAT(?x; SEPARATOR="") = "12") ORDER BY GROUP_CONCAT(?x)"""
    assert rows(text) == {r'"<one;)\n2>" "a"': 1}


@pytest.mark.parametrize("members", ["1 UNDEF", "UNDEF"])
def test_group_concat_has_no_answer_where_a_member_is_an_error(members: str) -> None:
    """As SUM and AVG have none: the error is kept (§18.5.1, ListEval)."""
    text = "SELECT (GROUP_CONCAT(?x) AS ?all)"
    assert rows(f"{text} {{ VALUES ?x {{ {members} }} }}") == {"UNDEF": 1}


def test_group_concat_has_no_answer_for_a_blank_node_which_has_no_string_form() -> None:
    text = "SELECT (GROUP_CONCAT(?x) AS ?all) { { BIND(BNODE() AS ?x) } UNION { BIND(1 AS ?x) } }"
    assert rows(text) == {"UNDEF": 1}


@pytest.mark.parametrize(
    "text",
    [
        "SELECT (GROUP_CONCAT(?x; SEPARATOR=<x:a>) AS ?all) {}",
        "SELECT (GROUP_CONCAT(?x, ?y) AS ?all) {}",
        "SELECT (GROUP_CONCAT() AS ?all) {}",
        "SELECT (GROUP_CONCAT(*) AS ?all) {}",
        "SELECT (GROUP_CONCAT(DISTINCT) AS ?all) {}",
        "SELECT ?x (GROUP_CONCAT(?x) AS ?all) { ?x ?y ?z }",
        "SELECT (GROUP_CONCAT(?x) AS ?all) { :zz :p* ?x ?y }",
        "SELECT * { GRAPH ?g { SELECT ?x { ?x ?y } } }",
        "SELECT * { GRAPH ?g { SELECT * {} }",
        "SELECT * { <x:zz> <x:p>* ?x . . ?x ?y ?z }",
    ],
)
def test_the_place_of_a_fault_is_that_in_the_text_as_it_was_written(text: str) -> None:
    with pytest.raises(SyntaxError) as of_engine:
        ox.Store().query(text)
    with pytest.raises(SyntaxError) as ours:
        ask(store(), text)
    assert str(ours.value) == str(of_engine.value)
    # Where there is no graph, too.
    with pytest.raises(SyntaxError):
        ask(ox.Store(), text)


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        (":fir :near* ?x", ["<http://e/fir>"]),
        (":fir :near? ?x . FILTER(true)", ["<http://e/fir>"]),
        ("?x ^:near* :fir", ["<http://e/fir>"]),
        ("FILTER(true) :fir (:near|:far*)/(:near?) ?x", ["<http://e/fir>"]),
        (":fir !(:near)* ?x", ["<http://e/fir>"]),
        (":fir :near+ ?x", []),
        (":fir :near*/:far ?x", []),
        (":oak :far* ?x", ["<http://e/oak>"]),
        (":fir :near* ?x . ?x :near ?y", []),
        (":fir :near* :fir BIND(1 AS ?x)", ['"1"^^<http://www.w3.org/2001/XMLSchema#integer>']),
        # The default graph has it, this one has not.
        ("GRAPH :yard { :ash :near* ?x }", ["<http://e/ash>"]),
        # No term of the query: such a path leads from what the graph holds to what it holds.
        ("VALUES ?x { :fir } ?x :near* ?x", []),
    ],
)
def test_a_path_of_length_zero_begins_at_any_term(pattern: str, found: list[str]) -> None:
    assert rows(f"SELECT ?x {{ {pattern} }}") == Counter(found)


#: Trees with two kinds of neighbours, some of both kinds.
TREES = """
PREFIX : <http://e/>
:oak :near :ash, :elm ; :like :ash, :oak . :ash :near :elm ; :like :elm, :fir .
:elm :near :elm ; :far :fir . :fir :like :oak ; :far :ash .
"""


def trees(text: str) -> tuple[Counter[str], Counter[str]]:
    """Answer a query of the trees, here and with rdflib."""
    made = ox.Store()
    made.load(TREES, format=ox.RdfFormat.TURTLE)
    found = ask(made, PREFIXES + text)
    assert isinstance(found, ox.QuerySolutions)
    names = [variable.value for variable in found.variables]
    here = Counter(" ".join(str(row[name]) for name in names) for row in found)
    other = rdflib.Graph().parse(data=TREES).query(PREFIXES + text)
    there = Counter(" ".join(row[name].n3() for name in names) for row in other)
    return here, there


@pytest.mark.parametrize(
    "pattern",
    [
        "?x :near|:like ?y",
        "?x :near|:near ?y",
        "?x (:near|:like)/(:near|:like|:far) ?y",
        "?x ^:near|^(:like/:near) ?y",
        "?x ^(:near|:like)/:far ?y",
        "?x (:near|:like)+/:far ?y",
        "?x (:near|:like)?/(:near|:like) ?y",
        "?x :near|(:like?) ?y",
        "?x !(:near|:like)|:far ?y",
        "?x :near|:like :elm, ?y",
        "?x :far ?z ; :near|:like ?y ; ^:near|^:like ?w , ?y .",
        "?x :far [ :near|:like ?y ; :near ?z ]",
        "[ :near|:like ?y ] :near|:like ?z",
        "[] :near|:like ?y ; .",
        "?x :far|:like/:near ?y . # a comment |\n ?y :near|:like ?z FILTER(?x = :oak || ?y = :elm)",
        "?x :far ?y OPTIONAL { ?y :near|:like ?z }",
        "{ SELECT ?x (COUNT(*) AS ?y) { ?x :near|:like ?z } GROUP BY ?x }",
    ],
)
def test_alternatives_of_a_path_are_a_union(pattern: str) -> None:
    here, there = trees(f"SELECT * {{ {pattern} }}")
    assert here == there
    assert here


EDGES = st.sampled_from([":near", ":like", ":far"])
#: None of length zero, which rdflib counts twice where a thing has an edge to itself.
PATHS = st.recursive(
    EDGES,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from("|/"), inner).map("".join).map("({})".format),
        st.tuples(st.just("^"), inner).map(lambda parts: f"({''.join(parts)})"),
        inner.map("({}+)".format),
    ),
    max_leaves=6,
)


@settings(deadline=None, derandomize=True, database=None, max_examples=150)
@given(PATHS, PATHS)
def test_any_path_has_the_solutions_that_another_engine_finds(one: str, two: str) -> None:
    here, there = trees(f"SELECT * {{ ?x {one} ?y ; {two} ?z }}")
    assert here == there


def test_the_two_directions_of_a_negated_path_are_alternatives() -> None:
    """What is near itself is so in both; rdflib does not read such paths."""
    made = ox.Store()
    made.load("<x:a> <x:p> <x:a>, <x:b> .", format=ox.RdfFormat.TURTLE)
    found = ask(made, "SELECT * { <x:a> !(<x:q>|^<x:q>|^a) ?y }")
    assert isinstance(found, ox.QuerySolutions)
    assert Counter(str(row["y"]) for row in found) == {"<x:a>": 2, "<x:b>": 1}


def test_each_way_of_length_zero_counts() -> None:
    assert rows("SELECT ?x { :fir :near*|:far? ?x }") == {"<http://e/fir>": 2}
    assert rows("SELECT ?x { :fir (:near|:far*)/:near? ?x }") == {"<http://e/fir>": 1}
    assert rows("SELECT ?x ?y { :fir :near* ?x ; :far? ?y }") == {
        "<http://e/fir> <http://e/fir>": 1
    }


def test_a_label_that_stands_on_no_two_sides_of_a_path_is_let_be() -> None:
    assert rows("SELECT ?y { ?x :near|:far ?y . _:b :near ?y }")
    with pytest.raises(UnsupportedQueryError, match="Line 2: _:b cannot stand beside"):
        rows("SELECT ?y {\n _:b :near|:far ?y . ?y ?p _:b }")


@pytest.mark.parametrize(
    "pattern",
    [
        "",
        "?s :near ?o",
        "?s :near ?o OPTIONAL { ?o :near ?x }",
        "VALUES ?x { 1 }",
        "?s :near ?o MINUS { :oak :height ?h }",
        "SELECT (COUNT(*) AS ?n) { ?s :near ?o }",
        "{ SELECT DISTINCT ?s { ?s :near ?o } ORDER BY ?s LIMIT 1 }",
        "GRAPH ?h { ?s :height ?o }",
        "GRAPH ?h { SELECT (COUNT(*) AS ?n) { ?s :height ?o } }",
        "GRAPH :yard { ?s :height ?o }",
        ":fir :near* ?x",
        "{} UNION { ?s :height ?o }",
        "FILTER NOT EXISTS { :oak :height ?h }",
        "SELECT (GROUP_CONCAT(?o) AS ?all) { :oak :height ?o }",
    ],
)
def test_graph_asks_each_graph_by_itself(pattern: str) -> None:
    each = " UNION ".join(
        f"{{ GRAPH {graph} {{ {pattern} }} VALUES ?g {{ {graph} }} }}"
        for graph in (":wood", ":park", ":yard")
    )
    assert rows(f"SELECT * {{ GRAPH ?g {{ {pattern} }} }}") == rows(f"SELECT * {{ {each} }}")


@pytest.mark.parametrize(
    "pattern",
    [
        "?s :near ?o FILTER(?g != <http://e/graph/wood> && ?g != :park)",
        '?s :near ?o FILTER(?g != :park && "select values" != "")',
        "?s :near ?graph FILTER(?g != :park)",
        "?s :near ?o # MINUS nothing\n FILTER(?g != :park)",
        "?s :near ?o FILTER(?g != :park && :graph != :values)",
    ],
)
def test_a_word_of_the_language_is_none_in_an_iri_a_text_or_a_name(pattern: str) -> None:
    """The variable has its value inside of the braces, as the page says, whatever stands there."""
    assert rows(f"SELECT ?g ?s {{ GRAPH ?g {{ {pattern} }} }}") == {
        "<http://e/wood> <http://e/oak>": 1
    }


@pytest.mark.parametrize("beside", ["MINUS { ?s :height 1 }", "VALUES ?o { :ash :oak }"])
def test_beside_what_is_asked_of_each_graph_a_graph_has_its_name_outside_alone(beside: str) -> None:
    inside = f"GRAPH ?g {{ ?s :near ?o {beside} FILTER(?g != :park) }}"
    outside = f"GRAPH ?g {{ ?s :near ?o {beside} }} FILTER(?g != :park)"
    assert not rows(f"SELECT ?g {{ {inside} }}")
    assert rows(f"SELECT ?g {{ {outside} }}") == {"<http://e/wood>": 1}


def test_graph_asks_no_graph_that_is_not_of_the_dataset() -> None:
    text = PREFIXES + "SELECT ?g { GRAPH ?g { SELECT (COUNT(*) AS ?n) { ?s ?p ?o } } }"
    yard = ox.NamedNode("http://e/yard")
    assert [row["g"] for row in ask(store(), text, default_graph=[], named_graphs=[yard])] == [yard]
    assert list(ask(store(), text, default_graph=[yard], named_graphs=[])) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("ASK {\n BIND(BNODE('x') AS ?b) }", "Line 2: BNODE with an argument is not known here"),
        ("ASK { GRAPH ?g { _:a ?p ?o MINUS { ?s ?p ?o } } }", "write variables instead"),
        (f"ASK {{ ?x {'/'.join(['(<x:a>|<x:b>)'] * 40)} ?y }}", "alternatives of a path, a|b, are"),
        (
            f"ASK {{ GRAPH ?g {{ SELECT * {{ BIND('{'x' * 400_000}' AS ?x) }} }} }}",
            "too long for 3 graphs; name the graph",
        ),
    ],
)
def test_what_no_other_words_can_say_is_refused(text: str, said: str) -> None:
    with pytest.raises(UnsupportedQueryError, match=said):
        ask(store(), text)


@pytest.mark.parametrize(
    ("number", "is_held"),
    [
        ("9223372036854775807", True),
        ("9223372036854775808", False),
        ("99999999999999999999.5", True),
        ("1000000000000000000000.0", False),
        ("0.123456789012345678", True),
        (".1234567890123456789", False),
        ("10000000000000000000e0", True),
        ('"99999999999999999999"^^xsd:unsignedLong', False),
        ('"99999999999999999999"^^<http://www.w3.org/2001/XMLSchema#decimal>', True),
        ("'-0.12345678901234567890'^^xsd:decimal", False),
        # No numbers.
        ('"99999999999999999999"', True),
        ('"99999999999999999999"@en', True),
        ('"9999999999999999999.5"^^xsd:integer', True),
        ('"99999999999999999999"^^<x:y>', True),
    ],
)
def test_numbers_that_the_engine_cannot_hold_are_refused(number: str, is_held: bool) -> None:
    text = f"SELECT (({number} > 1) AS ?is)\n{{ FILTER(?x = {number}) }}"
    if is_held:
        assert rows(text) == {}
    else:
        with pytest.raises(UnsupportedQueryError, match=r"Line 1: .* is too large to compute with"):
            rows(text)


def test_a_number_of_any_size_may_be_looked_for() -> None:
    made = ox.Store()
    made.load(f"<x:a> <x:p> {'9' * 30} .", format=ox.RdfFormat.TURTLE)
    assert ask(made, f"ASK {{ ?a <x:p> {'9' * 30} }}")
    assert ask(made, f"ASK {{ ?a <x:p>|<x:q> {'9' * 30} }}")


def test_what_a_service_is_asked_is_left_alone() -> None:
    """The engine would not know what to send; that nobody answers, is another matter."""
    text = "ASK { SERVICE SILENT <http://127.0.0.1:1/> { SELECT (GROUP_CONCAT(?x) AS ?y) {} } }"
    assert ask(store(), text)


@settings(deadline=None, derandomize=True, database=None, max_examples=500)
@given(queries)
def test_any_text_is_answered_or_refused_and_no_fault_is_hidden_or_invented(text: str) -> None:
    """Reading a query's structure from its tokens never fails, and is never read into it."""

    def outcome(asking: Callable[[], object]) -> str:
        try:
            asking()
        except SyntaxError as error:
            return str(error)
        except UnsupportedQueryError:
            return "refused"
        except (RuntimeError, OSError):
            # A service is called, or a function that the engine does not know.
            pass
        return ""

    raw, here = outcome(lambda: ox.Store().query(text)), outcome(lambda: ask(ox.Store(), text))
    assert here in (raw, "refused")


#: The rows of the page: an expression, what it gives here, what it gives in SPARQL 1.1.
DIFFERENCES = re.findall(
    r"^\| `(.+?)` \| `(.+?)` \| `(.+?)` \|$", PAGE.read_text("utf-8"), re.MULTILINE
)


def test_the_page_has_differences() -> None:
    assert len(DIFFERENCES) > 10


@pytest.mark.parametrize(("expression", "here", "there"), DIFFERENCES)
def test_what_differs_is_as_the_page_says(expression: str, here: str, there: str) -> None:
    def answer(text: str) -> ox.QuerySolution:
        (row,) = ask(store(), f"{PREFIXES} SELECT ({text} AS ?value) {{}}")
        return row

    assert here != there
    if here == "unbound":
        assert answer(expression)["value"] is None
    else:
        assert answer(expression)["value"] == answer(here)["value"]


def test_a_year_is_no_number() -> None:
    values = 'VALUES ?year { "2015"^^xsd:gYear "2020"^^xsd:gYear }'
    assert not rows(f"SELECT * {{ {values} FILTER(?year < 2016) }}")
    for early in ('?year < "2016"^^xsd:gYear', "xsd:integer(STR(?year)) < 2016"):
        assert rows(f"SELECT (STR(?year) AS ?x) {{ {values} FILTER({early}) }}") == {'"2015"': 1}


@pytest.mark.parametrize(
    ("select", "expected"),
    [
        # What ``docs/sparql.md`` says in words below its table.
        (r'(REGEX("é", "^\\p{L}$") AS ?x) {}', ["true"]),
        ('(YEAR("2017"^^xsd:gYear) AS ?x) {}', ["2017"]),
        ("(SUM(?n) AS ?x) { VALUES ?n { 9223372036854775807 1 } }", [None]),
        ('?x { ?x :near* "birch" }', []),
        ("?x { GRAPH ?g { ?x :height 21 FILTER(?g != :yard) } }", ["http://e/oak"]),
    ],
)
def test_what_the_page_says_besides_its_table(select: str, expected: list[str | None]) -> None:
    found = ask(store(), f"{PREFIXES}SELECT {select}")
    assert isinstance(found, ox.QuerySolutions)
    values = [row["x"] for row in found]
    assert [value and value.value for value in values] == expected
