"""Every constraint of ``shapes/`` bites, and alone.

A noun's folder holds ``valid.ttl``, which violates nothing, and one small fault per file beside it,
named in the file's first line. What is judged is the ontology with its schemes, ``shared.ttl``,
``valid.ttl`` and the fault, with the rules run over all of it as in a build.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TypeAlias

import pyoxigraph as ox
import pytest

from gcmgraph.build.assemble import declarations
from gcmgraph.build.graphs import Graph, ntriples
from gcmgraph.build.pipeline import check
from gcmgraph.build.rules import infer
from gcmgraph.build.shapes import TERMS
from gcmgraph.build.validate import compare, reference_validate, validate
from gcmgraph.namespaces import PREFIXES, SH
from gcmgraph.project import ONTOLOGY, Project

#: The names of a shape and of the component of it that is violated.
Fault: TypeAlias = tuple[str, str]

HERE = Path(__file__).parent
PROJECT = Project.open(HERE.parents[1])
GCM = "https://w3id.org/gcmgraph/ontology#"
SHAPE = "https://w3id.org/gcmgraph/shapes#"
NOUNS = sorted(path.stem for path in PROJECT.shapes.glob("*.ttl"))
FIRST_LINE = re.compile(r"# violates shape:([\w-]+) sh:(\w+)$", re.MULTILINE)


@dataclass(frozen=True)
class Case:
    """A file with one fault."""

    path: Path

    @property
    def noun(self) -> str:
        return self.path.parent.name

    @property
    def fault(self) -> Fault:
        match = FIRST_LINE.match(self.path.read_text("utf-8"))
        assert match, f"the first line of {self.path} does not say what it violates"
        return match[1], match[2]

    def __str__(self) -> str:
        return f"{self.noun}/{self.path.stem.removeprefix('invalid.')}"


CASES = [Case(path) for path in sorted(HERE.glob("*/invalid.*.ttl"))]


@cache
def parse(path: Path) -> frozenset[ox.Triple]:
    parsed = ox.parse(path=path, format=ox.RdfFormat.TURTLE, rename_blank_nodes=True)
    return frozenset(quad.triple for quad in parsed)


@cache
def ontology() -> frozenset[ox.Triple]:
    paths = [*PROJECT.ontology.glob("*.ttl"), *PROJECT.ontology.glob("schemes/*.ttl")]
    # Its objectives are set by a compact that only data/ describes.
    paths.remove(PROJECT.ontology / "schemes" / "objectives.ttl")
    return frozenset().union(*map(parse, paths))


@cache
def shapes(*nouns: str) -> bytes:
    written = (parse(PROJECT.shapes / f"{noun}.ttl") for noun in nouns)
    return ntriples(declarations({ONTOLOGY: set(ontology())}).union(*written))


def graph(noun: str, *cases: Path) -> Graph:
    """Return what is judged."""
    stated = ontology().union(*map(parse, (HERE / "shared.ttl", HERE / noun / "valid.ttl", *cases)))
    return infer(stated, PROJECT.rules.glob("*.rq"), PROJECT.root) | stated


def excerpt(whole: Graph, noun: str, *cases: Path) -> Graph:
    """Return what can be reached from the valid things and the faulty one, with the terms used.

    The reference engine takes seconds for all the ontology. What is left out is of no account: the
    rules have run, and a shape looks no further than from a thing to what it points at.
    """
    facts: dict[object, list[ox.Triple]] = {}
    for t in whole:
        facts.setdefault(t.subject, []).append(t)
    written = set().union(*map(parse, (HERE / "shared.ttl", HERE / noun / "valid.ttl", *cases)))
    waiting, reached = [t.subject for t in written], set()
    while waiting:
        subject = waiting.pop()
        for t in facts.pop(subject, ()):
            reached.add(t)
            waiting.append(t.predicate)
            if not subject.value.startswith(GCM):
                waiting.append(t.object)
    return reached


def faults(noun: str, *cases: Path) -> list[Fault]:
    """Judge by all shapes, and let the reference engine confirm the noun's own."""
    whole = graph(noun, *cases)
    violations = validate(ntriples(whole), shapes(*NOUNS))

    own, part = shapes(noun), ntriples(excerpt(whole, noun, *cases))
    reference = reference_validate(part, own)
    assert compare(validate(part, own), reference) == []
    assert compare([v for v in violations if v.shape.encode() in own], reference) == []
    return sorted(
        {
            (v.shape.removeprefix(SHAPE), v.component.removeprefix(PREFIXES["sh"]))
            for v in violations
        }
    )


def constraints(noun: str) -> set[Fault]:
    """Return every component of every constraint that the noun's file names."""
    found = set()
    for t in parse(PROJECT.shapes / f"{noun}.ttl"):
        name = t.predicate.value.removeprefix(PREFIXES["sh"])
        component = (
            f"{'SPARQL' if name == 'sparql' else name[:1].upper() + name[1:]}ConstraintComponent"
        )
        if (
            isinstance(t.subject, ox.NamedNode)
            and t.predicate.value != SH.property
            and component in TERMS
        ):
            found.add((t.subject.value.removeprefix(SHAPE), component))
    return found


def test_every_noun_has_its_cases() -> None:
    assert NOUNS
    assert (
        sorted(path.name for path in HERE.iterdir() if path.is_dir() and any(path.glob("*.ttl")))
        == NOUNS
    )
    assert {case.noun for case in CASES} == set(NOUNS)
    collected = {case.path for case in CASES} | {HERE / noun / "valid.ttl" for noun in NOUNS}
    assert set(HERE.glob("*/*")) == collected


@pytest.mark.parametrize("noun", NOUNS)
def test_every_constraint_has_its_case(noun: str) -> None:
    assert {case.fault for case in CASES if case.noun == noun} == constraints(noun)


@pytest.mark.parametrize("noun", NOUNS)
def test_valid(noun: str) -> None:
    assert faults(noun) == []


@pytest.mark.parametrize("case", CASES, ids=str)
def test_invalid(case: Case) -> None:
    assert faults(case.noun, case.path) == [case.fault]


@pytest.mark.slow
def test_engines_agree_on_the_data() -> None:
    assert check(PROJECT, lambda _: None, thorough=True).engines == ("pyshifty", "pySHACL")
