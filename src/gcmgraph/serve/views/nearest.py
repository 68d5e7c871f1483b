"""What somebody may have meant who asked for a thing that is not there."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final, NamedTuple

from rapidfuzz import fuzz, process

from gcmgraph.engine.description import best_labels
from gcmgraph.errors import GcmGraphError
from gcmgraph.rdf.terms import literal
from gcmgraph.serve.reader import IN_LABELS

if TYPE_CHECKING:
    from gcmgraph.serve.reader import Labels
    from gcmgraph.serve.release import Release

#: Things that are known by heart; of a larger graph, those that begin alike are asked for.
MOST_KNOWN: Final = 20_000
_MOST_ALIKE: Final = 1_000
_BEGINNING: Final = 3

#: Things that are told, of those that are most alike.
MOST_TOLD: Final = 5
_MOST_RANKED: Final = 40

#: Characters of a name or label that are compared.
_LONGEST: Final = 80

#: How alike two names must be, from 0 to 100.
_ALIKE: Final = 60.0


class Named(NamedTuple):
    """A thing and its label."""

    iri: str
    label: str


class Nearest:
    """Things by their names and labels."""

    def __init__(self, labels: Labels, *, is_whole: bool = True) -> None:
        self.is_whole = is_whole
        self._things = [Named(*item) for item in sorted(labels.items())]
        self._names = [_plain(_parts(thing.iri)[1]) for thing in self._things]
        self._labels = [_plain(thing.label) for thing in self._things]

    def to(self, iri: str) -> list[Named]:
        """Return the things most like an IRI, those of its kind first."""
        kind, name = _parts(iri)
        alike: dict[int, float] = {}
        for choices in (self._names, self._labels):
            for _, score, number in process.extract(
                _plain(name), choices, scorer=fuzz.ratio, limit=_MOST_RANKED, score_cutoff=_ALIKE
            ):
                alike[number] = max(score, alike.get(number, 0.0))
        ranked = []
        for number, score in alike.items():
            other = _parts(self._things[number].iri)[0]
            likeness = score + fuzz.ratio(kind[-_LONGEST:], other[-_LONGEST:])
            ranked.append((other != kind, -likeness, number))
        return [self._things[number] for *_, number in sorted(ranked)[:MOST_TOLD]]


async def nearest(release: Release, iri: str) -> list[Named]:
    """Return the things whose names are most like an IRI; none where the engine is busy."""
    try:
        known = await release.once(_known)
        if not known.is_whole:
            kind, name = _parts(iri)
            known = Nearest(await _labelled(release, kind + name[:_BEGINNING], _MOST_ALIKE))
    except GcmGraphError:
        # Why there is no such thing is to be answered all the same.
        return []
    return await asyncio.to_thread(known.to, iri)


async def _known(release: Release) -> Nearest:
    labels = await _labelled(release, "", MOST_KNOWN + 1)
    is_whole = len(labels) <= MOST_KNOWN
    return Nearest(labels if is_whole else {}, is_whole=is_whole)


async def _labelled(release: Release, start: str, most: int) -> Labels:
    """Return a label for each thing that has one and whose IRI begins so, ``most`` of them."""
    found = await release.graph.select(
        f"SELECT ?s ?p ?o WHERE {{ {{ SELECT DISTINCT ?s WHERE {{ ?s ?p ?label {IN_LABELS} "
        f"FILTER(isIRI(?s) && STRSTARTS(STR(?s), {literal(start)})) }} LIMIT {most} }} "
        f"?s ?p ?o {IN_LABELS} }}"
    )
    return best_labels((row["s"], row["p"], row["o"]) for row in found)


def _parts(iri: str) -> tuple[str, str]:
    """Return the kind of a thing, as its IRI names it, and its name."""
    kind, slash, name = iri.rpartition("/")
    return kind + slash, name


def _plain(text: str) -> str:
    return text[:_LONGEST].casefold().replace("-", " ").replace("_", " ")
