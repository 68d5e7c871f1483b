"""The files of a release, arranged for people: by what they hold, then by format.

All follows from the manifest, but for the number of things: that is the number of lines where
things stand one a line.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gcmgraph.rdf import formats

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from gcmgraph.manifest import FileEntry, Manifest
    from gcmgraph.rdf.formats import Format
    from gcmgraph.serve.site import Release


@dataclass(frozen=True, slots=True)
class Row:
    """One content in one format: the file, and its compressed forms by the name of the coding."""

    format: Format
    plain: FileEntry
    compressed: dict[str, FileEntry]


@dataclass(frozen=True, slots=True)
class Shelf:
    """What holds the same: ``count`` says how much, of statements or of things."""

    name: str
    title: str
    count: int | None
    rows: list[Row]


@dataclass(frozen=True, slots=True)
class Hall:
    """All shelves: the dataset, its graphs and things; other files, and those in folders."""

    whole: Shelf
    graphs: list[Shelf]
    things: list[Shelf]
    others: list[FileEntry]
    folders: dict[str, list[FileEntry]]


def arrange(release: Release) -> Hall:
    """Arrange the files of a release."""
    manifest = release.manifest
    whole = _rows(e for e in manifest.files if _is_whole(e, manifest))
    titles = {source.name: source.title for source in manifest.sources}
    graphs = [
        Shelf(graph.name, titles.get(graph.name, ""), graph.triples, rows)
        for graph in manifest.graphs
        if (rows := _rows(e for e in manifest.files if e.graph == graph.name))
    ]
    nouns = sorted({entry.noun for entry in manifest.files if entry.noun})
    things = []
    for noun in nouns:
        rows = _rows(e for e in manifest.files if e.noun == noun)
        things.append(Shelf(noun, noun.replace("-", " "), _things(release.folder, rows), rows))
    others: dict[str, list[FileEntry]] = {"": []}
    for entry in manifest.files:
        if not (entry.graph or entry.noun or _is_whole(entry, manifest)):
            others.setdefault(entry.path.rpartition("/")[0], []).append(entry)
    dataset = Shelf(manifest.name, manifest.title, None, whole)
    return Hall(dataset, graphs, things, others.pop(""), others)


def whole_files(manifest: Manifest) -> list[tuple[Format, FileEntry]]:
    """Return the files that hold the whole dataset, uncompressed, in the order of the formats."""
    return [(r.format, r.plain) for r in _rows(e for e in manifest.files if _is_whole(e, manifest))]


def _is_whole(entry: FileEntry, manifest: Manifest) -> bool:
    part = entry.graph or entry.noun
    return not part and "/" not in entry.path and entry.path.split(".")[0] == manifest.name


def _rows(entries: Iterable[FileEntry]) -> list[Row]:
    """Bring together the forms of one content, in the order of the formats."""
    found: dict[str, dict[str, FileEntry]] = {}
    for entry in entries:
        found.setdefault(entry.format or "", {})[entry.compression or ""] = entry
    return [
        Row(format_, forms[""], {name: e for name, e in forms.items() if name})
        for format_ in formats.FILES
        if "" in (forms := found.get(format_.name, {}))
    ]


def _things(folder: Path, rows: list[Row]) -> int | None:
    """Count the lines of the file that has one thing a line."""
    for row in rows:
        if row.format is formats.NDJSON:
            with (folder / row.plain.path).open("rb") as file:
                return sum(1 for _ in file)
    return None
