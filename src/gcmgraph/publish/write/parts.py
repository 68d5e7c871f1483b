"""The parts of the dataset that can be had by themselves: each named graph, each class.

A class is a part where the project tells its things in files: a frame for nested JSON, a query for
a table. What a part says is what its graph holds, or what is said of its things and their parts.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import quote

import pyoxigraph as ox

from gcmgraph.project import CATALOG
from gcmgraph.publish.derive.rules import read_query
from gcmgraph.publish.describe.catalog import words_of_graph
from gcmgraph.publish.read.locate import relative
from gcmgraph.publish.write.frames import class_of, read_frame
from gcmgraph.publish.write.tables import read_table
from gcmgraph.rdf import formats
from gcmgraph.rdf.graphs import iri_of, subjects
from gcmgraph.rdf.namespaces import RDF
from gcmgraph.rdf.sparql import ask

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gcmgraph.manifest import FileEntry
    from gcmgraph.project import Project
    from gcmgraph.publish.dataset import Dataset
    from gcmgraph.publish.write.tables import Table
    from gcmgraph.rdf.graphs import Graph


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the dataset.

    ``told`` are the statements in it, ``page`` is where people read it, ``entities`` the number of
    things of a class, and ``table`` what the columns of its table hold. What is not ``ours`` is
    another publisher's.
    """

    iri: str
    title: str
    description: str
    license: str | None
    page: str
    told: Graph
    ours: bool = True
    entities: int | None = None
    table: Table | None = None
    files: list[tuple[FileEntry, formats.Format]] = field(default_factory=list)


def parts_of(project: Project, dataset: Dataset, files: Iterable[FileEntry]) -> list[Part]:
    """Return the parts that have files, each with its files."""
    found: dict[tuple[str, str], Part] = {}
    for entry in files:
        fmt = format_of(entry)
        if fmt is None or entry.name is None:
            continue
        key = entry.role, entry.name
        if key not in found:
            read = _graph if entry.role == "graph" else _class
            found[key] = read(project, dataset, entry.name)
        found[key].files.append((entry, fmt))
    return list(found.values())


def format_of(entry: FileEntry) -> formats.Format | None:
    """Return the format of a file that is a distribution; ``None`` for all other files."""
    tells_of_others = entry.format in (formats.CSVW.name, formats.SCHEMA.name)
    is_one = entry.role in ("dataset", "graph", "class") and not tells_of_others
    return formats.by_name(entry.format, formats.FILES) if is_one else None


def _graph(_: Project, dataset: Dataset, name: str) -> Part:
    """Return a named graph as a part."""
    licences = {other.name: other.license for other in dataset.external}
    title, description = words_of_graph(name, dataset.sources.values(), dataset.external)
    iri = dataset.facts.graph_iri(name)
    return Part(
        iri=iri,
        title=title,
        description=f"{description} A part of: {dataset.facts.title}.",
        license=licences.get(name, dataset.facts.license),
        page=f"{iri}.{formats.HTML.suffix}",
        # The catalogue describes the dataset, and so covers nothing by itself.
        told=set() if name == CATALOG else dataset.graphs[name],
        ours=name not in licences,
    )


def _class(project: Project, dataset: Dataset, name: str) -> Part:
    """Return a class as a part: its things, told as nested JSON, as a table or both."""
    base, facts = dataset.facts.base, dataset.facts
    query, frame = project.tables / f"{name}.rq", project.frames / f"{name}.jsonld"
    table = _table(project, name) if query.is_file() else None
    title = table.title if table else name
    things: list[str] = []
    page = f"{base}download/"
    if frame.is_file():
        read = read_frame(frame, relative(frame, project.root), base, dataset.context)
        wanted = class_of(read, dataset.context)
        things = subjects(dataset.default, RDF.type, wanted)
        page = f"{base}browse?class={quote(wanted, safe='')}"
    known = set(things)
    return Part(
        iri=f"{base}id/part/{name}",
        title=title,
        description=f"A part of the dataset “{facts.title}”, told thing by thing: {title}.",
        license=facts.license,
        page=page,
        told={t for t in dataset.default if iri_of(t.subject).partition("#")[0] in known},
        entities=len(things) if frame.is_file() else None,
        table=table,
    )


def _table(project: Project, name: str) -> Table:
    """Return what a table's query says of its columns."""
    path = project.tables / f"{name}.rq"
    query = read_query(path, project.root)
    found = ask(ox.Store(), query)
    names = [v.value for v in found.variables] if isinstance(found, ox.QuerySolutions) else []
    return read_table(query, names, relative(path, project.root))
