"""Reads the W3C's SPARQL 1.1 test suite: which tests there are, and what each consists of.

``GCMGRAPH_W3C`` names the folder that holds ``sparql11/``; by default it is looked for beside the
checkout. The suite is published below ``BASE``, and so its files are read with their IRIs there.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

if TYPE_CHECKING:
    from collections.abc import Iterator

CHECKOUT = Path(__file__).parents[2]
SUITE = Path(os.environ.get("GCMGRAPH_W3C", CHECKOUT / "../shared/w3c")).resolve() / "sparql11"
BASE = "http://www.w3.org/2009/sparql/docs/tests/data-sparql11/"

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
QT = "http://www.w3.org/2001/sw/DataAccess/tests/test-query#"

#: The manifests of the query language and of the formats of its results; each includes others.
#: Left out by what the service is: updates and graph store (it is read-only), federation (it
#: calls nobody), entailment (it answers from what is written).
MANIFESTS = ("manifest-sparql11-query.ttl", "manifest-sparql11-results.ttl")

EVALUATION = ("QueryEvaluationTest", "CSVResultFormatTest")
POSITIVE = "PositiveSyntaxTest11"
NEGATIVE = "NegativeSyntaxTest11"


@dataclass(frozen=True, order=True)
class Data:
    """A test's dataset: the files of its default graph and of its named graphs."""

    default: tuple[Path, ...] = ()
    named: tuple[Path, ...] = ()

    def triples(self) -> list[ox.Triple]:
        """Read the default graph."""
        return list(dict.fromkeys(quad.triple for file in self.default for quad in parse(file)))

    def quads(self) -> list[ox.Quad]:
        """Read the named graphs."""
        return [
            ox.Quad(*quad.triple, ox.NamedNode(iri(file)))
            for file in self.named
            for quad in parse(file)
        ]


@dataclass(frozen=True)
class Case:
    """One test: a query, what it is asked of, and the file that holds the right answer."""

    name: str
    kind: str
    query: Path
    data: Data
    result: Path | None

    @property
    def text(self) -> str:
        """The query, with the base that it has by its place (RFC 3986 §5.1.3)."""
        return f"BASE <{iri(self.query)}>\n{self.query.read_text('utf-8')}"


def iri(file: Path) -> str:
    """Return the IRI of a file of the suite."""
    return BASE + file.relative_to(SUITE).as_posix()


def parse(file: Path) -> Iterator[ox.Quad]:
    """Read an RDF file of the suite; its blank nodes are no other file's."""
    return ox.parse(path=file, base_iri=iri(file), rename_blank_nodes=True)


def cases(manifest: Path) -> list[Case]:
    """Return the tests of a manifest and of those that it includes."""
    store = ox.Store()
    store.extend(parse(manifest))
    found = []
    for included in _list(store, ox.NamedNode(iri(manifest)), "include"):
        found += cases(_file(included))
    for test in _list(store, ox.NamedNode(iri(manifest)), "entries"):
        kind = _one(store, test, RDF + "type").value.removeprefix(MF)
        action, result = _one(store, test, MF + "action"), _one(store, test, MF + "result")
        query = _one(store, action, QT + "query") if isinstance(action, ox.BlankNode) else action
        name = f"{manifest.parent.name}/{test.value.partition('#')[2]}"
        data = Data(_files(store, action, "data"), _files(store, action, "graphData"))
        found.append(Case(name, kind, _file(query), data, _file(result) if result else None))
    return found


def names(manifest: Path) -> set[str]:
    """Return the names of a manifest's own tests."""
    store = ox.Store()
    store.extend(parse(manifest))
    tests = _list(store, ox.NamedNode(iri(manifest)), "entries")
    return {test.value.partition("#")[2] for test in tests}


def _objects(store: ox.Store, subject: ox.NamedNode | ox.BlankNode, predicate: str) -> list:
    return [q.object for q in store.quads_for_pattern(subject, ox.NamedNode(predicate), None)]


def _one(store: ox.Store, subject: ox.NamedNode | ox.BlankNode, predicate: str):
    return next(iter(_objects(store, subject, predicate)), None)


def _list(store: ox.Store, subject: ox.NamedNode, name: str) -> Iterator[ox.NamedNode]:
    node = _one(store, subject, MF + name)
    while node is not None and node.value != RDF + "nil":
        yield _one(store, node, RDF + "first")
        node = _one(store, node, RDF + "rest")


def _files(store: ox.Store, action: ox.NamedNode | ox.BlankNode, name: str) -> tuple[Path, ...]:
    return tuple(sorted(_file(node) for node in _objects(store, action, QT + name)))


def _file(node: ox.NamedNode) -> Path:
    return SUITE / node.value.removeprefix(BASE)


#: Tests of one dataset stand together, so that it is served once.
CASES = sorted(
    (case for name in MANIFESTS if SUITE.is_dir() for case in cases(SUITE / name)),
    key=lambda case: (case.data, case.name),
)
