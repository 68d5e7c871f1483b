"""Where a text is no query, and what would have been right there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gcmgraph.engine.evaluation import complaint
from gcmgraph.engine.syntax import syntax_error

if TYPE_CHECKING:
    from gcmgraph.errors import QuerySyntaxError


def error_of(text: str) -> QuerySyntaxError:
    said = complaint(text)
    assert said is not None
    return syntax_error(text, said, complaint)


@pytest.mark.parametrize(
    ("text", "line", "column", "expected"),
    [
        ("", 1, 1, "SELECT"),
        ("SELCT * {}", 1, 1, "SELECT"),
        ("SELECT * {", 1, 11, "}"),
        ("SELECT *\n{ ?s ?p ?o } LIMIT x", 2, 20, "a digit"),
        ("SELECT * { ?s ?p ?o } LIMIT\n\n", 3, 1, "a digit"),
        ("ASK {\n\n  ?s ?p ?o .\n  FILTR(?o) }", 4, 3, "FILTER"),
        ("SELECT * WHERE { ?s ?p ?o . FILTER(?o > ) }", 1, 41, "isIRI"),
        ("ASK { ?s ?p 'ééé' ] }", 1, 19, "}"),
        ("ASK { ?s ?p 'open }", 1, 20, "'"),
        ("PREFIX a <x:> ASK {}", 1, 8, ":"),
    ],
)
def test_a_fault_is_placed_and_what_was_expected_is_named(
    text: str, line: int, column: int, expected: str
) -> None:
    error = error_of(text)
    assert (error.line, error.column) == (line, column)
    assert expected in error.expected
    assert f"Line {line}, column {column}" in str(error)


def test_only_what_could_follow_is_expected() -> None:
    assert error_of("SELECT * { ?s ?p ?o } ORDER ?s").expected == ("BY",)
    assert error_of("SELECT *").expected == ("FROM", "WHERE", "{")


def test_a_sentence_of_the_engine_is_passed_on() -> None:
    error = error_of("SELECT (?a AS ?a) { BIND(1 AS ?a) }")
    assert "overrides an existing variable" in str(error)
    assert error.expected == ()


@pytest.mark.parametrize("text", ["ASK { <oak> ?p ?o }", 'ASK { ?s ?p "x"^^<oak> }'])
def test_a_relative_iri_is_named(text: str) -> None:
    error = error_of(text)
    assert "<oak> is no absolute IRI" in str(error)
    assert error.column == text.index("<oak>") + 1


def test_a_long_text_is_placed_by_the_engine_alone() -> None:
    error = error_of("SELECT * { " + "?s ?p ?o .\n" * 10_000 + "] }")
    assert error.line == 10_001


def test_what_the_engine_says_otherwise_is_passed_on() -> None:
    assert "no such thing" in str(syntax_error("ASK", "no such thing", lambda _: None))


def test_a_query_is_no_fault() -> None:
    assert complaint("ASK {}") is None


@pytest.mark.parametrize("text", ["X", "SELECT * { X", "SELECT * { ?s ?p ?o FILTER(X) }"])
def test_only_what_the_standard_knows_is_expected(text: str) -> None:
    expected = error_of(text).expected
    assert expected
    assert not {"VERSION", "LATERAL", "TRIPLE", "<<", "<<("} & set(expected)
