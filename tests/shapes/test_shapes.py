"""Every constraint of ``shapes/`` bites, and alone.

A class's folder holds ``valid.ttl``, which violates nothing, and beside it one small fault per
file, named in the file's first line. What is judged is the ontology with its schemes,
``shared.ttl``, ``valid.ttl`` and the fault, with the rules run over all of it as in a build.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TypeAlias

import pyoxigraph as ox
import pytest

from gcmgraph.project import ONTOLOGY, Project
from gcmgraph.publish.derive.rules import infer
from gcmgraph.publish.judge.shacl import compare, reference_validate, validate
from gcmgraph.publish.judge.shapes import TERMS
from gcmgraph.publish.pipeline import check
from gcmgraph.publish.read.assemble import declarations
from gcmgraph.rdf.graphs import Graph, Term, ntriples
from gcmgraph.rdf.namespaces import OWL, PREFIXES, RDF, RDFS, SH

#: A constraint of ours and the component of SHACL that finds it violated, by their local names.
Fault: TypeAlias = tuple[str, str]

HERE = Path(__file__).parent
PROJECT = Project.open(HERE.parents[1])
GCM = "https://w3id.org/gcmgraph/ontology#"
SHAPE = "https://w3id.org/gcmgraph/shapes#"
CLASSES = sorted(path.stem for path in PROJECT.shapes.glob("*.ttl"))
FIRST_LINE = re.compile(r"# violates shape:([\w-]+) sh:(\w+)\n")


@dataclass(frozen=True)
class Case:
    """A file of one class; all but ``valid.ttl`` hold one fault."""

    path: Path

    @property
    def name(self) -> str:
        return self.path.parent.name

    @property
    def fault(self) -> Fault | None:
        match = FIRST_LINE.match(self.path.read_text("utf-8"))
        return (match[1], match[2]) if match else None

    def __str__(self) -> str:
        return f"{self.name}/{self.path.stem.removeprefix('invalid.')}"


VALID = [Case(HERE / name / "valid.ttl") for name in CLASSES]
INVALID = [Case(path) for path in sorted(HERE.glob("*/invalid.*.ttl"))]


@cache
def parse(path: Path) -> frozenset[ox.Triple]:
    parsed = ox.parse(path=path, format=ox.RdfFormat.TURTLE, rename_blank_nodes=True)
    return frozenset(quad.triple for quad in parsed)


@cache
def ontology() -> frozenset[ox.Triple]:
    paths = {*PROJECT.ontology.glob("*.ttl"), *PROJECT.ontology.glob("schemes/*.ttl")}
    # Its objectives are those of a compact, which only data/ describes.
    paths.remove(PROJECT.ontology / "schemes" / "objectives.ttl")
    return frozenset().union(*map(parse, paths))


def written(case: Case) -> frozenset[ox.Triple]:
    """Return the case's own triples and those of the valid things that it builds on."""
    paths = (HERE / "shared.ttl", case.path.with_name("valid.ttl"), case.path)
    return frozenset().union(*map(parse, paths))


def judged(case: Case) -> Graph:
    stated = ontology() | written(case)
    return {*infer(stated, PROJECT.rules.glob("*.rq"), PROJECT.root), *stated}


def excerpt(graph: Graph, case: Case) -> Graph:
    """Return what can be reached in ``graph`` from what was written for the case.

    The reference engine takes seconds for all the ontology. What is left out is of no account: the
    rules have run, and a shape looks no further than from a thing to what it points at.
    """
    facts: dict[Term, list[ox.Triple]] = {}
    for t in graph:
        facts.setdefault(t.subject, []).append(t)
    reached: Graph = set()
    waiting: list[Term] = [t.subject for t in written(case)]
    while waiting:
        for t in facts.pop(waiting.pop(), ()):
            reached.add(t)
            waiting.append(t.predicate)
            if not t.subject.value.startswith(GCM) or t.predicate.value == RDF.type:
                waiting.append(t.object)
    return reached


