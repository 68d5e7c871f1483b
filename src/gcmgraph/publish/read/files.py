"""Reading files: what is said of those that cannot be read, and their checksums.

A byte order mark says how a file is encoded and is no part of its text (Unicode 16.0, 23.8).
"""

from __future__ import annotations

import codecs
import re
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pyoxigraph as ox

from gcmgraph.errors import Fault, GcmGraphError, ProjectError, RdfSyntaxError
from gcmgraph.rdf import turtle
from gcmgraph.rdf.graphs import Graph, triple
from gcmgraph.rdf.namespaces import RDF, SPDX, XSD
from gcmgraph.rdf.terms import typed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from gcmgraph.project import Project


@contextmanager
def reading(project: Project) -> Iterator[None]:
    """Turn an error of the system into one of ours.

    Raises:
        ProjectError: naming the file.

    """
    try:
        yield
    except OSError as error:
        raise ProjectError(
            f"{error.filename or project.root} cannot be read: {error.strerror or error}."
        ) from error


def read_bytes(path: Path) -> bytes:
    """Return what a file of text holds, without a byte order mark."""
    return path.read_bytes().removeprefix(codecs.BOM_UTF8)


def read_text(path: Path, where: str, fault: type[GcmGraphError] = ProjectError) -> str:
    """Return the text of a file, which is called ``where``, without a byte order mark.

    Raises:
        GcmGraphError: of the class ``fault``, where it has another encoding than UTF-8.

    """
    return decoded(read_bytes(path), where, fault)


def decoded(data: bytes, where: str, fault: type[GcmGraphError]) -> str:
    """Return what ``read_text`` does, of a file that has been read."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise fault(f"{where} is not UTF-8 (byte {error.start}); save it as UTF-8.") from None


def beyond_rdf11(graph: Graph, where: str, text: str = "") -> Iterator[Fault]:
    """Yield the lines of a Turtle text that say what only RDF 1.2 can say; ``graph`` is of it."""
    if not any(
        isinstance(t.object, ox.Triple)
        or (isinstance(t.object, ox.Literal) and t.object.direction is not None)
        for t in graph
    ):
        return
    for kind, what, instead in (
        ("direction", "a text with a base direction", "write the language alone"),
        ("novel", "a statement about a statement", "give the thing that you mean an IRI"),
    ):
        for line in turtle.lines(text, kind):
            yield Fault(
                f"{where}, line {line}: {what} stands here, which is of RDF 1.2 and which the "
                f"formats of RDF 1.1 cannot hold; {instead}.",
                kind,
            )
    if not turtle.lines(text, "direction", "novel"):
        yield Fault(f"{where} holds what only RDF 1.2 can say; write it in RDF 1.1.")


def checksum(file: str, iri: str, sha256: str) -> Graph:
    """Return the checksum of a file, which is called ``iri`` (SPDX 2.3, 8.4)."""
    return {
        triple(file, SPDX.checksum, iri),
        triple(iri, RDF.type, SPDX.Checksum),
        triple(iri, SPDX.algorithm, SPDX.checksumAlgorithm_sha256),
        triple(iri, SPDX.checksumValue, typed(sha256, XSD.hexBinary)),
    }


def syntax_error(where: str, error: SyntaxError) -> RdfSyntaxError:
    """Return what a parser says against a file, with line and column where it says them."""
    place = "" if error.lineno is None else f", line {error.lineno}, column {error.offset}"
    what = re.sub(r"^Parser error at [^:]*: ", "", error.msg).rstrip(".")
    what += "; save the file as UTF-8" * ("UTF-8" in what)
    return RdfSyntaxError(f"{where}{place}: {what}.")
