"""Our links and labels held against a portal's own files.

The catalogue's linksets say whose things we speak of: every IRI of the default graph that lies in
the ``void:uriSpace`` of one. A portal's files answer for a space if they describe anything in it;
of a space that they only mention or never name, they can say nothing, and that is reported too.

For each thing in a space that they answer for:

- **described**: it is the subject of a statement there; otherwise it is missing, and the link may
  lead nowhere;
- **labels**: a label of ours that they do not have, in the same language, and how the nearest of
  theirs differs from it, by the names of the characters;
- **unconfirmed**: what we state of it and they do not, for properties that they use of such things;
- **lacking**: what they state of it and we do not, for properties that we use of such things.

Only what somebody states is compared; what our rules derive follows from it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from gcmgraph.errors import ProjectError
from gcmgraph.project import CATALOG, INFERRED
from gcmgraph.publish.alignment.characters import differences, likeness
from gcmgraph.publish.describe.context import vocabulary
from gcmgraph.publish.describe.links import space_of, spaces
from gcmgraph.publish.read.external import parse, read_bytes
from gcmgraph.publish.read.locate import relative
from gcmgraph.rdf.graphs import Graph, iri_of, union
from gcmgraph.rdf.namespaces import RDF, RDFS, SKOS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from gcmgraph.project import Project
    from gcmgraph.publish.dataset import Dataset
    from gcmgraph.rdf.graphs import Term

_LABELS: Final = frozenset({SKOS.prefLabel, SKOS.altLabel, SKOS.hiddenLabel, RDFS.label})


@dataclass(frozen=True, slots=True, order=True)
class Difference:
    """A label of ours that they do not have; ``theirs`` is the nearest in its language, if any."""

    thing: str
    property: str
    language: str
    ours: str
    theirs: str | None
    how: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Alignment:
    """What a portal's files say of the things in one space.

    ``classes`` are those to which we say the things belong: how many are described there, and how
    many there are. What is only an object there is ``mentioned``.
    """

    space: str
    answered: bool
    classes: tuple[tuple[str, int, int], ...]
    described: tuple[str, ...]
    mentioned: tuple[str, ...]
    missing: tuple[str, ...]
    labels_alike: int
    labels: tuple[Difference, ...]
    confirmed: int
    unconfirmed: tuple[ox.Triple, ...]
    lacking: tuple[ox.Triple, ...]

    @property
    def lacking_by_property(self) -> list[tuple[str, int]]:
        """How many statements of each property we lack, the most first."""
        counted = Counter(t.predicate.value for t in self.lacking)
        return sorted(counted.items(), key=lambda item: (-item[1], item[0]))


def read_files(files: Iterable[Path]) -> Graph:
    """Return what all files say together.

    Raises:
        ProjectError: where one cannot be read.
        RdfSyntaxError: where one is not what its suffix says.

    """
    found: Graph = set()
    for path in files:
        found |= parse(path, read_bytes(path), path.resolve().as_uri())
    return found


def align(project: Project, dataset: Dataset, theirs: Graph) -> list[Alignment]:
    """Hold the project's statements against those of a portal, space by space, sorted.

    Raises:
        ProjectError: where the catalogue declares no linkset, so that nothing can be compared.

    """
    where = relative(project.catalog_file, project.root)
    known = spaces(dataset.graphs[CATALOG], where)
    if not known:
        raise ProjectError(
            f"{where} declares no void:Linkset; say to whose things the graph links."
        )
    stated = union(dataset.graphs, (name for name in dataset.in_default if name != INFERRED))
    terms = set().union(*vocabulary(dataset.default))
    things: dict[str, set[str]] = {space: set() for space in known}
    for t in stated:
        for term in (t.subject, t.object):
            if isinstance(term, ox.NamedNode) and term.value not in terms:
                space = space_of(term.value, known)
                if space is not None:
                    things[space].add(term.value)
    described, mentioned = _subjects_and_objects(theirs)
    return [
        _align_space(
            space, things[space], stated, theirs, described, mentioned, known, dataset.facts.base
        )
        for space in sorted(known)
    ]


def _classes(things: set[str], here: set[str], stated: Graph) -> Iterator[tuple[str, int, int]]:
    members: dict[str, set[str]] = defaultdict(set)
    for t in stated:
        if t.predicate.value == RDF.type and iri_of(t.subject) in things:
            members[iri_of(t.object)].add(iri_of(t.subject))
    for iri, found in sorted(members.items()):
        yield iri, len(found & here), len(found)


def _subjects_and_objects(graph: Graph) -> tuple[set[str], set[str]]:
    return (
        {t.subject.value for t in graph if isinstance(t.subject, ox.NamedNode)},
        {t.object.value for t in graph if isinstance(t.object, ox.NamedNode)},
    )


def _align_space(
    space: str,
    things: set[str],
    stated: Graph,
    theirs: Graph,
    described: set[str],
    mentioned: set[str],
    known: Mapping[str, str],
    base: str,
) -> Alignment:
    answered = any(space_of(iri, known) == space for iri in described)
    here, there = things & described, (things & mentioned) - described
    ours_of = _about(stated, here)
    theirs_of = _about(theirs, here)
    alike, labels = _labels(ours_of, theirs_of)
    our_properties = {t.predicate.value for facts in ours_of.values() for t in facts}
    their_properties = {t.predicate.value for facts in theirs_of.values() for t in facts}
    their = {t for facts in theirs_of.values() for t in facts}
    our_statements = {t for facts in ours_of.values() for t in facts}
    comparable = {
        t
        for t in our_statements
        if t.predicate.value in their_properties
        and not _is_label(t)
        # Nobody else can say what belongs to a class of ours.
        and not (t.predicate.value == RDF.type and iri_of(t.object).startswith(base))
    }
    odd = {(d.thing, d.theirs) for d in labels}
    return Alignment(
        space=space,
        answered=answered,
        classes=tuple(_classes(things, here, stated)),
        described=tuple(sorted(here)),
        mentioned=tuple(sorted(there)),
        missing=tuple(sorted(things - described - mentioned)),
        labels_alike=alike,
        labels=tuple(labels),
        confirmed=len(comparable & their),
        unconfirmed=tuple(sorted(comparable - their, key=str)),
        lacking=tuple(
            sorted(
                (
                    t
                    for t in their - our_statements
                    if t.predicate.value in our_properties
                    and not isinstance(t.object, ox.BlankNode)
                    # Told already, as a label that differs.
                    and (iri_of(t.subject), iri_of(t.object)) not in odd
                ),
                key=str,
            )
        ),
    )


def _about(graph: Graph, things: set[str]) -> dict[str, set[ox.Triple]]:
    found: dict[str, set[ox.Triple]] = defaultdict(set)
    for t in graph:
        if isinstance(t.subject, ox.NamedNode) and t.subject.value in things:
            found[t.subject.value].add(t)
    return found


def _is_label(t: ox.Triple) -> bool:
    return t.predicate.value in _LABELS


def _labels(
    ours_of: Mapping[str, set[ox.Triple]], theirs_of: Mapping[str, set[ox.Triple]]
) -> tuple[int, list[Difference]]:
    """Return how many of our labels are theirs too, and those that are not."""
    alike, found = 0, []
    for thing, facts in sorted(ours_of.items()):
        theirs: dict[str, set[str]] = defaultdict(set)
        for t in theirs_of.get(thing, ()):
            if _is_label(t):
                theirs[_language(t.object)].add(iri_of(t.object))
        for t in sorted(filter(_is_label, facts), key=str):
            ours, language = iri_of(t.object), _language(t.object)
            if ours in theirs[language]:
                alike += 1
                continue
            nearest = max(
                sorted(theirs[language]), key=lambda text: likeness(ours, text), default=None
            )
            how = tuple(differences(ours, nearest)) if nearest is not None else ()
            found.append(Difference(thing, t.predicate.value, language, ours, nearest, how))
    return alike, found


def _language(term: Term) -> str:
    return (term.language or "") if isinstance(term, ox.Literal) else ""
