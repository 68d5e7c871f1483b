"""What a release's files hold, in the order in which they are written.

======================  ==========================================================================
``<name>.*``            the default graph (triples), all named graphs (quads)
``context.jsonld``      the terms in which JSON-LD is written
``graphs/<graph>.*``    one named graph
``things/<class>.*``     the things of a class, nested, as ``data/frames`` asks for them
``tables/<class>.*``     the answer to a query of ``data/tables``, and what its columns mean
``ontology.ttl`` …      as people wrote them, and the report
``queries/*.rq``        the questions
``rules/*.rq``          the rules that derived the graph ``inferred``
``search.db``           what people search: names and texts of things (SQLite, FTS5)
``catalog.*`` …         the dataset and its files, as catalogues and search engines read them
``SHA256SUMS``          the checksums of all of these, as ``sha256sum --check`` reads them
======================  ==========================================================================

Statements, things and tables come compressed too.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING

import pyoxigraph as ox

from gcmgraph.errors import ProjectError, UnsupportedQueryError
from gcmgraph.project import ONTOLOGY, REPORT, SHAPES
from gcmgraph.publish.derive.rules import query_fault
from gcmgraph.publish.describe.context import write_context
from gcmgraph.publish.read.assemble import skolemize
from gcmgraph.publish.read.files import read_bytes, read_text
from gcmgraph.publish.read.locate import relative
from gcmgraph.publish.write.distributions import write_catalog
from gcmgraph.publish.write.dumps import write_quads, write_triples
from gcmgraph.publish.write.frames import class_of, read_frames
from gcmgraph.publish.write.nested import write_things
from gcmgraph.publish.write.readback import (
    facts_of,
    require_bytes,
    require_context,
    require_downloads,
    require_rows,
    require_statements,
    require_sums,
    require_things,
)
from gcmgraph.publish.write.search_index import write_search_index
from gcmgraph.publish.write.tables import write_tables
from gcmgraph.rdf import formats, jsonld
from gcmgraph.rdf.graphs import quads
from gcmgraph.rdf.sparql import ask

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from collections.abc import Set as AbstractSet
    from pathlib import Path

    from gcmgraph.manifest import FileEntry, Role
    from gcmgraph.project import Project
    from gcmgraph.publish.dataset import Dataset
    from gcmgraph.rdf.formats import Format
    from gcmgraph.rdf.graphs import Graph


@dataclass(frozen=True, slots=True)
class Content:
    """A file to be: see ``manifest.FileEntry``; ``small`` asks for its compressed forms too.

    ``holds`` are the statements that it holds, and ``compare`` raises a ``ReleaseError`` where its
    bytes do not say what else it was written from.
    """

    path: str
    role: Role
    format: Format
    data: bytes
    name: str | None = None
    small: bool = False
    holds: AbstractSet[ox.Quad] | None = None
    compare: Callable[[bytes], None] | None = None

    def read_back(self, data: bytes, *, thorough: bool = False) -> None:
        """Make sure that ``data``, which lie where they were written, are what was meant.

        Raises:
            ReleaseError: see ``readback``.

        """
        require_bytes(self.path, data, self.data)
        if self.holds is not None:
            require_statements(self.path, self.format, self.holds, data, thorough=thorough)
        if self.compare is not None:
            self.compare(data)


def of(project: Project, dataset: Dataset, report: str) -> Iterator[tuple[str, Iterator[Content]]]:
    """Yield what a release holds, part by part, each with its name."""
    yield "the dataset", dumps(dataset)
    yield "its graphs", graphs(dataset)
    yield "its things", things(project, dataset)
    yield "its tables", tables(project, dataset)
    yield "what people search", search(project, dataset)
    yield "the texts", texts(project, dataset, report)


def check_contents(project: Project, dataset: Dataset, *, thorough: bool = False) -> None:
    """Make the files that people can get wrong, where ``thorough`` all, and keep none.

    Raises:
        GcmGraphError: what a build would say of a frame, a table or a text; where ``thorough``, of
            a file that is not read as it is written, by rdflib too.

    """
    parts = [things(project, dataset), tables(project, dataset), texts(project, dataset, "")]
    if thorough:
        parts += [dumps(dataset), graphs(dataset)]
    for content in chain.from_iterable(parts):
        content.read_back(content.data, thorough=thorough)


def dumps(dataset: Dataset) -> Iterator[Content]:
    """Yield the whole dataset in every format, and the context of its JSON-LD."""
    facts, prefixes = dataset.facts, dataset.prefixes
    named = {facts.graph_iri(name): graph for name, graph in dataset.graphs.items() if graph}
    held = _held(named)
    for fmt in formats.QUADS:
        data = write_quads(named, fmt, prefixes)
        path = f"{facts.name}.{fmt.suffix}"
        yield Content(path, "dataset", fmt, data, small=True, holds=held)
    held = set(quads(dataset.default))
    for fmt in formats.TRIPLES:
        data = write_triples(dataset.default, fmt, prefixes, dataset.context)
        path = f"{facts.name}.{fmt.suffix}"
        yield Content(path, "dataset", fmt, data, small=True, holds=held)
    data = write_context(facts, dataset.context)
    compare = partial(require_context, jsonld.FILE_NAME, dataset.context)
    yield Content(jsonld.FILE_NAME, "context", formats.JSONLD, data, compare=compare)


def graphs(dataset: Dataset) -> Iterator[Content]:
    """Yield every named graph by itself, in every format."""
    for name, graph in sorted(dataset.graphs.items()):
        named = {dataset.facts.graph_iri(name): graph}
        in_quads, in_triples = _held(named), set(quads(graph))
        for fmt in formats.QUADS if graph else ():
            data, path = write_quads(named, fmt, dataset.prefixes), f"graphs/{name}.{fmt.suffix}"
            yield Content(path, "graph", fmt, data, name, small=True, holds=in_quads)
        for fmt in formats.TRIPLES if graph else ():
            data = write_triples(graph, fmt, dataset.prefixes, dataset.context)
            path = f"graphs/{name}.{fmt.suffix}"
            yield Content(path, "graph", fmt, data, name, small=True, holds=in_triples)


def _held(graphs: Mapping[str, Graph]) -> set[ox.Quad]:
    return {quad for name, graph in graphs.items() for quad in quads(graph, ox.NamedNode(name))}


def things(project: Project, dataset: Dataset) -> Iterator[Content]:
    """Yield the things that the project's frames ask for."""
    known, frames = facts_of(dataset.default), read_frames(project, dataset)
    for name, fmt, data in write_things(project, dataset):
        path = f"things/{name}.{fmt.suffix}"
        is_data = fmt != formats.SCHEMA
        says = partial(require_things, path, frames[name], known, dataset.context)
        yield Content(
            path, "class", fmt, data, name, small=is_data, compare=says if is_data else None
        )


