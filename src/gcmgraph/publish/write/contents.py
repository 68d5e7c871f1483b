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
``catalog.*`` …         the dataset and its files, as catalogues and search engines read them
``SHA256SUMS``          the checksums of all of these, as ``sha256sum --check`` reads them
======================  ==========================================================================

Statements, things and tables come compressed too.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyoxigraph as ox

from gcmgraph.errors import ProjectError
from gcmgraph.project import ONTOLOGY, REPORT, SHAPES
from gcmgraph.publish.describe.context import write_context
from gcmgraph.publish.read.assemble import skolemize
from gcmgraph.publish.write.distributions import write_catalog
from gcmgraph.publish.write.dumps import write_quads, write_triples
from gcmgraph.publish.write.frames import write_things
from gcmgraph.publish.write.tables import write_tables
from gcmgraph.rdf import formats, jsonld

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from gcmgraph.manifest import FileEntry, Role
    from gcmgraph.project import Project
    from gcmgraph.publish.dataset import Dataset
    from gcmgraph.rdf.formats import Format


@dataclass(frozen=True, slots=True)
class Content:
    """A file to be: see ``manifest.FileEntry``; ``small`` asks for its compressed forms too."""

    path: str
    role: Role
    format: Format
    data: bytes
    name: str | None = None
    small: bool = False


def of(project: Project, dataset: Dataset, report: str) -> Iterator[tuple[str, Iterator[Content]]]:
    """Yield what a release holds, part by part, each with its name."""
    yield "the dataset", dumps(dataset)
    yield "its graphs", graphs(dataset)
    yield "its things", things(project, dataset)
    yield "its tables", tables(project, dataset)
    yield "the texts", texts(project, dataset, report)


def check_contents(project: Project, dataset: Dataset) -> None:
    """Make the files that people can get wrong, and keep none.

    Raises:
        GcmGraphError: what a build would say of a frame, a table or a text.

    """
    for part in (things(project, dataset), tables(project, dataset), texts(project, dataset, "")):
        for _ in part:
            pass


def dumps(dataset: Dataset) -> Iterator[Content]:
    """Yield the whole dataset in every format, and the context of its JSON-LD."""
    facts, prefixes = dataset.facts, dataset.prefixes
    named = {facts.graph_iri(name): graph for name, graph in dataset.graphs.items() if graph}
    for fmt in formats.QUADS:
        data = write_quads(named, fmt, prefixes)
        yield Content(f"{facts.name}.{fmt.suffix}", "dataset", fmt, data, small=True)
    for fmt in formats.TRIPLES:
        data = write_triples(dataset.default, fmt, prefixes, dataset.context)
        yield Content(f"{facts.name}.{fmt.suffix}", "dataset", fmt, data, small=True)
    data = write_context(facts, dataset.context)
    yield Content(jsonld.FILE_NAME, "context", formats.JSONLD, data)


def graphs(dataset: Dataset) -> Iterator[Content]:
    """Yield every named graph by itself, in every format."""
    for name, graph in sorted(dataset.graphs.items()):
        for fmt in (*formats.TRIPLES, *formats.QUADS) if graph else ():
            data = (
                write_quads({dataset.facts.graph_iri(name): graph}, fmt, dataset.prefixes)
                if fmt in formats.QUADS
                else write_triples(graph, fmt, dataset.prefixes, dataset.context)
            )
            yield Content(f"graphs/{name}.{fmt.suffix}", "graph", fmt, data, name, small=True)


def things(project: Project, dataset: Dataset) -> Iterator[Content]:
    """Yield the things that the project's frames ask for."""
    for name, fmt, data in write_things(project, dataset):
        yield Content(f"things/{name}.{fmt.suffix}", "class", fmt, data, name, small=True)


def tables(project: Project, dataset: Dataset) -> Iterator[Content]:
    """Yield the tables that the project's queries ask for."""
    for name, fmt, data in write_tables(project, dataset):
        path = f"tables/{name}.{fmt.suffix}"
        yield Content(path, "class", fmt, data, name, small=fmt == formats.TABLE)


def texts(project: Project, dataset: Dataset, report: str) -> Iterator[Content]:
    """Yield what people wrote, and the report."""
    turtle = formats.TURTLE
    data = write_triples(dataset.graphs[REPORT], turtle, dataset.prefixes, dataset.context)
    yield Content("report.ttl", "report", turtle, data)
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
            yield Content(where, role, formats.SPARQL, path.read_bytes(), path.stem)


def catalog(project: Project, dataset: Dataset, files: Iterable[FileEntry]) -> Iterator[Content]:
    """Yield the catalogue of the ``files`` that are written."""
    for name, fmt, data in write_catalog(project, dataset, files):
        yield Content(f"{name}.{fmt.suffix}", "catalog", fmt, data, name)


def sums(files: Iterable[FileEntry]) -> Iterator[Content]:
    """Yield the checksums of all ``files``; the manifest comes later and has this file's."""
    by_path = sorted(files, key=lambda entry: entry.path)
    lines = (f"{entry.sha256}  {entry.path}\n" for entry in by_path)
    yield Content("SHA256SUMS", "checksums", formats.TEXT, "".join(lines).encode())


def _joined(project: Project, dataset: Dataset, name: str) -> bytes:
    """Return the Turtle files of a graph as one, each under its name.

    Raises:
        ProjectError: where the parts mean something else together than apart.

    """
    root = project.root
    parts = [
        f"# {path.relative_to(root).as_posix()}\n".encode() + path.read_bytes().rstrip() + b"\n"
        for path in project.rdf_files()[name]
    ]
    joined = b"\n".join(parts)
    triples = {q.triple for q in ox.parse(joined, format=ox.RdfFormat.TURTLE)}
    if skolemize(triples, f"{dataset.facts.base}.well-known/genid/{name}-") != dataset.graphs[name]:
        raise ProjectError(
            f"Two files of {root / name} use the same blank node label; use [ ] or an IRI instead."
        )
    return joined
