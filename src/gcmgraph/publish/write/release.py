"""The release folder: written aside, then put in place in one step.

``<out>/<version>-<identity>`` holds a release, ``<out>/current`` is a link to the newest. All is
written into ``<out>/.building-…`` first, the manifest last; a rename makes it a release, a second
one turns the link. A build that is stopped leaves at most such a folder, and the next build removes
it: whoever holds the lock knows that nobody else is building.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import tempfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Final

import gcmgraph
from gcmgraph.errors import ReleaseError
from gcmgraph.manifest import (
    FILE_NAME,
    LAYOUT,
    FileEntry,
    GraphEntry,
    LinkedEntry,
    Manifest,
    SourceEntry,
    sha256_of,
)
from gcmgraph.project import CATALOG
from gcmgraph.publish.describe.catalog import agents, versions
from gcmgraph.publish.read.files import reading
from gcmgraph.publish.write import contents
from gcmgraph.publish.write.compression import compress
from gcmgraph.publish.write.readback import decompressed, require_bytes
from gcmgraph.rdf import formats
from gcmgraph.rdf.graphs import iri_of, objects
from gcmgraph.rdf.namespaces import DCT, VOID

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from gcmgraph.project import Project
    from gcmgraph.publish.dataset import Dataset
    from gcmgraph.publish.write.contents import Content
    from gcmgraph.rdf.graphs import Graph

CURRENT: Final = "current"

_BUILDING: Final = ".building-"
#: Files that are synced at once.
_SYNCERS: Final = 16
#: The file whose SHA-256 is the release's identity.
_IDENTITY: Final = ("dataset", formats.NQUADS.name)
_ENGINES: Final = ("PyLD", "pyoxigraph", "pyshifty", "pyshacl", "rdflib", "zstandard")


@dataclass(frozen=True, slots=True)
class Built:
    """A release in its place.

    ``fresh`` says whether this build wrote it; ``findings`` are then what did not stop it.
    """

    path: Path
    manifest: Manifest
    fresh: bool
    findings: tuple[str, ...] = ()


@contextmanager
def releasing(
    project: Project,
    out: Path,
    progress: Callable[[str], None],
    include: Sequence[Path] = (),
    include_license: str | None = None,
) -> Iterator[ReleaseFolder]:
    """Hold the only right to release into ``out``, and give the folder to write into.

    ``progress`` is told of each step. What is not finished is gone in the end.

    Raises:
        ReleaseError: where ``out`` cannot be written to; it is then as it was.

    """
    try:
        out.mkdir(parents=True, exist_ok=True)
        with _lock(out, progress):
            with reading(project):
                inputs = inputs_digest(project, include, include_license)
            folder = Path(tempfile.mkdtemp(prefix=_BUILDING, dir=out))
            try:
                # mkdtemp's own mode would let nobody else read the release.
                folder.chmod(0o755)
                yield ReleaseFolder(folder, out, inputs, progress)
            finally:
                _remove(folder)
    except OSError as error:
        where = f" {error.filename}" if error.filename else ""
        raise ReleaseError(
            f"The release cannot be written to {out}:{where} {error.strerror or error}; "
            "what was there is unharmed."
        ) from error


class ReleaseFolder:
    """A release in the making: ``built`` is the one that is there, if it has the same inputs.

    ``files`` are those that were added so far.
    """

    def __init__(
        self, folder: Path, out: Path, inputs: str, progress: Callable[[str], None]
    ) -> None:
        self.built = _unchanged(out, inputs)
        self.files: list[FileEntry] = []
        self._folder = folder
        self._out = out
        self._inputs = inputs
        self._progress = progress

    def add(self, written: Iterable[Content]) -> None:
        """Write files, the small ones of them compressed, too, and read each back.

        Raises:
            ReleaseError: where one of them does not say what it was written from, or where two
                would bear one name.

        """
        for content in written:
            content.read_back(self._write(content, content.data))
            for compression in formats.COMPRESSIONS if content.small else ():
                data = self._write(content, compress(content.data, compression), compression)
                content_of = decompressed(content.path, data, compression)
                require_bytes(f"{content.path}.{compression.suffix}", content_of, content.data)

    def _write(
        self, content: Content, data: bytes, compression: formats.Compression | None = None
    ) -> bytes:
        """Write a file, and return what then lies there."""
        path = f"{content.path}.{compression.suffix}" if compression else content.path
        # On many systems “Void.ttl” is “void.ttl”.
        if path.casefold() in {entry.path.casefold() for entry in self.files}:
            raise ReleaseError(
                f"Two files of the release would be {path}; give the source, graph, frame, table, "
                "query or dataset that is called so another name."
            )
        _write_file(self._folder / path, data)
        entry = FileEntry(
            path=path,
            role=content.role,
            name=content.name,
            format=content.format.name,
            bytes=len(data),
            sha256=hashlib.sha256(data).hexdigest(),
            compression=compression.name if compression else None,
        )
        self.files.append(entry)
        return (self._folder / path).read_bytes()

    def finish(self, dataset: Dataset, findings: Iterable[str] = ()) -> Built:
        """Write checksums and manifest, and put the release in its place."""
        self.add(contents.sums(self.files))
        self._progress("Writing the manifest")
        files = sorted(self.files, key=lambda entry: entry.path)
        manifest = _manifest(dataset, files, self._inputs)
        manifest.write(self._folder)
        if Manifest.read(self._folder) != manifest:
            raise ReleaseError(f"{FILE_NAME}, read back, is not what was written; report it.")
        _sync_all(self._folder)
        path = _put_in_place(self._folder, self._out, manifest, self._progress)
        return Built(path, manifest, fresh=True, findings=tuple(findings))


def inputs_digest(
    project: Project, include: Sequence[Path] = (), include_license: str | None = None
) -> str:
    """Return the SHA-256 of all that a build reads: the project, this program, its engines.

    Hidden files and Markdown are not read by a build and do not count.
    """
    package = Path(gcmgraph.__file__).parent
    read = [
        (path.relative_to(project.root).as_posix(), path)
        for folder in (project.ontology, project.shapes, project.data)
        for path in folder.rglob("*")
        if path.is_file()
        and path.suffix != ".md"
        and not any(p.startswith(".") for p in path.relative_to(project.root).parts)
    ]
    read += [
        (f"gcmgraph/{path.relative_to(package).as_posix()}", path)
        for path in (
            *package.glob("*.py"),
            *package.glob("publish/**/*.py"),
            *package.glob("rdf/*.py"),
        )
    ]
    read += [(f"include/{path.name}", path) for path in include]
    digest = hashlib.sha256(f"{include_license}\n".encode())
    for name, path in sorted(read):
        digest.update(f"{name}\0{sha256_of(path)}\n".encode())
    for engine in _ENGINES:
        digest.update(f"{engine} {version(engine)}\n".encode())
    return digest.hexdigest()


def _unchanged(out: Path, inputs: str) -> Built | None:
    current = out / CURRENT
    try:
        manifest = Manifest.read(current)
        if manifest.inputs != inputs:
            return None
        manifest.check_files(current)
    except ReleaseError:
        return None
    return Built(current.resolve(), manifest, fresh=False)


@contextmanager
def _lock(out: Path, progress: Callable[[str], None]) -> Iterator[None]:
    """Hold the only right to build in ``out``; the system takes it back from the dead."""
    with (out / ".lock").open("ab") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            progress(f"Waiting for another build in {out}")
            fcntl.flock(file, fcntl.LOCK_EX)
        for leftover in out.glob(_BUILDING + "*"):
            _remove(leftover)
        yield


def _manifest(dataset: Dataset, files: list[FileEntry], inputs: str) -> Manifest:
    facts = dataset.facts
    graphs = [(name, graph) for name, graph in sorted(dataset.graphs.items()) if graph]
    return Manifest(
        layout=LAYOUT,
        made_by=f"gcmgraph {gcmgraph.__version__}",
        identity=next(e.sha256 for e in files if (e.role, e.format) == _IDENTITY),
        inputs=inputs,
        version=facts.version,
        issued=facts.changed,
        name=facts.name,
        iri=facts.iri,
        base=facts.base,
        title=facts.title,
        description=facts.description,
        license=facts.license,
        creators=agents(dataset.graphs[CATALOG], facts.iri, DCT.creator),
        publishers=agents(dataset.graphs[CATALOG], facts.iri, DCT.publisher),
        versions=versions(dataset.graphs, facts.base),
        prefixes=dataset.prefixes,
        context=dataset.context.iri,
        triples=len(dataset.default),
        quads=sum(len(graph) for _, graph in graphs),
        graphs=tuple(
            GraphEntry(
                name=name,
                iri=facts.graph_iri(name),
                triples=len(graph),
                in_default=name in dataset.in_default,
            )
            for name, graph in graphs
        ),
        sources=tuple(
            SourceEntry(
                name=s.name, iri=s.iri, title=s.title, characters=len(s.text), sha256=s.sha256
            )
            for s in dataset.sources.values()
        ),
        linked=tuple(_linked(dataset.graphs[CATALOG])),
        files=tuple(files),
    )


def _linked(catalog: Graph) -> Iterator[LinkedEntry]:
    """Give the datasets of others that the catalogue names, in the order of their IRIs."""
    targets = {t.object for t in catalog if t.predicate.value == VOID.objectsTarget}
    for target in sorted(targets, key=str):
        titles = objects(catalog, target, DCT.title)
        for space in objects(catalog, target, VOID.uriSpace) if titles else ():
            yield LinkedEntry(
                space=iri_of(space),
                title=iri_of(titles[0]),
                publishers=agents(catalog, iri_of(target), DCT.publisher),
            )


def _put_in_place(
    folder: Path, out: Path, manifest: Manifest, progress: Callable[[str], None]
) -> Path:
    """Make ``folder`` the current release of ``out``."""
    stem = f"{manifest.version}-{manifest.identity[:12]}"
    target = out / stem
    number = 1
    while (state := _compare(target, manifest)) == "other":
        number += 1
        target = out / f"{stem}.{number}"
    if state == "same":
        # The same files of other inputs (a reworded comment): the new manifest says so.
        progress("Keeping the release that is there")
        (folder / FILE_NAME).replace(target / FILE_NAME)
    else:
        if state == "torn":
            target.rename(out / f"{folder.name}-torn")
        progress("Putting the release in place")
        folder.rename(target)
    _sync(out)
    progress("Making it the current release")
    link = out / f"{folder.name}-link"
    link.symlink_to(target.name)
    link.replace(out / CURRENT)
    _sync(out)
    for leftover in out.glob(_BUILDING + "*"):
        if leftover != folder:
            _remove(leftover)
    progress("Done")
    return target


def _compare(target: Path, manifest: Manifest) -> str:
    """Say what is at ``target``: nothing, a torn release, one of the same files, or an other."""
    if not (target.exists() or target.is_symlink()):
        return "nothing"
    try:
        there = Manifest.read(target)
        there.check_files(target)
    except ReleaseError:
        return "torn"
    return "same" if there.files == manifest.files else "other"


def _write_file(path: Path, content: bytes) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)


def _sync_all(folder: Path) -> None:
    """Have everything below ``folder`` on the disk before it is made a release.

    Many at once: a file system writes them down together, and one after the other takes seconds.
    """
    with ThreadPoolExecutor(_SYNCERS) as pool:
        list(pool.map(_sync, (p for p in folder.rglob("*") if p.is_file())))
    for written in (*(p for p in folder.rglob("*") if p.is_dir()), folder):
        _sync(written)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
