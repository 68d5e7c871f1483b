"""What counts as an IRI."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gcmgraph.rdf.terms import is_iri

PIECES = ["http:", "//", "/", ":", "@", "?", "#", "[", "]", "%", "%2", "%C3", "a.b", "é", "\ue000"]


@pytest.mark.parametrize(
    "iri",
    [
        "http://metadata.un.org/sdg/4.2",
        "https://user:x@un.example:80/a//b;c=1/?q=a/b?c#d/e?",
        "http://un.example/Köln/%C3%A9/北京",
        "https://un.example",
        "urn:isbn:978-92-4-151314-2",
        "mailto:a@b.example",
    ],
)
def test_an_iri_is_one(iri: str) -> None:
    assert is_iri(iri)
    ox.NamedNode(iri)


@pytest.mark.parametrize(
    "text", ["", "a", "/a", "a b:c", "http://a/<b>", "http://a/%", "http://a:b/", "http://a/\n"]
)
def test_other_texts_are_none(text: str) -> None:
    assert not is_iri(text)


@given(st.one_of(st.text(), st.lists(st.sampled_from(PIECES)).map("".join)))
@example("http://[::1/")
@example("http://a/[b]")
@example("x:a/\ufffe")
def test_the_engine_takes_what_is_one(text: str) -> None:
    for candidate in (text, f"http:{text}", f"http://un.example/{text}"):
        if is_iri(candidate):
            ox.Store().query(f"ASK {{ <{candidate}> ?p ?o }}")


def test_a_long_text_is_judged_at_once() -> None:
    assert not is_iri("http://" + "a:" * 100_000 + "<")
    assert is_iri("http://un.example" + "/a" * 100_000)
