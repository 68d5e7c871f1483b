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
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Final

import gcmgraph
from gcmgraph import formats
from gcmgraph.build.assemble import skolemize
from gcmgraph.build.dumps import write_quads, write_triples
from gcmgraph.build.pipeline import Checked, Progress, check, reading
from gcmgraph.errors import ProjectError, ReleaseError
from gcmgraph.manifest import (
    FILE_NAME,
    LAYOUT,
    FileEntry,
    GraphEntry,
    Manifest,
    SourceEntry,
    sha256_of,
)
from gcmgraph.project import ONTOLOGY, REPORT, SHAPES, Project

if TYPE_CHECKING:
    from collections.abc import Iterator

CURRENT: Final = "current"

_BUILDING: Final = ".building-"
_ENGINES: Final = ("pyoxigraph", "pyshifty", "pyshacl", "rdflib")


@dataclass(frozen=True, slots=True)
class Built:
    """A release in its place; ``fresh`` says whether this build wrote it."""

    path: Path
    manifest: Manifest
    fresh: bool


def build(project: Project, out: Path, progress: Progress) -> Built:
    """Build the project's release into ``out``, unless ``current`` has the same inputs.

    Raises:
        GcmGraphError: where something does not hold or cannot be written; ``out`` is then as
            it was.

    """
    try:
        out.mkdir(parents=True, exist_ok=True)
        with _lock(out, progress):
            with reading(project):
                inputs = inputs_digest(project)
            if built := _unchanged(out, inputs):
                return built
            checked = check(project, progress)
            return _write(checked, out, inputs, progress)
    except OSError as error:
        where = f" {error.filename}" if error.filename else ""
        raise ReleaseError(
            f"The release cannot be written to {out}:{where} {error.strerror or error}; "
            "what was there is unharmed."
        ) from error


def inputs_digest(project: Project) -> str:
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
        for path in (*package.glob("*.py"), *package.glob("build/*.py"))
    ]
    digest = hashlib.sha256()
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
        for name, content in _contents(checked):
            progress(f"Writing {name}")
            _write_file(folder / name, content)
        manifest = _manifest(checked, folder, inputs)
        progress("Writing the manifest")
        _write_file(folder / FILE_NAME, (manifest.model_dump_json(indent=2) + "\n").encode())
        for written in (*(p for p in folder.rglob("*") if p.is_dir()), folder):
            _sync(written)
        return _put_in_place(folder, out, manifest, progress)
    finally:
        _remove(folder)


def _contents(checked: Checked) -> Iterator[tuple[str, bytes]]:
    """Yield every file of a release but the manifest: its path and bytes."""
    facts, prefixes = checked.facts, checked.prefixes
    named = {facts.graph_iri(name): graph for name, graph in checked.graphs.items() if graph}
    for fmt in formats.QUADS:
        yield f"{facts.name}.{fmt.suffix}", write_quads(named, fmt, prefixes)
    for fmt in formats.TRIPLES:
        yield f"{facts.name}.{fmt.suffix}", write_triples(checked.default, fmt, prefixes)
    yield "report.ttl", write_triples(checked.graphs[REPORT], formats.TURTLE, prefixes)
    yield "report.txt", checked.report_text.encode()
    # As they were written: with their comments, and with the blank nodes that SHACL's paths need.
    for name in (ONTOLOGY, SHAPES):
        yield f"{name}.ttl", _joined(checked, name)
    for path in sorted(checked.project.queries.glob("*.rq")):
        yield f"queries/{path.name}", path.read_bytes()


def _joined(checked: Checked, name: str) -> bytes:
    """Return the Turtle files of a graph as one, each under its name.

    Raises:
        ProjectError: where the parts mean something else together than apart.

    """
    import pyoxigraph as ox

    root = checked.project.root
    parts = [
        f"# {path.relative_to(root).as_posix()}\n".encode() + path.read_bytes().rstrip() + b"\n"
        for path in checked.project.rdf_files()[name]
    ]
    joined = b"\n".join(parts)
    triples = {q.triple for q in ox.parse(joined, format=ox.RdfFormat.TURTLE)}
    if skolemize(triples, f"{checked.facts.base}.well-known/genid/{name}-") != checked.graphs[name]:
        raise ProjectError(
            f"Two files of {root / name} use the same blank node label; use [ ] or an IRI instead."
        )
    return joined


def _manifest(checked: Checked, folder: Path, inputs: str) -> Manifest:
    facts = checked.facts
    dumps = {f"{facts.name}.{f.suffix}": f.name for f in (*formats.TRIPLES, *formats.QUADS)}
    files = sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())
    graphs = [(name, graph) for name, graph in sorted(checked.graphs.items()) if graph]
    return Manifest(
        layout=LAYOUT,
        made_by=f"gcmgraph {gcmgraph.__version__}",
        identity=sha256_of(folder / f"{facts.name}.{formats.NQUADS.suffix}"),
        inputs=inputs,
        version=facts.version,
        issued=facts.issued,
        name=facts.name,
        iri=facts.iri,
        base=facts.base,
        title=facts.title,
        description=facts.description,
        license=facts.license,
        prefixes=checked.prefixes,
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
        files=tuple(
            FileEntry(
                path=name,
                format=dumps.get(name, "turtle" if name.endswith(".ttl") else None),
                bytes=(folder / name).stat().st_size,
                sha256=sha256_of(folder / name),
            )
            for name in files
        ),
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
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
