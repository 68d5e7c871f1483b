"""The way through the house: files, graphs, evidence, rules, shapes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import pyoxigraph as ox

from gcmgraph.errors import ProjectError, ValidationError
from gcmgraph.project import (
    CATALOG,
    CURATION,
    INFERRED,
    ONTOLOGY,
    REFERENCE,
    REPORT,
    SHAPES,
    Project,
)
from gcmgraph.publish.derive.rules import infer
from gcmgraph.publish.describe.catalog import Described, describe_dataset
from gcmgraph.publish.describe.context import make_context
from gcmgraph.publish.judge.evidence import Coverage, check_evidence
from gcmgraph.publish.judge.shacl import Violation, compare, reference_validate, validate
from gcmgraph.publish.judge.shapes import check_shapes
from gcmgraph.publish.read.assemble import Assembled, DatasetFacts, assemble, declarations
from gcmgraph.publish.read.external import Portal, read_portals
from gcmgraph.publish.read.locate import relative
from gcmgraph.publish.read.sources import Source, describe, read_sources
from gcmgraph.rdf.graphs import Graph, ntriples, triple, union
from gcmgraph.rdf.namespaces import PROV, RDF, RDFS, SH, XSD

if TYPE_CHECKING:
    from pathlib import Path

    from gcmgraph.publish.read.locate import Locator
    from gcmgraph.rdf.jsonld import Context

#: Told of each step as it begins, in words for a person.
Progress: TypeAlias = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Checked:
    """A project whose graph may be released.

    ``graphs`` are all named graphs of the release, ``default`` the union of ``in_default``, and
    ``context`` has the terms of all.
    """

    project: Project
    facts: DatasetFacts
    prefixes: dict[str, str]
    context: Context
    sources: dict[str, Source]
    portals: tuple[Portal, ...]
    graphs: dict[str, Graph]
    in_default: tuple[str, ...]
    default: Graph
    coverage: tuple[Coverage, ...]
    constraints: int
    engines: tuple[str, ...]

    @property
    def report_text(self) -> str:
        """The validation report for people."""
        lines = [
            f"{self.facts.title}, version {self.facts.version}",
            "",
            f"Conforms: {len(self.default)} triples break none of {self.constraints} constraints.",
            f"Judged by: {', '.join(self.engines)}.",
            "",
            "Characters of each document: in excerpts, furniture, layout, unaccounted for.",
        ]
        lines += [
            f"  {c.source.name}: {c.characters} = {c.excerpted} + {c.furniture} + {c.layout} "
            f"+ {c.missing} ({c.excerpts} excerpts)"
            for c in self.coverage
        ]
        return "\n".join(lines) + "\n"


@contextmanager
def reading(project: Project) -> Iterator[None]:
    """Turn what the system says of unreadable files into a sentence.

    Raises:
        ProjectError: naming the file.

    """
    try:
        yield
    except OSError as error:
        raise ProjectError(
            f"{error.filename or project.root} cannot be read: {error.strerror or error}."
        ) from error


def read(project: Project) -> tuple[Assembled, dict[str, Source]]:
    """Parse the project's files and documents.

    Raises:
        GcmGraphError: see ``assemble`` and ``sources``.

    """
    with reading(project):
        assembled = assemble(project)
        return assembled, read_sources(project, assembled.facts.base)


def measure(project: Project) -> list[Coverage]:
    """Return how much of each document is accounted for, whole or not.

    Raises:
        GcmGraphError: where a file or excerpt is at fault.

    """
    assembled, sources = read(project)
    return [
        check_evidence(source, assembled.graphs[name], assembled.locator)
        for name, source in sources.items()
    ]


def check(
    project: Project,
    progress: Progress,
    *,
    thorough: bool = False,
    portals: Iterable[Path] = (),
    portal_license: str | None = None,
) -> Checked:
    """Do all that must hold before a release, and return what would be released.

    ``portals`` are files of other publishers that get graphs of their own, ``portal_license`` the
    licence of those that state none. ``thorough`` asks the reference SHACL engine too: it compiles
    a SPARQL constraint anew for each thing, and 6,000 triples with 26 such constraints took it
    38 s, the other engine 0.14 s.

    Raises:
        GcmGraphError: the first thing that does not hold; a ``ValidationError`` lists all of its
            kind.

    """
    progress("Reading the documents and statements")
    assembled, sources = read(project)
    graphs, facts = dict(assembled.graphs), assembled.facts
    if not sources and CURATION not in graphs and not graphs[REFERENCE]:
        raise ProjectError(f"{project.data} states nothing; add a source with its statements.")

    progress("Holding the excerpts against the texts")
    coverage = [
        check_evidence(source, graphs[name], assembled.locator) for name, source in sources.items()
    ]
    for one in coverage:
        one.require_whole()

    progress("Checking the shapes")
    constraints = check_shapes(assembled.written_shapes, assembled.locator)

    progress("Running the rules")
    graphs[REFERENCE] = graphs[REFERENCE].union(*(describe(s) for s in sources.values()))
    stated = (*sources, CURATION, REFERENCE, ONTOLOGY)
    graphs.setdefault(CURATION, set())
    with reading(project):
        graphs[INFERRED] = infer(union(graphs, stated), project.rules.glob("*.rq"), project.root)
    in_default = (*sources, CURATION, REFERENCE, INFERRED, ONTOLOGY)
    default = union(graphs, in_default)

    progress("Validating against the shapes")
    engines = _judge(assembled, graphs, default, thorough=thorough)

    graphs[REPORT] = _report(facts, constraints, engines)
    taken_in = read_portals(portals, graphs.keys(), facts, portal_license)
    known = {name: graph for name, graph in graphs.items() if name != CATALOG}
    known |= {portal.name: portal.graph for portal in taken_in}
    progress("Describing the dataset")
    graphs[CATALOG] = describe_dataset(
        graphs[CATALOG],
        Described(
            facts=facts,
            graphs=known,
            in_default=in_default,
            default=default,
            prefixes=assembled.prefixes,
            sources=tuple(sources.values()),
            portals=tuple(taken_in),
            rules=tuple(sorted(project.rules.glob("*.rq"))),
            where=relative(project.catalog_file, project.root),
        ),
    )
    # What others say does not decide what our terms are called.
    context = make_context(facts.base, graphs, in_default, assembled.prefixes)
    graphs |= {portal.name: portal.graph for portal in taken_in}
    return Checked(
        project=project,
        facts=facts,
        prefixes=assembled.prefixes,
        context=context,
        sources=sources,
        portals=tuple(taken_in),
        graphs=graphs,
        in_default=in_default,
        default=default,
        coverage=tuple(coverage),
        constraints=constraints,
        engines=engines,
    )


def _judge(
    assembled: Assembled, graphs: Mapping[str, Graph], default: Graph, *, thorough: bool
) -> tuple[str, ...]:
    """Validate ``default``, and return which engines did."""
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
    return engines


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


def _report(facts: DatasetFacts, constraints: int, engines: tuple[str, ...]) -> Graph:
    """Return the validation report (SHACL, 3.6.1), and what stood behind it."""
    report = f"{facts.base}id/report"
    words = f"{constraints} named constraints, judged by {' and '.join(engines)}."
    boolean = ox.NamedNode(XSD.boolean)
    return {
        triple(report, RDF.type, SH.ValidationReport),
        triple(report, SH.conforms, ox.Literal("true", datatype=boolean)),
        triple(report, SH.shapesGraphWellFormed, ox.Literal("true", datatype=boolean)),
        triple(report, RDFS.comment, ox.Literal(words, language="en")),
        triple(report, PROV.used, facts.graph_iri(SHAPES)),
    }
