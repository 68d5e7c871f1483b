"""The manifest: what a release holds, and the wall between building and serving.

Building writes ``manifest.json`` last; serving reads it first and knows nothing else of how the
release came to be. All paths are relative to the release folder.
"""

from __future__ import annotations

import hashlib
from functools import cached_property
from typing import TYPE_CHECKING, Final, Literal, Self, TypeAlias

import pydantic

from gcmgraph.errors import ReleaseError

if TYPE_CHECKING:
    from pathlib import Path

FILE_NAME: Final = "manifest.json"

#: The layout of release folders that this version writes and reads.
LAYOUT: Final = 3

#: What a file is: the dataset, one of its graphs, the things of a class (nested or as a table), or
#: what stands beside them.
Role: TypeAlias = Literal[
    "dataset",
    "graph",
    "class",
    "vocabulary",
    "question",
    "rule",
    "report",
    "context",
    "catalog",
    "search",
    "checksums",
]


class _Model(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(frozen=True, extra="forbid")


class GraphEntry(_Model):
    """A named graph; ``in_default`` says whether its triples are also in the default graph."""

    name: str
    iri: str
    triples: int
    in_default: bool


class FileEntry(_Model):
    """A file of the release: what it is, its size in bytes and SHA-256.

    ``format`` and ``compression`` are names of ``formats``. ``name`` tells the files of one role
    apart: the name of a graph, of a class's frame or table, of a question or rule, the stem of a
    vocabulary or a part of the catalogue.
    """

    path: str
    role: Role
    name: str | None = None
    format: str
    bytes: int
    sha256: str
    compression: str | None = None

    @classmethod
    def of(
        cls, folder: Path, path: str, role: Role, format_name: str, name: str | None = None
    ) -> Self:
        """Return the entry of a file as it lies in a release folder."""
        size, sha256 = (folder / path).stat().st_size, sha256_of(folder / path)
        return cls(path=path, role=role, name=name, format=format_name, bytes=size, sha256=sha256)


class SourceEntry(_Model):
    """A source document: the length of its text in characters, and the SHA-256 of its bytes."""

    name: str
    iri: str
    title: str
    characters: int
    sha256: str


class LinkedEntry(_Model):
    """A dataset of others to which this one links: the IRI below which its things lie."""

    space: str
    title: str
    publishers: tuple[str, ...] = ()


class Manifest(_Model):
    """What a release is and holds.

    ``identity`` is the SHA-256 of the sorted N-Quads file; ``inputs`` that of everything the
    build read, so that an unchanged project is not built again. ``issued`` is the day of this
    version of the dataset, not that of the first. ``name`` is the stem of the dump
    files, ``base`` the IRI below which all our IRIs lie, ``context`` that of its JSON-LD context,
    ``triples`` the size of the default graph and ``quads`` that of all named graphs together.
    ``creators`` and ``publishers`` are names; ``versions`` gives for the IRI of the dataset or a
    vocabulary that of the version which the release holds (DCAT 3, 11.1; OWL 2, 3.1).
    """

    layout: int
    made_by: str
    identity: str
    inputs: str
    version: str
    issued: str
    name: str
    iri: str
    base: str
    title: str
    description: str
    license: str
    creators: tuple[str, ...] = ()
    publishers: tuple[str, ...] = ()
    versions: dict[str, str] = {}
    prefixes: dict[str, str]
    context: str | None = None
    triples: int
    quads: int
    graphs: tuple[GraphEntry, ...]
    sources: tuple[SourceEntry, ...]
    linked: tuple[LinkedEntry, ...] = ()
    files: tuple[FileEntry, ...]

    def linked_at(self, iri: str) -> LinkedEntry | None:
        """Return the dataset of others in which an IRI lies, the one with the longest space."""
        fitting = (entry for entry in self.linked if iri.startswith(entry.space))
        return max(fitting, key=lambda entry: len(entry.space), default=None)

    @classmethod
    def read(cls, release: Path) -> Manifest:
        """Read the manifest of the release folder ``release``.

        Raises:
            ReleaseError: where there is none, it is torn, or another layout wrote it.

        """
        path = release / FILE_NAME
        try:
            text = path.read_text("utf-8")
        except (FileNotFoundError, NotADirectoryError):
            raise ReleaseError(
                f"{release} is no release: it has no {FILE_NAME}; run “gcmgraph build” first."
            ) from None
        except (OSError, UnicodeDecodeError) as error:
            raise ReleaseError(
                f"{path} cannot be read ({error}); build the release anew."
            ) from None
        try:
            layout = _Layout.model_validate_json(text).layout
        except pydantic.ValidationError:
            raise ReleaseError(f"{path} is torn; build the release anew.") from None
        if layout != LAYOUT:
            raise ReleaseError(
                f"{release} has layout {layout}, and this version reads layout {LAYOUT}; build the "
                "release anew, or serve it with the version that made it."
            )
        try:
            return cls.model_validate_json(text)
        except pydantic.ValidationError as error:
            where = ".".join(str(part) for part in error.errors()[0]["loc"])
            raise ReleaseError(f"{path} is torn at “{where}”; build the release anew.") from None

    @cached_property
    def entries(self) -> dict[str, FileEntry]:
        """The files by their paths; what does not stand here does not exist."""
        return {entry.path: entry for entry in self.files}

    @cached_property
    def fingerprint(self) -> str:
        """What tells this release from every other, as hexadecimal digits.

        Two with one identity hold the same statements, and may differ in what else they hold: a
        question's words, a prefix, a name in the context.
        """
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()

    def write(self, release: Path) -> None:
        """Write the manifest into the folder ``release``."""
        (release / FILE_NAME).write_text(self.model_dump_json(indent=2) + "\n", "utf-8")

    def check_files(self, release: Path) -> None:
        """Make sure that every file is there with its size and checksum.

        Raises:
            ReleaseError: naming the first file that is missing or differs.

        """
        for entry in self.files:
            path = release / entry.path
            if not path.is_file():
                raise ReleaseError(f"{path} is missing; build the release anew.")
            if path.stat().st_size != entry.bytes or sha256_of(path) != entry.sha256:
                raise ReleaseError(f"{path} is not what was released; build the release anew.")

    def find(
        self, role: Role, name: str | None = None, format_name: str | None = None
    ) -> list[FileEntry]:
        """Return the uncompressed files of a role, of one name or format if any, in order."""
        return [
            entry
            for entry in self.files
            if entry.role == role
            and not entry.compression
            and name in (None, entry.name)
            and format_name in (None, entry.format)
        ]

    def dataset(self, format_name: str) -> FileEntry:
        """Return the whole dataset's file in the format of that name.

        Raises:
            ReleaseError: where the release has no such file.

        """
        for entry in self.find("dataset", format_name=format_name):
            return entry
        raise ReleaseError(f"The release holds no {format_name} file; build the release anew.")


class _Layout(pydantic.BaseModel):
    layout: int


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file's bytes as lower-case hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
