"""Reading files: what the system says of those that cannot be read, and their checksums."""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING

from gcmgraph.errors import ProjectError, RdfSyntaxError
from gcmgraph.rdf.graphs import Graph, triple
from gcmgraph.rdf.namespaces import RDF, SPDX, XSD
from gcmgraph.rdf.terms import typed

if TYPE_CHECKING:
    from collections.abc import Iterator

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
    return RdfSyntaxError(f"{where}{place}: {what}.")
