"""Both SHACL engines against the W3C's test suite.

``GCMGRAPH_W3C`` names the folder that holds ``shacl/``; by default it is looked for beside the
checkout. Where it is absent, these tests are skipped.
"""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest
from rdflib import RDF, Graph, Namespace, URIRef
from rdflib.collection import Collection

from gcmgraph.errors import ValidationError
from gcmgraph.publish.judge.shacl import fast_report, literals_as_written, reference_report

if TYPE_CHECKING:
    from collections.abc import Callable

MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
SHT = Namespace("http://www.w3.org/ns/shacl-test#")
SH = Namespace("http://www.w3.org/ns/shacl#")

CHECKOUT = Path(__file__).parents[3]
SUITE = Path(os.environ.get("GCMGRAPH_W3C", CHECKOUT / "../shared/w3c")).resolve() / "shacl"

#: What each engine is known to get wrong, and why; these lists may only shrink.
_ONE = 'takes sh:uniqueLang "1"^^xsd:boolean for true, where only the literal true will do'
KNOWN: dict[str, dict[str, str]] = {
    "pyshifty": {"core/property/uniqueLang-002": _ONE},
    "pySHACL": {
        "core/property/uniqueLang-002": _ONE,
        "sparql/node/prefixes-001": "does not follow owl:imports to further prefixes",
        "sparql/pre-binding/shapesGraph-001": "refuses $shapesGraph, which is optional",
    },
}
ENGINES: dict[str, Callable[[bytes, bytes], Graph]] = {
    "pyshifty": fast_report,
    "pySHACL": reference_report,
}


@dataclass(frozen=True)
class Case:
    """One test of the suite; ``expected`` of ``None`` asks for a refusal."""

    name: str
    data: Path
    shapes: Path
    expected: Counter[tuple[str, ...]] | None


@cache
def parse(path: Path) -> Graph:
    with literals_as_written():
        return Graph().parse(path, format="turtle", publicID=path.as_uri())


def results(report: Graph) -> Counter[tuple[str, ...]]:
    """Return what the suite compares of a report; a blank node is any blank node."""
    parts = (
        SH.focusNode,
        SH.resultPath,
        SH.resultSeverity,
        SH.sourceConstraintComponent,
        SH.sourceShape,
        SH.value,
    )

    def text(result: object, part: URIRef) -> str:
        node = report.value(result, part)  # type: ignore[arg-type]
        return "" if node is None else "_" if node.n3().startswith("_:") else node.n3()

    return Counter(
        tuple(text(result, part) for part in parts)
        for parent in report.subjects(RDF.type, SH.ValidationReport)
        for result in report.objects(parent, SH.result)
    )


def cases(manifest: Path) -> list[Case]:
    graph = parse(manifest)
    root = URIRef(manifest.as_uri())
    found = []
    for included in sorted(graph.objects(root, MF.include)):
        found += cases(Path(str(included).removeprefix("file://")))
    for entries in graph.objects(root, MF.entries):
        for entry in Collection(graph, entries):
            action = graph.value(entry, MF.action)
            expected = graph.value(entry, MF.result)
            part = Graph()
            part += graph.triples((expected, None, None))
            for result in graph.objects(expected, SH.result):
                part += graph.triples((result, None, None))
            found.append(
                Case(
                    name=manifest.relative_to(SUITE).with_suffix("").as_posix(),
                    data=Path(str(graph.value(action, SHT.dataGraph)).removeprefix("file://")),
                    shapes=Path(str(graph.value(action, SHT.shapesGraph)).removeprefix("file://")),
                    expected=None if expected == SHT.Failure else results(part),
                )
            )
    return found


CASES = cases(SUITE / "manifest.ttl") if SUITE.is_dir() else []
needs_suite = pytest.mark.skipif(not CASES, reason=f"no W3C SHACL suite in {SUITE}")


def ntriples(path: Path) -> bytes:
    parsed = ox.parse(path=path, format=ox.RdfFormat.TURTLE, base_iri=path.as_uri())
    return ox.serialize((q.triple for q in parsed), format=ox.RdfFormat.N_TRIPLES)


@needs_suite
def test_the_suite_is_whole() -> None:
    assert len(CASES) > 110
    names = {case.name for case in CASES}
    assert all(set(known) <= names for known in KNOWN.values())


@needs_suite
@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
# rdflib tells of ill-typed literals, which these tests hold on purpose.
@pytest.mark.filterwarnings("ignore:.*:UserWarning")
def test_conformance(case: Case, engine: str, request: pytest.FixtureRequest) -> None:
    if reason := KNOWN[engine].get(case.name):
        request.applymarker(pytest.mark.xfail(reason=reason, strict=True))
    report = ENGINES[engine]
    if case.expected is None:
        with pytest.raises(ValidationError):
            report(ntriples(case.data), ntriples(case.shapes))
    else:
        with literals_as_written():
            found = report(ntriples(case.data), ntriples(case.shapes))
        assert results(found) == case.expected
