"""Queries at random: of a small grammar, broken ones, and texts that are none."""

from __future__ import annotations

from hypothesis import strategies as st

from sample_release import BASE, INTEGER, ONTOLOGY, RDF, graph

PROLOGUE = f"PREFIX park: <{ONTOLOGY}#> "


def quoted(text: str) -> str:
    """Write a string with an escape for every character that may need one."""
    return '"' + "".join(c if c.isalnum() else f"\\U{ord(c):08X}" for c in text) + '"'


def one(*texts: str) -> st.SearchStrategy[str]:
    """Choose one of some texts."""
    return st.sampled_from(texts)


def row(*parts: str | st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Write parts one after the other."""
    strategies = [st.just(part) if isinstance(part, str) else part for part in parts]
    return st.tuples(*strategies).map(" ".join)


def several(part: st.SearchStrategy[str], separator: str = " ") -> st.SearchStrategy[str]:
    """Write a part up to three times."""
    return st.lists(part, max_size=3).map(separator.join)


def below(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Write what holds other expressions."""
    functions = one("STR", "IF", "REGEX", "REPLACE", "CONCAT", "BNODE", "IRI", "COUNT", "NOW")
    casts = one("STRDT", "park:unknown", f"<{INTEGER}>")
    return st.one_of(
        row(inner, one("+", "/", "=", "<", "&&", "||", "!="), inner),
        row(functions | casts, "(", several(inner, ", "), ")"),
        row("! (", inner, ")"),
        row("GROUP_CONCAT(", one("", "DISTINCT"), inner, one("", "; SEPARATOR = '|'"), ")"),
    )


variables = one("?a", "?b", "?c", "$d", "?é")
iris = one(f"<{BASE}id/tree/oak>", "park:height", f"<{RDF}type>", "<x:y>", "<x:\\u00e9>")
strings = st.text(max_size=8).map(quoted)
literals = st.one_of(
    one("0", "-1", "2.50", "1e400", "9" * 30, "true"),
    st.tuples(strings, one("", "@en", "@en-GB", "^^park:x", "^^<x:y>")).map("".join),
)
nodes = variables | iris | one("_:b", "[]", "( 1 ?a )")
paths = st.recursive(
    iris,
    lambda inner: st.one_of(
        row("(", inner, ")", one("", "*", "+", "?")),
        row(inner, one("/", "|"), inner),
        row(one("^", "!"), "(", inner, ")"),
    ),
    max_leaves=4,
)
expressions = st.recursive(variables | literals | iris, below, max_leaves=5)
patterns = st.recursive(
    row(nodes, variables | paths, nodes | literals),
    lambda inner: st.one_of(
        several(inner, " . "),
        row("{", inner, "} UNION {", inner, "}"),
        row(one("OPTIONAL", "MINUS", "FILTER NOT EXISTS", "SERVICE <x:y>"), "{", inner, "}"),
        row("{ SELECT * {", inner, "} LIMIT 2 }"),
        row("GRAPH", variables, "{", inner, "}"),
        row("FILTER(", expressions, ")"),
        row(inner, "BIND(", expressions, "AS ?new )"),
        row("VALUES", variables, "{", several(literals | one("UNDEF")), "}"),
    ),
    max_leaves=6,
)
forms = one(
    *("SELECT *", "SELECT DISTINCT ?a", "SELECT (COUNT(*) AS ?n)"),
    *("ASK", "CONSTRUCT { ?a ?b ?c }", "DESCRIBE ?a", "DELETE WHERE"),
)
datasets = one("", "", "", "", f"FROM <{graph('survey')}>", "FROM NAMED <x:y>")
modifiers = st.one_of(
    one("", "", "LIMIT 3", "OFFSET 2", f"LIMIT {10**18}", "VALUES ?a { 1 }"),
    row(one("ORDER BY", "GROUP BY", "HAVING"), "(", expressions, ")"),
)
written = row(PROLOGUE, forms, datasets, "{", patterns, "}", modifiers)


@st.composite
def broken(draw: st.DrawFn) -> str:
    """Take a part out of a query, and put a strange one in its place."""
    text = draw(written)
    start = draw(st.integers(0, len(text)))
    end = draw(st.integers(start, len(text)))
    strange = draw(st.text(max_size=4) | one("{" * 200, "\\u0022", "#", "\x00", '"""'))
    return text[:start] + strange + text[end:]


plain = st.one_of(written, written, written, broken(), st.text(max_size=60))
#: As some editors write them.
edited = plain.map(lambda text: "\ufeff" + text.replace(" ", "\r\n"))
queries = plain | plain | plain | edited
