"""The second reader of Turtle agrees with the library's, and knows lines."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from example_project import EXAMPLE
from gcmgraph.rdf.turtle import line_statements, lines, statements

TURTLE = (
    r"""
@prefix e: <http://e/> . @base <http://b/c/> .
PREFIX f: <../f#>
@prefix : <d#> .
e:a a e:C, f:D ; e:p 1, -1.5, .5, 2e3, true, false; ;
  e:q "plain", 'single', "en"@en-GB, "typed"^^e:t, "spaced" ^^ <t>, "tab\t\u00e9\U0001F600\"\\" .
<x> e:p '''l"o'n
g''', 'it' ; e:r [ e:s [ ], ( ) ; e:t ( 1 ( e:b [ e:c "]" ] ) ) ] . # not [ this
[ e:u e:v ] e:w _:x . _:x e:y e:z\/w, e:p%20q, e:a.b, e:c.
:d :e e:dot.ted, e:\ufeffmarked, e:x\u00b7-\u200d_, e::, e:1a, e:é·𝄞 .
_:é.a-1 e:y _:0 .
""".replace("\\ufeff", "\ufeff")
    .replace("\\u00b7", "\u00b7")
    .replace("\\u200d", "\u200d")
)
TRIG = """@prefix e: <http://e/> .
e:a e:b e:c . e:g { e:a e:b 1 , 2 } GRAPH <http://e/h> { e:x a e:Y . }  { e:d e:e "}" }
"""


def same(ours: set[ox.Quad], theirs: set[ox.Quad]) -> bool:
    def canonical(quads: set[ox.Quad]) -> set[ox.Quad]:
        dataset = ox.Dataset(quads)
        dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
        return set(dataset)

    return canonical(ours) == canonical(theirs)


@pytest.mark.parametrize(
    ("text", "fmt"),
    [
        (TURTLE, ox.RdfFormat.TURTLE),
        (TRIG, ox.RdfFormat.TRIG),
        *((p.read_text("utf-8"), ox.RdfFormat.TURTLE) for p in sorted(EXAMPLE.rglob("*.ttl"))),
    ],
)
def test_both_readers_read_the_same(text: str, fmt: ox.RdfFormat) -> None:
    ours = {statement.quad for statement in statements(text)}
    assert ours
    assert same(ours, set(ox.parse(text, format=fmt)))


def test_a_statement_has_the_line_of_its_object() -> None:
    text = '<a:a> <a:b>\n  """x\ny""" ,\r\n  <a:c> .\n'
    assert [(str(s.quad.object), s.line) for s in statements(text)] == [
        ('"x\\ny"', 2),
        ("<a:c>", 4),
    ]


def test_lines_of_quads_are_read_to_the_character() -> None:
    quads = {
        ox.Quad(ox.NamedNode("a:a"), ox.NamedNode("a:b"), value, graph)
        for value in (
            ox.NamedNode("a:c"),
            ox.Literal('"\\ \n\r\t\u0007\u2028\x85 é😀'),
            ox.Literal("x", language="en-gb"),
            ox.Literal("01", datatype=ox.NamedNode("a:d")),
        )
        for graph in (ox.DefaultGraph(), ox.NamedNode("a:g"))
    }
    text = ox.serialize(quads, format=ox.RdfFormat.N_QUADS)
    assert text
    assert set(line_statements(text.decode())) == quads


@pytest.mark.parametrize("line", ["<a:a> <a:b> .", '<a:a> <a:b> "x"', "_:a <a:b> <a:c> ."])
def test_a_line_that_is_no_statement_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match="no statement"):
        list(line_statements(line + "\n"))


def test_marks_are_found_outside_of_texts_and_comments() -> None:
    text = '<a:a> <a:b> "[ <<" . # _:x ( "y"@ar--rtl\n<a:a> <a:b> [] ,\n ( ) , "z"@ar--rtl .\n'
    assert (lines(text, "blank"), lines(text, "direction")) == ([2, 3], [3])
    assert lines(text, "novel") == []


@pytest.mark.parametrize(
    "text", ['<a:a> <a:b> "x\ny" .', "<a:a> <a:b> <a:c> . %", "<a b> % <c:d> ."]
)
def test_what_is_no_turtle_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no token of Turtle"):
        list(statements(text))
