"""What follows from what is stated: CONSTRUCT queries, run until nothing new comes.

Each round asks every rule of the same union and adds their answers together, so the order of the
rules does not matter within a round.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from gcmgraph.errors import RuleError, UnsupportedQueryError, refuse
from gcmgraph.publish.read.files import read_text
from gcmgraph.publish.read.locate import relative
from gcmgraph.publish.read.sources import shorten
from gcmgraph.rdf.graphs import quads
from gcmgraph.rdf.query_scan import scan
from gcmgraph.rdf.sparql import ask

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

#: Rounds after which rules count as restless; a chain this long is no chain of ours.
ROUNDS: Final = 50

_PLACE: Final = re.compile(r"error at (\d+):(\d+): (.*)", re.S)


def infer(stated: Iterable[ox.Triple], rules: Iterable[Path], root: Path) -> dict[ox.Triple, str]:
    """Return what the rules derive from ``stated`` and is not stated, each with a rule that did.

    Raises:
        RuleError: where a rule is no CONSTRUCT query, derives a blank node, or the rules do not
            come to rest.

    """
    queries = _read(sorted(rules), root)
    store = ox.Store()
    store.extend(quads(stated))
    inferred: dict[ox.Triple, str] = {}
    for _ in range(ROUNDS):
        fresh: dict[ox.Triple, str] = {}
        faults: list[str] = []
        for where, query in queries:
            try:
                found = _construct(store, query, where)
            except RuleError as error:
                faults.append(str(error))
                continue
            for t in found:
                quad = ox.Quad(t.subject, t.predicate, t.object)
                if quad not in store:
                    fresh.setdefault(t, where)
        refuse(RuleError, faults)
        if not fresh:
            return inferred
        inferred.update(fresh)
        store.extend(quads(fresh))
    restless = sorted(set(fresh.values()))
    raise RuleError(
        f"The rules do not come to rest within {ROUNDS} rounds; look at {', '.join(restless)}, "
        f"which last derived {min(map(str, fresh))}."
    )


def _read(rules: Iterable[Path], root: Path) -> list[tuple[str, str]]:
    found, faults = [], []
    for path in rules:
        try:
            found.append((relative(path, root), read_query(path, root)))
        except RuleError as error:
            faults.append(str(error))
    refuse(RuleError, faults)
    return found


def read_query(path: Path, root: Path) -> str:
    """Return the text of a query whose answer a release may hold.

    Raises:
        RuleError: where it is not UTF-8, or the network, chance or the clock would decide.

    """
    where = relative(path, root)
    text = read_text(path, where, RuleError)
    # Neither the network nor chance nor the clock may decide what a release holds.
    if found := scan(text).unsteady:
        raise RuleError(
            f"{where}, line {found.line}: {found.word} may not stand here; the same files must "
            "always give the same graph."
        )
    return text


def query_fault(where: str, error: SyntaxError) -> str:
    """Return what the engine says against a query, with line and column."""
    place = _PLACE.match(error.msg)
    line, column, what = place.groups() if place else ("1", "1", error.msg)
    return (
        f"{where}, line {line}, column {column}: no SPARQL query: {shorten(what, 120).rstrip('.')}."
    )


def _construct(store: ox.Store, query: str, where: str) -> list[ox.Triple]:
    try:
        results = ask(store, query)
    except SyntaxError as error:
        raise RuleError(query_fault(where, error)) from None
    except UnsupportedQueryError as error:
        raise RuleError(f"{where}: {error}") from None
    if not isinstance(results, ox.QueryTriples):
        raise RuleError(f"{where} is no CONSTRUCT query; a rule says which triples follow.")
    found = list(results)
    for t in found:
        if isinstance(t.subject, ox.BlankNode) or isinstance(t.object, ox.BlankNode):
            raise RuleError(f"{where} derives a blank node; build an IRI with IRI(CONCAT(…)).")
    return found
