"""Files read back after they are written, and compared with what they are to hold.

Whoever writes a file cannot vouch for it: so each is read by a parser that is not its writer's. The
engine writes statements, and this program's own scanner (Turtle, TriG, N-Triples, N-Quads), the
standard library's XML parser and its JSON parser read them. That takes microseconds a statement;
``thorough`` has rdflib read the same, which takes twenty times as long. Nested JSON is compared
with the graph property by property.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import warnings
from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final, TypeAlias
from xml.etree import ElementTree

import pyoxigraph as ox
import zstandard

from gcmgraph.errors import ReleaseError
from gcmgraph.publish.write.tables import values_of
from gcmgraph.rdf import formats, jsonld
from gcmgraph.rdf.graphs import iri_of
from gcmgraph.rdf.namespaces import PREFIXES, RDF, XSD
from gcmgraph.rdf.turtle import line_statements, statements

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from collections.abc import Set as AbstractSet

    from gcmgraph.publish.write.tables import WrittenTable
    from gcmgraph.rdf.graphs import Graph

#: The texts of what is said of each thing by each property.
Facts: TypeAlias = "Mapping[tuple[str, str], set[str]]"

_RDF: Final = f"{{{PREFIXES['rdf']}}}"
_LANGUAGE: Final = "{http://www.w3.org/XML/1998/namespace}lang"
_DECOMPRESS: Final[dict[formats.Compression, Callable[[bytes], bytes]]] = {
    formats.GZIP: gzip.decompress,
    formats.ZSTD: zstandard.decompress,
}
#: What rdflib calls the formats.
_RDFLIB: Final = {
    formats.TURTLE: "turtle",
    formats.JSONLD: "json-ld",
    formats.NTRIPLES: "nt",
    formats.RDFXML: "xml",
    formats.TRIG: "trig",
    formats.NQUADS: "nquads",
}


def require_statements(
    path: str,
    fmt: formats.Format,
    expected: AbstractSet[ox.Quad],
    data: bytes,
    *,
    thorough: bool = False,
) -> None:
    """Make sure that a file holds the ``expected`` statements and no other, to the character.

    Raises:
        ReleaseError: naming the file and a statement that differs.

    """
    try:
        found = set(_by_rdflib(fmt, data) if thorough else _READERS[fmt](data))
    except (ValueError, TypeError, SyntaxError, LookupError) as error:
        raise _differs(path, f"it cannot be read ({error})") from None
    if lacking := expected - found:
        raise _differs(path, f"it lacks {min(map(str, lacking))}")
    if surplus := found - expected:
        raise _differs(path, f"it has {min(map(str, surplus))} besides")


def require_bytes(path: str, data: bytes, expected: bytes) -> None:
    """Make sure that a file holds these bytes.

    Raises:
        ReleaseError: naming the file.

    """
    if data != expected:
        raise _differs(path, "it has other bytes")


def decompressed(path: str, data: bytes, compression: formats.Compression) -> bytes:
    """Return what a compressed file holds.

    Raises:
        ReleaseError: where it cannot be read.

    """
    try:
        return _DECOMPRESS[compression](data)
    except (OSError, EOFError, zstandard.ZstdError) as error:
        raise _differs(path, f"it cannot be read ({error})") from None


def facts_of(graph: Graph) -> Facts:
    """Return what a graph says, to compare many files with it."""
    known: dict[tuple[str, str], set[str]] = defaultdict(set)
    for t in graph:
        known[iri_of(t.subject), t.predicate.value].add(iri_of(t.object))
    return known


def require_things(
    path: str, frame: Mapping[str, Any], known: Facts, context: jsonld.Context, data: bytes
) -> None:
    """Make sure that nested JSON says of each thing what is ``known``, by the frame's properties.

    Values are compared by their texts, whatever their form in JSON.

    Raises:
        ReleaseError: naming the file, the thing and the property.

    """
    iris = {term.name: term.iri for term in context.terms.values()}
    wanted = iris[frame[jsonld.TYPE]]
    members = {thing for (thing, p), kinds in known.items() if p == RDF.type and wanted in kinds}
    found = _json_values(data)
    if {thing[jsonld.ID] for thing in found} != members:
        raise _differs(path, f"it has other things than those of <{wanted}>")

    def compare(thing: dict[str, Any], asked: Mapping[str, Any]) -> None:
        for name, inner in asked.items():
            if (iri := iris.get(name)) is None:
                continue
            values = [*_listed(thing.get(name)), *_listed(thing.get(iri))]
            if {text for value in values for text in _texts(value)} != known.get(
                (thing["id"], iri), set()
            ):
                raise _differs(path, f"“{name}” of <{thing['id']}> is not what the graph says")
            for value in values:
                if inner and isinstance(value, dict) and jsonld.ID in value:
                    compare(value, inner)

    for thing in found:
        compare(thing, frame)


def require_rows(path: str, table: WrittenTable, data: bytes) -> None:
    """Make sure that CSV has the values of a table, taken apart as its metadata say.

    Raises:
        ReleaseError: naming the file and the row.

    """
    header, *lines = csv.reader(io.StringIO(data.decode("utf-8"), newline=""))
    columns = json.loads(table.metadata)["tableSchema"]["columns"]
    if header != [column["name"] for column in columns] or len(lines) != len(table.rows):
        raise _differs(path, "it has other columns or another number of rows")
    several = ["separator" in column for column in columns]
    for line, row in zip(lines, table.rows, strict=True):
        found = [values_of(cell, several=s) for cell, s in zip(line, several, strict=True)]
        # One empty value looks like none where a cell has but one.
        if found != [v if s or any(v) else [] for v, s in zip(row, several, strict=True)]:
            raise _differs(path, f"the row of {line[0]} has other values")


def require_context(path: str, context: jsonld.Context, data: bytes) -> None:
    """Make sure that a file gives the terms of a context.

    Raises:
        ReleaseError: naming the file.

    """
    if jsonld.Context.read(json.loads(data)).terms != context.terms:
        raise _differs(path, "it has other terms")


def require_downloads(path: str, checksums: Mapping[str, str], data: bytes) -> None:
    """Make sure that a description for search engines names files that there are.

    ``checksums`` are the SHA-256 of all files, by their paths.

    Raises:
        ReleaseError: naming the file.

    """
    for download in json.loads(data)["distribution"]:
        address, sha256 = download["contentUrl"], download["sha256"]
        if not any(address.endswith(f"/{p}") and sha256 == s for p, s in checksums.items()):
            raise _differs(path, f"it tells of {address}, which is no file of the release")


def require_sums(path: str, checksums: Mapping[str, str], data: bytes) -> None:
    """Make sure that a list of checksums has each file's, as ``sha256sum --check`` reads it.

    Raises:
        ReleaseError: naming the file.

    """
    lines = (line.split("  ", 1) for line in data.decode("utf-8").splitlines())
    if {name: sha256 for sha256, name in lines} != checksums:
        raise _differs(path, "it has other checksums")


def _json_values(data: bytes) -> list[dict[str, Any]]:
    """Return the things of a document, or of lines."""
    if data.startswith(b"{\n"):
        return list(json.loads(data)[jsonld.ITEMS])
    return [json.loads(line) for line in data.splitlines()]


def _listed(value: object) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _texts(value: object) -> Iterator[str]:
    """Yield the IRI or the texts of a value, of a language map all."""
    if isinstance(value, dict):
        if jsonld.ID in value:
            yield value[jsonld.ID]
        elif "@value" in value:
            yield str(value["@value"])
        else:
            for texts in value.values():
                yield from _listed(texts)
    else:
        yield json.dumps(value) if isinstance(value, bool | int | float) else str(value)


def _differs(path: str, how: str) -> ReleaseError:
    return ReleaseError(
        f"{path}, read back, is not what was to be written: {how}; nothing was released. This is a "
        "fault of the program: report it."
    )


def _read_turtle(data: bytes) -> Iterator[ox.Quad]:
    return (statement.quad for statement in statements(data.decode("utf-8")))


def _read_lines(data: bytes) -> Iterator[ox.Quad]:
    return line_statements(data.decode("utf-8"))


def _read_xml(data: bytes) -> Iterator[ox.Quad]:
    """Yield what RDF/XML of flat nodes states (RDF 1.1 XML Syntax, 2)."""

    def iri(tag: str) -> ox.NamedNode:
        return ox.NamedNode("".join(tag[1:].split("}", 1)))

    for node in ElementTree.fromstring(data):  # noqa: S314 - we wrote it
        subject = ox.NamedNode(node.attrib[f"{_RDF}about"])
        if node.tag != f"{_RDF}Description":
            yield ox.Quad(subject, ox.NamedNode(RDF.type), iri(node.tag))
        for element in node:
            datatype = element.get(f"{_RDF}datatype")
            resource = element.get(f"{_RDF}resource")
            value = (
                ox.NamedNode(resource)
                if resource is not None
                else ox.Literal(
                    element.text or "",
                    language=element.get(_LANGUAGE),
                    datatype=ox.NamedNode(datatype) if datatype else None,
                )
            )
            yield ox.Quad(subject, iri(element.tag), value)


def _read_jsonld(data: bytes) -> Iterator[ox.Quad]:
    """Yield what a document of flat nodes with its own context states (JSON-LD 1.1, 9)."""
    document = json.loads(data)
    terms = document["@context"]

    def iri(name: str) -> str:
        term = terms.get(name, name)
        return str(term["@id"] if isinstance(term, dict) else term)

    for node in document["@graph"]:
        subject = ox.NamedNode(node["id"])
        for kind in node.get("type", ()):
            yield ox.Quad(subject, ox.NamedNode(RDF.type), ox.NamedNode(iri(kind)))
        for name, written in node.items():
            if name in ("id", "type"):
                continue
            term = terms.get(name)
            for value in _expanded(term if isinstance(term, dict) else {}, written):
                yield ox.Quad(subject, ox.NamedNode(iri(name)), value)


def _expanded(term: Mapping[str, Any], written: Any) -> Iterator[ox.NamedNode | ox.Literal]:
    if "@language" in _listed(term.get("@container")):
        for language, texts in written.items():
            yield from (ox.Literal(text, language=language) for text in _listed(texts))
        return
    coercion = term.get("@type")
    for value in _listed(written):
        if isinstance(value, dict) and "id" in value:
            yield ox.NamedNode(value["id"])
        elif isinstance(value, dict):
            yield _typed(value["@value"], value.get("@type"), value.get("@language"))
        elif coercion == "@id":
            yield ox.NamedNode(value)
        else:
            yield _typed(value, coercion)


def _typed(value: object, datatype: str | None, language: str | None = None) -> ox.Literal:
    if not isinstance(value, str):
        datatype = datatype or (XSD.boolean if isinstance(value, bool) else XSD.integer)
        value = json.dumps(value)
    kind = ox.NamedNode(datatype) if datatype else None
    return ox.Literal(value, language=language, datatype=kind)


_READERS: Final[dict[formats.Format, Callable[[bytes], Iterable[ox.Quad]]]] = {
    formats.TURTLE: _read_turtle,
    formats.TRIG: _read_turtle,
    formats.NTRIPLES: _read_lines,
    formats.NQUADS: _read_lines,
    formats.RDFXML: _read_xml,
    formats.JSONLD: _read_jsonld,
}


def _by_rdflib(fmt: formats.Format, data: bytes) -> Iterator[ox.Quad]:
    import rdflib

    from gcmgraph.publish.judge.shacl import literals_as_written

    with literals_as_written(), warnings.catch_warnings():
        # Its own readers use what it has deprecated.
        warnings.simplefilter("ignore", DeprecationWarning)
        if fmt in formats.QUADS:
            found = list(rdflib.Dataset().parse(data=data, format=_RDFLIB[fmt]).quads())
        else:
            graph = rdflib.Graph().parse(data=data, format=_RDFLIB[fmt])
            found = [(*statement, None) for statement in graph]
    for subject, predicate, value, name in found:
        yield ox.Quad(
            ox.NamedNode(str(subject)),
            ox.NamedNode(str(predicate)),
            _of_rdflib(value),
            ox.DefaultGraph() if name is None else ox.NamedNode(str(name)),
        )


def _of_rdflib(term: object) -> ox.NamedNode | ox.Literal:
    import rdflib

    if not isinstance(term, rdflib.Literal):
        return ox.NamedNode(str(term))
    datatype = ox.NamedNode(str(term.datatype)) if term.datatype and not term.language else None
    return ox.Literal(str(term), language=term.language, datatype=datatype)
