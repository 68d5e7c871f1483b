"""Search in the names and words of things, by the index that the release holds.

All words must be there, the last one may be a beginning. Where nothing has them all, words that the
index does not know are taken for those most like them; where that finds nothing, any word will do.
"""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rapidfuzz import process
from rapidfuzz.distance import OSA

from gcmgraph.rdf.folding import words

if TYPE_CHECKING:
    from pathlib import Path

    from gcmgraph.serve.release import Release

#: Words of a question that count, and characters of each.
_MOST_WORDS: Final = 12
_LONGEST: Final = 60

#: Letters that may be wrong in a word, and from how many letters on.
_WRONG: Final = 2
_CORRECTED_FROM: Final = 4

_COUNT: Final = "SELECT COUNT(*) FROM words WHERE words MATCH ?"
_FIND: Final = (
    "SELECT iri, label, language, kind, summary FROM words JOIN thing ON thing.id = words.rowid "
    # A name says ten times as much as a text.
    "WHERE words MATCH ? ORDER BY place, bm25(words, 10.0, 1.0), thing.id LIMIT ? OFFSET ?"
)
_VOCABULARY: Final = "CREATE VIRTUAL TABLE temp.vocabulary USING fts5vocab(main, words, row)"


@dataclass(frozen=True, slots=True)
class Hit:
    """A thing that was found: its IRI, what it is called, what it is, and some of its words."""

    iri: str
    label: str
    language: str | None
    kind: str | None
    summary: str | None


@dataclass(frozen=True, slots=True)
class Found:
    """What was found in all, a page of it, and other words that were searched in place of some."""

    total: int
    hits: tuple[Hit, ...]
    instead: dict[str, str]


class SearchIndex:
    """The index of a release; it only reads."""

    def __init__(self, path: Path, known: tuple[str, ...]) -> None:
        self._path = path
        self._known = known

    @classmethod
    async def of(cls, release: Release) -> SearchIndex | None:
        """Return the index of a release; ``None`` where it has none."""
        entries = release.manifest.find("search")
        if not entries:
            return None
        path = release.folder / entries[0].path
        return cls(path, await asyncio.to_thread(_vocabulary, path))

    async def find(self, text: str, limit: int, offset: int = 0) -> Found:
        """Find things by words; see this module."""
        return await asyncio.to_thread(self._find, text, limit, offset)

    def _find(self, text: str, limit: int, offset: int) -> Found:
        asked = [word[:_LONGEST] for word in words(text)[:_MOST_WORDS]]
        if not asked:
            return Found(0, (), {})
        with closing(_connect(self._path)) as database:
            instead: dict[str, str] = {}
            wanted = _all(asked)
            total = _count(database, wanted)
            if not total:
                instead = {w: other for w in asked if (other := self._like(database, w))}
                wanted = _all([instead.get(word, word) for word in asked])
                total = _count(database, wanted)
            if not total:
                wanted = " OR ".join(f'"{instead.get(word, word)}"*' for word in asked)
                total = _count(database, wanted)
            rows = database.execute(_FIND, (wanted, limit, offset)).fetchall()
        return Found(total, tuple(Hit(*row) for row in rows), instead if total else {})

    def _like(self, database: sqlite3.Connection, word: str) -> str | None:
        """Return the known word most like one that nothing has."""
        if len(word) < _CORRECTED_FROM or _count(database, f'"{word}"*'):
            return None
        found = process.extractOne(word, self._known, scorer=OSA.distance, score_cutoff=_WRONG)
        return found[0] if found else None


def _connect(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True)


def _vocabulary(path: Path) -> tuple[str, ...]:
    with closing(_connect(path)) as database:
        database.execute(_VOCABULARY)
        found = database.execute("SELECT term FROM temp.vocabulary ORDER BY doc DESC, term")
        return tuple(term for (term,) in found)


def _all(asked: list[str]) -> str:
    """Return the query for all words; words have no quotes in them, so none can end one."""
    *whole, last = [f'"{word}"' for word in asked]
    return " ".join([*whole, f"{last}*"])


def _count(database: sqlite3.Connection, wanted: str) -> int:
    (number,) = database.execute(_COUNT, (wanted,)).fetchone()
    return int(number)
