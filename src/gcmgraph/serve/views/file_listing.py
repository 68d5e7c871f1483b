"""The files of a release, listed for people: by what they hold, then by format.

All follows from the manifest, but for the number of things: that is the number of lines where
things stand one a line.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gcmgraph.rdf import formats

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from gcmgraph.manifest import FileEntry, Manifest
    from gcmgraph.rdf.formats import Format
    from gcmgraph.serve.release import Release


@dataclass(frozen=True, slots=True)
class Row:
    """One content in one format: the file, and its compressed forms by the name of the coding."""

    format: Format
    plain: FileEntry
    compressed: dict[str, FileEntry]


@dataclass(frozen=True, slots=True)
class Group:
    """Files that hold the same: ``count`` says how much, of statements or of things."""

    name: str
    title: str
    count: int | None
    rows: list[Row]


@dataclass(frozen=True, slots=True)
class FileListing:
    """All files: the dataset, its graphs and classes; descriptions, and texts by their folders."""

    dataset: Group
    graphs: list[Group]
    classes: list[Group]
    others: list[FileEntry]
    folders: dict[str, list[FileEntry]]


async def list_files(release: Release) -> FileListing:
    """List the files of a release."""
    return await asyncio.to_thread(_list, release.manifest, release.folder)


def dataset_files(manifest: Manifest) -> list[tuple[Format, FileEntry]]:
    """Return the files that hold the whole dataset, uncompressed, in the order of the formats."""
    return [(row.format, row.plain) for row in _rows(manifest, "dataset")]


def _list(manifest: Manifest, folder: Path) -> FileListing:
    titles = {source.name: source.title for source in manifest.sources}
    classes = []
    for name in sorted({entry.name or "" for entry in manifest.files if entry.role == "class"}):
        rows = _rows(manifest, "class", name)
        classes.append(Group(name, name.replace("-", " "), _things(folder, rows), rows))
    folders: dict[str, list[FileEntry]] = {"": []}
    for entry in manifest.files:
        if entry.role not in ("dataset", "graph", "class"):
            folders.setdefault(entry.path.rpartition("/")[0], []).append(entry)
    return FileListing(
        dataset=Group(manifest.name, manifest.title, None, _rows(manifest, "dataset")),
        graphs=[
            Group(graph.name, titles.get(graph.name, ""), graph.triples, rows)
            for graph in manifest.graphs
            if (rows := _rows(manifest, "graph", graph.name))
        ],
        classes=classes,
        others=folders.pop(""),
        folders=folders,
    )


def _rows(manifest: Manifest, role: str, name: str | None = None) -> list[Row]:
    """Bring together the forms of one content, in the order of the formats."""
    entries: Iterable[FileEntry] = (
        e for e in manifest.files if e.role == role and name in (None, e.name)
    )
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
