"""What the engines say of the whole graph, for people and as RDF."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyoxigraph as ox

from gcmgraph.errors import ValidationError
from gcmgraph.project import SHAPES
from gcmgraph.publish.judge.shacl import Violation, compare, reference_validate, validate
from gcmgraph.publish.read.assemble import declarations
from gcmgraph.rdf.graphs import Graph, ntriples, triple
from gcmgraph.rdf.namespaces import PROV, RDF, RDFS, SH, XSD
from gcmgraph.rdf.terms import typed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from gcmgraph.publish.judge.evidence import Coverage
    from gcmgraph.publish.read.assemble import Assembled, DatasetFacts
    from gcmgraph.publish.read.locate import Locator


@dataclass(frozen=True, slots=True)
class Verdict:
    """A graph that breaks none of so many ``constraints``, as ``engines`` judge."""

    constraints: int
    engines: tuple[str, ...]

    def as_graph(self, facts: DatasetFacts) -> Graph:
        """Return the validation report (SHACL, 3.6.1), and what stood behind it."""
        report = f"{facts.base}id/report"
        words = f"{self.constraints} named constraints, judged by {' and '.join(self.engines)}."
        true = typed("true", XSD.boolean)
        return {
            triple(report, RDF.type, SH.ValidationReport),
            triple(report, SH.conforms, true),
            triple(report, SH.shapesGraphWellFormed, true),
            triple(report, RDFS.comment, ox.Literal(words, language="en")),
            triple(report, PROV.used, facts.graph_iri(SHAPES)),
        }

    def as_text(self, facts: DatasetFacts, triples: int, coverage: Iterable[Coverage]) -> str:
        """Return the report for people: what was judged, and what each document accounts for."""
        lines = [
            f"{facts.title}, version {facts.version}",
            "",
            f"Conforms: {triples} triples break none of {self.constraints} constraints.",
            f"Judged by: {', '.join(self.engines)}.",
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
) -> Verdict:
    """Validate the default graph; where ``thorough``, by the reference engine too.

    Raises:
        ValidationError: with a line for each violation, or where the engines differ.

    """
    data = ntriples(default)
    shapes = ntriples(assembled.written_shapes | declarations(graphs))
    violations = validate(data, shapes)
    engines: tuple[str, ...] = ("pyshifty",)
    if thorough:
        engines += ("pySHACL",)
        if differing := compare(violations, reference_validate(data, shapes)):
            first = differing[0]
            raise ValidationError(
                f"The two SHACL engines differ on {len(differing)} results, first on "
                f"<{first.focus}> and <{first.shape}> ({first.component}); write the shape more "
                "plainly."
            )
    if violations:
        lines = tuple(_line(v, assembled.locator) for v in violations)
        rest = f" (and {len(lines) - 1} more)" if len(lines) > 1 else ""
        raise ValidationError(f"{lines[0].rstrip('.')}{rest}.", lines)
    return Verdict(constraints, engines)


def _line(violation: Violation, locator: Locator) -> str:
    """Say of a violation: where, which thing, which value, which shape, what is right."""
    thing, value = violation.focus, violation.value
    if violation.component == SH.SPARQLConstraintComponent and "://" in value:
        # A constraint on the whole graph has one focus, and the thing at fault as its value.
        thing, value = value, ""
    place = locator.locate(thing)
    return (
        f"{place + ': ' if place else ''}<{thing}>{f' with {value}' if value else ''} breaks "
        f"<{violation.shape}>: {violation.message}"
    )
