"""XML output: what XML cannot hold is noticed however it is cut."""

from __future__ import annotations

import io
from xml.etree import ElementTree
from xml.sax.saxutils import escape

import pyoxigraph as ox
import pytest

from gcmgraph.errors import UnwritableResultError
from gcmgraph.rdf.namespaces import PREFIXES, RDF
from gcmgraph.rdf.xml import XmlOutput, holds_name, holds_text, with_returns


@pytest.mark.parametrize("size", [1, 2, 3, 8])
def test_a_character_is_noticed_whatever_pieces_it_comes_in(size: int) -> None:
    data = "ab\uffff".encode()
    output = XmlOutput(io.BytesIO())
    pieces = [data[start : start + size] for start in range(0, len(data), size)]
    with pytest.raises(UnwritableResultError):
        any(output.write(piece) == 0 for piece in pieces)


@pytest.mark.parametrize("size", [1, 2, 5, 100])
def test_a_property_without_a_name_is_noticed(size: int) -> None:
    triple = ox.Triple(ox.NamedNode("a:a"), ox.NamedNode("urn:1"), ox.Literal("v"))
    data = ox.serialize([triple], format=ox.RdfFormat.RDF_XML) or b""
    output = XmlOutput(io.BytesIO())
    pieces = [data[start : start + size] for start in range(0, len(data), size)]
    with pytest.raises(UnwritableResultError, match="A property or class of the answer"):
        any(output.write(piece) == 0 for piece in pieces)


@pytest.mark.parametrize(
    "iri",
    [
        *(
            "urn:x-y:flows",
            "http://e/p",
            "http://e/#é",
            "http://e/1a",
            "mailto:a@b",
            "http://e/a.b-c",
        ),
        *("http://e/p/", "http://e/1", "urn:1", "http://e/a%20", "http://e/p#", "tag:x,2020:1"),
    ],
)
def test_the_rule_for_properties_is_that_of_the_engine(iri: str) -> None:
    triple = ox.Triple(ox.NamedNode("a:a"), ox.NamedNode(iri), ox.Literal("v"))
    data = ox.serialize([triple], format=ox.RdfFormat.RDF_XML) or b""
    assert holds_name(iri) is (b"<oxprefix:" not in data)
    if holds_name(iri):
        element = ElementTree.fromstring(data)[0][0]
        assert element.tag.replace("{", "").replace("}", "") == iri


@pytest.mark.parametrize("iri", ["http://e/C", "http://e/C/", "urn:isbn:1", "urn:x-y:C"])
def test_the_rule_for_classes_is_the_same(iri: str) -> None:
    triple = ox.Triple(ox.NamedNode("a:a"), ox.NamedNode(RDF.type), ox.NamedNode(iri))
    data = ox.serialize([triple], format=ox.RdfFormat.RDF_XML) or b""
    assert holds_name(iri) is (b"<oxprefix:" not in data)


@pytest.mark.parametrize("name", ["li", "Description", "about"])
def test_a_name_that_rdf_xml_has_taken_is_no_property(name: str) -> None:
    assert not holds_name(PREFIXES["rdf"] + name)
    assert holds_name(PREFIXES["rdf"] + "value")


def test_the_rule_for_texts_is_that_of_an_xml_parser() -> None:
    for character in map(chr, (*range(0x100), 0xFFFD, 0xFFFE, 0xFFFF, 0x1FFFE, 0x10FFFF)):
        document = f"<a>{escape(character)}</a>"
        try:
            read = ElementTree.fromstring(document.encode()).text is not None
        except ElementTree.ParseError:
            read = False
        assert holds_text(character) is read, hex(ord(character))


def test_a_carriage_return_stays_one() -> None:
    assert ElementTree.fromstring(with_returns(b"<a>a\rb\r\n</a>")).text == "a\rb\r\n"
