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
    Manifest,
    SourceEntry,
    sha256_of,
)
from gcmgraph.project import CATALOG
from gcmgraph.publish.describe.catalog import agents, versions
from gcmgraph.publish.pipeline import Checked, Progress, check, reading
from gcmgraph.publish.write import contents
from gcmgraph.publish.write.compression import compress
from gcmgraph.rdf import formats
from gcmgraph.rdf.namespaces import DCT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from gcmgraph.project import Project
    from gcmgraph.publish.write.contents import Content

CURRENT: Final = "current"

_BUILDING: Final = ".building-"
#: Files that are synced at once.
_SYNCERS: Final = 16
#: The file whose SHA-256 is the release's identity.
_IDENTITY: Final = ("dataset", formats.NQUADS.name)
_ENGINES: Final = ("PyLD", "pyoxigraph", "pyshifty", "pyshacl", "rdflib", "zstandard")


@dataclass(frozen=True, slots=True)
class Built:
    """A release in its place; ``fresh`` says whether this build wrote it."""

    path: Path
    manifest: Manifest
    fresh: bool


def build(
    project: Project,
    out: Path,
    progress: Progress,
    *,
    portals: Sequence[Path] = (),
    portal_license: str | None = None,
) -> Built:
    """Build the project's release into ``out``, unless ``current`` has the same inputs.

    ``portals`` and ``portal_license``: see ``pipeline.check``.

    Raises:
        GcmGraphError: where something does not hold or cannot be written; ``out`` is then as
            it was.

    """
    try:
        out.mkdir(parents=True, exist_ok=True)
        with _lock(out, progress):
            with reading(project):
                inputs = inputs_digest(project, portals, portal_license)
            if built := _unchanged(out, inputs):
                return built
            checked = check(project, progress, portals=portals, portal_license=portal_license)
            return _write(checked, out, inputs, progress)
    except OSError as error:
        where = f" {error.filename}" if error.filename else ""
        raise ReleaseError(
            f"The release cannot be written to {out}:{where} {error.strerror or error}; "
            "what was there is unharmed."
        ) from error


def inputs_digest(
    project: Project, portals: Sequence[Path] = (), portal_license: str | None = None
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
        for path in (*package.glob("*.py"), *package.glob("publish/**/*.py"))
    ]
    read += [(f"with/{path.name}", path) for path in portals]
    digest = hashlib.sha256(f"{portal_license}\n".encode())
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
def _lock(out: Path, progress: Progress) -> Iterator[None]:
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


def _write(checked: Checked, out: Path, inputs: str, progress: Progress) -> Built:
    folder = Path(tempfile.mkdtemp(prefix=_BUILDING, dir=out))
    try:
        # mkdtemp's own mode would let nobody else read the release.
        folder.chmod(0o755)
        files = _write_files(checked, folder, progress)
        progress("Writing the manifest")
        manifest = _manifest(checked, files, inputs)
        _write_file(folder / FILE_NAME, (manifest.model_dump_json(indent=2) + "\n").encode())
        _sync_all(folder)
        return _put_in_place(folder, out, manifest, progress)
    finally:
        _remove(folder)


def _write_files(checked: Checked, folder: Path, progress: Progress) -> list[FileEntry]:
    """Write every file but the manifest, and return what stands where, sorted by path."""
    files: list[FileEntry] = []

    def write(written: Iterable[Content]) -> None:
        for content in written:
            files.append(_write_content(folder, content, content.data, ""))
            for compression in formats.COMPRESSIONS if content.small else ():
                data = compress(content.data, compression)
                files.append(_write_content(folder, content, data, compression.name))

    for what, part in (
        ("the dataset", contents.dumps),
        ("its graphs", contents.graphs),
        ("its things", contents.things),
        ("its tables", contents.tables),
        ("the texts", contents.texts),
    ):
        progress(f"Writing {what}")
        write(part(checked))
    progress("Writing the catalogue")
    write(contents.catalog(checked, list(files)))
    write(contents.sums(files))
    return sorted(files, key=lambda entry: entry.path)


def _write_content(folder: Path, content: Content, data: bytes, compression: str) -> FileEntry:
    suffix = next((f".{c.suffix}" for c in formats.COMPRESSIONS if c.name == compression), "")
    path = content.path + suffix
    _write_file(folder / path, data)
    return FileEntry(
        path=path,
        role=content.role,
        name=content.name,
        format=content.format.name,
        bytes=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        compression=compression or None,
    )


def _manifest(checked: Checked, files: list[FileEntry], inputs: str) -> Manifest:
    facts = checked.facts
    graphs = [(name, graph) for name, graph in sorted(checked.graphs.items()) if graph]
    return Manifest(
        layout=LAYOUT,
        made_by=f"gcmgraph {gcmgraph.__version__}",
        identity=next(e.sha256 for e in files if (e.role, e.format) == _IDENTITY),
        inputs=inputs,
        version=facts.version,
        issued=facts.issued,
        name=facts.name,
        iri=facts.iri,
        base=facts.base,
        title=facts.title,
        description=facts.description,
        license=facts.license,
        creators=agents(checked.graphs[CATALOG], facts.iri, DCT.creator),
        publishers=agents(checked.graphs[CATALOG], facts.iri, DCT.publisher),
        versions=versions(checked.graphs, facts.base),
        prefixes=checked.prefixes,
        context=checked.context.iri,
        triples=len(checked.default),
        quads=sum(len(graph) for _, graph in graphs),
        graphs=tuple(
            GraphEntry(
                name=name,
                iri=facts.graph_iri(name),
                triples=len(graph),
                in_default=name in checked.in_default,
            )
            for name, graph in graphs
        ),
        sources=tuple(
            SourceEntry(
                name=s.name, iri=s.iri, title=s.title, characters=len(s.text), sha256=s.sha256
            )
            for s in checked.sources.values()
        ),
        files=tuple(files),
    )


def _put_in_place(folder: Path, out: Path, manifest: Manifest, progress: Progress) -> Built:
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
    return Built(target, manifest, fresh=True)


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
