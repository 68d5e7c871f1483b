"""Accept headers, as clients send them and as they should not."""

from __future__ import annotations

import pytest

from gcmgraph.rdf.formats import (
    HTML,
    JSONLD,
    RDFXML,
    RESULTS,
    RESULTS_JSON,
    RESULTS_XML,
    TRIPLES,
    TURTLE,
    Format,
    by_name,
)
from gcmgraph.serve.http.accept import Coding, best, best_coding

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
        ("text/turtle;q=high", TURTLE),
        ("text/turtle;q=.9", TURTLE),
        ("text/turtle; q=.9, text/html; q=.95", HTML),
        ("text/turtle ; Q = 1. , text/html;q=0.9999", TURTLE),
        ("text/turtle;q=0.12345, text/html;q=0.12346", HTML),
        ("text/turtle;q=2, text/html", TURTLE),
        ("text/turtle;q=.0, text/html;q=0.", None),
        ("text/turtle;q=.", TURTLE),
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


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("application/json", JSONLD),
        ("application/xml", RDFXML),
        ("text/rdf+n3", TURTLE),
        ("application/json, text/plain, */*", TURTLE),
    ],
)
def test_aliases_reach_graphs(accept: str, expected: Format) -> None:
    assert best(accept, TRIPLES) is expected


@pytest.mark.parametrize(
    ("name", "offered", "expected"),
    [
        ("json", RESULTS, RESULTS_JSON),
        ("json", TRIPLES, JSONLD),
        ("json", (*TRIPLES, *RESULTS), RESULTS_JSON),
        ("json-ld", TRIPLES, JSONLD),
        ("xml", TRIPLES, RDFXML),
        ("rdf+xml", TRIPLES, RDFXML),
        ("n3", TRIPLES, TURTLE),
        ("application/sparql-results+xml", RESULTS, RESULTS_XML),
        ("n3", RESULTS, None),
    ],
)
def test_names_that_clients_in_use_send(
    name: str, offered: tuple[Format, ...], expected: Format | None
) -> None:
    assert by_name(name, offered) is expected


GZIP, ZSTD = Coding("gzip", is_needed=False), Coding("zstd", is_needed=False)


@pytest.mark.parametrize(
    ("accept_encoding", "expected"),
    [
        ("", None),
        ("identity", None),
        ("br", None),
        ("gzip", GZIP),
        ("x-gzip", GZIP),
        ("GZIP;q=0.1", GZIP),
        ("gzip;q=0", None),
        ("gzip;q=x", GZIP),
        ("gzip, zstd", ZSTD),
        ("gzip, zstd;q=0.9", GZIP),
        ("gzip;q=0.5, identity", None),
        ("identity, gzip", GZIP),
        ("*", GZIP),
        ("*;q=0", None),
        ("zstd;q=0, *", GZIP),
        ("identity;q=0, gzip", Coding("gzip", is_needed=True)),
        ("*;q=0, zstd;q=0.1", Coding("zstd", is_needed=True)),
        ("gzip, " * 100_000, GZIP),
    ],
)
def test_best_coding(accept_encoding: str, expected: Coding | None) -> None:
    assert best_coding(accept_encoding, ("zstd", "gzip")) == expected
