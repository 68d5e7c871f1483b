"""Accept headers, as clients send them and as they should not."""

from __future__ import annotations

import pytest

from gcmgraph.formats import HTML, JSONLD, RDFXML, RESULTS, RESULTS_JSON, RESULTS_XML, TURTLE
from gcmgraph.serve.negotiation import best

OFFERED = (TURTLE, JSONLD, RDFXML, HTML)


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (None, TURTLE),
        ("", TURTLE),
        ("*/*", TURTLE),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", HTML),
        ("text/turtle;charset=utf-8", TURTLE),
        ("application/ld+json; profile=x; q=0.5, text/html;q=0.4", JSONLD),
        ("text/turtle;q=0.5, application/*", JSONLD),
        ("text/*;q=0.5, text/turtle;q=0.1", HTML),
        ("*/*, text/turtle;q=0", JSONLD),
        ("application/x-turtle", TURTLE),
        ("TEXT/HTML", HTML),
        ("image/png", None),
        ("text/turtle;q=0", None),
        ("text/turtle;q=high", None),
        (";;;,,,q=1", TURTLE),
        ("*/turtle, text/html", HTML),
        ("text/html, " * 100_000, HTML),
    ],
)
def test_best(accept: str | None, expected: object) -> None:
    assert best(accept, OFFERED) is expected


def test_aliases_reach_results() -> None:
    assert best("application/json", RESULTS) is RESULTS_JSON
    assert best("text/xml", RESULTS) is RESULTS_XML
