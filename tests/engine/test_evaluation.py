"""How graphs are written: each triple once, in the release's terms, and always the same bytes."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import pyoxigraph as ox
import pytest

from gcmgraph.engine.evaluation import Style, Task, evaluate
from gcmgraph.errors import UnwritableResultError
from gcmgraph.rdf import formats
from gcmgraph.rdf.jsonld import Context, Term

if TYPE_CHECKING:
    from gcmgraph.rdf.formats import Format

TREES = """
@prefix : <http://e/> .
:oak a :Tree ; :height 21 ; :name "Oak"@en ; :near :lime, :ash .
:lime a :Tree .
"""
CONTEXT = Context(
    "http://e/context",
    [
        Term("Tree", "http://e/Tree"),
        Term("height", "http://e/height", "http://www.w3.org/2001/XMLSchema#integer"),
        Term("name", "http://e/name", "@language"),
        Term("near", "http://e/near", "@id", many=True),
        Term("unused", "http://e/unused", "@id"),
    ],
)


def written(text: str, format_: Format, context: Context | None = CONTEXT) -> str:
    store = ox.Store()
    store.load(TREES, format=ox.RdfFormat.TURTLE)
    output = io.BytesIO()
    evaluate(store, Task(text, format_, None, None), Style({"e": "http://e/"}, context), output)
    return output.getvalue().decode()


def test_json_ld_reads_like_plain_json_and_holds_the_terms_it_uses() -> None:
    document = json.loads(written("DESCRIBE <http://e/oak>", formats.JSONLD))
    assert set(document["@context"]) == {
        "@version", "id", "type", "Tree", "height", "name", "near",
    }  # fmt: skip
    assert document["@graph"] == [
        {
            "id": "http://e/oak",
            "type": ["Tree"],
            "height": 21,
            "name": {"en": "Oak"},
            "near": ["http://e/ash", "http://e/lime"],
        }
    ]


@pytest.mark.parametrize("context", [CONTEXT, None])
def test_json_ld_says_what_n_triples_say(context: Context | None) -> None:
    text = "CONSTRUCT WHERE { ?s ?p ?o }"
    triples = ox.parse(written(text, formats.NTRIPLES), ox.RdfFormat.N_TRIPLES)
    again = ox.parse(written(text, formats.JSONLD, context), ox.RdfFormat.JSON_LD)
    assert set(again) == set(triples) != set()


@pytest.mark.parametrize("format_", formats.TRIPLES, ids=lambda f: f.name)
def test_blank_nodes_of_a_template_have_the_same_labels_each_time(format_: Format) -> None:
    text = "PREFIX : <http://e/> CONSTRUCT { [] :of ?t ; :by [ :is 1 ] } WHERE { ?t a :Tree }"
    first, second = written(text, format_), written(text, format_)
    assert first == second
    assert len(list(ox.parse(first, ox.RdfFormat.from_media_type(format_.media_type)))) == 6


def test_a_triple_about_a_triple_is_no_json_ld() -> None:
    text = "CONSTRUCT { <x:s> <x:p> <<( <x:a> <x:b> <x:c> )>> } {}"
    with pytest.raises(UnwritableResultError, match="ask for Turtle"):
        written(text, formats.JSONLD)
    assert "<<( " in written(text, formats.NTRIPLES)


XML = pytest.mark.parametrize(
    ("text", "format_"),
    [
        ('SELECT ("a%sb" AS ?t) {}', formats.RESULTS_XML),
        ('CONSTRUCT { <x:s> <x:p> "a%sb" } {}', formats.RDFXML),
    ],
)


@XML
@pytest.mark.parametrize("character", ["\\u0000", "\\u001B", "\\uFFFE", "\\uFFFF"])
def test_what_xml_cannot_hold_is_refused(text: str, format_: Format, character: str) -> None:
    with pytest.raises(UnwritableResultError, match="ask for JSON"):
        written(text % character, format_)


@XML
def test_xml_keeps_white_space(text: str, format_: Format) -> None:
    tree = ElementTree.fromstring(written(text % "\\r\\n\\t", format_))
    assert "a\r\n\tb" in [element.text for element in tree.iter()]
