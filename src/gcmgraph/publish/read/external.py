"""Files of other publishers, taken into named graphs of their own.

``gcmgraph build --include FILE`` puts what others publish beside our graphs, so that one query can
join across: ``GRAPH <…/graph/sdg-codes> { … }``. Such a graph bears the name of its file, and is
never part of the default graph: whoever counts targets there counts those that our documents name,
whatever else was taken in. No rule runs over it, no shape judges it, and the catalogue says which
file it is from, to the byte, and under which licence.

A licence is the one that the file itself states of a dataset, ontology or scheme; else the one
that whoever builds gives.
"""

from __future__ import annotations

import codecs
import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from gcmgraph.errors import ProjectError, RdfSyntaxError, refuse
from gcmgraph.publish.read.assemble import skolemize
from gcmgraph.publish.read.files import beyond_rdf11, checksum, decoded, syntax_error
from gcmgraph.rdf import formats
from gcmgraph.rdf.graphs import RDF_FORMATS, Graph, triple
from gcmgraph.rdf.namespaces import DCAT, DCT, OWL, PROV, RDF, SKOS, VOID

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from pathlib import Path

    from gcmgraph.publish.read.assemble import DatasetFacts

_LICENSED: Final = frozenset({VOID.Dataset, DCAT.Dataset, OWL.Ontology, SKOS.ConceptScheme})


@dataclass(frozen=True, slots=True)
class ExternalDataset:
    """A file of another publisher: ``graph`` is what it says, without blank nodes."""

    name: str
    file: str
    sha256: str
    license: str | None
    graph: Graph


def read_external(
    files: Iterable[Path], taken: Collection[str], facts: DatasetFacts, license_given: str | None
) -> list[ExternalDataset]:
    """Read files into graphs whose names are not among ``taken``.

    Raises:
        ProjectError: where a file cannot be read, or its graph's name is another's.
        RdfSyntaxError: where it is not what its suffix says.

    """
    found: list[ExternalDataset] = []
    taken_names: list[str] = []
    unreadable: list[str] = []
    for path in files:
        name = graph_name(path)
        if not name or name in {*taken, *(dataset.name for dataset in found)}:
            taken_names.append(
                f"{path} cannot be taken in: there is another graph “{name}”; rename the file."
            )
            continue
        data = read_bytes(path)
        try:
            graph = parse(path, data, facts.graph_iri(name))
        except RdfSyntaxError as error:
            unreadable += error.details or (str(error),)
            continue
        found.append(
            ExternalDataset(
                name=name,
                file=path.name,
                sha256=hashlib.sha256(data).hexdigest(),
                license=_license(graph) or license_given,
                graph=skolemize(graph, f"{facts.base}.well-known/genid/{name}-"),
            )
        )
    refuse(ProjectError, taken_names)
    refuse(RdfSyntaxError, unreadable)
    return found


def graph_name(path: Path) -> str:
    """Return the name of the graph of a file: its stem in lower case, joined by hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", path.stem.lower()).strip("-")


def read_bytes(path: Path) -> bytes:
    """Return the bytes of a file.

    Raises:
        ProjectError: where it cannot be read.

    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise ProjectError(f"{path} cannot be read: {error.strerror or error}.") from None


def parse(path: Path, data: bytes, base: str) -> Graph:
    """Parse what a file holds, by its suffix; relative IRIs lie below ``base``.

    Raises:
        ProjectError: where the suffix is of no format of triples.
        RdfSyntaxError: naming file, line and column.

    """
    fmt = formats.by_suffix(path.suffix[1:].lower(), formats.TRIPLES)
    if fmt is None:
        known = ", ".join(f".{f.suffix}" for f in formats.TRIPLES)
        raise ProjectError(f"{path} has no suffix of a format of triples ({known}).")
    data = data.removeprefix(codecs.BOM_UTF8)
    try:
        graph = {q.triple for q in ox.parse(data, format=RDF_FORMATS[fmt], base_iri=base)}
    except SyntaxError as error:
        raise syntax_error(str(path), error) from None
    except ValueError as error:
        raise RdfSyntaxError(f"{path}: {str(error).rstrip('.')}.") from None
    is_turtle = fmt in (formats.TURTLE, formats.NTRIPLES)
    text = decoded(data, str(path), RdfSyntaxError) if is_turtle else ""
    refuse(RdfSyntaxError, beyond_rdf11(graph, str(path), text))
    return graph


def _license(graph: Graph) -> str | None:
    """Return the licence, an IRI or a text, that the graph states of what it is."""
    described = {
        t.subject
        for t in graph
        if t.predicate.value == RDF.type
        and isinstance(t.object, ox.NamedNode)
        and t.object.value in _LICENSED
    }
    said = {
        t.object.value
        for t in graph
        if t.predicate.value == DCT.license
        and t.subject in described
        and isinstance(t.object, ox.NamedNode | ox.Literal)
    }
    return min(said, default=None)


def describe_external(dataset: ExternalDataset, facts: DatasetFacts) -> Graph:
    """Return where a dataset's graph is from: file, checksum, licence."""
    graph = facts.graph_iri(dataset.name)
    file = f"{graph}#file"
    found: Graph = {
        triple(graph, PROV.wasDerivedFrom, file),
        triple(file, RDF.type, PROV.Entity),
        triple(file, DCT.identifier, ox.Literal(dataset.file)),
    }
    found |= checksum(file, f"{graph}#sha256", dataset.sha256)
    return found | licensed(graph, dataset.license) | licensed(file, dataset.license)


def licensed(thing: str, license_: str | None) -> Graph:
    """Return under which licence a thing stands, if any is known.

    DCTERMS wants a thing for a licence; of a text, ``dct:rights`` says as much.
    """
    if not license_:
        return set()
    if re.fullmatch(r"https?://[^\s<>\"{}|^`\\]+", license_):
        return {triple(thing, DCT.license, license_)}
    return {triple(thing, DCT.rights, ox.Literal(license_))}
