"""What the engines say of the whole graph, for people and as RDF."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final, cast

import pyoxigraph as ox

from gcmgraph.errors import Fault, ValidationError, refuse, told
from gcmgraph.project import SHAPES
from gcmgraph.publish.judge.shacl import (
    Violation,
    compare,
    reference_reads,
    reference_validate,
    validate,
)
from gcmgraph.publish.read.assemble import declarations
from gcmgraph.rdf.graphs import Graph, iri_of, ntriples, triple
from gcmgraph.rdf.namespaces import PROV, RDF, RDFS, SH, XSD
from gcmgraph.rdf.terms import typed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from gcmgraph.publish.judge.evidence import Coverage
    from gcmgraph.publish.read.assemble import Assembled, DatasetFacts
    from gcmgraph.publish.read.locate import Locator


#: Severities that do not stop a release, and what they are called.
_LESSER: Final = {SH.Warning: "a warning", SH.Info: "an info"}
#: Places that are told of one result.
_PLACES: Final = 5


@dataclass(frozen=True, slots=True)
class Finding:
    """A result that does not stop a release, and the sentence that tells it."""

    violation: Violation
    sentence: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """A graph that breaks none of so many ``constraints``, as ``engines`` judge.

    ``findings`` are what shapes of a lesser severity say (SHACL, 2.1.4), and ``notes`` what an
    engine could not judge.
    """

    constraints: int
    engines: tuple[str, ...]
    findings: tuple[Finding, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def lines(self) -> list[str]:
        """The findings and the notes, for people."""
        found = (Fault(f.sentence, f.violation.shape) for f in self.findings)
        return told([*found, *self.notes])

    def as_graph(self, facts: DatasetFacts) -> Graph:
        """Return the validation report (SHACL, 3.6.1), and what stood behind it.

        By the standard, a graph conforms where there is no result of any severity.
        """
        report = f"{facts.base}id/report"
        words = f"{self.constraints} named constraints, judged by {' and '.join(self.engines)}."
        true = typed("true", XSD.boolean)
        graph = {
            triple(report, RDF.type, SH.ValidationReport),
            triple(report, SH.conforms, typed("false", XSD.boolean) if self.findings else true),
            triple(report, SH.shapesGraphWellFormed, true),
            triple(report, RDFS.comment, ox.Literal(words, language="en")),
            triple(report, PROV.used, facts.graph_iri(SHAPES)),
        }
        for number, finding in enumerate(self.findings, 1):
            graph |= _result(report, f"{report}/{number}", finding.violation)
        return graph

    def as_text(self, facts: DatasetFacts, triples: int, coverage: Iterable[Coverage]) -> str:
        """Return the report for people: what was judged, and what each document accounts for."""
        lesser = [f"Warnings and infos: {len(self.findings)}."] if self.findings else []
        lines = [
            f"{facts.title}, version {facts.version}",
            "",
            f"Conforms: {triples} triples break none of {self.constraints} constraints.",
            *lesser,
            f"Judged by: {', '.join(self.engines)}.",
            *(f"  {line}." for line in self.lines),
            "",
            "Characters of each document: in excerpts, boilerplate, layout, unaccounted for.",
        ]
        lines += [
            f"  {c.source.name}: {c.characters} = {c.excerpted} + {c.boilerplate} + {c.layout} "
            f"+ {c.missing} ({c.excerpts} excerpts)"
            for c in coverage
        ]
        return "\n".join(lines) + "\n"


def judge(
    assembled: Assembled,
    graphs: Mapping[str, Graph],
    default: Graph,
    constraints: int,
    *,
    thorough: bool,
    strict: bool = False,
) -> Verdict:
    """Validate the default graph; where ``thorough``, by the reference engine too.

    Results of severity ``sh:Warning`` and ``sh:Info`` are found and do not stop, unless ``strict``.

    Raises:
        ValidationError: with a line for each violation, or where the engines differ.

    """
    data = ntriples(default)
    shapes = ntriples(assembled.written_shapes | declarations(graphs))
    results = validate(data, shapes)
    teller = _Teller(assembled.locator, default)
    engines: tuple[str, ...] = ("pyshifty",)
    notes: list[str] = []
    if thorough:
        engines += ("pySHACL",)
        differing = compare(results, reference_validate(data, shapes))
        unread = [r for r in differing if not reference_reads(r.value)]
        notes = [
            f"{teller.place(r)}<{r.focus}> has {r.value}, which pySHACL cannot read; "
            "pyshifty alone judged it"
            for r in unread
        ]
        _require_agreement([r for r in differing if r not in unread], teller)
    lesser = [r for r in results if r.severity in _LESSER]
    stopping = results if strict else [r for r in results if r.severity not in _LESSER]
    refuse(ValidationError, (Fault(teller.sentence(r), r.shape) for r in stopping))
    findings = tuple(Finding(r, teller.sentence(r)) for r in lesser)
    return Verdict(constraints, engines, findings, tuple(notes))


def _require_agreement(differing: list[Violation], teller: _Teller) -> None:
    refuse(
        ValidationError,
        (
            Fault(
                f"{teller.place(r)}The two SHACL engines differ on <{r.focus}>"
                f"{f' with {r.value}' if r.value else ''} and <{r.shape}> ({r.component}); write "
                "the shape more plainly.",
                r.shape,
            )
            for r in differing
        ),
    )


class _Teller:
    """Says of results where, which thing, which value, which shape, and what is right."""

    def __init__(self, locator: Locator, graph: Graph) -> None:
        self._locator = locator
        self._graph = graph

    @cached_property
    def _said(self) -> dict[tuple[str, str], list[ox.Triple]]:
        said: dict[tuple[str, str], list[ox.Triple]] = defaultdict(list)
        for t in self._graph:
            said[iri_of(t.subject), t.predicate.value].append(t)
        return said

    def sentence(self, result: Violation) -> str:
        thing, value = _thing_and_value(result)
        severity = "" if result.severity not in _LESSER else f" ({_LESSER[result.severity]})"
        return (
            f"{self.place(result)}<{thing}>{f' with {value}' if value else ''} breaks "
            f"<{result.shape}>{severity}: {result.message}"
        )

    def place(self, result: Violation) -> str:
        """Return where the statements at fault stand, or the thing, with a colon; or nothing."""
        thing, value = _thing_and_value(result)
        said = self._said.get((thing, result.path), ())
        fitting = [t for t in said if value in ("", iri_of(t.object), str(t.object))]
        places = {self._locator.statement(t) for t in fitting} or {self._locator.locate(thing)}
        known = sorted(place for place in places if place)
        return f"{', '.join(known[:_PLACES])}: " if known else ""


def _thing_and_value(result: Violation) -> tuple[str, str]:
    if result.component == SH.SPARQLConstraintComponent and "://" in result.value:
        # A constraint on the whole graph has one focus, and the thing at fault as its value.
        return result.value, ""
    return result.focus, result.value


def _result(report: str, iri: str, violation: Violation) -> Graph:
    """Return a validation result (SHACL, 3.6.2)."""
    found: Graph = {
        triple(report, SH.result, iri),
        triple(iri, RDF.type, SH.ValidationResult),
        triple(iri, SH.resultSeverity, violation.severity),
        triple(iri, SH.sourceConstraintComponent, violation.component),
        triple(iri, SH.resultMessage, ox.Literal(violation.message)),
    }
    nodes = (
        (SH.focusNode, violation.focus),
        (SH.sourceShape, violation.shape),
        (SH.resultPath, violation.path),
        (SH.value, violation.value),
    )
    # A shape or a value may be a blank node, which has no name here.
    found |= {triple(iri, p, _term(node)) for p, node in nodes if node not in ("", "_:")}
    return found


def _term(written: str) -> str | ox.Literal:
    if not written.startswith('"'):
        return written
    (quad,) = ox.parse(f"<a:a> <a:a> {written} .", format=ox.RdfFormat.TURTLE)
    return cast("ox.Literal", quad.object)
