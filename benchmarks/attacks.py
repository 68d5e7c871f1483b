"""What hostile clients ask: each with the answers that are right for it.

A limit that has a name is always a right answer. A status of 200 is one only where the whole answer
is known, and then only with that answer.
"""

from __future__ import annotations

from dataclasses import dataclass

from sample import RDFS, TERMS

PROLOGUE = f"PREFIX park: <{TERMS}> PREFIX rdfs: <{RDFS}> "
EVERY = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i"

#: What a limit may be called; any of them ends a query rightly.
LIMITS = {
    "query-timeout",
    "query-memory",
    "result-too-large",
    "query-too-deep",
    "query-too-long",
    "busy",
}


@dataclass(frozen=True)
class Attack:
    """A hostile query; ``whole`` is its answer in CSV where it has one that can be given.

    ``also`` are problems besides the limits that are right.
    """

    name: str
    text: str
    whole: str | None = None
    also: frozenset[str] = frozenset()


def _nested(depth: int, opening: str, middle: str, closing: str) -> str:
    return opening * depth + middle + closing * depth


def _doubled(times: int) -> str:
    binds = [f"BIND(CONCAT(?s{i}, ?s{i}) AS ?s{i + 1})" for i in range(times)]
    return f'BIND("0123456789abcdef" AS ?s0) {" ".join(binds)}'


def _values(rows: int) -> str:
    return " ".join(map(str, range(rows)))


ATTACKS = (
    Attack("cross product, counted", f"SELECT (COUNT(*) AS ?n) {{ {EVERY} }}"),
    Attack("cross product, whole", f"SELECT * {{ {EVERY} }}"),
    Attack("sort of a cross product", f"SELECT * {{ {EVERY} }} ORDER BY ?i ?e ?a"),
    Attack(
        "grouping of a cross product",
        "SELECT ?a ?d (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f } GROUP BY ?a ?d",
    ),
    Attack("distinct pairs", "SELECT DISTINCT ?a ?d { ?a ?b ?c . ?d ?e ?f }"),
    Attack("everything in one string", f"SELECT (GROUP_CONCAT(?c) AS ?n) {{ {EVERY} }}"),
    Attack("path over everything", "SELECT * { ?a (!<x:y>)* ?b }"),
    Attack("path round the ring", "SELECT (COUNT(*) AS ?n) { ?a park:next+ ?b }"),
    Attack("paths within paths", "SELECT * { ?a ((park:next*)*/(^park:next)*)* ?b }"),
    Attack(
        "catastrophic pattern",
        'SELECT (COUNT(*) AS ?n) { ?s rdfs:label ?l FILTER(REGEX(?l, "^(a|a|aa)+$")) }',
        whole="n\r\n0\r\n",
    ),
    Attack(
        "pattern that grows",
        'SELECT (COUNT(*) AS ?n) { ?s rdfs:label ?l FILTER(REGEX(?l, "((a{99}){99}){99}")) }',
        whole="n\r\n0\r\n",
    ),
    Attack("strings that double", f"SELECT (STRLEN(?s40) AS ?n) {{ {_doubled(40)} }}"),
    Attack(
        "replacement that grows",
        "SELECT (STRLEN(?l9) AS ?n) { BIND('aaaaaaaa' AS ?l0) "
        + " ".join(f"BIND(REPLACE(?l{i}, 'a', ?l{i}) AS ?l{i + 1})" for i in range(9))
        + " }",
    ),
    Attack("ten thousand UNIONs", "ASK { " + " UNION ".join(["{ ?a ?b ?c }"] * 10_000) + " }"),
    Attack("ten thousand brackets", f"ASK {{ {_nested(10_000, '{', '', '}')} }}"),
    Attack("ten thousand parentheses", f"ASK {{ FILTER({_nested(10_000, '(', '1', ')')}) }}"),
    Attack("ten thousand negations", f"ASK {{ FILTER({'!' * 10_000}true) }}"),
    Attack(
        "ten thousand queries in each other",
        _nested(10_000, "SELECT * { {", "SELECT * {}", "} }"),
    ),
    Attack(
        "EXISTS in EXISTS",
        f"SELECT * {{ ?a ?b ?c {_nested(40, 'FILTER EXISTS { ?d ?e ?f ', '', '}')} }}",
    ),
    Attack("query of 10 MB", "#" * 10_000_000 + "\nASK {}"),
    Attack("VALUES of a million rows", f"ASK {{ VALUES ?x {{ {_values(1_000_000)} }} }}"),
    Attack(
        "VALUES against VALUES",
        f"SELECT (COUNT(*) AS ?n) {{ VALUES ?x {{ {_values(40_000)} }} "
        f"VALUES ?y {{ {_values(40_000)} }} FILTER(?x + ?y < 0) }}",
    ),
    Attack(
        "SERVICE to this very machine",
        "SELECT * { SERVICE SILENT <http://127.0.0.1:8000/sparql> { ?s ?p ?o } }",
        also=frozenset({"service-refused"}),
    ),
)
