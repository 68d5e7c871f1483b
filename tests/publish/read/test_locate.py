"""Things are found where their statements begin."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from gcmgraph.publish.read.assemble import assemble
from gcmgraph.publish.read.locate import Locator
from gcmgraph.rdf.graphs import triple

if TYPE_CHECKING:
    from pathlib import Path

    from example_project import Example

TURTLE = r'''@prefix e: <http://e/> .
PREFIX f: <http://f/>
# e:commented
e:a e:says "e:quoted" ;
  e:knows e:b, e:c\/d, <http://f/x> .
e:b e:says """
e:inside
""" .
f:x a e:C.
<http://g/y> a e:C .
'''


@pytest.mark.parametrize(
    ("iri", "line"),
    [
        ("http://e/a", 4),
        ("http://e/b", 6),
        ("http://e/c/d", 5),
        ("http://f/x", 9),
        ("http://g/y", 10),
        ("http://e/C", 9),
        ("http://e/says", 4),
    ],
)
def test_a_thing_is_found(tmp_path: Path, iri: str, line: int) -> None:
    (tmp_path / "x.ttl").write_text(TURTLE, "utf-8")
    assert Locator(tmp_path, [tmp_path / "x.ttl"]).locate(iri) == f"x.ttl:{line}"


@pytest.mark.parametrize("iri", ["http://e/commented", "http://e/quoted", "http://e/inside"])
def test_comments_and_texts_are_no_mentions(tmp_path: Path, iri: str) -> None:
    (tmp_path / "x.ttl").write_text(TURTLE, "utf-8")
    assert Locator(tmp_path, [tmp_path / "x.ttl"]).locate(iri) is None


def test_a_mention_comes_before_the_statement(example: Example) -> None:
    locator = assemble(example.project).locator
    sea = "https://rivers.example/id/sea/sea"
    assert locator.mention(sea) == "data/guide.ttl:17"
    assert locator.locate(sea) == "data/guide.ttl:20"


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_statement_is_found_where_its_object_stands(tmp_path: Path, newline: str) -> None:
    text = "\ufeff" + TURTLE.replace("\n", newline)
    (tmp_path / "x.ttl").write_bytes(text.encode())
    locator = Locator(tmp_path, [tmp_path / "x.ttl"])

    def place(subject: str, predicate: str, value: str | ox.Literal) -> str | None:
        return locator.statement(triple(subject, predicate, value))

    assert place("http://e/a", "http://e/knows", "http://e/c/d") == "x.ttl:5"
    assert place("http://e/a", "http://e/says", ox.Literal("e:quoted")) == "x.ttl:4"
    assert place("http://e/a", "http://e/says", ox.Literal("derived")) == "x.ttl:4"
    assert place("http://e/nowhere", "http://e/says", "http://e/nothing") is None
