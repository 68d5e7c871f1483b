"""SPARQL results in JSON (SPARQL 1.1 Query Results JSON Format), read as terms."""

from __future__ import annotations

from typing import TypeAlias, cast

import pyoxigraph as ox

from gcmgraph.rdf.terms import Term

#: A solution: the terms of the variables that are bound.
Row: TypeAlias = dict[str, Term]


def rows(results: bytes) -> list[Row]:
    """Return the solutions of a SELECT."""
    return table(results)[1]


def table(results: bytes) -> tuple[list[str], list[Row]]:
    """Return the names of the variables, in the order of the query, and the solutions."""
    found = ox.parse_query_results(results, format=ox.QueryResultsFormat.JSON)
    assert isinstance(found, ox.QuerySolutions)  # noqa: S101 - whoever calls asked for them
    names = [variable.value for variable in found.variables]
    return names, [
        {name: cast("Term", term) for name in names if (term := solution[name]) is not None}
        for solution in found
    ]


def boolean(results: bytes) -> bool:
    """Return the truth value that answers an ASK."""
    return bool(ox.parse_query_results(results, format=ox.QueryResultsFormat.JSON))
