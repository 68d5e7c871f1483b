"""Where a thing or a statement stands in the project's Turtle files.

RDF parsers forget lines, and a message without a line sends its reader searching. So, when there is
something to say, the files are read once more (``rdf.turtle``): a thing's statements begin where
its name begins a line; other mentions count where there is no such line.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import pyoxigraph as ox

from gcmgraph.rdf import turtle
from gcmgraph.rdf.graphs import iri_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from gcmgraph.rdf.graphs import Term


class Locator:
    """Finds things in Turtle files; places are ``file:line``, relative to ``root``."""

    def __init__(self, root: Path, files: list[Path]) -> None:
        self._root = root
        self._files = files

    def locate(self, iri: str) -> str | None:
        """Return where the statement about ``iri`` begins, or its first mention, or ``None``."""
        beginnings, mentions = self._index
        return beginnings.get(iri) or mentions.get(iri)

    def mention(self, iri: str) -> str | None:
        """Return where ``iri`` is first mentioned, or ``None``."""
        return self._index[1].get(iri)

    def statement(self, t: ox.Triple) -> str | None:
        """Return where a statement's object stands, or where its subject does, or ``None``."""
        return (
            self._statements.get((t.subject, t.predicate, t.object))
            or self.locate(iri_of(t.subject))
            # A blank node has a name by now that no file mentions.
            or self._statements.get((None, t.predicate, t.object))
        )

    @cached_property
    def _index(self) -> tuple[dict[str, str], dict[str, str]]:
        beginnings: dict[str, str] = {}
        mentions: dict[str, str] = {}
        for name, text in self._texts():
            for iri, line, begins in turtle.mentions(text):
                place = f"{name}:{line}"
                mentions.setdefault(iri, place)
                if begins:
                    beginnings.setdefault(iri, place)
        return beginnings, mentions

    @cached_property
    def _statements(self) -> dict[tuple[Term | None, ox.NamedNode, Term], str]:
        found: dict[tuple[Term | None, ox.NamedNode, Term], str] = {}
        for name, text in self._texts():
            for quad, line in turtle.statements(text):
                subject = quad.subject if isinstance(quad.subject, ox.NamedNode) else None
                found.setdefault((subject, quad.predicate, quad.object), f"{name}:{line}")
        return found

    def _texts(self) -> Iterator[tuple[str, str]]:
        for path in self._files:
            yield relative(path, self._root), path.read_text("utf-8-sig", errors="replace")


def relative(path: Path, root: Path) -> str:
    """Return ``path`` as people write it: below ``root`` where it lies there."""
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)
