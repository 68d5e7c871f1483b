"""The SPARQL texts of a release, the rules that derived statements and the questions.

The comment at the head of a text says what it is about: its first paragraph in short, the others in
full.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from gcmgraph.rdf.comments import paragraphs

if TYPE_CHECKING:
    from gcmgraph.manifest import Manifest, Role
    from gcmgraph.serve.release import Release

#: The first parts of their addresses, and the roles of their files.
QUERIES: Final = "queries"
RULES: Final = "rules"
ROLES: Final[dict[str, Role]] = {QUERIES: "question", RULES: "rule"}


@dataclass(frozen=True, slots=True)
class QueryText:
    """A text: what it is about in short, what more is said of it, and itself."""

    name: str
    path: str
    title: str
    notes: tuple[str, ...]
    text: str


def paths(manifest: Manifest, folder: str) -> list[str]:
    """Return the addresses of the texts of one kind."""
    return [f"/{folder}/{entry.name}" for entry in manifest.find(ROLES[folder])]


async def questions(release: Release) -> dict[str, QueryText]:
    """Return the questions, by their names."""
    return await _read(release, QUERIES)


async def rules(release: Release) -> dict[str, QueryText]:
    """Return the rules, by their names."""
    return await _read(release, RULES)


async def _read(release: Release, folder: str) -> dict[str, QueryText]:
    found: dict[str, QueryText] = {}
    for entry in release.manifest.find(ROLES[folder]):
        name, text = entry.name or entry.path, (await release.read(entry)).decode("utf-8-sig")
        title, *notes = paragraphs(text) or [name]
        found[name] = QueryText(name, f"/{folder}/{name}", title, tuple(notes), text)
    return found
