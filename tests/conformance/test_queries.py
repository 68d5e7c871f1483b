"""The W3C's SPARQL 1.1 query, result-format and syntax tests, asked over HTTP."""

from __future__ import annotations

from collections import Counter

import pytest

from conformance import results
from conformance.suite import CASES, EVALUATION, NEGATIVE, POSITIVE, SUITE, Case, iri

#: What is known to come out wrong, and why; this list may only shrink. ``docs/sparql.md`` tells it.
KNOWN = {
    "csv-tsv-res/csv03": "1.0e6 comes back as 1000000: the value is kept, its spelling is not",
    "csv-tsv-res/tsv03": "xsd:negativeInteger comes back as xsd:integer",
    "functions/bnode01": "BNODE(x) is refused: the engine has one blank node for all solutions",
}

#: Good queries that are refused all the same, and why.
REFUSED = {
    "syntax-query/test_4": "calls a function that nobody defined",
    "syntax-query/test_42": "FROM names a graph that the release does not hold",
}

needs_suite = pytest.mark.skipif(not CASES, reason=f"no W3C SPARQL suite in {SUITE}")

Endpoint = "Callable[[Data], Client]"


def each(*kinds: str) -> pytest.MarkDecorator:
    """Run a test with every case of some kinds."""
    return pytest.mark.parametrize(
        "case",
        [
            pytest.param(
                case,
                id=case.name,
                marks=[pytest.mark.xfail(reason=KNOWN[case.name], strict=True)]
                if case.name in KNOWN
                else [],
            )
            for case in CASES
            if case.kind in kinds
        ],
    )


@needs_suite
def test_the_suite_is_whole() -> None:
    kinds = Counter(case.kind for case in CASES)
    assert set(kinds) == {*EVALUATION, POSITIVE, NEGATIVE}
    assert kinds.total() == len({case.name for case in CASES}) >= 338
    assert {*KNOWN, *REFUSED} <= {case.name for case in CASES}


@needs_suite
@each(*EVALUATION)
def test_evaluation(endpoint_of: Endpoint, case: Case) -> None:
    assert case.result is not None
    expected, media_type, ordered = results.expected(case.result, iri(case.result))
    response = endpoint_of(case.data).get("/sparql", media_type, params={"query": case.text})
    assert response.status_code == 200, response.text
    assert response.headers["content-type"].partition(";")[0] == media_type
    assert results.read(response.content, media_type, ordered=ordered) == expected


@needs_suite
@each(POSITIVE)
def test_a_good_query_is_answered(endpoint_of: Endpoint, case: Case) -> None:
    response = endpoint_of(case.data).post("/sparql", data={"query": case.text})
    if case.name in REFUSED:
        assert 400 <= response.status_code < 500
        assert response.json()["type"] != "/problems/query-syntax"
    else:
        assert response.status_code == 200, response.text


@needs_suite
@each(NEGATIVE)
def test_a_bad_query_is_a_syntax_error(endpoint_of: Endpoint, case: Case) -> None:
    response = endpoint_of(case.data).post("/sparql", data={"query": case.text})
    assert response.status_code == 400
    assert response.json()["type"] == "/problems/query-syntax"