@cache
def shapes(*names: str) -> frozenset[ox.Triple]:
    return frozenset().union(*(parse(PROJECT.shapes / f"{name}.ttl") for name in names))


@cache
def turtle(written_shapes: frozenset[ox.Triple]) -> bytes:
    """Return shapes for an engine, with the prefixes that their queries need."""
    asks = any(t.predicate.value == SH.select for t in written_shapes)
    return ntriples(written_shapes | declarations({ONTOLOGY: set(ontology()) if asks else set()}))


def own_shapes(case: Case) -> frozenset[ox.Triple]:
    """Return the shapes of the case's name."""
    if case.name == "graph" and case.fault:
        # Each asks of the whole graph: the reference engine takes more than a second for all.
        name = SHAPE + case.fault[0]
        return frozenset(t for t in shapes("graph") if t.subject.value == name)
    return shapes(case.name)


def constraints(name: str) -> set[Fault]:
    """Return every component of every constraint that the name's file names."""
    found = set()
    for t in shapes(name):
        name = t.predicate.value.removeprefix(PREFIXES["sh"])
        component = f"{name[0].upper()}{name[1:]}ConstraintComponent".replace("Sparql", "SPARQL")
        if isinstance(t.subject, ox.NamedNode) and component in TERMS and name != "property":
            found.add((t.subject.value.removeprefix(SHAPE), component))
    return found


def test_every_shapes_file_has_its_folder() -> None:
    assert CLASSES
    assert {case.name for case in INVALID} == set(CLASSES)
    files = {path for path in HERE.glob("*/*") if path.parent.name != "__pycache__"}
    assert {case.path for case in VALID + INVALID} == files


@pytest.mark.parametrize("name", CLASSES)
def test_every_constraint_has_its_case(name: str) -> None:
    assert {case.fault for case in INVALID if case.name == name} == constraints(name)


@pytest.mark.parametrize("case", VALID + INVALID, ids=str)
def test_case(case: Case) -> None:
    graph = judged(case)
    violations = validate(ntriples(graph), turtle(shapes(*CLASSES)))
    # What only warns of a case made for something else is no fault of it.
    meant = SHAPE + case.fault[0] if case.fault else ""
    told = [v for v in violations if v.severity == SH.Violation or v.shape == meant]
    assert [*{(v.shape, v.component) for v in told}] == [
        (SHAPE + shape, PREFIXES["sh"] + component)
        for shape, component in ([case.fault] if case.fault else [])
    ]
    # The reference engine, held to less, finds no less.
    reference = reference_validate(ntriples(excerpt(graph, case)), turtle(own_shapes(case)))
    assert compare(told, reference) == []


@pytest.mark.slow
def test_engines_agree_on_the_data() -> None:
    assert check(PROJECT, lambda _: None, thorough=True).verdict.engines == ("pyshifty", "pySHACL")


#: Classes of which nobody reads a page: evidence and curation, and things that are only numbers.
UNLABELLED = {"ConcludedProperty", "Conclusion", "Excerpt", "SourceDocument", "SourceText"}


def test_every_class_of_ours_must_have_labels() -> None:
    shapes = [*parse(PROJECT.shapes / "concept.ttl")]
    ontology = [t for path in PROJECT.ontology.glob("*.ttl") for t in parse(path)]
    upper: dict[str, set[str]] = {}
    for t in ontology:
        if t.predicate.value == str(RDFS.subClassOf):
            upper.setdefault(t.subject.value, set()).add(t.object.value)

    def all_above(iri: str) -> set[str]:
        return {iri}.union(*(all_above(above) for above in upper.get(iri, ())))

    labelled = {
        t.object.value
        for t in shapes
        if t.subject.value == f"{SHAPE}Labelled" and t.predicate.value == SH.targetClass
    }
    assert labelled
    ours = {t.subject.value for t in ontology if t.object == ox.NamedNode(OWL.Class)}
    ours = {iri for iri in ours if iri.startswith(GCM)}
    bare = {iri.partition("#")[2] for iri in ours if not all_above(iri) & labelled}
    assert bare == UNLABELLED
