"""What a source's graph says stands in the words that it is quoted from."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from gcmgraph.errors import EvidenceError, ProjectError
from gcmgraph.project import WORDING
from gcmgraph.publish.judge.wording import Wording, check_wording
from gcmgraph.publish.read.locate import Locator

if TYPE_CHECKING:
    from example_project import Example

GUIDE = "data/guide.ttl"


def test_a_wrong_number_is_refused(example: Example) -> None:
    example.edit(GUIDE, "riv:length 12", "riv:length 13")
    said = r"guide\.ttl:\d+: <.*/river/aa> says “13”.* is 12 km long\.”\); correct it, or add"
    with pytest.raises(EvidenceError, match=said):
        example.check()


def test_a_wrong_label_is_refused(example: Example) -> None:
    example.edit(GUIDE, 'rdfs:label "Aa"', 'rdfs:label "A"')
    with pytest.raises(EvidenceError, match="says “A”"):
        example.check()


def test_a_thing_that_is_not_named_is_refused(example: Example) -> None:
    example.edit(GUIDE, "riv:flowsInto id:river\\/be", "riv:flowsInto id:sea\\/sea")
    with pytest.raises(EvidenceError, match=r"river/aa> points at <.*/sea/sea> by <.*#flowsInto>"):
        example.check()


def test_a_document_may_say_it_in_other_words(example: Example) -> None:
    example.edit(GUIDE, "riv:length 12", "riv:length 12000")
    example.edit(GUIDE, "riv:flowsInto id:river\\/be", "riv:flowsInto id:sea\\/sea")
    example.write(
        WORDING,
        '[values]\n"id/river/aa" = { "12000" = ["12 km"] }\n'
        '[names]\n"id/sea/sea" = ["into the Bé"]\n',
    )
    example.check()


def test_words_that_nobody_says_do_not_help(example: Example) -> None:
    example.edit(GUIDE, "riv:length 12", "riv:length 12000")
    example.write(WORDING, '[values]\n"id/river/aa" = { "12000" = ["12 miles"] }\n')
    with pytest.raises(EvidenceError, match="says “12000”"):
        example.check()


def test_a_property_whose_values_are_not_named(example: Example) -> None:
    example.edit(GUIDE, "riv:flowsInto id:river\\/be", "riv:flowsInto id:sea\\/sea")
    example.write(WORDING, 'unnamed = ["ontology#flowsInto"]\n')
    example.check()


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ('[values]\n"id/river/aa" = { "12" = ["12 km"] }', "entry “12” “12 km” of <.*/river/aa>"),
        ('[names]\n"id/sea/sea" = ["the sea"]', "entry “the sea” of <.*/sea/sea>"),
        ('unnamed = ["ontology#crosses"]', "entry <.*ontology#crosses>; remove it"),
    ],
)
def test_what_nothing_needs_is_refused(example: Example, entry: str, said: str) -> None:
    example.write(WORDING, entry + "\n")
    with pytest.raises(EvidenceError, match=said):
        example.check()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[values", "is no TOML"),
        ("named = []", "wording.toml: named: there is no such table"),
        ('names = { x = "y" }', r"names\.x: there must be a list of texts"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused(example: Example, text: str, said: str) -> None:
    example.write(WORDING, text)
    with pytest.raises(ProjectError, match=said):
        example.check()


def test_all_that_the_words_do_not_say_comes_at_once(example: Example) -> None:
    example.edit("data/guide.ttl", "riv:length 12 ;", "riv:length 13 ;")
    example.edit("data/guide.ttl", 'rdfs:label "sea"@en', 'rdfs:label "ocean"@en')
    example.write(WORDING, '[names]\n"id/x" = ["x", "y"]\n')
    with pytest.raises(EvidenceError) as caught:
        example.check()
    assert [line.partition(": ")[0] for line in caught.value.details] == [
        "data/guide.ttl:11",
        "data/guide.ttl:17",
        "data/guide.ttl:21",
        "data/wording.toml",
        "data/wording.toml",
    ]


def test_a_file_with_a_byte_order_mark_and_crlf_is_read(example: Example) -> None:
    example.edit("data/guide.ttl", "riv:length 12 ;", "riv:length 13 ;")
    said = '[values]\r\n"id/river/aa" = { "13" = ["12 km"] }\r\n'
    example.write(WORDING, "\ufeff" + said)
    example.check()


def test_marks_of_an_extraction_and_commas_in_numbers_do_not_count() -> None:
    graph = {quad.triple for quad in ox.parse(MARKED, ox.RdfFormat.TURTLE)}
    wording = Wording.read(Path("absent.toml"), "https://rivers.example/")
    check_wording(wording, ["guide"], {"guide": graph}, Locator(Path(), []))


MARKED = """
@prefix oa: <http://www.w3.org/ns/oa#> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix : <https://rivers.example/> .
:aa rdfs:label "Aa"@en ; :length 1200 ; rdfs:comment "km long"@en ; prov:wasQuotedFrom :excerpt .
:excerpt oa:hasSelector :selector .
:selector oa:exact "The **Aa** is 1,200\\nkm “long”." ; oa:start 0 .
"""
