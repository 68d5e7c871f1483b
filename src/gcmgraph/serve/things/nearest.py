"""What somebody may have meant who asked for a thing that is not there.

Of what has a label, three letters in a row that both names share find those that are worth a
comparison; an address that nobody could have meant costs next to nothing.
"""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Final, NamedTuple

from gcmgraph.errors import GcmGraphError

if TYPE_CHECKING:
    from gcmgraph.serve.things.description import Describer

#: Things that are known by heart; of a larger graph, those that begin alike are asked for.
MOST_KNOWN: Final = 20_000
_MOST_ALIKE: Final = 1_000
_BEGINNING: Final = 3

#: Things that are told, of those that are compared.
MOST_TOLD: Final = 5
_MOST_COMPARED: Final = 40

#: Characters of a name or label that are compared.
_LONGEST: Final = 80

#: How alike two names must be, from 0 to 1: what ``difflib`` takes for close.
_ALIKE: Final = 0.6


class Named(NamedTuple):
    """A thing and its label."""

    iri: str
    label: str


class _Index:
    """Things by the letters of their names and labels."""

    def __init__(self, labels: dict[str, str]) -> None:
        self._things = [Named(*item) for item in sorted(labels.items())]
        self._names: list[tuple[str, ...]] = []
        self._found: dict[str, list[int]] = defaultdict(list)
        for number, thing in enumerate(self._things):
            names = tuple({_plain(_parts(thing.iri)[1]), _plain(thing.label)})
            self._names.append(names)
            for letters in {letters for name in names for letters in _letters(name)}:
                self._found[letters].append(number)

    def nearest(self, iri: str) -> list[Named]:
        """Return the things most like an IRI, those of its kind first."""
        kind, name = _parts(iri)
        name = _plain(name)
        shared: Counter[int] = Counter()
        for letters in set(_letters(name)):
            shared.update(self._found.get(letters, ()))
        ranked = []
        for number, _ in shared.most_common(_MOST_COMPARED):
            alike = max(_likeness(name, other) for other in self._names[number])
            if alike >= _ALIKE:
                other_kind = _parts(self._things[number].iri)[0]
                alike += _likeness(kind[-_LONGEST:], other_kind[-_LONGEST:])
                ranked.append((other_kind != kind, -alike, number))
        return [self._things[number] for *_, number in sorted(ranked)[:MOST_TOLD]]


class Nearest:
    """The things of a release that have labels, asked for once."""

    def __init__(self, describer: Describer) -> None:
        self._describer = describer
        self._asking = asyncio.Lock()
        self._index: _Index | None = None
        self._is_whole = True

    async def to(self, iri: str) -> list[Named]:
        """Return the things whose names are most like an IRI; none where the engine is busy."""
        try:
            index = await self._known()
            if not self._is_whole:
                kind, name = _parts(iri)
                index = _Index(
                    await self._describer.labelled(kind + name[:_BEGINNING], _MOST_ALIKE)
                )
        except GcmGraphError:
            # Why there is no such thing is to be answered all the same.
            return []
        return index.nearest(iri)

    async def _known(self) -> _Index:
        async with self._asking:
            if self._index is None:
                labels = await self._describer.labelled("", MOST_KNOWN + 1)
                self._is_whole = len(labels) <= MOST_KNOWN
                self._index = await asyncio.to_thread(_Index, labels if self._is_whole else {})
        return self._index


def _parts(iri: str) -> tuple[str, str]:
    """Return the kind of a thing, as its IRI names it, and its name."""
    kind, slash, name = iri.rpartition("/")
    return kind + slash, name


def _plain(text: str) -> str:
    return text[:_LONGEST].casefold().replace("-", " ").replace("_", " ")


def _letters(name: str) -> list[str]:
    """Return each three letters in a row; the beginning counts as a letter."""
    padded = f"  {name} "
    return [padded[start : start + 3] for start in range(len(padded) - 2)]


def _likeness(one: str, other: str) -> float:
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    return matcher.ratio() if matcher.real_quick_ratio() >= _ALIKE else 0.0