def tables(project: Project, dataset: Dataset) -> Iterator[Content]:
    """Yield the tables that the project's queries ask for."""
    for table in write_tables(project, dataset):
        for fmt, data in ((formats.TABLE, table.csv), (formats.CSVW, table.metadata)):
            path = f"tables/{table.name}.{fmt.suffix}"
            is_csv = fmt == formats.TABLE
            compare = partial(require_rows, path, table) if is_csv else None
            yield Content(path, "class", fmt, data, table.name, small=is_csv, compare=compare)


def search(project: Project, dataset: Dataset) -> Iterator[Content]:
    """Yield what people search."""
    frames = read_frames(project, dataset).values()
    questions = {
        f"{dataset.facts.base}queries/{path.stem}": read_text(path, relative(path, project.root))
        for path in sorted(project.queries.glob("*.rq"))
    }
    classes = [class_of(frame, dataset.context) for frame in frames]
    data = write_search_index(dataset, classes, questions)
    yield Content(f"search.{formats.SQLITE.suffix}", "search", formats.SQLITE, data)


def texts(project: Project, dataset: Dataset, report: str) -> Iterator[Content]:
    """Yield what people wrote, and the report."""
    turtle = formats.TURTLE
    data = write_triples(dataset.graphs[REPORT], turtle, dataset.prefixes, dataset.context)
    yield Content("report.ttl", "report", turtle, data, holds=set(quads(dataset.graphs[REPORT])))
    yield Content("report.txt", "report", formats.TEXT, report.encode())
    # As they were written: with their comments, and with the blank nodes that SHACL's paths need.
    for name in (ONTOLOGY, SHAPES):
        yield Content(f"{name}.ttl", "vocabulary", turtle, _joined(project, dataset, name), name)
    texts: tuple[tuple[Role, Path], ...] = (
        ("question", project.queries),
        ("rule", project.rules),
    )
    for role, folder in texts:
        for path in sorted(folder.glob("*.rq")):
            where = f"{folder.name}/{path.name}"
            text = read_text(path, relative(path, project.root))
            if role == "question":
                _require_query(text, relative(path, project.root))
            yield Content(where, role, formats.SPARQL, text.encode(), path.stem)


def _require_query(text: str, where: str) -> None:
    """Make sure that a question can be asked.

    Raises:
        ProjectError: naming the file, line and column.

    """
    try:
        ask(ox.Store(), text)
    except SyntaxError as error:
        raise ProjectError(query_fault(where, error)) from None
    except UnsupportedQueryError as error:
        raise ProjectError(f"{where}: {error}") from None


def catalog(project: Project, dataset: Dataset, files: Iterable[FileEntry]) -> Iterator[Content]:
    """Yield the catalogue of the ``files`` that are written."""
    entries = list(files)
    checksums = {entry.path: entry.sha256 for entry in entries}
    written = list(write_catalog(project, dataset, entries))
    # Its N-Triples are read by the engine, and the others by a reader of their own.
    held = {
        name: set(ox.parse(data, format=ox.RdfFormat.N_TRIPLES))
        for name, fmt, data in written
        if fmt == formats.NTRIPLES
    }
    for name, fmt, data in written:
        path, graph = f"{name}.{fmt.suffix}", held.get(name)
        compare = None if graph else partial(require_downloads, path, checksums)
        yield Content(path, "catalog", fmt, data, name, holds=graph, compare=compare)


def sums(files: Iterable[FileEntry]) -> Iterator[Content]:
    """Yield the checksums of all ``files``; the manifest comes later and has this file's."""
    checksums = {entry.path: entry.sha256 for entry in sorted(files, key=lambda entry: entry.path)}
    data = "".join(f"{sha256}  {path}\n" for path, sha256 in checksums.items()).encode()
    compare = partial(require_sums, "SHA256SUMS", checksums)
    yield Content("SHA256SUMS", "checksums", formats.TEXT, data, compare=compare)


def _joined(project: Project, dataset: Dataset, name: str) -> bytes:
    """Return the Turtle files of a graph as one, each under its name.

    Raises:
        ProjectError: where the parts mean something else together than apart.

    """
    root = project.root
    parts = [
        f"# {path.relative_to(root).as_posix()}\n".encode() + read_bytes(path).rstrip() + b"\n"
        for path in project.rdf_files()[name]
    ]
    joined = b"\n".join(parts)
    triples = {q.triple for q in ox.parse(joined, format=ox.RdfFormat.TURTLE)}
    if skolemize(triples, f"{dataset.facts.base}.well-known/genid/{name}-") != dataset.graphs[name]:
        raise ProjectError(
            f"Two files of {root / name} use the same blank node label; use [ ] or an IRI instead."
        )
    return joined
