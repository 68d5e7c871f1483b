"""From a project to its release: read, derive, judge, describe, write."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING, TypeAlias

from gcmgraph.errors import ProjectError
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
from gcmgraph.publish.dataset import Dataset
from gcmgraph.publish.derive.rules import infer
from gcmgraph.publish.describe.catalog import Described, describe_dataset
from gcmgraph.publish.describe.context import make_context
from gcmgraph.publish.judge.addresses import check_addresses
from gcmgraph.publish.judge.evidence import Coverage, check_evidence, require_whole
from gcmgraph.publish.judge.shapes import check_shapes
from gcmgraph.publish.judge.verdict import Verdict, judge
from gcmgraph.publish.judge.wording import Wording, check_wording
from gcmgraph.publish.judge.writable import check_writable
from gcmgraph.publish.read.assemble import Assembled, assemble
from gcmgraph.publish.read.external import read_external
from gcmgraph.publish.read.files import reading
from gcmgraph.publish.read.locate import relative
from gcmgraph.publish.read.sources import Source, describe, read_sources
from gcmgraph.publish.write import contents
from gcmgraph.publish.write.release import Built, releasing
from gcmgraph.rdf.graphs import union

if TYPE_CHECKING:
    from pathlib import Path

#: Told of each step as it begins, in words for a person.
Progress: TypeAlias = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Checked(Dataset):
    """A dataset that may be released, and what was found when it was judged."""

    coverage: tuple[Coverage, ...]
    verdict: Verdict

    @property
    def report(self) -> str:
        """The report of the validation, for people."""
        return self.verdict.as_text(self.facts, len(self.default), self.coverage)


def build(
    project: Project,
    out: Path,
    progress: Progress,
    *,
    strict: bool = False,
    include: Sequence[Path] = (),
    include_license: str | None = None,
) -> Built:
    """Build the project's release into ``out``, unless ``current`` has the same inputs.

    ``strict``, ``include`` and ``include_license``: see ``check``.

    Raises:
        GcmGraphError: where something does not hold or cannot be written; ``out`` is then as
            it was.

    """
    with releasing(project, out, progress, include, include_license) as release:
        # What is there may have warnings.
        if release.built is not None and not strict:
            return release.built
        checked = check(
            project, progress, strict=strict, include=include, include_license=include_license
        )
        for what, written in contents.of(project, checked, checked.report):
            progress(f"Writing {what}")
            release.add(written)
        progress("Writing the catalogue")
        release.add(contents.catalog(project, checked, release.files))
        return release.finish(checked, checked.verdict.lines)


def check(
    project: Project,
    progress: Progress,
    *,
    thorough: bool = False,
    strict: bool = False,
    include: Sequence[Path] = (),
    include_license: str | None = None,
) -> Checked:
    """Do all that must hold before a release, and return what would be released.

    ``include`` are files of other publishers that get graphs of their own, ``include_license`` is
    the licence of those that state none. ``thorough`` asks the reference SHACL engine too: it
    compiles a SPARQL constraint anew for each thing, and 6,000 triples with 26 such constraints
    took it 38 s, the other engine 0.14 s. ``strict`` stops at results of any severity.

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
    coverage = check_evidence(sources, graphs, assembled.locator)
    require_whole(coverage)
    graphs[REFERENCE] = graphs[REFERENCE].union(*(describe(s) for s in sources.values()))
    graphs.setdefault(CURATION, set())

    progress("Checking the shapes")
    constraints = check_shapes(assembled.written_shapes, assembled.locator)

    progress("Running the rules")
    stated = (*sources, CURATION, REFERENCE, ONTOLOGY)
    with reading(project):
        derived = infer(union(graphs, stated), project.rules.glob("*.rq"), project.root)
    graphs[INFERRED] = set(derived)
    in_default = (*sources, CURATION, REFERENCE, INFERRED, ONTOLOGY)
    default = union(graphs, in_default)

    progress("Validating against the shapes")
    verdict = judge(assembled, graphs, default, constraints, thorough=thorough, strict=strict)
    graphs[REPORT] = verdict.as_graph(facts)

    progress("Holding the statements against the words")
    with reading(project):
        wording = Wording.read(project.wording_file, facts.base)
    check_wording(wording, sources, graphs, assembled.locator)

    progress("Describing the dataset")
    external = tuple(read_external(include, graphs.keys(), facts, include_license))
    known = {name: graph for name, graph in graphs.items() if name != CATALOG}
    graphs[CATALOG] = describe_dataset(
        graphs[CATALOG],
        Described(
            facts=facts,
            graphs=known | {other.name: other.graph for other in external},
            in_default=in_default,
            default=default,
            prefixes=assembled.prefixes,
            sources=tuple(sources.values()),
            external=external,
            rules=tuple(sorted(project.rules.glob("*.rq"))),
            where=relative(project.catalog_file, project.root),
        ),
    )
    check_addresses(graphs, (*in_default, SHAPES), facts.base, assembled.locator)
    everything = graphs | {other.name: other.graph for other in external}
    check_writable(everything, assembled.locator)
    return Checked(
        facts=facts,
        prefixes=assembled.prefixes,
        # What others say does not decide what our terms are called.
        context=make_context(facts.base, graphs, in_default, assembled.prefixes),
        sources=sources,
        external=external,
        graphs=everything,
        in_default=in_default,
        derivations={t: PurePath(rule).stem for t, rule in derived.items()},
        default=default,
        coverage=tuple(coverage),
        verdict=verdict,
    )


def measure(project: Project) -> list[Coverage]:
    """Return how much of each document is accounted for, whole or not.

    Raises:
        GcmGraphError: where a file or excerpt is at fault.

    """
    assembled, sources = read(project)
    return check_evidence(sources, assembled.graphs, assembled.locator)


def read(project: Project) -> tuple[Assembled, dict[str, Source]]:
    """Parse the project's files and documents.

    Raises:
        GcmGraphError: see ``assemble`` and ``sources``.

    """
    with reading(project):
        assembled = assemble(project)
        return assembled, read_sources(project, assembled.facts.base)
